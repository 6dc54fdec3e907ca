"""What is longer than its room, and moved with the keys of every list."""

from __future__ import annotations

from textual.containers import VerticalScroll

from mixdesk_tui.commands.moves import MOVES


class Reading(VerticalScroll):
    """Scrolls what is in it, with the keys of vi and with the others."""

    BINDINGS = MOVES

    def action_cursor_down(self) -> None:
        self.scroll_relative(y=1, animate=False)

    def action_cursor_up(self) -> None:
        self.scroll_relative(y=-1, animate=False)

    def action_half_page_down(self) -> None:
        self._turn(0.5)

    def action_half_page_up(self) -> None:
        self._turn(-0.5)

    def action_next_page(self) -> None:
        self._turn(1)

    def action_previous_page(self) -> None:
        self._turn(-1)

    def action_to_first(self) -> None:
        self.scroll_home(animate=False)

    def action_to_last(self) -> None:
        self.scroll_end(animate=False)

    def _turn(self, pages: float) -> None:
        self.scroll_relative(y=round(self.size.height * pages), animate=False)
