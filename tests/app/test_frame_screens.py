"""What went wrong, and keys of one's own, as they were approved."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from mixdesk.exceptions import StoreError
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.commands.base import Command
from mixdesk_tui.keys.keymap import read_keymap
from tests.app.driving import driven, press
from tests.app.fakes import CONFIG, FakeDesk, overview

Looks = Callable[[MixdeskApp], bool]

SIZES = pytest.mark.parametrize("size", [(80, 24), (60, 16)], ids=["80x24", "60x16"])

WANTED = {
    "accounts.use": "w",
    "everywhere.leave": "entr",
    "accounts.add_account": "j",
    "everywhere.show_accounts": "f2",
    "moving.leave_filter": "x",
}


@pytest.fixture(autouse=True)
def _as_made() -> Iterator[None]:
    yield
    Command.chosen = {}


@SIZES
async def test_a_fault_with_its_details(
    size: tuple[int, int], desk: FakeDesk, looks_as_before: Looks
) -> None:
    desk.refusal = StoreError(
        f"{CONFIG} is locked by process 4711, which is asleep.",
        code="STORE_LOCKED",
        path=CONFIG,
        hint="End that process (kill 4711), or wait and try again.",
    )
    app = desk.app()
    async with driven(app, size) as pilot:
        await press(pilot, "2", "j", "enter", "d")
        assert looks_as_before(app)


@SIZES
async def test_keys_that_make_no_sense(size: tuple[int, int], looks_as_before: Looks) -> None:
    desk = FakeDesk(overview(problems=()))
    desk.keymap = read_keymap(WANTED, "/home/ana/.mp/ui.toml")
    app = desk.app()
    async with driven(app, size):
        assert looks_as_before(app)


@SIZES
async def test_the_end_of_the_help(
    size: tuple[int, int], desk: FakeDesk, looks_as_before: Looks
) -> None:
    app = desk.app()
    async with driven(app, size) as pilot:
        await press(pilot, "2", "f1", "G")
        assert looks_as_before(app)


async def test_the_mouse_is_the_terminals(desk: FakeDesk, looks_as_before: Looks) -> None:
    app = desk.app()
    async with driven(app, (80, 24)) as pilot:
        await press(pilot, "ctrl+g")
        assert looks_as_before(app)
