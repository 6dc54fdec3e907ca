"""``docs/api.md`` shows every public name as it is, and its examples give what they say."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any, get_args

import pytest

import mixdesk as mp
from docs.draw_api import PAGE, draw, drawn_names, page_with
from mixdesk.login.events import Event

from .machine import Machine

TEXT = PAGE.read_text()
GUIDE = TEXT.partition("## Every name")[0]


def test_the_list_is_what_the_code_says() -> None:
    message = "draw it anew: python docs/draw_api.py"
    assert page_with(TEXT, draw()) == TEXT, message


def test_every_public_name_has_its_place() -> None:
    assert sorted(drawn_names()) == mp.__all__


@pytest.mark.parametrize("name", [*mp.__all__, *mp.auth_types.__all__])
def test_a_name_stands_on_the_page(name: str) -> None:
    assert re.search(rf"`(mp\.)?{name}\b", TEXT.partition("## Every name")[2])


def test_a_change_of_a_signature_shows() -> None:
    assert "- `list() -> list[AccountSummary]`: Return every sound account." in draw()
    assert page_with(TEXT, "other") != TEXT
    assert page_with(page_with(TEXT, "other"), draw()) == page_with(TEXT, draw())


def test_every_event_is_told_of() -> None:
    (table,) = re.findall(r"^\| event \| \|\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    named = [
        name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1])
    ]
    assert sorted(named) == sorted(event.__name__ for event in get_args(Event))


def test_the_examples_give_what_they_say(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIGHTLY_TOKEN", "made-up-bearer-of-nightly")
    shown = 0
    names: dict[str, Any] = {"same": same}
    for example in re.findall(r"^```python\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE):
        code, count = re.subn(r"^(\S.*?)  # → (.+)$", r"same(\1, \2)", example, flags=re.M)
        file = tmp_path / "example.py"
        file.write_text(code)
        names |= runpy.run_path(str(file), init_globals=names)
        shown += count
    assert shown == GUIDE.count("→") > 25


def same(real: object, said: object) -> None:
    """Compare what a line gives with what stands behind its arrow."""
    assert real == said
