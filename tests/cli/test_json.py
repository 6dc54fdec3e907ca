"""Every answer has the keys, types and columns that ``docs/cli.md`` promises, in many states."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from mixdesk.clock import SystemClock
from mixdesk.model.text import clean
from mixdesk.sandbox.server import SandboxServer
from mixdesk_cli.lazy import LazyGroup
from mixdesk_cli.render import FORMATS
from mixdesk_cli.root import cli
from tests.cli.machines import Machines
from tests.cli.schema import PAGE, Schema

LINES: dict[str, tuple[str, ...]] = {
    "mp session": (
        "empty:",
        "demo:",
        "demo: -t ecom",
        "demo: -a contractor -p 1 -w 2",
        "demo: -a nightly",
        "environment:",
        "environment: -t ecom",
        "bearer: -a ci -p 5 -w 6",
        "bridge:",
        "bridge: -t ecom",
        "bridge: -p 3 -w 4",
        "bare: -a logged-out",
        "bare: -a ind",
        "broken:",
        "hostile:",
        "oversized:",
        "layout:",
        "open:",
    ),
    "mp session --bridge": ("empty:", "bridge:", "light:", "machine:", "token:"),
    "mp account list": ("empty:", "demo:", "broken:", "hostile:", "bare:"),
    "mp account show": ("demo:", "demo: agency", "broken: mistyped", "bare: ind"),
    "mp account test": (
        "demo:",
        "demo: auditor",
        "demo: agency",
        "demo: nobody",
        "empty:",
    ),
    "mp account test --all": ("empty:", "demo:", "hostile:"),
    "mp account export-bridge": (
        "demo: --to {home}/bridge.json",
        "demo: --to {home}/bridge.json -a ci",
        "demo: --to {home}/bridge.json -a acme-corp --move-grant",
        "bridge: --to {home}/.claude/mixpanel/auth.json --force -a acme-eu",
    ),
    "mp account remove-bridge": ("empty:", "bridge:", "bridge: --at nowhere.json"),
    "mp account logout": ("demo:", "demo: new-colleague", "unreachable:"),
    "mp login": (
        "warehouse: --name ware --project 3713224",
        "demo: --name ci --token-env ACME_CI_TOKEN",
    ),
    "mp target list": ("empty:", "demo:", "broken:", "hostile:"),
    "mp target show": ("demo: ecom", "demo: legacy", "demo: eu-prod", "broken: half", "ci: deploy"),
    "mp project list": ("demo:", "demo: --refresh", "guest:", "terse:"),
    "mp project show": (
        "demo:",
        "demo: E-Commerce",
        "demo: -a acme-berlin",
        "demo: -a acme-india",
        "bare: -a ind -p 77",
    ),
    "mp workspace list": ("demo:", "demo: -p 3018488", "demo: -w 7"),
    "mp workspace show": ("demo:", "demo: Console -p 3713224", "bare: -a ind -w 77 -p 77"),
    "mp doctor": (
        "empty: --offline",
        "demo: --offline",
        "demo: --offline --fix",
        "demo:",
        "environment: --offline",
        "bridge: --offline",
        "broken: --offline",
        "hostile: --offline",
    ),
    "mp env": (
        "demo: --shell json",
        "demo: --shell json -a warehouse -p 1 -w 2",
        "demo: --shell json -a acme-eu",
        "demo: --shell json -a acme-india",
        "demo: --shell json --names",
        "demo: --shell json --names -t ecom",
    ),
}
"""What is run for each title of the page, as ``machine: more words``."""

TOLD_ELSEWHERE = {"mp account login"}
"""It takes a browser: see the walk over all verbs."""

NO_COLUMNS = {"mp env"}
"""A format of shells, not of tables."""

DOING = {"mp account export-bridge", "mp account logout", "mp account remove-bridge", "mp login"}
"""They do something, which cannot be done again on the same machine."""

TABLES = sorted(set(LINES) - NO_COLUMNS)


@pytest.fixture
def machines(home: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Machines]:
    with SandboxServer(hostile=True) as server:
        yield Machines(home, server, capsys)


def titles_with_a_format(group: LazyGroup, path: str = "mp") -> Iterator[str]:
    """Every verb of the command tree that takes ``-f``."""
    context = click.Context(group)
    for name in group.list_commands(context):
        verb = group.get_command(context, name)
        if isinstance(verb, LazyGroup):
            yield from titles_with_a_format(verb, f"{path} {name}")
        elif verb and any(getattr(each.type, "choices", ()) == FORMATS for each in verb.params):
            yield f"{path} {name}"


def test_every_verb_with_a_format_is_documented_and_run() -> None:
    assert isinstance(cli, LazyGroup)
    answers = set(Schema(PAGE.read_text()).answers)
    told = {title.partition(" --")[0] for title in answers - NO_COLUMNS}
    assert set(titles_with_a_format(cli)) == told
    assert answers == set(LINES) | TOLD_ELSEWHERE


def test_every_answer_is_what_the_page_says_and_has_each_type_at_some_time(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    schema = Schema(PAGE.read_text())
    for title, lines in LINES.items():
        with SandboxServer(hostile=True) as server:
            machines = Machines(home, server, capsys)
            for line in lines:
                ended = machines.run(title, line, *as_json(title))
                assert ended.out.isascii()
                assert not schema.check(title, ended.json), line
    never = sorted(" ".join(each) for each in schema.promised() - schema.seen)
    assert not never, f"the page promises what never comes: {never}"


@pytest.mark.parametrize("title", TABLES)
def test_csv_and_plain_have_the_columns_of_the_page(machines: Machines, title: str) -> None:
    schema = Schema(PAGE.read_text())
    for line in LINES[title]:
        heading, *_ = csv.reader(io.StringIO(machines.run(title, line, "-f", "csv").out))
        assert heading == schema.columns(title, "csv")


@pytest.mark.parametrize("title", [title for title in TABLES if title not in DOING])
def test_every_format_tells_the_same(
    machines: Machines, title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()  # what ends in so many minutes does so in every format
    monkeypatch.setattr(SystemClock, "now", lambda clock: now)
    schema = Schema(PAGE.read_text())
    for line in LINES[title]:
        if title == "mp doctor" and "--offline" not in line:
            continue  # it tells how long a server took
        again = machines.again(title, line)
        value = again("-f", "json").json
        values = value if isinstance(value, list) else [value]
        assert [json.loads(each) for each in again("-f", "jsonl").out.splitlines()] == values
        rows = [row for each in values for row in flat(title, each)]
        found = list(csv.DictReader(io.StringIO(again("-f", "csv").out)))
        assert found == [{key: row[key] for key in schema.columns(title, "csv")} for row in rows]
        plain = [each.split("\t") for each in again("-f", "plain").out.splitlines()]
        columns = schema.columns(title, "plain")
        if schema.is_upright(title):
            assert plain == [[key, row[key]] for row in rows for key in columns]
        else:
            assert plain == [[row[key] for key in columns] for row in rows]


def flat(title: str, value: Any) -> list[dict[str, str]]:
    """What a record of JSON is in columns."""
    rows = [value]
    if title == "mp session":
        axes = ("account", "project", "workspace")
        rows = [{"axis": axis, "name": None, **value[axis]} for axis in axes]
        rows = [{**row, "hides": [each["value"] for each in row["shadowed"]]} for row in rows]
    elif title == "mp session --bridge":
        bridge = value["bridge"]
        rows = (
            [{**bridge, **bridge["account"], "account": bridge["account"]["name"]}]
            if bridge
            else []
        )
    elif "account test" in title:
        rows = [{**value, "user_email": value["user"] and value["user"]["email"]}]
    return [{key: words(each) for key, each in row.items()} for row in rows]


def words(value: Any) -> str:
    """A value as text; a problem is told by its summary."""
    if isinstance(value, list):
        return ",".join(map(words, value))
    if isinstance(value, dict):
        return words(value.get("summary"))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else clean(str(value), 100_000)


def test_the_examples_of_the_page_are_answers() -> None:
    schema = Schema(PAGE.read_text())
    shown = {title: example for title in schema.sections if (example := schema.example(title))}
    assert len(shown) > 15
    for title, example in shown.items():
        assert not schema.check(title, json.loads(example)), title


def as_json(title: str) -> list[str]:
    return [] if title in NO_COLUMNS else ["-f", "json"]
