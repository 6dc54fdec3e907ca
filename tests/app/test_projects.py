"""Projects, driven by keys: choosing, favourites, refreshing and cancelling."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from mixdesk.api.stopping import Stop
from mixdesk.exceptions import APIError, ConfigError
from mixdesk_tui.asking import Picked
from mixdesk_tui.screens.projects.screen import ProjectsScreen
from mixdesk_tui.widgets.line_table import LineTable
from tests.app.driving import driven, press, settled, shown, write
from tests.app.fakes import FakeDesk, empty, hidden_project, listing, overview, picked, project
from tests.app.test_hostile import CONTROL, EVIL

WIDE = (120, 40)


def holding(asked: threading.Event) -> Callable[[Stop], None]:
    """An answer that does not come before somebody stops asking."""

    def ask(stop: Stop) -> None:
        asked.set()
        stop.wait(60)

    return ask


@pytest.mark.parametrize("size", [WIDE, (80, 24), (60, 16)])
async def test_enter_chooses_the_project_alone(desk: FakeDesk, size: tuple[int, int]) -> None:
    app = desk.app()
    async with driven(app, size) as pilot:
        await press(pilot, "4", "enter")
        assert desk.calls == [("use_project", "acme-corp", "3713224", None)]
        assert "AI Demo is current now" in shown(app)


@pytest.mark.parametrize("key", ["tab", "right"])
@pytest.mark.parametrize("size", [WIDE, (80, 24), (60, 16)])
async def test_a_workspace_is_chosen_with_its_project(
    desk: FakeDesk, size: tuple[int, int], key: str
) -> None:
    app = desk.app()
    async with driven(app, size) as pilot:
        await press(pilot, "4", key, "j", "enter")
        assert desk.calls == [("use_project", "acme-corp", "3713224", 3448414)]


async def test_escape_goes_back_from_the_workspaces(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4", "tab", "j", "escape", "enter")
        assert desk.calls == [("use_project", "acme-corp", "3713224", None)]


async def test_four_keys_find_a_project(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4", "slash")
        await write(pilot, "dai")
        await press(pilot, "enter", "enter")
        assert desk.calls == [("use_project", "acme-corp", "4001123", None)]


async def test_up_and_down_move_while_typing(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4", "slash")
        await write(pilot, "a")
        await press(pilot, "down", "down", "enter")
        assert "4001" in shown(app)
        await press(pilot, "escape")
        assert "2 of" not in shown(app)


async def test_a_project_elsewhere_is_explained_and_not_chosen(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4", "slash")
        await write(pilot, "drafts")
        await press(pilot, "enter", "enter")
        assert desk.calls == []
        assert "Its data is in eu; acme-corp works in us." in shown(app)


async def test_a_variable_that_hides_the_choice_is_told(desk: FakeDesk) -> None:
    desk.seen = overview(session=hidden_project())
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4", "enter")
        assert "saved, but MP_PROJECT_ID" in shown(app).replace("\n", " ")


async def test_f_makes_a_favourite_and_none(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4", "f", "g", "f")
        assert desk.calls == [
            ("set_favourite", "3713224", True),
            ("set_favourite", "3713225", False),
        ]


async def test_r_asks_and_shows_what_is_new(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4")
        desk.picked = picked(asked_at=desk.now)
        await press(pilot, "r")
        assert desk.calls == [("refresh_projects", "acme-corp")]
        assert "from /me, just now" in shown(app)


async def test_escape_stops_asking(desk: FakeDesk) -> None:
    asked = threading.Event()
    desk.asking = holding(asked)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4")
        await pilot.press("r")
        assert await asyncio.to_thread(asked.wait, 60)
        await pilot.pause()
        assert "asking Mixpanel…" in shown(app)
        await press(pilot, "escape")
        assert desk.calls == []
        assert "from /me, 3 h ago" in shown(app)
        assert "Cancelled" not in shown(app)


async def test_a_late_answer_changes_nothing(desk: FakeDesk) -> None:
    gate, asked = threading.Event(), threading.Event()

    def deaf(stop: Stop) -> None:
        asked.set()
        assert gate.wait(60)
        raise APIError("Too late.")

    desk.asking = deaf
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4")
        await pilot.press("r")
        assert await asyncio.to_thread(asked.wait, 60)
        await pilot.press("escape")
        gate.set()
        await settled(pilot)
        assert "Too late" not in shown(app)


async def test_leaving_stops_asking(desk: FakeDesk) -> None:
    asked = threading.Event()
    seen: list[Stop] = []

    def ask(stop: Stop) -> None:
        seen.append(stop)
        asked.set()
        stop.wait(60)

    desk.asking = ask
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4")
        await pilot.press("r")
        assert await asyncio.to_thread(asked.wait, 60)
        app.exit()
    assert seen[0].is_set


async def test_a_refusal_is_said_above_the_list_that_stays(desk: FakeDesk) -> None:
    def refuse(stop: Stop) -> None:
        raise APIError("No answer to /me.", code="NETWORK_ERROR", hint="Check your network.")

    desk.asking = refuse
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4", "r")
        text = shown(app)
        assert "! No answer to /me." in text
        assert "Check your network." in text
        assert "E-Commerce" in text
        desk.asking = lambda stop: None
        await press(pilot, "r")
        assert "No answer" not in shown(app)


async def test_nobody_active_is_told_and_nothing_can_be_asked(desk: FakeDesk) -> None:
    desk.unlisted = ConfigError("No account is active.", hint="Choose one: mp account use NAME")
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4", "r", "enter", "f", "tab", "slash")
        assert desk.calls == []
        assert "No account is active." in shown(app)


async def test_a_change_of_another_process_appears(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4")
        desk.picked = picked(rows=picked().listing.rows[:3])
        desk.seen = overview(fingerprint=2)
        app.poll()
        await settled(pilot)
        await settled(pilot)
        assert "Daily AI" not in shown(app)


async def test_nothing_is_read_before_the_screen_opens(desk: FakeDesk) -> None:
    desk.unlisted = AssertionError("read too early")  # type: ignore[assignment]
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "3", "1")
        assert "acme-corp" in shown(app)


async def test_only_the_table_with_the_keys_has_a_strong_cursor(desk: FakeDesk) -> None:
    app = desk.app()

    def strong() -> list[str | None]:
        tables = app.screen.query(LineTable)
        return [table.id for table in tables if table._under(table.cursor) == "cursor"]

    async with driven(app, WIDE) as pilot:
        await press(pilot, "4")
        assert strong() == ["projects"]
        await press(pilot, "tab")
        assert strong() == ["workspaces"]
        await press(pilot, "escape", "slash")
        assert strong() == ["projects"]


async def test_who_else_works_in_the_other_region_is_said(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4", "G", "enter")
        assert "of region eu first (2 shows them): acme-eu, berlin" in shown(app)
    desk = FakeDesk(overview(accounts=()))
    async with driven(app := desk.app()) as pilot:
        await press(pilot, "4", "G", "enter")
        assert "No account of yours works in eu" in shown(app)


async def test_nobody_is_no_place_to_save() -> None:
    desk = FakeDesk(empty())
    async with driven(app := desk.app()) as pilot:
        for screen in "1234":
            await press(pilot, screen)
            assert "save here" not in shown(app)


@pytest.mark.parametrize("kind", EVIL)
async def test_hostile_names_are_only_read(kind: str) -> None:
    rows = [project("1", EVIL[kind], EVIL[kind]), project("2", EVIL[kind], region="eu")]
    desk = FakeDesk(picked=Picked(listing(rows)))
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4", "j", "enter")
        strips = app.screen._compositor.render_strips()
        assert not CONTROL.search("".join(seg.text for strip in strips for seg in strip))
        await press(pilot, "escape", "k", "enter")
        assert desk.calls == [("use_project", "acme-corp", "1", None)]


async def test_a_filter_that_is_typed_while_the_list_is_read_finds_when_it_is() -> None:
    is_there = threading.Event()

    class Slow(FakeDesk):
        def list_projects(self) -> Picked:
            is_there.wait(60)
            return super().list_projects()

    desk = Slow()
    app = desk.app()
    async with driven(app) as pilot:
        await pilot.press("4", "slash", *"draft", "enter", "enter")
        assert "reading…" in shown(app)
        is_there.set()
        await settled(pilot)
        assert "1 of 6" in shown(app)
        await press(pilot, "f")
    assert desk.calls == [("set_favourite", "4001122", True)]


class TestACursorThatMovesStaysWhereItWent:
    """Also where the screen is painted before it has heard of the move."""

    async def test_when_the_list_is_read(
        self, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        app = desk.app()
        async with driven(app) as pilot:
            await press(pilot, "4")
            screen = app.screen
            assert isinstance(screen, ProjectsScreen)
            table = screen.query_one("#projects", LineTable)
            before = table.cursor

            async def moved_meanwhile(load: Callable[[], object]) -> object:
                found = load()
                if load == screen._load:
                    table.action_cursor_down()
                return found

            monkeypatch.setattr(asyncio, "to_thread", moved_meanwhile)
            await screen._read()
            await settled(pilot)
            assert table.cursor == screen.state.cursor == before + 1

    async def test_when_nobody_asks_any_more(self, desk: FakeDesk) -> None:
        asked = threading.Event()
        desk.asking = holding(asked)
        app = desk.app()
        async with driven(app) as pilot:
            await press(pilot, "4")
            await pilot.press("r")
            assert await asyncio.to_thread(asked.wait, 60)
            screen = app.screen
            assert isinstance(screen, ProjectsScreen)
            table = screen.query_one("#projects", LineTable)
            before = table.cursor
            table.action_cursor_down()
            screen.action_cancel_refresh()
            await settled(pilot)
            assert table.cursor == screen.state.cursor == before + 1
