"""A table that draws only the lines that are seen: thousands of rows stay fluent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from mixdesk_tui.commands.moves import MOVES
from mixdesk_tui.spans import Line, Span, cut, cut_middle, width
from mixdesk_tui.widgets.columns import GAP, Column, fit
from mixdesk_tui.widgets.paint import Painted

MARK = 4
"""Cells of the mark before each row, margin included."""


class Cell(NamedTuple):
    """What stands in one column of a row."""

    text: str
    tone: str = ""
    matched: tuple[int, ...] = ()
    """Positions in the text that a filter found."""
    short: str = ""
    """What is shown instead where the text does not fit."""
    tail: int = 0
    """How many characters at its end are quiet: an id after a name."""


class Row(NamedTuple):
    """A row; its key is the name as it is in the file, its cells are safe to show."""

    key: str
    cells: tuple[Cell, ...]
    mark: Span = Span(" ")
    """``●`` active, ``!`` needs something."""


class LineTable(Painted, can_focus=True):
    """A table with a cursor, for keyboard and mouse.

    Args:
        columns: Its columns.
        id: The widget's id.
        is_aside: Whether it stands beside another one, which has the keys until it is gone to.
    """

    BINDINGS = MOVES
    DEFAULT_CSS = """
    LineTable { height: 1fr; overflow-x: hidden; }
    """

    cursor: reactive[int] = reactive(0, repaint=False)
    hover: reactive[int | None] = reactive(None, repaint=False)

    class Highlighted(Message):
        """The cursor came to another row."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class Chosen(Message):
        """A row was double-clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(
        self, columns: Sequence[Column], *, id: str | None = None, is_aside: bool = False
    ) -> None:
        super().__init__(id=id)
        self._columns = columns
        self._is_aside = is_aside
        self._rows: Sequence[Row] = ()
        self._natural: Sequence[int] = _natural(columns, ())
        self._widths: Sequence[int] = ()
        self._empty: Sequence[Line] = ()

    def show(self, rows: Sequence[Row], cursor: str | None, empty: Sequence[Line] = ()) -> None:
        """Show other rows.

        Args:
            rows: What to show.
            cursor: The key of the highlighted row.
            empty: What to say where there are no rows.
        """
        if rows != self._rows or empty != self._empty:
            self._rows, self._empty = rows, empty
            self._natural = _natural(self._columns, rows)
            self._fit()
            self.refresh()
        self._put_cursor(self._index_of(cursor))

    @property
    def key(self) -> str | None:
        """The key of the highlighted row."""
        return self._rows[self.cursor].key if self.cursor < len(self._rows) else None

    def render_line(self, y: int) -> Strip:
        """Draw the titles or one row."""
        if not self._rows:
            return self.paint(self._empty[y] if y < len(self._empty) else ())
        if y == 0:
            return self.paint(self._titles())
        index = y - 1 + self.scroll_offset.y
        if index >= len(self._rows):
            return self.paint(())
        return self.paint(self._line(self._rows[index]), self._under(index))

    def _under(self, index: int) -> str:
        """The tone of a whole row; the cursor rests while the keys move another table's."""
        if index != self.cursor:
            return "hover" if index == self.hover else ""
        focused = self.screen.focused
        has_keys = focused is self or not (self._is_aside or isinstance(focused, LineTable))
        return "cursor" if has_keys else "hover"

    def watch_cursor(self, old: int, new: int) -> None:
        self._refresh_rows(old, new)
        self._reveal()
        if self.key is not None:
            self.post_message(self.Highlighted(self.key))

    def watch_hover(self, old: int | None, new: int | None) -> None:
        self._refresh_rows(*(index for index in (old, new) if index is not None))

    def on_resize(self) -> None:
        self._fit()
        self._reveal()
        self.refresh()

    def on_focus(self) -> None:
        self._refresh_rows(self.cursor)

    def on_blur(self) -> None:
        self._refresh_rows(self.cursor)

    def on_click(self, event: events.Click) -> None:
        index = self._row_under(event)
        if index is None:
            return
        event.stop()
        if event.chain == 1:
            self.cursor = index
        elif event.chain == 2 and index == self.cursor:
            self.post_message(self.Chosen(self._rows[index].key))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hover = self._row_under(event)
        self.hint(self._whole_text_under(event))

    def on_leave(self) -> None:
        self.hover = None
        self.hint(None)

    def action_cursor_down(self) -> None:
        self._move(1)

    def action_cursor_up(self) -> None:
        self._move(-1)

    def action_half_page_down(self) -> None:
        self._move(max(self._page // 2, 1))

    def action_half_page_up(self) -> None:
        self._move(-max(self._page // 2, 1))

    def action_next_page(self) -> None:
        self._move(self._page)

    def action_previous_page(self) -> None:
        self._move(-self._page)

    def action_to_first(self) -> None:
        self._put_cursor(0)

    def action_to_last(self) -> None:
        self._put_cursor(len(self._rows) - 1)

    @property
    def _page(self) -> int:
        """Rows that are seen at once, without the titles."""
        return max(self.size.height - 1, 1)

    def _move(self, rows: int) -> None:
        self._put_cursor(self.cursor + rows)

    def _put_cursor(self, index: int) -> None:
        self.cursor = max(0, min(index, len(self._rows) - 1))

    def _index_of(self, key: str | None) -> int:
        if self.key == key:
            return self.cursor
        return next((i for i, row in enumerate(self._rows) if row.key == key), 0)

    def _reveal(self) -> None:
        """Scroll so far that the cursor is seen; the titles stay."""
        top, page = self.scroll_offset.y, self._page
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + page:
            self.scroll_to(y=self.cursor - page + 1, animate=False)

    def _refresh_rows(self, *rows: int) -> None:
        for index in rows:
            self.refresh(Region(0, index + 1 - self.scroll_offset.y, self.size.width, 1))

    def _fit(self) -> None:
        room = self.size.width
        if room > 0:
            self._widths = fit(self._columns, self._natural, room - MARK - 1)
            height = len(self._rows) + 1 if self._rows else len(self._empty)
            self._measure(Size(room, height))

    def _measure(self, size: Size) -> None:
        """Say how large all rows are together."""
        self.virtual_size = size

    def _titles(self) -> Line:
        cells = [Cell(column.title, "title") for column in self._columns]
        return (Span(" " * MARK), *self._spans(cells))

    def _line(self, row: Row) -> Line:
        after = Span(" " * (MARK - 1 - width(row.mark.text)))
        return (Span(" "), row.mark, after, *self._spans(row.cells))

    def _spans(self, cells: Sequence[Cell]) -> Iterator[Span]:
        for cell, column, room in zip(cells, self._columns, self._widths, strict=False):
            if room:
                yield from _fill(cell, column, room)

    def _row_under(self, event: events.MouseEvent) -> int | None:
        index = event.y - 1 + self.scroll_offset.y
        return index if event.y > 0 and index < len(self._rows) else None

    def _whole_text_under(self, event: events.MouseEvent) -> str | None:
        """The text of the cell under the mouse, where it is not shown whole."""
        index = self._row_under(event)
        if index is None:
            return None
        start = MARK
        for cell, room in zip(self._rows[index].cells, self._widths, strict=False):
            if room and start <= event.x < start + room:
                return cell.text if width(cell.text) > room else None
            start += room + GAP if room else 0
        return None


def _natural(columns: Sequence[Column], rows: Sequence[Row]) -> list[int]:
    """The widest text of each column, its title included."""
    return [
        max(width(column.title), max((width(row.cells[index].text) for row in rows), default=0))
        for index, column in enumerate(columns)
    ]


def _fill(cell: Cell, column: Column, room: int) -> Iterator[Span]:
    """A cell in its column: cut, aligned, with what the filter found marked."""
    text = _shown(cell, column, room)
    blank = Span(" " * (room - width(text)))
    if column.right:
        yield blank
    if cell.matched and text == cell.text:
        yield from _marked(cell)
    elif cell.tail and text == cell.text:
        yield Span(text[: -cell.tail], cell.tone)
        yield Span(text[-cell.tail :], "muted")
    else:
        yield Span(text, cell.tone)
    if not column.right:
        yield blank
    yield Span(" " * GAP)


def _shown(cell: Cell, column: Column, room: int) -> str:
    """The text of a cell as it fits: whole, short, or cut."""
    if width(cell.text) <= room:
        return cell.text
    text = cell.short or cell.text
    return cut(text, room) if column.cut_end else cut_middle(text, room)


def _marked(cell: Cell) -> Iterator[Span]:
    """The text in runs, the matched ones with a tone of their own."""
    matched = set(cell.matched)
    start = 0
    text = cell.text
    for index in range(1, len(text) + 1):
        if index == len(text) or (index in matched) != (start in matched):
            tone = f"{cell.tone} match" if start in matched else cell.tone
            yield Span(text[start:index], tone)
            start = index
