"""Targets: use, add, edit, remove, filter."""

from __future__ import annotations

from collections.abc import Sequence

from mixdesk.model.records import TargetRow
from mixdesk_tui.commands.lists import LISTS
from mixdesk_tui.commands.targets import TARGETS
from mixdesk_tui.doing import targets as doing
from mixdesk_tui.screens.copies import Copyable, target_copies
from mixdesk_tui.screens.list_screen import ListScreen
from mixdesk_tui.screens.list_state import ListState
from mixdesk_tui.screens.targets import state as view
from mixdesk_tui.spans import Line
from mixdesk_tui.widgets.line_table import Row
from mixdesk_tui.world import World


class TargetsScreen(ListScreen[TargetRow]):
    """Saved places to be."""

    TAB = "show_targets"
    COLUMNS = view.COLUMNS
    BINDINGS = [*TARGETS, *LISTS]

    def rows_of(self, world: World) -> Sequence[TargetRow]:
        return world.overview.targets

    def table_rows(self, state: ListState[TargetRow]) -> Sequence[Row]:
        return view.table_rows(state)

    def details(self, row: TargetRow, now: float, room: int) -> Sequence[Line]:
        return view.details(row, room)

    def copies(self, row: TargetRow) -> Sequence[Copyable]:
        return target_copies(row)

    def nothing(self) -> Sequence[Line]:
        overview = self.desk.world.overview
        is_somebody = bool(self.check_action("save_place", ()))
        return view.nothing(has_accounts=bool(overview.accounts), is_somebody=is_somebody)

    def choose(self, row: TargetRow) -> None:
        self.use_target(row.name)

    def action_use_target(self) -> None:
        if (row := self.current) is not None:
            self.choose(row)

    def action_add_target(self) -> None:
        doing.add_target(self.desk)

    def action_edit_target(self) -> None:
        if (row := self.current) is not None:
            doing.edit_target(self.desk, row)

    def action_rename_target(self) -> None:
        if (row := self.current) is not None:
            doing.rename_target(self.desk, row)

    def action_protect_target(self) -> None:
        if (row := self.current) is not None:
            doing.protect_target(self.desk, row)

    def action_copy_target(self) -> None:
        self.open_copies()

    def action_inspect_target(self) -> None:
        self.open_details()

    def action_open_target(self) -> None:
        if (row := self.current) is not None:
            doing.open_target(self.desk, row)

    def action_remove_target(self) -> None:
        if (row := self.current) is not None:
            doing.remove_target(self.desk, row)
