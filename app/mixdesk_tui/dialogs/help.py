"""Every key that works on a screen, from what is really bound; a click does it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from mixdesk_tui.commands.dialogs import READING
from mixdesk_tui.dialogs.base import Dialog
from mixdesk_tui.spans import Line, Span, width, wrap
from mixdesk_tui.widgets.footer import Offer
from mixdesk_tui.widgets.line_view import LineView
from mixdesk_tui.widgets.reading import Reading


class HelpDialog(Dialog[Offer | None]):
    """Lists commands under their headings; answers the one that is clicked.

    Args:
        offered: What works on the screen below.
    """

    BINDINGS = READING

    def __init__(self, offered: Sequence[Offer]) -> None:
        super().__init__("Keys that work here")
        self._offered = offered

    def body(self) -> Iterable[Widget]:
        yield Reading(LineView(lambda room: help_lines(self._offered, room)))

    def action_close(self) -> None:
        self.dismiss(None)

    def action_give(self, index: int) -> None:
        self.dismiss(self._offered[index])


def help_lines(offered: Sequence[Offer], room: int) -> list[Line]:
    """Return the help page."""
    lines: list[Line] = []
    cells = max((width(_keys(offer)) for offer in offered), default=0)
    for section in dict.fromkeys(offer.command.section for offer in offered):
        if lines:
            lines.append(())
        lines.append((Span(f" {section}", "strong"),))
        for index, offer in enumerate(offered):
            if offer.command.section == section:
                lines += _lines(offer, f"screen.give({index})", cells, room)
    return [*lines, ()]


def _lines(offer: Offer, action: str, cells: int, room: int) -> list[Line]:
    """The keys and what they do; dimmed and without a click where that cannot be done now."""
    keys = f"   {_keys(offer).ljust(cells)}   "
    tone, key_tone, run = ("", "key", action) if offer.enabled else ("muted", "muted", None)
    first, *rest = wrap(offer.command.tip, room - width(keys) - 1)
    below = Span(" " * width(keys))
    return [
        (Span(keys, key_tone, run), Span(first, tone, run)),
        *((below, Span(more, tone, run)) for more in rest),
    ]


def _keys(offer: Offer) -> str:
    return "  ".join(offer.keys)
