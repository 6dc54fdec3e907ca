"""Status: the first screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.reactive import var
from textual.widget import Widget

from mixdesk.model.records import AccountRow
from mixdesk_tui.attention import Attention
from mixdesk_tui.commands.moves import MOVES
from mixdesk_tui.commands.status import STATUS
from mixdesk_tui.screens.frame import FrameScreen
from mixdesk_tui.screens.status.page import Page, page
from mixdesk_tui.screens.status.state import StatusState, status_of
from mixdesk_tui.spans import Line
from mixdesk_tui.widgets.line_view import LineView
from mixdesk_tui.world import World


class StatusScreen(FrameScreen):
    """Who am I, why, for how long, is anything wrong."""

    TAB = "show_status"
    BINDINGS = [*STATUS, *MOVES]
    state: var[StatusState] = var(StatusState(), init=False)

    def body(self) -> Iterable[Widget]:
        yield LineView(self._lines, id="page")

    def follow(self, world: World, now: float) -> None:
        state = status_of(world, now, self.desk.services.zone, self.state)
        self.state = state._replace(has_demo=self.desk.can_look_around)

    def watch_state(self, before: StatusState, state: StatusState) -> None:
        view = self.query_one("#page", LineView)
        view.show(self._lines)
        if before.marked != state.marked:
            marked = self._page(view.size.width).marked
            view.scroll_to_line(marked or 0)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "mend_attention":
            return bool(self.state.problems)
        if action in ("add_service_account", "add_bearer_account"):
            return self.state.is_empty
        if action == "look_around":
            return self.state.is_empty and self.state.has_demo
        if action == "log_in":
            return self.state.is_empty or self._web_account() is not None
        return True

    def action_mend_attention(self) -> None:
        if self.state.problem is not None:
            self._mend(self.state.problem)

    def action_mend(self, index: int) -> None:
        self.state = self.state.moved(index - self.state.marked)
        self.action_mend_attention()

    def action_log_in(self) -> None:
        from mixdesk_tui.doing.logins import log_in

        log_in(self.desk, self._web_account())

    def action_add_service_account(self) -> None:
        from mixdesk_tui.doing.logins import log_in

        log_in(self.desk, way="service_account")

    def action_add_bearer_account(self) -> None:
        from mixdesk_tui.doing.logins import log_in

        log_in(self.desk, way="oauth_token")

    def action_look_around(self) -> None:
        self.desk.look_around()

    def action_cursor_down(self) -> None:
        self._move(1)

    def action_cursor_up(self) -> None:
        self._move(-1)

    def action_half_page_down(self) -> None:
        self._scroll(0.5)

    def action_half_page_up(self) -> None:
        self._scroll(-0.5)

    def action_next_page(self) -> None:
        self._scroll(1)

    def action_previous_page(self) -> None:
        self._scroll(-1)

    def action_to_first(self) -> None:
        self.state = self.state.moved(-len(self.state.problems))
        self.query_one("#page", LineView).scroll_home(animate=False)

    def action_to_last(self) -> None:
        self.state = self.state.moved(len(self.state.problems))
        self.query_one("#page", LineView).scroll_end(animate=False)

    def _page(self, room: int) -> Page:
        return page(self.state, room)

    def _lines(self, room: int) -> Sequence[Line]:
        return self._page(room).lines

    def _move(self, by: int) -> None:
        """Mark another problem; where there is none in that direction, scroll."""
        moved = self.state.moved(by)
        if moved == self.state:
            self.query_one("#page", LineView).scroll_relative(y=by, animate=False)
        self.state = moved

    def _scroll(self, pages: float) -> None:
        view = self.query_one("#page", LineView)
        view.scroll_relative(y=round(view.size.height * pages), animate=False)

    def _mend(self, problem: Attention) -> None:
        from mixdesk_tui.screens.status.mending import mend

        mend(self.desk, problem)

    def _web_account(self) -> AccountRow | None:
        """The account that the user is, where it is one that logs in with a browser."""
        overview = self.desk.world.overview
        if overview.session is None:
            return None
        axis = overview.session.resolution.account
        if axis.source in ("env", "bridge"):
            return None
        rows = (row for row in overview.accounts if row.name == axis.value)
        return next((row for row in rows if row.type == "oauth_browser"), None)
