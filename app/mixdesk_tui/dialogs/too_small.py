"""What is shown while the terminal is too small for anything else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.screen import ModalScreen

from mixdesk_tui.spans import Line, Span, crop
from mixdesk_tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from textual.app import ComposeResult


class TooSmall(ModalScreen[None]):
    """Asks for room."""

    BINDINGS = [Binding("q", "app.quit", "Quit", show=False)]

    def compose(self) -> ComposeResult:
        yield LineView(self._lines)

    def _lines(self, room: int) -> Sequence[Line]:
        size = self.app.size
        return [
            crop((Span(" mixdesk needs a little more room", "strong"),), room),
            crop((Span(f" 60 × 16 at least, now {size.width} × {size.height}", "muted"),), room),
        ]

    def on_screen_resume(self) -> None:
        """Go, where there is room again since something else was shown above."""
        if not getattr(self.app, "is_too_small", True):
            self.dismiss(None)

    def on_resize(self) -> None:
        self.query_one(LineView).show(self._lines)
