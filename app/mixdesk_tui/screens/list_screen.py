"""What Accounts and Targets have in common: a table, a filter, a panel, a cursor that stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import ClassVar, Generic, TypeVar

from textual.binding import BindingType
from textual.containers import Horizontal
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Input

from mixdesk_tui.doing.copies import copy, offer_copies
from mixdesk_tui.keys.hints import shows_all
from mixdesk_tui.screens.copies import Copyable
from mixdesk_tui.screens.frame import FrameScreen
from mixdesk_tui.screens.list_state import ListState, Named, count_words
from mixdesk_tui.spans import Line, Span, name, safe
from mixdesk_tui.widgets.columns import Column
from mixdesk_tui.widgets.filter_bar import FilterBar, FilterInput
from mixdesk_tui.widgets.line_table import LineTable, Row
from mixdesk_tui.widgets.line_view import LineView
from mixdesk_tui.world import World

R = TypeVar("R", bound=Named)

_OF_A_ROW = ("use_", "edit_", "rename_", "remove_", "copy_", "inspect_", "open_", "protect_")
"""How actions begin that do something with the highlighted row."""


class ListScreen(FrameScreen, Generic[R]):
    """A list of named things.

    A subclass takes its rows from the world (``rows_of``) and says how a row looks (``COLUMNS``,
    ``table_rows``), what is told of the highlighted one (``details``), and what an empty list says.
    """

    COLUMNS: ClassVar[Sequence[Column]]
    BINDINGS: ClassVar[list[BindingType]] = []
    AUTO_FOCUS = "LineTable"
    HORIZONTAL_BREAKPOINTS = [(0, "-no-panel"), (110, "-panel")]
    state: var[ListState[R]] = var(ListState[R](), init=False)

    def __init__(self) -> None:
        super().__init__()
        self._awaited = ""
        """The name of a row that is about to come, and shall be highlighted then."""
        self._known: tuple[ListState[R], R | None] | None = None
        self._drawn: object = None
        self._lines: Sequence[Row] = ()

    def rows_of(self, world: World) -> Sequence[R]:
        """Return this screen's part of the world."""
        raise NotImplementedError

    def table_rows(self, state: ListState[R]) -> Sequence[Row]:
        """Return the visible rows as the table draws them."""
        raise NotImplementedError

    def drawn_with(self) -> object:
        """Return what the rows of the table are made from besides the state."""
        return None

    def details(self, row: R, now: float, room: int) -> Sequence[Line]:
        """Return what the panel says of a row, below its name."""
        raise NotImplementedError

    def copies(self, row: R) -> Sequence[Copyable]:
        """Return what can be copied of a row."""
        raise NotImplementedError

    def nothing(self) -> Sequence[Line]:
        """Return what is said where there is no row at all."""
        raise NotImplementedError

    def choose(self, row: R) -> None:
        """Do what enter does."""
        raise NotImplementedError

    def body(self) -> Iterable[Widget]:
        yield FilterBar()
        yield Horizontal(LineTable(self.COLUMNS), LineView(id="panel"), id="list")

    @property
    def current(self) -> R | None:
        """The row under the table's cursor, which may be a message ahead of the state."""
        fresh = self._fresh
        if self._known is None or self._known[0] != fresh:  # every command of the footer asks
            self._known = (fresh, fresh.current)
        return self._known[1]

    def follow(self, world: World, now: float) -> None:
        state = self._fresh.with_rows(self.rows_of(world), now)
        if any(row.name == self._awaited for row in state.rows):
            state = state.at(self._awaited)
            self._awaited = ""
        self.state = state

    def go_to(self, name: str) -> None:
        """Highlight a row by its name, as soon as there is one."""
        self._awaited = name
        if self.is_mounted:  # else somebody else is still opening this screen, which follows then
            self.follow(self.desk.world, self.desk.now)

    def watch_state(self) -> None:
        """Paint table, filter and panel."""
        state = self.state
        table = self.query_one(LineTable)
        drawn = (state._replace(cursor=None), self.drawn_with())
        if self._drawn != drawn:
            self._drawn, self._lines = drawn, self.table_rows(state)
        table.show(self._lines, state.cursor, self._empty_lines())
        self._paint_filter()
        self._paint_panel()
        self.refresh_bindings()

    def on_line_table_highlighted(self) -> None:
        self._awaited = ""  # who moves on does not want to be called back
        self.state = self._fresh

    def on_line_table_chosen(self, message: LineTable.Chosen) -> None:
        row = self.current
        if row is not None and row.name == message.key:
            self.choose(row)

    def on_input_changed(self, event: Input.Changed) -> None:
        self.state = self._fresh.filtered(event.input.value)

    def on_filter_input_moved(self, message: FilterInput.Moved) -> None:
        self.state = self._fresh.moved(message.by)

    def open_copies(self) -> None:
        """Ask what to copy of the highlighted row, and copy it."""
        if (row := self.current) is not None:
            offer_copies(self.desk, row.name, self.copies(row))

    def open_details(self) -> None:
        """Show all that is known of the highlighted row."""
        from mixdesk_tui.dialogs.details import DetailsDialog

        if (row := self.current) is None:
            return
        now = self.state.now

        def lines(room: int) -> Sequence[Line]:
            return self.details(row, now, room)

        def go(wants_copy: bool | None) -> None:
            if wants_copy:
                self.open_copies()

        copies = self.copies(row)
        dialog = DetailsDialog(
            row.name, lines, lambda index: copy(self.desk, row.name, copies[index])
        )
        self.desk.push_screen(dialog, go)

    def action_copy_line(self, index: int) -> None:
        """Copy one of the lines that the panel shows."""
        if (row := self.current) is not None:
            copy(self.desk, row.name, self.copies(row)[index])

    def action_start_filter(self) -> None:
        self.query_one(FilterBar).open()

    def action_keep_filter(self) -> None:
        self.set_focus(self.query_one(LineTable))
        self.query_one(FilterBar).close()
        self._paint_filter()

    def action_leave_filter(self) -> None:
        self.action_clear_filter()
        self.action_keep_filter()

    def action_clear_filter(self) -> None:
        self.state = self._fresh.filtered("")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "clear_filter":
            return bool(self.state.query)
        if action.startswith(_OF_A_ROW):
            return self.current is not None
        if action == "start_filter":
            return bool(self.state.rows) and not self._is_typing
        return super().check_action(action, parameters)

    @property
    def _fresh(self) -> ListState[R]:
        """The state, with the cursor where the table has it and what the filter's field holds."""
        tables = self.query(LineTable)
        key = tables.first().key if tables else None
        state = self.state if key is None else self.state._replace(cursor=key)
        return state.filtered(self.query_one(FilterBar).typed) if tables else state

    @property
    def _is_typing(self) -> bool:
        return isinstance(self.focused, FilterInput)

    def _paint_filter(self) -> None:
        bar = self.query_one(FilterBar)
        bar.say(self.state.query, count_words(self.state), is_open=self._is_typing)

    def _paint_panel(self) -> None:
        row, now = self.state.current, self.state.now
        panel = self.query_one("#panel", LineView)
        # Remembered, for it is asked for each line that is drawn.
        lines = lru_cache(2)(lambda room: self._panel_lines(row, now, room) if row else ())
        panel.show(lines)

    def _panel_lines(self, row: R, now: float, room: int) -> Sequence[Line]:
        title = (Span(" "), name(row.name, room - 2, "strong"))
        return [title, (), *self.details(row, now, room)]

    def _empty_lines(self) -> Sequence[Line]:
        if not self.state.query:
            return self.nothing()
        text = f"  Nothing matches {safe(self.state.query)}"
        return [(), (Span(text),), shows_all()]
