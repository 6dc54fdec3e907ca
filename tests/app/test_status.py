"""Status in use: every line leads to where what it says is chosen or mended."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mixdesk.exceptions import StoreError
from mixdesk.model.records import Overview
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.dialogs.how_to import HowTo
from mixdesk_tui.screens.list_screen import ListScreen
from mixdesk_tui.screens.projects.screen import ProjectsScreen
from mixdesk_tui.screens.status.screen import StatusScreen
from mixdesk_tui.widgets.line_view import LineView
from tests.app.driving import driven, press, settled, shown
from tests.app.fakes import (
    CONFIG,
    NOW,
    FakeDesk,
    axis,
    gone,
    hidden_project,
    overview,
    problem,
    session,
)


def row(app: MixdeskApp, words: str) -> tuple[int, int]:
    """A cell of the first line on the screen that says something."""
    lines = shown(app).splitlines()
    y = next(index for index, line in enumerate(lines) if words in line)
    return lines[y].index(words) + 1, y


def by_environment() -> Overview:
    view = session()
    return overview(
        session=view._replace(
            resolution=view.resolution._replace(
                account=axis("env", "env", "MP_USERNAME + MP_SECRET")
            )
        )
    )


def by_bridge() -> Overview:
    return overview(session=session(bridge_path="/home/ana/a bridge.json"))


@pytest.mark.parametrize(
    ("seen", "keys", "words"),
    [
        (overview(session=hidden_project()), (), "unset MP_PROJECT_ID"),
        (by_environment(), ("g", *"jjjjj"), "unset MP_USERNAME MP_SECRET"),
        (by_bridge(), ("g", *"jjjjj"), "mp account remove-bridge --at '/home/ana/a bridge.json'"),
        (overview(session=session()), ("g", *"jjjj"), "under [settings]"),
        (overview(session=session(problems=(problem((), "Odd."),))), (), "+12 /home/ana/.mp"),
        (overview(), (), "Target legacy"),
        (overview(session=session(can_refresh=False)), ("g", *"jjjjj"), "Log in"),
    ],
    ids=["variable", "credentials", "bridge", "headers", "file", "target", "token"],
)
@pytest.mark.parametrize("way", ["key", "mouse"])
async def test_a_line_leads_to_its_place(
    seen: Overview, keys: Sequence[str], words: str, way: str
) -> None:
    app = FakeDesk(seen).app()
    async with driven(app) as pilot:
        await press(pilot, *keys)
        assert words not in shown(app)
        if way == "key":
            await press(pilot, "enter")
        else:
            screen = app.screen
            assert isinstance(screen, StatusScreen)
            spot = screen.state.spot
            assert spot is not None
            await press(pilot, "G" if screen.state.marked == 0 else "g")
            await pilot.click(offset=row(app, spot.text[:30] or f" {spot.key}"))
            await settled(pilot)
        assert words in shown(app)


async def test_the_account_line_leads_to_its_row(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "g", "enter")
        assert app.current_mode == "accounts"
        assert isinstance(app.screen, ListScreen)
        assert app.screen.current is not None
        assert app.screen.current.name == "acme-corp"


@pytest.mark.parametrize("visited", [False, True], ids=["first time", "again"])
async def test_the_workspace_line_leads_to_the_workspaces(visited: bool, desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *(("4", "G", "1") if visited else ()), "g", "j", "j", "enter")
        assert isinstance(app.screen, ProjectsScreen)
        assert app.screen.state.is_choosing_workspace
        assert app.screen.state.current is not None
        assert app.screen.state.current.is_current


async def test_the_line_for_the_users_shell_is_copied(desk: FakeDesk) -> None:
    desk.seen = overview(session=hidden_project())
    desk.shell = "fish"
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "enter", "y")
        assert isinstance(app.screen, HowTo)
        assert desk.copied == ["set -e MP_PROJECT_ID"]
        await pilot.click(offset=row(app, "unset MP_PROJECT_ID"))
        await settled(pilot)
        assert desk.copied[1:] == ["unset MP_PROJECT_ID"]


async def test_a_value_is_copied_as_others_need_it(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "g", "j", "y")
        assert desk.copied == ["3713224"]
        assert "Project 3713224 is copied" in shown(app)


async def test_a_file_that_breaks_while_it_runs_is_a_line_that_leads_to_it(desk: FakeDesk) -> None:
    app = desk.app()
    error = StoreError(
        f"{CONFIG}:14:9 is not TOML.", code="STORE_CORRUPT", path=CONFIG, details={"line": 14}
    )
    async with driven(app) as pilot:
        desk.seen = overview(session=None, accounts=(), targets=(), error=error, fingerprint=2)
        app.poll()
        await settled(pilot)
        await press(pilot, "g", *"jjjjjj", "enter")
        assert f"+14 {CONFIG}" in shown(app)


async def test_walking_the_lines_scrolls_to_the_marked_one() -> None:
    found = tuple(gone(f"target-{number}", "x") for number in range(30))
    app = FakeDesk(overview(session=session(problems=found))).app()
    async with driven(app, (60, 16)) as pilot:
        await press(pilot, "G")
        assert "target-29" in shown(app)
        await press(pilot, "g")
        assert "browser" in shown(app)
        assert app.screen.query_one("#page", LineView).scroll_offset.y == 0


@pytest.mark.parametrize("width", [140, 80])
async def test_a_resized_terminal_lays_it_out_anew(width: int) -> None:
    app = FakeDesk(overview(session=hidden_project())).app()
    async with driven(app, (220 - width, 30)) as pilot:
        await pilot.resize_terminal(width, 30)
        await settled(pilot)
        beside = [line for line in shown(app).splitlines() if "account" in line]
        assert ("attention" in "".join(beside)) is (width == 140)
        assert shown(app).count("MP_PROJECT_ID in your") == 1


async def test_a_countdown_does_not_move_the_mark(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "g", "j")
        desk.now = NOW + 60
        app.tick()
        await settled(pilot)
        assert "41 min left" in shown(app)
        assert isinstance(app.screen, StatusScreen)
        assert app.screen.state.marked == 1
