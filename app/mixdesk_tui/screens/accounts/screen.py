"""Accounts: use, add, edit, remove, test, filter."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual.message import Message
from textual.reactive import var

from mixdesk.api.stopping import Stop
from mixdesk.model.records import AccountRow, AccountTest
from mixdesk_tui.commands.accounts import ACCOUNTS
from mixdesk_tui.commands.lists import LISTS
from mixdesk_tui.doing import accounts as doing
from mixdesk_tui.doing import bridges, logins
from mixdesk_tui.screens.accounts import state as view
from mixdesk_tui.screens.accounts.tests import NO_TESTS, Tests, outcome
from mixdesk_tui.screens.copies import Copyable, account_copies
from mixdesk_tui.screens.list_screen import ListScreen
from mixdesk_tui.screens.list_state import ListState
from mixdesk_tui.spans import Line
from mixdesk_tui.widgets.line_table import Row
from mixdesk_tui.world import World


class Tested(Message):
    """The answer for one account is there."""

    def __init__(self, result: AccountTest, attempt: Stop) -> None:
        super().__init__()
        self.result = result
        self.attempt = attempt


class AccountsScreen(ListScreen[AccountRow]):
    """Who there is to be."""

    TAB = "show_accounts"
    COLUMNS = view.COLUMNS
    BINDINGS = [*ACCOUNTS, *LISTS]
    tests: var[Tests] = var(NO_TESTS, init=False)

    def __init__(self) -> None:
        super().__init__()
        self._stop: Stop | None = None

    def rows_of(self, world: World) -> Sequence[AccountRow]:
        return world.overview.accounts

    def table_rows(self, state: ListState[AccountRow]) -> Sequence[Row]:
        return view.table_rows(state, self.tests)

    def drawn_with(self) -> object:
        return self.tests

    def details(self, row: AccountRow, now: float, room: int) -> Sequence[Line]:
        return view.details(row, now, room, self.tests, self.desk.services.account_files)

    def copies(self, row: AccountRow) -> Sequence[Copyable]:
        return account_copies(row)

    def nothing(self) -> Sequence[Line]:
        return view.nothing()

    def watch_tests(self) -> None:
        fresh = self._fresh  # the cursor may have moved on since the state was painted
        if fresh == self.state:
            self.watch_state()
        else:
            self.state = fresh

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "cancel_tests":
            return self.tests.is_running
        if action in ("test_account", "test_all_accounts"):
            return self.state.current is not None and not self.tests.is_running
        if action == "log_out":
            return self.state.current is not None and bool(self.state.current.has_tokens)
        if action == "new_login":
            return bool(self.state.rows)  # with no rows, logging in is nothing else
        if action == "export_bridge":
            return self.current is not None
        if action == "remove_bridge":
            session = self.desk.world.overview.session
            return session is not None and session.bridge_path is not None
        if action == "clear_filter" and self.tests.is_running:
            return False  # esc does one thing at a time
        return super().check_action(action, parameters)

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

    def action_rename_account(self) -> None:
        if (row := self.current) is not None:
            doing.rename_account(self.desk, row)

    def action_remove_account(self) -> None:
        if (row := self.current) is not None:
            doing.remove_account(self.desk, row)

    def action_copy_account(self) -> None:
        self.open_copies()

    def action_inspect_account(self) -> None:
        self.open_details()

    def action_open_account(self) -> None:
        if (row := self.current) is not None:
            doing.open_account(self.desk, row)

    def action_export_bridge(self) -> None:
        if (row := self.current) is not None:
            bridges.export_bridge(self.desk, row)

    def action_remove_bridge(self) -> None:
        bridges.remove_bridge(self.desk)

    def action_log_in(self) -> None:
        logins.log_in(self.desk, self.current)

    def action_log_out(self) -> None:
        if (row := self.current) is not None:
            logins.log_out(self.desk, row)

    def action_new_login(self) -> None:
        logins.log_in(self.desk)

    def action_test_account(self) -> None:
        if (row := self.current) is not None:
            self._test((row.name,))

    def action_test_all_accounts(self) -> None:
        self._test(tuple(row.name for row in self.state.rows))

    def action_cancel_tests(self) -> None:
        """Stop testing; what was on its way is not waited for and changes nothing here."""
        if self._stop is not None:
            self._stop.set()
            self._stop = None
            self.tests = self.tests.ended()
            self.desk.say("The tests are cancelled")

    def on_unmount(self) -> None:
        if self._stop is not None:
            self._stop.set()

    def on_tested(self, message: Tested) -> None:
        if message.attempt is self._stop:
            self.tests = self.tests.with_result(message.result)

    def _test(self, names: Sequence[str]) -> None:
        if self._stop is None:
            self._stop = Stop()
            self.tests = self.tests.started(names)
            self.desk.work("ask", self._ask, names, self._stop)

    async def _ask(self, names: Sequence[str], stop: Stop) -> None:
        """Test in a thread; it tells each result, and the last one ends the run."""

        def tell(result: AccountTest) -> None:
            self.post_message(Tested(result, stop))

        try:
            await asyncio.to_thread(self.desk.services.test_accounts, names, tell, stop)
        finally:
            stop.set()  # the app may leave while the threads still wait
            self.call_later(self._sum_up, names, stop)

    def _sum_up(self, names: Sequence[str], stop: Stop) -> None:
        if self._stop is stop:
            self._stop = None
            self.tests = self.tests.ended()
            self.desk.look()
            said, is_warning = outcome(names, self.tests)
            self.desk.say(said, warning=is_warning)
