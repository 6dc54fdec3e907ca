"""A moment of the picker as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from mixdesk.model.text import clean
from mixdesk_cli.console import paint
from mixdesk_cli.picker.items import Item
from mixdesk_cli.picker.state import State
from mixdesk_cli.table import Cell, Table, cells, cut, layout

FRAME = 2
"""Lines that are not the list's: the title above, the keys below."""

_CURSOR = "› "
_KEYS = "↑↓ jk move · / filter · enter choose · esc leave"
_FILTER_KEYS = "type to filter · ↑↓ move · enter choose · esc all"


class Drawing:
    """Draws the same items again and again.

    Args:
        title: What this is a choice of.
        items: All of them.
        shape: Floors and spare columns of their cells.
    """

    def __init__(self, title: str, items: Sequence[Item], shape: Table) -> None:
        self._title = clean(title)
        self._items = items
        self._shape = shape
        columns = list(zip(*(item.cells for item in items), strict=True))
        # Columns are as wide as the widest of all items, or they would jump while one scrolls.
        self._widest = [Cell("x" * max(map(_width, column))) for column in columns]

    def lines(self, state: State, width: int, height: int, *, colour: bool) -> list[str]:
        """Draw a moment.

        Args:
            state: The moment.
            width: Columns of the terminal.
            height: Its rows.
            colour: Whether styles are used.

        Returns:
            At most ``height`` lines, none wider than ``width``.
        """
        room = max(1, height - FRAME)
        rows = state.shown[state.top : state.top + room]
        lines = [self._head(state, width, colour), *self._list(state, rows, width, colour)]
        if height > FRAME:
            keys = _FILTER_KEYS if state.is_filtering else _KEYS
            lines += [""] * (room - len(rows)) + [paint(cut(keys, width), "dim", colour)]
        return lines[:height]

    def _head(self, state: State, width: int, colour: bool) -> str:
        count = f"{len(state.shown)} of {len(self._items)}" if state.query else ""
        query = f"/{clean(state.query, 200)}" if state.is_filtering or state.query else ""
        if state.is_filtering:
            query += "▏"
        text = "  ".join(part for part in (self._title, query, count) if part)
        return paint(cut(text, width), "bold", colour)

    def _list(self, state: State, rows: Sequence[int], width: int, colour: bool) -> list[str]:
        if not rows:
            return [cut("  Nothing matches.", width)]
        plain, styled = (self._layout(rows, width, each) for each in (False, colour))
        here = state.cursor - state.top
        return [
            _selected(plain[place], width, colour) if place == here else f"  {styled[place]}"
            for place in range(len(rows))
        ]

    def _layout(self, rows: Sequence[int], width: int, colour: bool) -> list[str]:
        shown = [self._widest, *(self._items[index].cells for index in rows)]
        room = max(1, width - cells(_CURSOR))
        return layout(self._shape._replace(rows=shown), room, colour).splitlines()[1:]


def _selected(line: str, width: int, colour: bool) -> str:
    text = _CURSOR + line
    return paint(text + " " * (width - cells(text)), "reverse", colour)


def _width(cell: Cell) -> int:
    return cells(clean(cell.text)) + cells(cell.tail)
