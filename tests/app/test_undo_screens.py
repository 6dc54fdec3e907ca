"""What undo shows, as it was approved."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mixdesk.model.records import Activity
from mixdesk.store.changes import Change, LoginEnded, LoginStored
from mixdesk.store.reverting import overtaken
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.undoing import entry_of
from tests.app.driving import driven, press
from tests.app.fakes import NOW, FakeDesk

Looks = Callable[[MixdeskApp], bool]

SMALL, USUAL, WIDE = (60, 16), (80, 24), (120, 40)
LOGGED_IN = Activity(NOW, "account.login", ("berlin",))
REMOVED = ("2", "j", "j", "j", "d", "y")


def size_name(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk(undoable=True)


@pytest.mark.parametrize("size", [SMALL, USUAL], ids=size_name)
async def test_a_toast_says_how_to_undo(
    size: tuple[int, int], desk: FakeDesk, looks_as_before: Looks
) -> None:
    app = desk.app()
    async with driven(app, size) as pilot:
        await press(pilot, *REMOVED)
        assert looks_as_before(app)


@pytest.mark.parametrize("size", [USUAL, WIDE], ids=size_name)
async def test_status_says_what_would_be_undone(
    size: tuple[int, int], desk: FakeDesk, looks_as_before: Looks
) -> None:
    app = desk.app()
    async with driven(app, size) as pilot:
        await press(pilot, *REMOVED, "1")
        app.clear_notifications()
        await pilot.pause()
        assert looks_as_before(app)


@pytest.mark.parametrize("size", [SMALL, USUAL], ids=size_name)
@pytest.mark.parametrize(
    "made",
    [
        Change(
            (LoginStored("berlin", is_new=True),), (Activity(NOW, "account.login", ("berlin",)),)
        ),
        Change((LoginStored("berlin", is_new=False),), ()),
        Change((LoginEnded("berlin"),), ()),
    ],
    ids=["new-login", "login-again", "logout"],
)
async def test_a_login_is_no_change_like_others(
    made: Change, size: tuple[int, int], desk: FakeDesk, looks_as_before: Looks
) -> None:
    app = desk.app()
    async with driven(app, size) as pilot:
        await press(pilot, *REMOVED)
        app.undos = app.undos.with_one(entry_of(made))
        await press(pilot, "u")
        assert looks_as_before(app)


@pytest.mark.parametrize("size", [SMALL, USUAL], ids=size_name)
async def test_what_others_changed_stands_in_the_way(
    size: tuple[int, int], desk: FakeDesk, looks_as_before: Looks
) -> None:
    app = desk.app()
    async with driven(app, size) as pilot:
        await press(pilot, "2", "j", "enter", *REMOVED[2:])
        desk.refusal = overtaken("the active account is ci now, not none", ("active", "account"))
        await press(pilot, "u")
        assert looks_as_before(app)
