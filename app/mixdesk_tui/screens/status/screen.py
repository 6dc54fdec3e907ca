"""Status: the first screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.containers import Horizontal
from textual.reactive import var
from textual.widget import Widget

from mixdesk.model.records import AccountRow
from mixdesk_tui.commands.moves import MOVES
from mixdesk_tui.commands.status import STATUS
from mixdesk_tui.screens.frame import FrameScreen
from mixdesk_tui.screens.status.page import WIDE, page, side
from mixdesk_tui.screens.status.state import StatusState, status_of
from mixdesk_tui.spans import Line
from mixdesk_tui.widgets.line_view import LineView
from mixdesk_tui.world import World


class StatusScreen(FrameScreen):
    """Who am I, why, for how long, is anything wrong."""

    TAB = "show_status"
    CSS_PATH = "status.tcss"
    BINDINGS = [*STATUS, *MOVES]
    state: var[StatusState] = var(StatusState(), init=False)

    def __init__(self) -> None:
        super().__init__()
        self._page_of: object = None
        self._page: Sequence[Line] = ()
        self._side_of: object = None
        self._side: Sequence[Line] = ()

    def body(self) -> Iterable[Widget]:
        yield Horizontal(
            LineView(self._page_lines, id="page"), LineView(self._side_lines, id="side"), id="list"
        )

    def follow(self, world: World, now: float) -> None:
        state = status_of(world, now, self.desk.services.zone, self.state)
        last = self.desk.undos.last
        what = last.what if last is not None else ""
        self.state = state._replace(has_demo=self.desk.can_look_around, undo=what)

    def watch_state(self, before: StatusState, state: StatusState) -> None:
        self._paint()
        if before.marked != state.marked or not before.spots:
            self._reveal()
        if len(before.problems) != len(state.problems):
            self.call_after_refresh(self._reveal)  # a notice above may have taken some lines
        self.refresh_bindings()

    def on_resize(self) -> None:
        self._paint()
        self.call_after_refresh(self._reveal)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        spot = self.state.spot
        can = {
            "mend_attention": spot is not None and spot.is_problem,
            "change_line": spot is not None and not spot.is_problem,
            "copy_value": spot is not None and bool(spot.copy),
            "save_place": not self.state.is_empty,
            "add_service_account": self.state.is_empty,
            "add_bearer_account": self.state.is_empty,
            "look_around": self.state.is_empty and self.state.has_demo,
            "log_in": self.state.is_empty or self._web_account() is not None,
        }
        return can[action] if action in can else super().check_action(action, parameters)

    def action_mend_attention(self) -> None:
        self._follow_marked()

    def action_change_line(self) -> None:
        self._follow_marked()

    def action_follow_line(self, index: int) -> None:
        self.state = self.state.moved(index - self.state.marked)
        self._follow_marked()

    def action_copy_value(self) -> None:
        spot = self.state.spot
        if spot is not None and spot.copy:
            self.desk.copy(spot.copy, spot.what)

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
        self.state = self.state.moved(-len(self.state.spots))
        self._view.scroll_home(animate=False)

    def action_to_last(self) -> None:
        self.state = self.state.moved(len(self.state.spots))
        self._view.scroll_end(animate=False)

    @property
    def _is_wide(self) -> bool:
        return self.size.width >= WIDE

    @property
    def _view(self) -> LineView:
        """What the marked line is in."""
        spot = self.state.spot
        is_beside = self._is_wide and spot is not None and spot.is_problem
        return self.query_one("#side" if is_beside else "#page", LineView)

    def _page_lines(self, room: int) -> Sequence[Line]:
        asked = (self.state, room, self._is_wide)
        if self._page_of != asked:  # asked for each line that is drawn
            self._page_of, self._page = asked, page(self.state, room, is_wide=self._is_wide).lines
        return self._page

    def _side_lines(self, room: int) -> Sequence[Line]:
        asked = (self.state, room)
        if self._side_of != asked:
            self._side_of, self._side = asked, side(self.state, room).lines
        return self._side

    def _paint(self) -> None:
        """Paint both sides; what is the same already costs nothing."""
        is_beside = self._is_wide and not self.state.is_empty
        self.set_class(is_beside, "-beside")
        self.query_one("#page", LineView).show(self._page_lines)
        self.query_one("#side", LineView).show(self._side_lines)

    def _reveal(self) -> None:
        """Scroll so far that the marked line is seen, with what belongs to it."""
        view = self._view
        room = view.size.width
        is_side = view.id == "side"
        block = side(self.state, room) if is_side else page(self.state, room, is_wide=self._is_wide)
        if block.marked is not None and room > 0:
            first, end = block.marked
            view.scroll_to_lines(first if self.state.marked else 0, end)

    def _move(self, by: int) -> None:
        """Mark another line; where there is none in that direction, scroll."""
        moved = self.state.moved(by)
        if moved == self.state:
            self._view.scroll_relative(y=by, animate=False)
        self.state = moved

    def _scroll(self, pages: float) -> None:
        view = self._view
        view.scroll_relative(y=round(view.size.height * pages), animate=False)

    def _follow_marked(self) -> None:
        from mixdesk_tui.screens.status.mending import follow

        if self.state.spot is not None:
            follow(self.desk, self.state.spot)

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
