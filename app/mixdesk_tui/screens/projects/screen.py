"""Projects: find one among very many, choose it, perhaps with a workspace."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Iterable

from textual import events
from textual.containers import Horizontal, Vertical
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Input

from mixdesk.api.stopping import Stop
from mixdesk.exceptions import MixdeskError
from mixdesk_tui.commands.projects import PROJECTS
from mixdesk_tui.doing import projects as doing
from mixdesk_tui.screens.frame import FrameScreen
from mixdesk_tui.screens.projects import view
from mixdesk_tui.screens.projects.catalog import COLUMNS, Catalog, make_catalog
from mixdesk_tui.screens.projects.state import NOT_ASKING, PickerState
from mixdesk_tui.widgets.filter_bar import FilterBar, FilterInput
from mixdesk_tui.widgets.line_table import LineTable
from mixdesk_tui.widgets.line_view import LineView
from mixdesk_tui.widgets.long_table import LongTable
from mixdesk_tui.world import World


class ProjectsScreen(FrameScreen):
    """Where there is to be."""

    TAB = "show_projects"
    CSS_PATH = "projects.tcss"
    BINDINGS = [*PROJECTS]
    AUTO_FOCUS = "#projects"
    HORIZONTAL_BREAKPOINTS = [(0, "-no-panel"), (110, "-panel")]
    state: var[PickerState] = var(PickerState(), init=False)

    def __init__(self) -> None:
        super().__init__()
        self._read_for: Hashable = None
        self._reads = 0
        self._stop: Stop | None = None
        self._wants_workspaces = False

    def body(self) -> Iterable[Widget]:
        yield LineView(id="about")
        yield LineView(id="refusal")
        yield FilterBar()
        workspaces = LineTable(view.WORKSPACE_COLUMNS, id="workspaces", is_aside=True)
        side = Vertical(LineView(id="details"), workspaces, id="side")
        yield Horizontal(LongTable(COLUMNS, id="projects"), side, id="list")

    def follow(self, world: World, now: float) -> None:
        session = world.overview.session
        workspace = session.resolution.workspace.value if session is not None else None
        self.state = self._fresh._replace(
            now=now,
            current_workspace=workspace,
            has_accounts=not world.is_empty,
        )
        self._paint()
        if world.overview.fingerprint != self._read_for:
            self._read_for = world.overview.fingerprint
            self._read_again()

    def watch_state(self, before: PickerState, state: PickerState) -> None:
        self._paint()
        if before.is_choosing_workspace != state.is_choosing_workspace:
            self._show_step()
        self.refresh_bindings()

    def on_resize(self) -> None:
        self._paint()

    def on_unmount(self) -> None:
        if self._stop is not None:
            self._stop.set()

    def show_workspaces(self) -> None:
        """Go to the workspaces of the project in use, now or once they are read."""
        if not self.is_mounted:  # somebody else is still opening this screen
            self.call_next(self.show_workspaces)
            return
        state = self._fresh
        self._wants_workspaces = not state.is_read
        if state.is_read and state.catalog.rows:
            self.state = state.filtered("").at_current()
            self.action_to_workspaces()

    def on_line_table_highlighted(self) -> None:
        self.state = self._fresh

    def on_line_table_chosen(self, message: LineTable.Chosen) -> None:
        self.action_use_project()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        is_there = event.widget is self._workspaces
        self.state = self.state._replace(is_choosing_workspace=is_there)

    def on_input_changed(self, event: Input.Changed) -> None:
        self.state = self._fresh.filtered(event.input.value)

    def on_filter_input_moved(self, message: FilterInput.Moved) -> None:
        self.state = self._fresh.at(self._fresh.cursor + message.by)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        state = self.state
        has_row = state.current is not None
        can = {
            "cancel_refresh": state.is_asking,
            "refresh_projects": state.catalog.listing is not None and not state.is_asking,
            "to_projects": state.is_choosing_workspace and not state.is_asking,
            "to_workspaces": has_row and not state.is_choosing_workspace,
            "clear_filter": bool(state.query)
            and not state.is_choosing_workspace
            and not state.is_asking,
            # Also while the list is read: what is typed meanwhile must not be commands.
            "start_filter": bool(state.catalog.rows or not state.is_read) and not self._is_typing,
            "use_project": has_row,
            "toggle_favourite": has_row,
            "open_project": has_row,
        }
        return can[action] if action in can else super().check_action(action, parameters)

    def action_start_filter(self) -> None:
        self.state = self.state._replace(is_choosing_workspace=False)
        self.query_one(FilterBar).open()

    def action_keep_filter(self) -> None:
        self.set_focus(self._projects)
        self.query_one(FilterBar).close()
        self._paint()

    def action_leave_filter(self) -> None:
        self.action_clear_filter()
        self.action_keep_filter()

    def action_clear_filter(self) -> None:
        self.state = self._fresh.filtered("")

    def action_to_workspaces(self) -> None:
        self.state = self._fresh._replace(is_choosing_workspace=True)
        self.set_focus(self._workspaces)
        self.query_one(FilterBar).close()

    def action_to_projects(self) -> None:
        self.state = self.state._replace(is_choosing_workspace=False)
        self.set_focus(self._projects)

    def action_use_project(self) -> None:
        state = self._fresh
        row, listing = state.current, state.catalog.listing
        if row is not None and listing is not None:
            doing.use_project(self.desk, listing, row, state.chosen_workspace)

    def action_toggle_favourite(self) -> None:
        row = self._fresh.current
        if row is not None:
            is_one = row.project.id in self.state.catalog.favourites
            doing.set_favourite(self.desk, row, is_favourite=not is_one)

    def action_open_project(self) -> None:
        row, listing = self._fresh.current, self.state.catalog.listing
        if row is not None and listing is not None:
            project = row.project
            doing.open_project(self.desk, listing.account, project.id, project.name)

    def action_refresh_projects(self) -> None:
        listing = self.state.catalog.listing
        if listing is None or self.state.is_asking:
            return
        self._stop = Stop()
        self.state = self.state._replace(asking_since=self.desk.services.now(), refusal=None)
        self.desk.work("ask", self._ask, listing.account, self._stop)

    def action_cancel_refresh(self) -> None:
        """Stop asking; what was on its way is not waited for and changes nothing here."""
        if self._stop is not None:
            self._stop.set()
            self._asked(self._stop, None)

    async def _ask(self, account: str, stop: Stop) -> None:
        refusal: MixdeskError | None = None
        is_told = False
        try:
            await asyncio.to_thread(self.desk.services.refresh_projects, account, stop)
            is_told = True
        except MixdeskError as error:
            refusal, is_told = error, True
        finally:
            stop.set()  # the app may leave while the thread still waits
            if not is_told:
                self._asked(stop, None)
        if self._stop is stop:
            await self._read()
            self._asked(stop, refusal)

    def _asked(self, stop: Stop, refusal: MixdeskError | None) -> None:
        """The answer is there, or is not wanted any more: later ones belong to no attempt."""
        if self._stop is stop:
            self._stop = None
            state = self._fresh if self.is_attached else self.state
            self.state = state._replace(asking_since=NOT_ASKING, refusal=refusal)

    def _read_again(self) -> None:
        self.desk.work("projects", self._read)

    async def _read(self) -> None:
        """Read the list, work out how it is drawn, and show it unless a newer one is shown."""
        self._reads += 1
        attempt = self._reads
        failure: MixdeskError | None = None
        catalog = Catalog()
        try:
            catalog = await asyncio.to_thread(self._load)
        except MixdeskError as error:
            failure = error
        if attempt != self._reads or not self.is_mounted:
            return
        state, now = self._fresh, self.desk.services.now()  # the cursor may be ahead of the state
        self.state = state.failed(failure) if failure else state.with_catalog(catalog, now)
        if self._wants_workspaces:
            self.show_workspaces()

    def _load(self) -> Catalog:
        return make_catalog(self.desk.services.list_projects())

    @property
    def _fresh(self) -> PickerState:
        """The state, with the cursors of the tables and what the filter's field holds."""
        state, cursor = self.state, self._projects.cursor
        typed = self.query_one(FilterBar).typed
        if typed != state.query:
            return state.filtered(typed)
        if cursor != state.cursor and cursor < state.size:
            return state.at(cursor)
        return state._replace(workspace=self._workspaces.cursor)

    @property
    def _projects(self) -> LongTable:
        return self.query_one("#projects", LongTable)

    @property
    def _workspaces(self) -> LineTable:
        return self.query_one("#workspaces", LineTable)

    @property
    def _is_typing(self) -> bool:
        return isinstance(self.focused, FilterInput)

    def _show_step(self) -> None:
        """Where there is room for one list only: show the one that has the keys."""
        self.set_class(self.state.is_choosing_workspace, "-workspaces")

    def _paint(self) -> None:
        """Paint everything; what is the same already costs nothing."""
        state, room = self.state, self.size.width
        self.query_one("#about", LineView).show(lambda width: [view.about_line(state, width)])
        self.query_one("#refusal", LineView).show(lambda width: view.refusal_lines(state, width))
        self.query_one(FilterBar).say(state.query, view.count_words(state), is_open=self._is_typing)
        rows, empty = view.PickerRows(state), view.empty_lines(state, room)
        self._projects.show_rows(rows, state.cursor, state.catalog.natural, empty)
        self.set_class(not state.catalog.rows, "-nothing")
        self._paint_side()

    def _paint_side(self) -> None:
        state = self.state
        self.query_one("#details", LineView).show(lambda width: view.details(state, width))
        rows = view.workspace_rows(state)
        key = rows[state.workspace].key if state.workspace < len(rows) else None
        self._workspaces.show(rows, key, view.no_workspace_lines(state))
