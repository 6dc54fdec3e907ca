"""A block of lines: header, footer, pages and panels are made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip

from mixdesk_tui.spans import Line, Span
from mixdesk_tui.widgets.paint import Painted, span_at

Source = Callable[[int], Sequence[Line]]
"""Makes the lines for a width in cells."""


class LineView(Painted, can_focus=False):
    """Shows lines that are made for its width; spans with an action can be clicked."""

    DEFAULT_CSS = """
    LineView { height: auto; overflow-x: hidden; }
    """

    def __init__(self, source: Source | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._source: Source = source or (lambda _width: ())
        self._lines: Sequence[Line] = ()
        self._made_for = -1
        self._known_height = 0

    @property
    def lines(self) -> Sequence[Line]:
        """The lines as they are shown."""
        return self._lines

    def show(self, source: Source) -> None:
        """Show other lines; nothing is repainted when they are the same."""
        self._source = source
        self._make(self._made_for)

    def scroll_to_lines(self, first: int, end: int) -> None:
        """Make some lines visible, the first one rather than the last."""
        height = max(min(end - first, self.size.height), 1)
        self.scroll_to_region(Region(0, first, 1, height), animate=False)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are at this width.

        Measuring changes nothing: a view is measured for its width with and without a scrollbar,
        and would else lay the screen out anew for the one and the other for ever.
        """
        self._known_height = len(self._source(width)) if width > 0 else 0
        return self._known_height

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        self._make(self.size.width)
        index = y + self.scroll_offset.y
        return self.paint(self._lines[index] if index < len(self._lines) else ())

    def on_resize(self) -> None:
        self._make(self.size.width)

    async def on_click(self, event: events.Click) -> None:
        span = self._span(event)
        if span is not None and span.action is not None:
            event.stop()
            await self.run_action(span.action)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        span = self._span(event)
        self.hint(span.tip if span is not None else None)

    def on_leave(self) -> None:
        self.hint(None)

    def _span(self, event: events.MouseEvent) -> Span | None:
        index = event.y + self.scroll_offset.y
        if not 0 <= index < len(self._lines):
            return None
        return span_at(self._lines[index], event.offset)

    def _make(self, width: int) -> None:
        if width <= 0:
            self._made_for = -1
            return
        lines = tuple(self._source(width))
        if lines == self._lines and width == self._made_for:
            return
        taller = len(lines) != self._known_height
        self._lines, self._made_for, self._known_height = lines, width, len(lines)
        self.virtual_size = Size(width, len(lines))
        if taller:
            self._layout_updates += 1  # a layout that is pending may have measured the old lines
        self.refresh(layout=taller)
