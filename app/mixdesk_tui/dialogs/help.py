"""Every key that works on a screen, from what is really bound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.containers import VerticalScroll
from textual.widget import Widget

from mixdesk_tui.commands.dialogs import READING
from mixdesk_tui.dialogs.base import Dialog
from mixdesk_tui.spans import Line, Span, crop, width
from mixdesk_tui.widgets.footer import Offer
from mixdesk_tui.widgets.line_view import LineView


class HelpDialog(Dialog[None]):
    """Lists commands under their headings.

    Args:
        offered: What works on the screen below.
    """

    BINDINGS = READING

    def __init__(self, offered: Sequence[Offer]) -> None:
        super().__init__("Keys that work here")
        self._offered = offered

    def body(self) -> Iterable[Widget]:
        yield VerticalScroll(LineView(lambda room: help_lines(self._offered, room)))

    def action_close(self) -> None:
        self.dismiss(None)


def help_lines(offered: Sequence[Offer], room: int) -> list[Line]:
    """Return the help page."""
    lines: list[Line] = []
    keys = max((width(_keys(offer)) for offer in offered), default=0)
    for section in dict.fromkeys(offer.command.section for offer in offered):
        if lines:
            lines.append(())
        lines.append((Span(f" {section}", "strong"),))
        for offer in offered:
            if offer.command.section == section:
                shown = Span(f"   {_keys(offer).ljust(keys)}   ", "key")
                lines.append(crop((shown, Span(offer.command.tip)), room))
    return [*lines, ()]


def _keys(offer: Offer) -> str:
    return "  ".join(offer.keys)
