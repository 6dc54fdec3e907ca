"""What is closed twice, clicked where nothing is, or covered while it goes, ends nothing else."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Iterable

import pytest
from textual.events import Click, Key, Resize
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from mixdesk.exceptions import ConfigError
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.attention import Goal, Place
from mixdesk_tui.dialogs.confirm import Confirm
from mixdesk_tui.dialogs.form import Form
from mixdesk_tui.dialogs.help import HelpDialog
from mixdesk_tui.dialogs.login.screen import LoginDialog
from mixdesk_tui.dialogs.message import ErrorDialog, MessageDialog
from mixdesk_tui.dialogs.too_small import TooSmall
from mixdesk_tui.dialogs.type_name import TypeName
from mixdesk_tui.palette import Palette
from mixdesk_tui.screens.projects.screen import ProjectsScreen
from mixdesk_tui.screens.status.mending import follow
from mixdesk_tui.screens.status.state import Spot
from mixdesk_tui.widgets.columns import Column
from mixdesk_tui.widgets.line_table import LineTable
from tests.app.driving import driven, idle, press, settled
from tests.app.fakes import FakeDesk


@pytest.fixture
def app(desk: FakeDesk) -> MixdeskApp:
    return desk.app()


async def test_a_dialog_that_is_answered_twice_closes_only_itself(app: MixdeskApp) -> None:
    answers: list[bool | None] = []
    async with driven(app) as pilot:
        app.push_screen(MessageDialog("below"))
        app.push_screen(Confirm("Sure?"), answers.append)
        await settled(pilot)
        dialog = app.screen
        assert isinstance(dialog, Confirm)
        dialog.action_answer_yes()
        dialog.action_answer_yes()
        await settled(pilot)
        assert isinstance(app.screen, MessageDialog)
    assert answers == [True]


async def test_clicks_beside_the_palette_close_only_the_palette(app: MixdeskApp) -> None:
    async with driven(app) as pilot:
        await press(pilot, "2", "ctrl+p")
        palette = app.screen
        assert isinstance(palette, Palette)
        for x, y in ((0, 0), (0, 0), (500, 500)):
            click = Click(palette, x, y, 0, 0, 1, False, False, False, x, y)
            palette.post_message(click)
        await settled(pilot)
        assert app.current_mode == "accounts"
        assert len(app.screen_stack) == 1


async def test_a_page_of_an_empty_palette_is_nowhere(app: MixdeskApp) -> None:
    async with driven(app) as pilot:
        await press(pilot, "ctrl+p", *"qqqqqq", "pagedown", "pageup")
        assert isinstance(app.screen, Palette)


async def test_room_that_comes_behind_a_dialog_is_seen_when_that_closes(app: MixdeskApp) -> None:
    async with driven(app) as pilot:
        await pilot.resize_terminal(40, 10)
        await settled(pilot)
        assert isinstance(app.screen, TooSmall)
        app.push_screen(MessageDialog("said meanwhile"))
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        await press(pilot, "escape")
        assert len(app.screen_stack) == 1


async def test_keys_that_come_before_their_dialog_are_its_own(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "3", "G")  # a protected target
        for key in ("enter", "enter", "enter"):
            app.post_message(Key(key, None))
        await settled(pilot)
        assert isinstance(app.screen, TypeName)
        await press(pilot, "escape", "2", "G")
        for key in ("d", "y"):
            app.post_message(Key(key, key))
        await settled(pilot)
    assert [call[0] for call in desk.calls] == ["remove_account"]


@pytest.mark.parametrize("place", ["account", "workspaces"])
async def test_a_screen_that_two_are_opening_is_waited_for(place: Place, app: MixdeskApp) -> None:
    async with driven(app) as pilot:
        for _ in range(2):
            follow(app, Spot("", Goal(place, "look", "acme-eu")))
        await settled(pilot)
        assert not app._exit
        assert app.current_mode == ("accounts" if place == "account" else "projects")


async def test_a_table_that_shows_nothing_yet_can_be_resized(app: MixdeskApp) -> None:
    async with driven(app) as pilot:
        await app.screen.mount(LineTable([Column("NAME"), Column("KIND")]))
        await pilot.resize_terminal(100, 30)
        await settled(pilot)


async def test_a_palette_that_closes_while_it_looks_fails_unheard(app: MixdeskApp) -> None:
    async with driven(app) as pilot:
        await press(pilot, "2", "ctrl+p")
        palette = app.screen
        assert isinstance(palette, Palette)
        palette.dismiss()
        await settled(pilot)
        palette._gather_commands("late")
        await pilot.pause()
        assert not app._exit
        assert len(app.screen_stack) == 1


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[Size | None]:
    """The sizes that screens are laid out for; more than come to rest are a failure."""
    sizes: list[Size | None] = []
    lay_out = Screen._refresh_layout

    def counted(screen: Screen[object], size: Size | None = None, scroll: bool = False) -> None:
        sizes.append(size)
        assert len(sizes) < 100, "it goes on for ever"
        lay_out(screen, size, scroll)

    monkeypatch.setattr(Screen, "_refresh_layout", counted)
    return sizes


@pytest.mark.parametrize("key", ["?", "ctrl+p"])
async def test_two_sizes_on_their_way_at_once_come_to_rest(
    key: str, app: MixdeskApp, laid_out: list[Size | None]
) -> None:
    async with driven(app) as pilot:
        await press(pilot, key)
        laid_out.clear()
        for screen in app.screen_stack:
            for size in (Size(60, 16), app.size):
                screen.post_message(Resize(size, size))
                screen.call_later(lambda: None)  # what stands between keeps them apart
        await settled(pilot)
    assert laid_out


@pytest.mark.parametrize("key", ["1", "2", "?", "ctrl+p"])
async def test_a_page_that_scrolls_comes_to_rest_after_each_size(
    key: str, app: MixdeskApp, laid_out: list[Size | None]
) -> None:
    async with driven(app) as pilot:
        await press(pilot, key)
        for size in ((60, 16), (68, 18), (80, 24), (120, 40), (80, 24)):
            laid_out.clear()
            await pilot.resize_terminal(*size)
            await settled(pilot)
    assert laid_out


@pytest.mark.parametrize(
    ("key", "screen"), [("4", ProjectsScreen), ("a", Form), ("n", LoginDialog), ("f1", HelpDialog)]
)
async def test_leaving_while_a_screen_is_put_together_is_no_fault(
    key: str, screen: type[Screen[object]], app: MixdeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    compose = screen.compose

    def leave(made: Screen[object]) -> Iterable[Widget]:
        app.exit()
        yield from compose(made)

    monkeypatch.setattr(screen, "compose", leave)
    async with driven(app) as pilot:
        await press(pilot, "2")
        app.post_message(Key(key, key))
        await idle()
    assert app._exit
    assert app.return_code == 0


class TestLeavingWithChangesThatWait:
    async def test_makes_them_first(self, desk: FakeDesk) -> None:
        app = desk.app()
        async with driven(app) as pilot:
            desk.gate = threading.Event()
            await pilot.press("2", "j", "enter", "j", "enter", "q")
            assert not app._exit
            desk.gate.set()
            async with asyncio.timeout(60):
                while not app._exit:
                    await pilot.pause()
        assert [call[0] for call in desk.calls] == ["use_account", "use_account"]

    async def test_waits_for_none_when_told_twice(self, desk: FakeDesk) -> None:
        app = desk.app()
        async with driven(app) as pilot:
            desk.gate = threading.Event()
            await pilot.press("2", "j", "enter", "j", "enter", "q", "q")
            assert app._exit
            desk.gate.set()

    async def test_stays_where_one_is_refused(self, desk: FakeDesk) -> None:
        app = desk.app()
        async with driven(app) as pilot:
            desk.gate = threading.Event()
            desk.refusal = ConfigError("The disk is full.")
            await pilot.press("2", "j", "enter", "j", "enter", "q")
            desk.gate.set()
            await settled(pilot)
            assert isinstance(app.screen, ErrorDialog)
            await press(pilot, "escape", "q")
            assert app._exit


async def test_work_that_an_app_that_leaves_never_starts_is_not_warned_of(
    app: MixdeskApp, recwarn: pytest.WarningsRecorder
) -> None:
    gc.collect()
    recwarn.clear()  # of what other tests have left
    async with driven(app):
        app._closing = True  # the last look, from a timer that was still to be stopped
        app.poll()
        app.workers.cancel_all()
        app._closing = False
    gc.collect()
    assert [str(each.message) for each in recwarn] == []
