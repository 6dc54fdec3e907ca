"""Each screen as it was approved: sizes, themes, and worlds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mixdesk.exceptions import StoreError
from mixdesk_tui import themes
from mixdesk_tui.app import MixdeskApp
from tests.app.driving import driven, press, settled
from tests.app.fakes import CONFIG, FakeDesk, crowded, empty, hidden_project, overview, session

Looks = Callable[[MixdeskApp], bool]
TABS = {"status": "1", "accounts": "2", "targets": "3"}
SIZES = [(80, 24), (120, 40), (60, 16)]


def size_name(size: tuple[int, int]) -> str:
    return "x".join(map(str, size))


@pytest.mark.parametrize("size", SIZES, ids=size_name)
@pytest.mark.parametrize("tab", TABS)
async def test_a_lived_in_machine(
    tab: str, size: tuple[int, int], desk: FakeDesk, looks_as_before: Looks
) -> None:
    app = desk.app()
    async with driven(app, size) as pilot:
        await press(pilot, TABS[tab])
        assert looks_as_before(app)


@pytest.mark.parametrize("tab", TABS)
async def test_in_light(tab: str, desk: FakeDesk, looks_as_before: Looks) -> None:
    app = desk.app(theme=themes.LIGHT.name)
    async with driven(app) as pilot:
        await press(pilot, TABS[tab])
        assert looks_as_before(app)


@pytest.mark.parametrize("tab", TABS)
async def test_in_the_colours_of_the_terminal(
    tab: str, desk: FakeDesk, looks_as_before: Looks
) -> None:
    app = desk.app(theme=themes.TERMINAL.name)
    async with driven(app) as pilot:
        await press(pilot, TABS[tab])
        assert looks_as_before(app)


@pytest.mark.parametrize("size", SIZES, ids=size_name)
@pytest.mark.parametrize("tab", TABS)
async def test_a_crowd_with_long_names(
    tab: str, size: tuple[int, int], looks_as_before: Looks
) -> None:
    app = FakeDesk(crowded()).app(banner="demo: nothing of yours is touched")
    async with driven(app, size) as pilot:
        await press(pilot, TABS[tab], "j", "j")
        assert looks_as_before(app)


@pytest.mark.parametrize("tab", TABS)
async def test_an_empty_machine(tab: str, looks_as_before: Looks) -> None:
    app = FakeDesk(empty()).app()
    async with driven(app) as pilot:
        await press(pilot, TABS[tab])
        assert looks_as_before(app)


@pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=size_name)
async def test_a_variable_hides_the_saved_project(
    size: tuple[int, int], looks_as_before: Looks
) -> None:
    seen = overview(session=hidden_project())
    app = FakeDesk(seen).app()
    async with driven(app, size):
        assert looks_as_before(app)


@pytest.mark.parametrize("tab", TABS)
async def test_a_file_that_became_unreadable(
    tab: str, desk: FakeDesk, looks_as_before: Looks
) -> None:
    app = desk.app()
    error = StoreError(
        f"{CONFIG}:14:9 is not TOML: expected '=' after a key.",
        code="STORE_CORRUPT",
        path=CONFIG,
        hint="Mend that line in an editor; until then nothing is written.",
    )
    async with driven(app) as pilot:
        await press(pilot, TABS[tab])
        desk.seen = overview(
            session=None, accounts=(), targets=(), problems=(), error=error, fingerprint=2
        )
        app.poll()
        await settled(pilot)
        assert looks_as_before(app)


async def test_a_token_that_ends_soon(looks_as_before: Looks) -> None:
    view = session(token_expires_at=1_790_000_000.0 + 125, can_refresh=False)
    app = FakeDesk(overview(session=view)).app()
    async with driven(app):
        assert looks_as_before(app)


async def test_the_panel_of_an_account_that_needs_something(
    desk: FakeDesk, looks_as_before: Looks
) -> None:
    app = desk.app()
    async with driven(app, (120, 40)) as pilot:
        await press(pilot, "2", "j", "j", "j")
        assert looks_as_before(app)


async def test_a_filter_marks_what_it_found(desk: FakeDesk, looks_as_before: Looks) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "slash", "a", "e")
        assert looks_as_before(app)


@pytest.mark.parametrize("size", [(59, 24), (80, 15)], ids=size_name)
async def test_too_small_a_terminal_says_so(
    size: tuple[int, int], desk: FakeDesk, looks_as_before: Looks
) -> None:
    app = desk.app()
    async with driven(app, size):
        assert looks_as_before(app)
