"""Testing accounts, driven by keys."""

from __future__ import annotations

import asyncio
import threading

from mixdesk.api.stopping import Stop
from mixdesk.exceptions import APIError, AuthenticationError
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.screens.accounts.screen import AccountsScreen
from mixdesk_tui.widgets.line_table import LineTable
from tests.app.driving import driven, press, settled, shown
from tests.app.fakes import FakeDesk


def said(app: MixdeskApp) -> str:
    """What is on the screen, with toasts as one line."""
    return " ".join(shown(app).replace("▌", " ").split())


async def test_t_tests_the_highlighted_account(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "j", "t")
        text = said(app)
        assert "acme-eu is accepted as acme-eu@acme.example" in text
        assert "ok, just now" in text


async def test_a_failure_says_what_and_what_to_do(desk: FakeDesk) -> None:
    desk.failures["acme-eu"] = AuthenticationError(
        "Mixpanel does not accept these credentials for /me (401).",
        status_code=401,
        hint="Check the account, or log in again.",
    )
    app = desk.app()
    async with driven(app, (120, 40)) as pilot:
        await press(pilot, "2", "j", "t")
        text = shown(app)
        assert "Mixpanel does not let it in" in text
        assert "Check the account, or log in again." in text


async def test_all_are_summed_up(desk: FakeDesk) -> None:
    desk.failures["ci"] = APIError("No answer to /me.", code="NETWORK_ERROR")
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "T")
        assert "4 of 5 accounts are accepted, 1 needs attention" in said(app)
        desk.failures.clear()
        await press(pilot, "T")
        assert "All 5 accounts are accepted" in said(app)


async def test_each_row_is_live_and_escape_stops_the_rest(desk: FakeDesk) -> None:
    asked, answers = threading.Event(), iter([True, True, False])

    def ask(stop: Stop) -> None:
        if not next(answers, False):
            asked.set()
            stop.wait(60)

    desk.asking = ask
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2")
        await pilot.press("T")
        assert await asyncio.to_thread(asked.wait, 60)
        await pilot.pause()
        assert shown(app).count("testing…") == 3
        await pilot.press("escape")
        await settled(pilot)
        text = shown(app)
        assert "testing…" not in text
        assert "The tests are cancelled" in text


async def test_a_cursor_that_moves_while_answers_come_stays_where_it_went(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2")
        screen = app.screen
        assert isinstance(screen, AccountsScreen)
        table = screen.query_one(LineTable)
        before = table.key
        table.action_cursor_down()
        screen.tests = screen.tests.started(("ci",))  # painted before the move is heard of
        await settled(pilot)
        assert table.key != before
        assert screen.current is not None
        assert screen.current.name == table.key
