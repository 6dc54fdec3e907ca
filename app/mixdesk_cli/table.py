"""Text in columns, as wide as the terminal and no wider.

Width is counted in cells: an East Asian character takes two, a combining mark none. What does not
fit is cut in the middle, because names often differ at both ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import category, east_asian_width

from mixdesk.model.text import clean
from mixdesk_cli.console import paint

ELLIPSIS = "…"
_GAP = "  "
_NARROWEST = 6


class Cell(NamedTuple):
    """A text and its style (see :func:`mixdesk_cli.console.paint`)."""

    text: str
    style: str | None = None
    tail: str = ""
    """More text, which is not cut: the id after a name."""


class Table(NamedTuple):
    """Rows of as many cells each."""

    rows: Sequence[Sequence[Cell]]
    headings: tuple[str, ...] = ()
    """Left out, there is no heading."""
    floors: tuple[int, ...] = ()
    """How wide each column stays while a spare column can go instead."""
    spare: tuple[int, ...] = ()
    """Columns that go when the terminal is narrow, the first one first."""


def cells(text: str) -> int:
    """How many columns of a terminal ``text`` takes."""
    if text.isascii():
        return len(text)
    return sum(_char_cells(char) for char in text)


def cut(text: str, width: int) -> str:
    """Shorten ``text`` to ``width`` cells, taking from the middle."""
    if cells(text) <= width:
        return text
    if width <= 1:
        return ELLIPSIS[:width]
    tail = (width - 1) // 2
    end = _head(text[::-1], tail)[::-1].lstrip()
    return _head(text, width - 1 - tail).rstrip() + ELLIPSIS + end


def layout(table: Table, width: int, colour: bool) -> str:
    """Lay a table out.

    Args:
        table: Its texts may come from outside: they are cleaned here.
        width: Columns there are.
        colour: Whether styles are used.

    Returns:
        Lines, each with its line break; none is wider than ``width``.
    """
    heading = [[Cell(text, "dim") for text in table.headings]] if table.headings else []
    rows = [[_cleaned(cell) for cell in row] for row in (*heading, *table.rows)]
    natural = [max(map(_cell_width, column)) for column in zip(*rows, strict=True)]
    widths = _fit(natural, width, table)
    return "".join(_line(row, widths, colour) for row in rows)


def _cleaned(cell: Cell) -> Cell:
    # Tails are put together here from ids and words of ours, with the space they begin with.
    return Cell(clean(cell.text), cell.style, cell.tail)


def _cell_width(cell: Cell) -> int:
    return cells(cell.text) + cells(cell.tail)


def _line(row: Sequence[Cell], widths: Sequence[int], colour: bool) -> str:
    parts: list[str] = []
    for cell, width in zip(row, widths, strict=True):
        if width:
            text, tail = _cut_cell(cell, width)
            room = " " * (width - cells(text) - cells(tail))
            parts.append(paint(text, cell.style, colour) + tail + room)
    return _GAP.join(parts).rstrip() + "\n"


def _cut_cell(cell: Cell, width: int) -> tuple[str, str]:
    left = width - cells(cell.tail)
    if left < _NARROWEST and _cell_width(cell) > width:
        return cut(cell.text + cell.tail, width), ""
    return cut(cell.text, left), cell.tail


def _fit(natural: list[int], width: int, table: Table) -> list[int]:
    """Find widths that fit: spare columns go first, then all shrink, then the last ones go."""
    widths = list(natural)
    floors = table.floors or (_NARROWEST,) * len(natural)
    floors = tuple(map(min, floors, natural))
    for column in table.spare:
        if _total([floor for floor, kept in zip(floors, widths, strict=True) if kept]) > width:
            widths[column] = 0
    _shrink(widths, width, floors)
    _shrink(widths, width, (_NARROWEST,) * len(widths))
    while _total(widths) > width and any(widths[1:]):
        widths[max(index for index, value in enumerate(widths) if value)] = 0
    return [min(value, width) for value in widths]


def _shrink(widths: list[int], width: int, floors: Sequence[int]) -> None:
    """Take from the widest column, cell by cell, as long as it is above its floor."""
    while _total(widths) > width:
        able = [index for index, value in enumerate(widths) if value > floors[index]]
        if not able:
            return
        widths[max(able, key=widths.__getitem__)] -= 1


def _total(widths: Sequence[int]) -> int:
    used = [width for width in widths if width]
    return sum(used) + len(_GAP) * (len(used) - 1)


def _head(text: str, width: int) -> str:
    used = 0
    for index, char in enumerate(text):
        used += _char_cells(char)
        if used > width:
            return text[:index]
    return text


def _char_cells(char: str) -> int:
    if east_asian_width(char) in "WF":
        return 2
    return 0 if category(char) in ("Mn", "Me", "Cf") else 1
