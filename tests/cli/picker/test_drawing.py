"""A moment of the picker as lines."""

from __future__ import annotations

import re

import pytest

from mixdesk_cli.picker.drawing import FRAME, Drawing
from mixdesk_cli.picker.items import Item, labels
from mixdesk_cli.picker.state import Done, State, begin, press, scrolled
from mixdesk_cli.table import Cell, Table, cells

NAMES = ["ai-demo", "Webshop München", "Experiments 実験", "Growth 🚀", "x" * 300, "\x1b[2Jevil\n"]
ITEMS = [
    Item(str(number), [Cell("●" if number == 1 else ""), Cell(name), Cell("us", tail=" 7")])
    for number, name in enumerate(NAMES)
]
SHAPE = Table((), floors=(1, 10, 4), spare=(2,))


def drawn(width: int, height: int, *keys: str, colour: bool = False) -> list[str]:
    state: State | Done = begin(labels(ITEMS), 0)
    for key in keys:
        assert isinstance(state, State)
        state = press(state, key, max(1, height - FRAME))
    assert isinstance(state, State)
    state = scrolled(state, max(1, height - FRAME))
    return Drawing("Switch to", ITEMS, SHAPE).lines(state, width, height, colour=colour)


@pytest.mark.parametrize("width", [200, 80, 60, 20, 3])
@pytest.mark.parametrize("height", [50, 16, 5, 3, 2, 1])
@pytest.mark.parametrize("keys", [(), ("end",), ("/", "w"), ("/", "q", "q")])
def test_it_fits(width: int, height: int, keys: tuple[str, ...]) -> None:
    lines = drawn(width, height, *keys)
    assert len(lines) <= height
    assert max(map(cells, lines)) <= width


def test_the_cursor_is_marked_without_colour_too() -> None:
    lines = drawn(80, 16, "down")
    assert [line for line in lines if line.startswith("› ")] == [
        line for line in lines if "München" in line
    ]
    assert "\x1b" not in "".join(lines)


def test_styles_are_closed_on_their_line() -> None:
    lines = drawn(80, 16, "down", colour=True)
    for line in lines:
        codes = re.findall(r"\x1b\[(\d+)m", line)
        assert codes[1::2] == ["0"] * (len(codes) // 2)
        assert len(codes) % 2 == 0
    assert "\x1b[7m" in lines[2]


def test_names_cannot_draw() -> None:
    lines = drawn(400, 16)
    assert any("evil" in line for line in lines)
    assert not any("\x1b" in line or "\n" in line for line in lines)


def test_the_title_says_what_is_left() -> None:
    assert drawn(80, 16)[0] == "Switch to"
    assert drawn(80, 16, "/")[0] == "Switch to  /▏"
    assert drawn(80, 16, "/", "w", "e", "b")[0] == "Switch to  /web▏  1 of 6"
    assert drawn(80, 16, "/", "q", "q")[1] == "  Nothing matches."


def test_columns_do_not_jump_while_one_scrolls() -> None:
    many = [Item(str(n), [Cell("n" * (n + 1)), Cell("us")]) for n in range(30)]
    drawing = Drawing("Many", many, Table(()))
    moments = (scrolled(begin(labels(many), cursor), 8) for cursor in (0, 29))
    first, last = (drawing.lines(moment, 80, 10, colour=False)[2] for moment in moments)
    assert first.index("us") == last.index("us")
