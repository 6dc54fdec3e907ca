"""Accounts: use, add, edit, remove, filter."""

from __future__ import annotations

from collections.abc import Sequence

from mixdesk.model.records import AccountRow
from mixdesk_tui import doing
from mixdesk_tui.commands.lists import ACCOUNTS
from mixdesk_tui.screens.accounts import state as view
from mixdesk_tui.screens.list_screen import ListScreen
from mixdesk_tui.screens.list_state import ListState
from mixdesk_tui.spans import Line
from mixdesk_tui.widgets.line_table import Row
from mixdesk_tui.world import World


class AccountsScreen(ListScreen[AccountRow]):
    """Who there is to be."""

    TAB = "show_accounts"
    COLUMNS = view.COLUMNS
    BINDINGS = [*ACCOUNTS]

    def rows_of(self, world: World) -> Sequence[AccountRow]:
        return world.overview.accounts

    def table_rows(self, state: ListState[AccountRow]) -> Sequence[Row]:
        return view.table_rows(state)

    def details(self, row: AccountRow, now: float, room: int) -> Sequence[Line]:
        return view.details(row, now, room)

    def nothing(self) -> Sequence[Line]:
        return view.nothing()

    def choose(self, row: AccountRow) -> None:
        self.use_account(row.name)

    def action_use_account(self) -> None:
        if (row := self.current) is not None:
            self.choose(row)

    def action_add_account(self) -> None:
        doing.add_account(self.desk)

    def action_edit_account(self) -> None:
        if (row := self.current) is not None:
            doing.edit_account(self.desk, row)

    def action_remove_account(self) -> None:
        if (row := self.current) is not None:
            doing.remove_account(self.desk, row)
