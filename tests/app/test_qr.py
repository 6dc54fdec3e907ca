"""QR codes in half blocks."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mixdesk_tui.dialogs.login.qr import QUIET, Ink, matrix, qr_lines
from mixdesk_tui.spans import Line, Span, line_width

TEXT = "https://mixpanel.com/device?user_code=BDWP-HQPK"
INKS: tuple[Ink, ...] = ("colours", "dark", "light")
DARK_HALVES = {" ": (False, False), "▀": (True, False), "▄": (False, True), "█": (True, True)}


def modules(lines: list[Line]) -> list[list[bool]]:
    """What a camera sees: dark modules, from the blocks as they are drawn."""
    seen = []
    for line in lines:
        blocks = [block for span in line for block in _blocks(span)]
        halves = [DARK_HALVES[block] for block in blocks]
        seen += [[top for top, _ in halves], [bottom for _, bottom in halves]]
    return seen


def _blocks(span: Span) -> str:
    assert span.tone in ("paper", "ink", "")
    return "█" * len(span.text) if span.tone == "ink" else span.text


def test_what_is_drawn_is_the_code_with_a_quiet_zone() -> None:
    code = matrix(TEXT)
    seen = modules(qr_lines(TEXT, 100, 100))
    inner = [row[QUIET:-QUIET] for row in seen[QUIET : QUIET + len(code)]]
    assert inner == [list(row) for row in code]
    edge = [*seen[:QUIET], *seen[QUIET + len(code) :]]
    assert not any(any(row) for row in edge)
    assert not any(any(row[:QUIET]) or any(row[-QUIET:]) for row in seen)


def test_the_finders_are_where_a_camera_looks_for_them() -> None:
    code = matrix(TEXT)
    ring = [True] * 7
    assert list(code[0][:7]) == ring == list(code[0][-7:]) == list(code[-1][:7])
    assert list(code[1][:7]) == [True, *[False] * 5, True]


def test_it_gives_way_in_steps_and_then_goes() -> None:
    size = len(matrix(TEXT))
    whole, tight = size + 2 * QUIET, size + QUIET
    rows = (whole + 1) // 2
    assert len(qr_lines(TEXT, whole, rows)) == rows
    assert len(qr_lines(TEXT, whole, rows - 1)) == (tight + 1) // 2
    assert line_width(qr_lines(TEXT, whole - 1, rows)[0]) == tight
    assert qr_lines(TEXT, tight - 1, rows) == []
    assert qr_lines(TEXT, tight, (tight + 1) // 2 - 1) == []


def test_every_line_is_as_wide_as_the_others() -> None:
    for ink in INKS:
        assert len({line_width(line) for line in qr_lines(TEXT, 100, 100, ink)}) == 1


def test_without_colours_the_blocks_are_what_the_terminal_is_not() -> None:
    coloured = modules(qr_lines(TEXT, 100, 100))
    dark, light = (qr_lines(TEXT, 100, 100, ink) for ink in INKS[1:])
    assert {span.tone for line in (*dark, *light) for span in line} == {""}
    assert modules(dark) == coloured
    assert [[not each for each in row] for row in modules(light)] == coloured


@pytest.mark.parametrize("text", ["x" * 5000, "é" * 5000])
def test_what_is_too_long_for_any_code_has_none(text: str) -> None:
    assert matrix(text) == ()
    assert qr_lines(text, 1000, 1000) == []


def test_the_library_is_loaded_when_a_code_is_drawn() -> None:
    code = """
import sys
import mixdesk_tui.dialogs.login.screen
from mixdesk_tui.dialogs.login.qr import qr_lines
before = "qrcode" in sys.modules
qr_lines("x", 100, 100)
print(before, "qrcode" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
