"""What can be copied of accounts and targets, and how it is chosen."""

from __future__ import annotations

import shlex
from collections.abc import Callable

import pytest

from mixdesk.exceptions import OAuthError
from mixdesk.model.records import AccountRow
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.dialogs.copy_menu import CopyMenu
from mixdesk_tui.dialogs.details import DetailsDialog
from mixdesk_tui.dialogs.message import ErrorDialog
from mixdesk_tui.screens.copies import account_copies, target_copies
from tests.app.driving import driven, press, settled, shown
from tests.app.fakes import FakeDesk, account, bearer, browser, overview, target

Looks = Callable[[MixdeskApp], bool]

CANARY = "canary-91c0de"
EVIL = ["\x1b]52;c;QUJD\a", "a\nb; rm -rf ~", "$(id)'\"`", "\u202e[red]", "x" * 10_000]


def lines_of(row: AccountRow) -> list[str]:
    return [each.text for each in account_copies(row) if each.is_line]


def at(app: MixdeskApp, text: str) -> tuple[int, int]:
    """Where a text stands on the screen."""
    lines = shown(app).splitlines()
    y = next(index for index, line in enumerate(lines) if text in line)
    return lines[y].index(text), y


def test_three_lines_do_the_same_from_a_script() -> None:
    assert lines_of(account("team")) == [
        "mp account use team",
        "mp exec -a team -- COMMAND",
        'eval "$(mp env -a team --names)"',
    ]


@pytest.mark.parametrize("evil", EVIL, ids=["escape", "line", "shell", "bidi", "long"])
def test_a_hostile_name_is_one_word_of_a_line(evil: str) -> None:
    use, run, _ = lines_of(account(evil))
    assert use.isprintable()
    assert len(shlex.split(use)) == 4
    assert shlex.split(run)[4:] == ["--", "COMMAND"]
    assert all(each.text.isprintable() for each in target_copies(target(evil, evil)))


@pytest.mark.parametrize(
    ("row", "has_one"),
    [
        (browser("a"), True),
        (browser("a", has_tokens=False), False),
        (bearer("a", "MP_CI", is_set=True), True),
        (bearer("a", "MP_CI", is_set=False), False),
        (account("a"), False),
    ],
    ids=["login", "no login", "variable", "not set", "service account"],
)
def test_a_token_is_offered_where_there_is_one(row: AccountRow, has_one: bool) -> None:
    assert any(each.is_secret for each in account_copies(row)) is has_one


async def test_the_name_is_two_keys_away(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "j", "y", "y")
        assert "The name acme-eu is copied" in shown(app)
    assert desk.copied == ["acme-eu"]


async def test_a_click_on_the_menu_copies(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "3", "y")
        await pilot.click(offset=at(app, "mp target use ecom"))
        await settled(pilot)
        assert len(app.screen_stack) == 1
    assert desk.copied == ["mp target use ecom"]


async def test_nothing_is_copied_by_leaving(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "y", "j", "escape")
    assert desk.copied == []


async def test_a_token_is_got_and_never_shown(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "y", "G", "enter")
        assert "The access token of acme-corp" in shown(app)
        assert "canary" not in app.export_screenshot()
    assert desk.calls == [("access_token", "acme-corp")]
    assert desk.copied == [CANARY]


async def test_a_token_that_cannot_be_had_is_explained(desk: FakeDesk) -> None:
    desk.refusal = OAuthError("It has ended.", hint="Log in again.")
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "y", "G", "enter")
        assert isinstance(app.screen, ErrorDialog)
    assert desk.copied == []


async def test_a_click_on_the_panel_copies_a_line(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app, (120, 30)) as pilot:
        await press(pilot, "2")
        await pilot.click(offset=at(app, "mp exec -a acme-corp"))
        await settled(pilot)
    assert desk.copied == ["mp exec -a acme-corp -- COMMAND"]


async def test_the_details_are_a_key_away_where_there_is_no_panel(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "i")
        for words in ("ok, 2 min ago", "ana@acme.example", "~/.mp/accounts/acme-corp", "prod"):
            assert words in shown(app)
        await pilot.click(offset=at(app, "mp account use acme-corp"))
        await settled(pilot)
        assert desk.copied == ["mp account use acme-corp"]
        assert isinstance(app.screen, DetailsDialog)
        await press(pilot, "y")
        assert isinstance(app.screen, CopyMenu)


async def test_hostile_names_are_text_in_menu_and_details() -> None:
    evil = "\x1b[31m[red]\nend"
    row = account(evil, username=evil, targets=(evil,))
    app = FakeDesk(overview(accounts=(row,), targets=(target(evil, evil),))).app()
    async with driven(app) as pilot:
        for keys in (("2", "i"), ("escape", "y"), ("escape", "3", "i"), ("escape", "y")):
            await press(pilot, *keys)
            assert all(line.isprintable() for line in shown(app).splitlines())
            assert "[red]" in shown(app)


@pytest.mark.parametrize("size", [(80, 24), (60, 16)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "keys",
    [("2", "y"), ("2", "i"), ("3", "y"), ("3", "j", "i")],
    ids=["copy-account", "account", "copy-target", "broken-target"],
)
async def test_how_it_looks(
    keys: tuple[str, ...], size: tuple[int, int], desk: FakeDesk, looks_as_before: Looks
) -> None:
    app = desk.app()
    async with driven(app, size) as pilot:
        await press(pilot, *keys)
        assert looks_as_before(app)
