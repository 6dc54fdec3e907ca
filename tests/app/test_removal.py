"""Removing accounts and targets: what is said first, and what then goes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mixdesk.exceptions import OAuthError
from mixdesk.model.records import AccountRow
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.dialogs.message import MessageDialog
from mixdesk_tui.dialogs.removal import Losses, Removal, RemovalDialog, loss_lines
from mixdesk_tui.dialogs.type_name import TypeName
from mixdesk_tui.spans import plain
from tests.app.driving import driven, press, shown, write
from tests.app.fakes import FakeDesk, account, browser

Looks = Callable[[MixdeskApp], bool]


def said(row: AccountRow, *protected: str, room: int = 120, **chosen: bool) -> str:
    lines = loss_lines(Losses(row, frozenset(protected)), Removal(**chosen), room)
    return plain(lines)


def test_what_nobody_needs_goes_without_a_warning() -> None:
    text = said(account("old"))
    assert "credentials on this machine go" in text
    assert "!" not in text
    assert "u brings it back" in text


def test_every_consequence_is_said() -> None:
    row = browser("acme", is_active=True, default_project="12", targets=("ecom", "prod"))
    text = said(row._replace(project_name="AI Demo"), "prod")
    for words in (
        "its home project AI Demo 12",
        "! It is the active account: nobody is active afterwards.",
        "! 2 targets would be broken: ecom, prod",
        "t  [ ] remove them too; prod: protected, not removed",
        "! Its login stays good at Mixpanel until it ends.",
        "l  [ ] log out there first",
    ):
        assert words in text


def test_what_is_chosen_changes_the_consequences() -> None:
    row = browser("acme", targets=("ecom", "prod"))
    text = said(row, "prod", with_targets=True, log_out=True)
    assert "1 target less: ecom" in text
    assert "! 1 target would be broken: prod" in text
    assert "Mixpanel is told" in text
    assert "until you leave mixdesk, logged out." in text


def test_hostile_names_are_one_harmless_line_each() -> None:
    names = ("\x1b[31mred\x1b]52;c;AAAA\a", "[red]two\nlines", "\u202eright")
    row = browser("a", targets=names, default_project="1\x07")
    for line in loss_lines(Losses(row), Removal(), 40):
        text = "".join(span.text for span in line)
        assert text.isprintable()


async def test_targets_go_with_their_account_but_protected_ones_stay(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "d", "t", "y")
        (toast,) = app._notifications
        assert "Account acme-corp is gone, and target ecom" in toast.message
    assert desk.calls == [("remove_account", "acme-corp", ("ecom",))]


async def test_the_login_ends_first(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "d", "l", "y")
    assert desk.calls == [("log_out", "acme-corp"), ("remove_account", "acme-corp", ())]


async def test_where_the_login_cannot_end_nothing_is_removed(desk: FakeDesk) -> None:
    desk.half_way_out = OAuthError("The server takes no logouts.")
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "d", "l", "y")
        assert isinstance(app.screen, MessageDialog)
    assert desk.calls == [("log_out", "acme-corp")]


async def test_choices_are_made_with_the_mouse(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "d")
        lines = shown(app).splitlines()
        y = next(index for index, line in enumerate(lines) if "remove them too" in line)
        await pilot.click(offset=(lines[y].index("remove them too"), y))
        assert isinstance(app.screen, RemovalDialog)
        assert app.screen.choice == Removal(with_targets=True)


async def test_what_is_not_there_cannot_be_chosen(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "j", "d", "t", "l")
        assert isinstance(app.screen, RemovalDialog)
        assert app.screen.choice == Removal()


async def test_a_protected_target_is_removed_by_its_name(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "3", "G", "d")
        assert isinstance(app.screen, TypeName)
        await press(pilot, "y", "enter")
        assert desk.calls == []
        await press(pilot, "backspace")
        await write(pilot, "prod")
        await press(pilot, "enter")
    assert desk.calls == [("remove_target", "prod")]


@pytest.mark.parametrize("size", [(80, 24), (60, 16)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "keys", [("2", "d"), ("2", "d", "t", "l"), ("3", "G", "d")], ids=["all", "chosen", "protected"]
)
async def test_how_it_looks(
    keys: tuple[str, ...], size: tuple[int, int], desk: FakeDesk, looks_as_before: Looks
) -> None:
    app = desk.app()
    async with driven(app, size) as pilot:
        await press(pilot, *keys)
        assert looks_as_before(app)
