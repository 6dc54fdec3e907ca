"""Header, notice and footer as widgets: they follow the app by themselves."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen

from mixdesk_tui.commands.frame import Commands, Help
from mixdesk_tui.spans import Line, Span, crop, safe, wrap
from mixdesk_tui.widgets.footer import Offer, footer_line, offers
from mixdesk_tui.widgets.header import Identity, header_lines
from mixdesk_tui.widgets.line_view import LineView


class HeaderBar(LineView):
    """Two lines at the top of every screen."""

    DEFAULT_CSS = """
    HeaderBar { dock: top; height: 2; background: $mx-bar; }
    """

    def __init__(self, tab: str) -> None:
        super().__init__()
        self._tab = tab

    def say(self, said: Identity) -> None:
        """Show who the user is."""
        self.show(lambda room: header_lines(said, self._tab, room))


class Notice(LineView):
    """What is wrong with the files, above the last good state; nothing when all is well."""

    DEFAULT_CSS = """
    Notice { height: auto; max-height: 6; display: none; }
    Notice.-said { display: block; }
    """

    def say(self, error: str, hint: str, below: str) -> None:
        """Show an error, its next step and what stands below; with empty texts nothing."""
        self.set_class(bool(error), "-said")
        self.show(lambda room: notice_lines(error, hint, below, room))


def notice_lines(error: str, hint: str, below: str, room: int) -> list[Line]:
    """Return the error, its next step, and what is on screen meanwhile."""
    if not error:
        return []
    first, *rest = wrap(safe(error), room - 4)
    lines: list[Line] = [(Span(" ! ", "error strong"), Span(first, "error"))]
    lines += [(Span("   "), Span(more, "error")) for more in rest[:1]]
    lines += [(Span("   "), Span(more, "muted")) for more in wrap(safe(hint), room - 4)[:2]]
    return [*lines, crop((Span("   "), Span(below, "muted")), room)] if below else lines


class FooterBar(LineView):
    """The last line of every screen and dialog."""

    DEFAULT_CSS = """
    FooterBar { dock: bottom; height: 1; background: $mx-bar; }
    """

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._update)
        self._update(self.screen)

    def _goes_without(self, offer: Offer) -> bool:
        """Whether there is no room for it: in a dialog, for what works everywhere."""
        return self.screen.is_modal and offer.command in (Help, Commands)

    def _update(self, screen: Screen[Any]) -> None:
        if self.is_attached and screen is self.screen:
            offered = [offer for offer in offers(screen) if not self._goes_without(offer)]
            self.show(lambda room: [footer_line(offered, room)])
