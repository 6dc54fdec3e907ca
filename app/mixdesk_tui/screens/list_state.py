"""A filtered list with a cursor, as data: what Accounts and Targets have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from mixdesk_tui.matching import closeness, match
from mixdesk_tui.spans import safe


class Named(Protocol):
    """A row of the core: its name is its key."""

    @property
    def name(self) -> str:
        """The name, exactly as in the file."""
        ...

    @property
    def is_active(self) -> bool:
        """Whether it is the one in use."""
        ...


R = TypeVar("R", bound=Named)


class ListState(NamedTuple, Generic[R]):
    """Rows, what is typed into the filter, and the highlighted name."""

    rows: tuple[R, ...] = ()
    query: str = ""
    cursor: str | None = None
    now: float = 0.0

    @property
    def visible(self) -> tuple[R, ...]:
        """The rows that match the filter, in their own order."""
        if not self.query.strip():
            return self.rows
        return tuple(row for row in self.rows if match(self.query, safe(row.name)) is not None)

    @property
    def current(self) -> R | None:
        """The highlighted row, where it is visible."""
        return next((row for row in self.visible if row.name == self.cursor), None)

    def with_rows(self, rows: Sequence[R], now: float) -> ListState[R]:
        """Return the state with new rows; the cursor stays on its name, else on its place.

        At first it is on the row that is in use.
        """
        place = _place(self.visible, self.cursor)
        if self.cursor is None:
            place = next((index for index, row in enumerate(rows) if row.is_active), 0)
        after = self._replace(rows=tuple(rows), now=now)
        return after._settled(place)

    def filtered(self, query: str) -> ListState[R]:
        """Return the state with another filter; the cursor is on what matches best."""
        if query == self.query:
            return self
        after = self._replace(query=query)
        if not query.strip() or not after.visible:
            return after._settled(0)
        shown = {row.name: safe(row.name) for row in after.visible}
        best = max(shown, key=lambda name: (closeness(query, shown[name]), -len(shown[name])))
        return after._replace(cursor=best)

    def at(self, name: str) -> ListState[R]:
        """Return the state with another row highlighted, the filter gone where it hides it."""
        moved = self._replace(cursor=name)
        return moved if moved.current is not None else moved._replace(query="")

    def moved(self, by: int) -> ListState[R]:
        """Return the state with the cursor some rows further."""
        visible = self.visible
        if not visible:
            return self
        place = _place(visible, self.cursor) + by
        return self._replace(cursor=visible[max(0, min(place, len(visible) - 1))].name)

    def _settled(self, place: int) -> ListState[R]:
        """Put the cursor on a visible row: its own, else the one at ``place``."""
        visible = self.visible
        if not visible or any(row.name == self.cursor for row in visible):
            return self
        return self._replace(cursor=visible[min(place, len(visible) - 1)].name)


def _place(rows: Sequence[Named], name: str | None) -> int:
    return next((index for index, row in enumerate(rows) if row.name == name), 0)


def count_words(state: ListState[R]) -> str:
    """Return how many rows there are: ``3 of 12``."""
    total = len(state.rows)
    shown = len(state.visible)
    return f"{shown} of {total}" if shown != total else f"{total}"
