"""The frame of every dialog."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from mixdesk_tui.commands.dialogs import DIALOG
from mixdesk_tui.keys.binding import Keyed
from mixdesk_tui.spans import Line, Span, crop, safe, wrap
from mixdesk_tui.widgets.bars import FooterBar
from mixdesk_tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from textual.app import ComposeResult

T = TypeVar("T")


class Dialog(ModalScreen[T], Keyed[T]):
    """A box with a title, a body and a footer; subclasses answer with a ``T``.

    Args:
        title: What it is about.
        tone: The title's tone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*DIALOG]

    def __init__(self, title: str, *, tone: str = "accent") -> None:
        super().__init__()
        self._title = safe(title)
        self._tone = tone

    def compose(self) -> ComposeResult:
        self.app.clear_notifications()  # what was said before must not cover what is asked now
        with Vertical(id="dialog"):
            title = Span(f" {self._title}", f"{self._tone} strong")
            yield LineView(lambda room: [crop((title,), room), ()], id="title")
            yield from self.body()
            yield FooterBar()

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close it, once: a second key or click on its way would close what is below."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def body(self) -> Iterable[Widget]:
        """Return what stands under the title."""
        raise NotImplementedError


def note(text: str, room: int, tone: str = "") -> list[Line]:
    """Return a text, wrapped; a warning has a mark."""
    first, *rest = wrap(safe(text), room - 5) or [""]
    head = Span(" ! ", "warning strong") if tone == "warning" else Span("   ")
    return [(head, Span(first, tone)), *((Span("   "), Span(more, tone)) for more in rest)]


def paragraphs(texts: Iterable[tuple[str, str]], room: int) -> list[Line]:
    """Return texts with their tones, wrapped, a blank line after each."""
    lines: list[Line] = []
    for text, tone in texts:
        if text:
            lines += [(Span(" "), Span(part, tone)) for part in wrap(safe(text), room - 2)]
            lines.append(())
    return lines
