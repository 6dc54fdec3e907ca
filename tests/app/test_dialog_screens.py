"""Each dialog as it was approved."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mixdesk.exceptions import StoreError
from mixdesk_tui.app import MixdeskApp
from tests.app.driving import driven, press, write
from tests.app.fakes import CONFIG, FakeDesk, hidden_project, overview

Looks = Callable[[MixdeskApp], bool]

OPENED_BY = {
    "help": ("2", "question_mark"),
    "palette": ("2", "ctrl+p"),
    "add-account": ("2", "a"),
    "add-account-wrong": ("2", "a", "enter"),
    "add-bearer-account": ("2", "a", "tab", "right"),
    "edit-account": ("2", "e"),
    "remove-account": ("2", "d"),
    "add-target": ("3", "a"),
    "edit-broken-target": ("3", "j", "e"),
    "remove-target": ("3", "d"),
    "use-broken-target": ("3", "j", "enter"),
    "use-protected-target": ("3", "j", "j", "enter"),
}


@pytest.mark.parametrize("size", [(80, 24), (60, 16)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("dialog", OPENED_BY)
async def test_a_dialog(
    dialog: str, size: tuple[int, int], desk: FakeDesk, looks_as_before: Looks
) -> None:
    app = desk.app()
    async with driven(app, size) as pilot:
        await press(pilot, *OPENED_BY[dialog])
        assert looks_as_before(app)


async def test_how_to_clear_a_variable(looks_as_before: Looks) -> None:
    app = FakeDesk(overview(session=hidden_project())).app()
    async with driven(app) as pilot:
        await press(pilot, "enter")
        assert looks_as_before(app)


async def test_a_refused_change(desk: FakeDesk, looks_as_before: Looks) -> None:
    app = desk.app()
    desk.refusal = StoreError(
        f"{CONFIG} is being changed by process 4711.",
        code="STORE_LOCKED",
        path=CONFIG,
        hint="Try again, or end that process.",
    )
    async with driven(app) as pilot:
        await press(pilot, "2", "j", "enter")
        assert looks_as_before(app)


async def test_a_toast(desk: FakeDesk, looks_as_before: Looks) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "j", "enter")
        assert looks_as_before(app)


async def test_a_secret_is_not_shown_while_it_is_typed(
    desk: FakeDesk, looks_as_before: Looks
) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "a", "tab", "tab", "tab", "tab")
        await write(pilot, "canary-91c0de")
        assert "canary" not in app.export_screenshot()
        assert looks_as_before(app)
