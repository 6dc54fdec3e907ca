"""No text of the app names a key by itself: it asks the command which one it has."""

from __future__ import annotations

import re
from pathlib import Path

import mixdesk_tui
from mixdesk_tui.commands.base import Command, commands, load_all

SOURCES = sorted(Path(mixdesk_tui.__file__).parent.rglob("*.py"))

LITERAL = re.compile(r'Span\(\s*f?"(?! / )[^"{]*",\s*"key"')
"""A key in writing; ``/`` before a filter is a prompt."""


def test_no_key_is_written_down() -> None:
    found = {path.name: LITERAL.findall(path.read_text(encoding="utf-8")) for path in SOURCES}
    assert {name: keys for name, keys in found.items() if keys} == {}


def test_no_tip_names_a_key() -> None:
    load_all()
    names = r"\b(esc|enter|tab|ctrl\+\w|pgup|pgdn|f\d+)\b"
    assert [each.id() for each in commands() if re.search(names, f"{each.tip} {each.label}")] == []
    assert Command.chosen == {}
