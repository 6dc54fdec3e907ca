"""The part of ``docs/cli.md`` about logging in shows the JSON that is really printed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mixdesk.sandbox.server import SandboxServer
from mixdesk_cli.errors import INTERRUPTED
from tests.cli.test_docs import PAGE, example, shape
from tests.cli.world import World

PART = PAGE.read_text().split("## Logging in\n")[1].split("\n## ")[0]

LINES = {
    "mp account logout": "account logout",
    "mp account test": "account test",
    "mp account export-bridge": "account export-bridge --to bridge.json",
    "mp account remove-bridge": "account remove-bridge --at bridge.json",
    "mp session --bridge": "session --bridge",
}


@pytest.fixture
def demo(demo: World) -> Iterator[World]:
    with SandboxServer() as server:
        demo.environ["MP_API_BASE_URL"] = server.base_url
        yield demo


def sections() -> dict[str, str]:
    parts = re.split(r"^#### (.+)$", PART, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_record_is_checked() -> None:
    assert {title for title, text in sections().items() if "```json" in text} == set(LINES)


@pytest.mark.parametrize("title", list(LINES))
def test_the_documented_record_is_the_real_one(demo: World, home: Path, title: str) -> None:
    shown = example(sections()[title])
    if "bridge" in title and "export" not in title:
        path = home / "bridge.json"
        demo("account", "export-bridge", "--to", str(path), "-p", "3713224")
        demo.environ["MP_AUTH_FILE"] = str(path)
    real = demo(*LINES[title].split(), "-f", "json").json
    assert shape(real) == shape(shown)
    assert json.dumps(list(real)) == json.dumps(list(shown))


@pytest.mark.parametrize("title", ["mp account test", "mp session --bridge"])
def test_the_documented_columns_are_the_real_ones(demo: World, home: Path, title: str) -> None:
    path = home / "bridge.json"
    demo("account", "export-bridge", "--to", str(path))
    demo.environ["MP_AUTH_FILE"] = str(path)
    listed = re.search(r"^`csv`: (.+?)\.$", sections()[title], re.MULTILINE)
    assert listed
    columns = demo(*LINES[title].split(), "-f", "csv").out.splitlines()[0].split(",")
    assert listed[1].split(", ") == columns
    plain = demo(*LINES[title].split(), "-f", "plain").out.splitlines()
    assert [line.split("\t")[0] for line in plain] == columns


def test_the_documented_columns_of_all_are_the_real_ones(demo: World) -> None:
    listed = re.search(r"`--all` a line each: (.+?)\.$", PART, re.MULTILINE)
    assert listed
    line = demo("account", "test", "--all", "-f", "plain").out.splitlines()[0]
    assert len(line.split("\t")) == len(listed[1].split(", "))


def test_every_option_is_documented(mp: World) -> None:
    options = set(re.findall(r"--[a-z-]+", mp("login", "--help").out.partition("Examples")[0]))
    told = set(re.findall(r"--[a-z-]+", PART))
    of_every_verb = set(re.findall(r"--[a-z-]+", mp("session", "--help").out))
    assert options - of_every_verb <= told


def test_an_interrupt_has_the_documented_code() -> None:
    assert f"| {INTERRUPTED} | Ctrl-C" in PART
