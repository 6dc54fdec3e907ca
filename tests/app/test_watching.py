"""The files change under the app; the app changes the files; nothing is lost, nothing blocks."""

from __future__ import annotations

import threading

import pytest

from mixdesk.exceptions import StoreError
from mixdesk_tui import watching
from mixdesk_tui.screens.list_screen import ListScreen
from mixdesk_tui.watching import Seen
from tests.app.driving import driven, press, settled, shown
from tests.app.fakes import CONFIG, NOW, FakeDesk, account, empty, overview


async def test_what_another_program_changed_appears(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2")
        desk.seen = overview(accounts=(*overview().accounts, account("zulu")), fingerprint=2)
        app.poll()
        await settled(pilot)
        assert "zulu" in shown(app)


async def test_cursor_and_filter_stay(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "slash", "c", "enter", "G")
        assert isinstance(app.screen, ListScreen)
        assert app.screen.state.cursor == "ci"
        more = (account("aaa"), account("cool"), *overview().accounts)
        desk.seen = overview(accounts=more, fingerprint=2)
        app.poll()
        await settled(pilot)
        assert app.screen.state.cursor == "ci"
        assert app.screen.state.query == "c"
        assert "cool" in shown(app)
        assert "aaa" not in shown(app)


async def test_nothing_is_read_while_nothing_changes(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        app.poll()
        await settled(pilot)
    assert desk.reads == 0


async def test_the_empty_machine_fills_up() -> None:
    desk = FakeDesk(empty())
    app = desk.app()
    async with driven(app) as pilot:
        assert "No account yet." in shown(app)
        desk.seen = overview()
        app.poll()
        await settled(pilot)
        assert "No account yet." not in shown(app)
        assert "acme-corp" in shown(app)


async def test_a_broken_file_is_shown_and_recovers(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        error = StoreError("config.toml:3 is broken.", code="STORE_CORRUPT", path=CONFIG)
        desk.seen = overview(session=None, accounts=(), targets=(), error=error, fingerprint=2)
        app.poll()
        await settled(pilot)
        assert "config.toml:3 is broken." in shown(app)
        assert "AI Demo" in shown(app)
        desk.seen = overview(fingerprint=3)
        app.poll()
        await settled(pilot)
        assert "config.toml:3" not in shown(app)


async def test_an_answer_that_comes_late_is_dropped(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        app.on_seen(Seen(overview(fingerprint=9), 5))
        app.on_seen(Seen(overview(accounts=(), fingerprint=8), 4))
        await settled(pilot)
        assert app.world.overview.fingerprint == 9


async def test_the_clock_ticks_on_what_is_seen(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        assert "42 min left" in shown(app)
        desk.now = NOW + 60
        app.tick()
        await settled(pilot)
        assert "41 min left" in shown(app)
        assert " 41 min " in shown(app).splitlines()[0]


async def test_a_screen_that_was_away_catches_up(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "3")
        desk.seen = overview(accounts=(account("only"),), fingerprint=2)
        app.poll()
        await settled(pilot)
        await press(pilot, "2")
        assert "only" in shown(app)
        assert "berlin" not in shown(app)


async def test_changes_are_made_one_after_the_other(desk: FakeDesk) -> None:
    desk.gate = threading.Event()
    app = desk.app()
    async with driven(app) as pilot:
        await pilot.press("2", "j", "enter", "j", "enter")
        await pilot.pause()
        assert desk.calls == []
        await pilot.press("1")
        await pilot.pause()
        assert app.current_mode == "status"
        desk.gate.set()
        await settled(pilot)
    assert desk.calls == [("use_account", "acme-eu"), ("use_account", "berlin")]


async def test_a_slow_change_says_so(desk: FakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "PATIENCE", 0.01)
    desk.gate = threading.Event()
    app = desk.app()
    async with driven(app) as pilot:
        await pilot.press("2", "j", "enter")
        await pilot.pause()
        assert "saving…" in shown(app)
        desk.gate.set()
        await settled(pilot)
        assert "saving…" not in shown(app)


async def test_a_theme_that_cannot_be_remembered_is_said(desk: FakeDesk) -> None:
    desk.refusal = StoreError("ui.toml cannot be written.", code="STORE_IO", path="ui.toml")
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "ctrl+t")
        assert app.theme == "mixdesk-light"
        assert "ui.toml cannot be written." in shown(app)
