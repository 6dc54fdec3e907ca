"""A table of ten thousand rows: each is made when it is drawn, and the top one says its group."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from mixdesk_tui.spans import Line
from mixdesk_tui.widgets.line_table import LineTable, Row


class LazyRows(Sequence[Row]):
    """Rows that are made one by one.

    A subclass says how many there are (``__len__``) and makes them (``make``); it compares equal to
    another one only where nothing has to be drawn anew.
    """

    def make(self, index: int, *, names_group: bool = False) -> Row:
        """Return a row; it names its group where it must, or where it comes first in it."""
        raise NotImplementedError

    def __getitem__(self, index: int | slice) -> Row:  # type: ignore[override]
        if isinstance(index, slice):
            raise TypeError("rows are made one by one")
        return self.make(index)


class LongTable(LineTable):
    """Shows lazy rows; how wide their columns are is worked out by whoever knows them all."""

    def show_rows(
        self, rows: LazyRows, cursor: int, natural: Sequence[int], empty: Sequence[Line]
    ) -> None:
        """Show other rows.

        Args:
            rows: What to show.
            cursor: The place of the highlighted row.
            natural: The widest text of each column.
            empty: What to say where there are no rows.
        """
        if rows != self._rows or empty != self._empty:
            self._rows, self._empty, self._natural = rows, empty, natural
            self._fit()
            self.refresh()
        self._put_cursor(cursor)
        self._reveal()

    def _measure(self, size: Size) -> None:
        """Say how large all rows are; where the bar stays as it is nothing is laid out anew."""
        has_bar = size.height > self.container_size.height
        if has_bar is self.show_vertical_scrollbar and size.width == self.virtual_size.width:
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)
        else:
            self.virtual_size = size

    def render_line(self, y: int) -> Strip:
        """Draw the titles or one row; the first row that is seen names its group."""
        rows, top = self._rows, self.scroll_offset.y
        if y != 1 or not isinstance(rows, LazyRows) or top >= len(rows):
            return super().render_line(y)
        return self.paint(self._line(rows.make(top, names_group=True)), self._under(top))
