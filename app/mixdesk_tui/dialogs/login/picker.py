"""The projects to choose from, with a field that narrows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import var
from textual.widgets import Input

from mixdesk.model.records import ProjectRow
from mixdesk_tui.dialogs.login.picking import refusal_lines
from mixdesk_tui.dialogs.login.widgets import PickInput
from mixdesk_tui.screens.projects.catalog import COLUMNS
from mixdesk_tui.screens.projects.state import PickerState
from mixdesk_tui.screens.projects.view import PickerRows, count_words
from mixdesk_tui.spans import Line, Span, safe, spread
from mixdesk_tui.widgets.line_table import LineTable
from mixdesk_tui.widgets.line_view import LineView
from mixdesk_tui.widgets.long_table import LongTable

if TYPE_CHECKING:
    from textual.app import ComposeResult


class ProjectPicker(Vertical):
    """A field and a list; it says which project was chosen, and why another cannot be."""

    state: var[PickerState] = var(PickerState(), init=False)

    class Chosen(Message):
        """A project is chosen."""

        def __init__(self, row: ProjectRow) -> None:
            super().__init__()
            self.row = row

    def compose(self) -> ComposeResult:
        yield Horizontal(
            LineView(lambda _room: [(Span(" / ", "key"),)], id="slash"),
            PickInput(compact=True, id="query", placeholder="type to narrow the list"),
            LineView(id="count"),
        )
        table = LongTable(COLUMNS, id="projects")
        table.can_focus = False  # the field keeps the keys, and moves the cursor of the list
        yield table
        yield LineView(id="refusal")

    def open(self, state: PickerState) -> None:
        """Show the projects of a login and take the keys."""
        field = self.query_one(PickInput)
        with field.prevent(Input.Changed):
            field.value = ""
        self.state = state
        field.focus()

    def watch_state(self) -> None:
        """Paint list, count, and what is said of the marked project."""
        state = self.state
        table = self.query_one(LongTable)
        nothing: Iterable[Line] = [(), (Span(f"  Nothing matches {safe(state.query)}"),)]
        table.show_rows(PickerRows(state), state.cursor, state.catalog.natural, [*nothing])
        count = count_words(state)
        self.query_one("#count", LineView).show(
            lambda room: [spread((), (Span(count, "muted"), Span(" ")), room)]
        )
        self.query_one("#refusal", LineView).show(lambda room: refusal_lines(state, room))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.state = self._fresh.filtered(event.value)

    def on_line_table_highlighted(self) -> None:
        self.state = self._fresh

    def on_line_table_chosen(self, message: LineTable.Chosen) -> None:
        self.choose()

    def move(self, rows: int) -> None:
        """Mark another project."""
        self.state = self._fresh.at(self._fresh.cursor + rows)

    def move_pages(self, pages: int) -> None:
        """Mark the project a page further."""
        self.move(pages * max(self.query_one(LongTable).size.height - 1, 1))

    def choose(self) -> None:
        """Choose the marked project, if the login can work there."""
        row = self._fresh.current
        if row is not None and not row.is_elsewhere:
            self.post_message(self.Chosen(row))

    @property
    def _fresh(self) -> PickerState:
        """The state, with the cursor where the list has it now."""
        state, cursor = self.state, self.query_one(LongTable).cursor
        return state.at(cursor) if cursor != state.cursor and cursor < state.size else state
