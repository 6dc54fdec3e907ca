"""The filter of a list: printable keys belong to it while it has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from mixdesk_tui.commands.lists import FILTER
from mixdesk_tui.spans import Span, spread
from mixdesk_tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from textual.app import ComposeResult


class FilterInput(Input):
    """The field itself: enter and esc leave it, up and down move in the list."""

    BINDINGS = FILTER

    class Moved(Message):
        """The cursor of the list shall move."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def key_up(self) -> None:
        self.post_message(self.Moved(-1))

    def key_down(self) -> None:
        self.post_message(self.Moved(1))


class FilterBar(Horizontal):
    """One line above a list: ``/ what is typed``, and how many rows match."""

    def __init__(self) -> None:
        super().__init__()
        self._said = ""

    def compose(self) -> ComposeResult:
        yield LineView(lambda _room: [(Span(" / ", "key"),)], id="slash")
        yield FilterInput(compact=True, id="query", disabled=True)
        yield LineView(id="count")

    @property
    def typed(self) -> str:
        """What stands in the field, which may be a message ahead of what is painted."""
        return self.query_one(FilterInput).value

    def say(self, query: str, count: str, *, is_open: bool) -> None:
        """Show what is typed and how many rows match."""
        field = self.query_one(FilterInput)
        # What is painted may be a letter behind what is typed: only another query is put there.
        if self._said != query and field.value != query:
            with field.prevent(Input.Changed):
                field.value = query
        self._said = query
        self.set_class(is_open or bool(query), "-open")
        self.query_one("#count", LineView).show(
            lambda room: [spread((), (Span(count, "muted"), Span(" ")), room)]
        )

    def open(self) -> None:
        """Give the field the keys."""
        field = self.query_one(FilterInput)
        field.disabled = False
        self.add_class("-open")
        field.focus()

    def close(self) -> None:
        """Take the keys away from the field."""
        self.query_one(FilterInput).disabled = True
