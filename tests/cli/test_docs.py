"""``docs/cli.md`` shows the JSON that is really printed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.world import World

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"

VERBS = {
    "mp session": ["session"],
    "mp account list": ["account", "list"],
    "mp account show": ["account", "show", "ci"],
    "mp target list": ["target", "list"],
    "mp target show": ["target", "show", "prod"],
    "mp project list": ["project", "list"],
    "mp project show": ["project", "show"],
    "mp workspace list": ["workspace", "list", "-p", "3713224"],
    "mp workspace show": ["workspace", "show", "Console", "-p", "3713224"],
    "mp doctor": ["doctor", "--offline"],
}


def documented() -> dict[str, str]:
    """The sections of the page that are about one verb, by their title."""
    parts = re.split(r"^### (.+)$", PAGE.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def example(section: str) -> Any:
    found = re.search(r"```json\n(.*?)```", section, re.DOTALL)
    assert found, "there is no example"
    return json.loads(found[1])


def shape(value: Any) -> Any:
    """The keys of a value, at every depth; of a list, those of its richest member."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        shapes = [shape(each) for each in value]
        return [max(shapes, key=lambda each: len(str(each)))] if shapes else []
    return None


def test_every_reading_verb_is_documented() -> None:
    assert set(documented()) == set(VERBS)


@pytest.mark.parametrize("title", list(VERBS))
def test_the_documented_keys_are_the_real_ones(demo: World, title: str) -> None:
    demo.environ["MP_PROJECT_ID"] = "3018488"
    shown = example(documented()[title])
    real = demo(*VERBS[title], "-f", "json").json
    if title.endswith("list"):
        # Of a problem, one example is enough: the session's.
        real = [each | dict.fromkeys(each.keys() & {"problem"}) for each in real]
    if title == "mp doctor":
        # Which facts there are depends on the code.
        real, shown = ([{**each, "facts": {}} for each in found] for found in (real, shown))
    assert shape(real) == shape(shown)
    assert list(real[0] if isinstance(real, list) else real) == list(
        shown[0] if isinstance(shown, list) else shown
    )


def test_a_problem_has_the_same_keys_everywhere(demo: World) -> None:
    of_session = example(documented()["mp session"])["problems"][0]
    of_target = demo("target", "show", "legacy", "-f", "json").json["problem"]
    assert list(of_target) == list(of_session)


@pytest.mark.parametrize("title", list(VERBS))
def test_the_documented_columns_are_the_real_ones(demo: World, title: str) -> None:
    section = documented()[title]
    real = demo(*VERBS[title], "-f", "csv").out.splitlines()[0].split(",")
    listed = re.search(r"^`csv`: (.+?)\.$", section, re.MULTILINE)
    if listed and "every key" not in section:
        assert listed[1].split(", ") == real
    else:
        shown = example(section)
        assert list(shown[0] if isinstance(shown, list) else shown) == real
    plain = re.search(r"^`plain`: ([a-z_, ]+)[;.]", section, re.MULTILINE)
    first = demo(*VERBS[title], "-f", "plain").out.splitlines()[0].split("\t")
    if plain and not plain[1].startswith("a line"):
        assert len(plain[1].split(", ")) == len(first)
    else:
        assert first[0] == real[0]


def test_every_command_on_the_page_exists(mp: World) -> None:
    page = PAGE.read_text()
    groups = "account|target|project|workspace"
    lines = re.findall(rf"^mp ({groups}) +(.+?)(?:  .*)?$", page, re.MULTILINE)
    verbs = [(group, part.split()[0]) for group, rest in lines for part in rest.split(" | ")]
    verbs = [(group, verb) for group, verb in verbs if not verb.startswith("--")]
    assert len(verbs) > 20
    for group, verb in verbs:
        assert mp(group, verb, "--help").code == 0
