"""The picker as data: what is typed, what is found, where the cursors are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mixdesk.exceptions import MixdeskError
from mixdesk.model.records import ProjectRow, WorkspaceEntry
from mixdesk_tui.screens.projects.catalog import Catalog

NOT_ASKING = -1.0


class PickerState(NamedTuple):
    """All that the screen is drawn from."""

    catalog: Catalog = Catalog()
    query: str = ""
    found: Sequence[int] = ()
    """Places in the catalog that match, the best first."""
    cursor: int = 0
    """Row of the list: shortcuts come first while nothing is typed."""
    workspace: int = 0
    """Row of the highlighted project's workspaces."""
    is_choosing_workspace: bool = False
    is_read: bool = False
    """Whether the files were looked at yet."""
    failure: MixdeskError | None = None
    """Why there is no list."""
    refusal: MixdeskError | None = None
    """What the last refresh ended with."""
    asking_since: float = NOT_ASKING
    now: float = 0.0
    current_workspace: int | None = None
    has_accounts: bool = True
    """Whether there is anybody who could be asked."""

    @property
    def shortcuts(self) -> Sequence[tuple[str, int]]:
        """Favourites and recent ones, while nothing is typed."""
        return () if self.query.strip() else self.catalog.shortcuts

    @property
    def size(self) -> int:
        """How many rows the list has."""
        return len(self.shortcuts) + len(self.found)

    @property
    def is_asking(self) -> bool:
        """Whether Mixpanel is being asked."""
        return self.asking_since != NOT_ASKING

    @property
    def current(self) -> ProjectRow | None:
        """The highlighted project."""
        return self.row(self.cursor) if self.cursor < self.size else None

    @property
    def workspaces(self) -> Sequence[WorkspaceEntry]:
        """Those of the highlighted project."""
        return self.current.workspaces if self.current is not None else ()

    @property
    def chosen_workspace(self) -> WorkspaceEntry | None:
        """The highlighted workspace, once the user went there."""
        if not self.is_choosing_workspace or self.workspace >= len(self.workspaces):
            return None
        return self.workspaces[self.workspace]

    def row(self, index: int) -> ProjectRow:
        """Return the project in a row of the list."""
        return self.catalog.rows[self._place(index)]

    def group(self, index: int) -> str:
        """Return what a row belongs to: a shortcut's group, else its organization."""
        shortcuts = self.shortcuts
        if index < len(shortcuts):
            return shortcuts[index][0]
        return self.row(index).project.organization

    def with_catalog(self, catalog: Catalog, now: float) -> PickerState:
        """Return the state with another list; the cursor stays on its project and group."""
        before, group = self.current, self.group(self.cursor) if self.current else ""
        after = self._replace(
            catalog=catalog,
            found=catalog.names.find(self.query),
            is_read=True,
            failure=None,
            now=now,
        )
        if before is None:
            return after.at(0) if self.query.strip() else after.at_current()
        if self._account == after._account and before.project.id in catalog.places:
            return after._at_project(before.project.id, group)
        return after.at(0)

    def failed(self, failure: MixdeskError) -> PickerState:
        """Return the state in which there is nothing to list, and why."""
        return self._replace(catalog=Catalog(), found=(), failure=failure, is_read=True).at(0)

    def filtered(self, query: str) -> PickerState:
        """Return the state with another filter; the cursor is on the best match."""
        if query == self.query:
            return self
        after = self._replace(query=query, found=self.catalog.names.find(query))
        kept = self.current if not query.strip() else None
        return after._at_project(kept.project.id, "") if kept is not None else after.at(0)

    def at(self, index: int) -> PickerState:
        """Return the state with another row highlighted."""
        index = max(0, min(index, self.size - 1))
        return self._replace(cursor=index, workspace=0, is_choosing_workspace=False)

    def at_current(self) -> PickerState:
        """Return the state with the project in use highlighted, if it is in the list."""
        return self.at(self._first_current())

    def _place(self, index: int) -> int:
        shortcuts = self.shortcuts
        if index < len(shortcuts):
            return shortcuts[index][1]
        return self.found[index - len(shortcuts)]

    @property
    def _account(self) -> str | None:
        return self.catalog.listing.account if self.catalog.listing is not None else None

    def _first_current(self) -> int:
        """The row of the project in use, a shortcut rather than its place in the crowd."""
        places = [place for place, row in enumerate(self.catalog.rows) if row.is_current]
        return self._index_of(places[0], "") if places else 0

    def _at_project(self, project: str, group: str) -> PickerState:
        """Highlight a project, in its group if it is there; its workspaces stay as they were."""
        index = self._index_of(self.catalog.places[project], group)
        return self._replace(cursor=max(0, min(index, self.size - 1)))

    def _index_of(self, place: int, group: str) -> int:
        """The row of a project: of those it has, the one in this group, else the first."""
        shortcuts = self.shortcuts
        rows = [index for index, (_, each) in enumerate(shortcuts) if each == place]
        if place in self.found:
            rows.append(len(shortcuts) + self.found.index(place))
        in_group = [index for index in rows if self.group(index) == group]
        return (in_group or rows or [0])[0]
