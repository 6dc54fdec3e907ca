"""From spans to what the terminal gets: the one place where a tone becomes a style."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.geometry import Offset
from textual.scroll_view import ScrollView
from textual.strip import Strip

from mixdesk_tui.spans import Span, width

if TYPE_CHECKING:
    from mixdesk_tui.tones import Toned


def tooltip(text: str) -> Content:
    """Return a tooltip that is text and nothing else."""
    return Content(text)


class Painted(ScrollView):
    """A widget that draws its lines from spans."""

    ALLOW_SELECT = False

    def tone(self, names: str) -> Style:
        """Return the style of tones, the later ones over the earlier ones."""
        app = cast("Toned", self.app)
        tones = names.split()
        is_reversed = "cursor" in tones and app.native_ansi_color
        style = Style.null()
        for name in tones:
            if not (is_reversed and name == "muted"):
                style += app.tone(name)
        # What is dim or coloured cannot be relied on to be read when it is reversed.
        return style.without_color if is_reversed else style

    def paint(self, line: Iterable[Span], under: str = "") -> Strip:
        """Return one line as wide as the widget.

        Args:
            line: What stands on it.
            under: Tones that the whole line has: the cursor's, the mouse's.
        """
        plain = self.rich_style
        base = plain + self.tone(under)
        room = self.size.width
        segments = [
            Segment(span.text, plain + self.tone(f"{under} {span.tone}") if span.tone else base)
            for span in line
        ]
        return Strip(segments).adjust_cell_length(room, base)

    def hint(self, text: str | None) -> None:
        """Say ``text`` in the tooltip, without asking for a repaint when it is said already."""
        current = self.tooltip.plain if isinstance(self.tooltip, Content) else None
        if current != text:
            self.tooltip = tooltip(text) if text else None


def span_at(line: Iterable[Span], offset: Offset) -> Span | None:
    """Return the span under a cell of a line."""
    start = 0
    for span in line:
        start += width(span.text)
        if offset.x < start:
            return span
    return None
