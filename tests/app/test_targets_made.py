"""Names, protection and new targets: what is asked, and what is saved."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mixdesk.exceptions import ConfigError, TargetExistsError
from mixdesk.ops.saving import SavedPlace
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.dialogs.form import Form
from mixdesk_tui.dialogs.message import ErrorDialog
from mixdesk_tui.dialogs.type_name import TypeName
from mixdesk_tui.screens.list_screen import ListScreen
from tests.app.driving import driven, press, shown, write
from tests.app.fakes import FakeDesk, account, empty, nobody, overview, target

Looks = Callable[[MixdeskApp], bool]


def toast(app: MixdeskApp) -> str:
    return [each.message for each in app._notifications][-1]


def cursor(app: MixdeskApp) -> str | None:
    assert isinstance(app.screen, ListScreen)
    return app.screen.state.cursor


async def test_an_account_is_renamed_and_stays_highlighted(desk: FakeDesk) -> None:
    renamed = tuple(
        row._replace(name="europe") if row.name == "acme-eu" else row for row in desk.seen.accounts
    )
    desk.after = desk.seen._replace(accounts=renamed, fingerprint=2)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "j", "R")
        await write(pilot, "europe")
        await press(pilot, "enter")
        assert cursor(app) == "europe"
        assert "Account acme-eu is europe now" in toast(app)
    assert desk.calls == [("rename_account", "acme-eu", "europe")]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("ci", "There is an account ci already"),
        ("a b", "Letters, digits, _ and - only"),
        ("x" * 65, "64 at most"),
    ],
    ids=["taken", "a blank", "too long"],
)
async def test_a_wrong_name_is_said_while_it_is_typed(
    typed: str, words: str, desk: FakeDesk
) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "R")
        await write(pilot, typed)
        assert words in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, Form)
    assert desk.calls == []


async def test_what_follows_a_name_is_said(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "R")
        assert "It stays the active account" in shown(app)
        assert "Its targets follow: ecom, prod" in shown(app)


async def test_the_same_name_changes_nothing(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "3", "R", "enter")
        assert len(app.screen_stack) == 1
    assert desk.calls == []


async def test_a_refused_name_comes_back_as_it_was_typed(desk: FakeDesk) -> None:
    desk.refusal = TargetExistsError("shop")
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "3", "R")
        await write(pilot, "shop")
        await press(pilot, "enter", "enter", "enter")
    assert desk.calls == [("rename_target", "ecom", "shop")]


async def test_a_name_of_any_text_gets_a_plain_one() -> None:
    hostile = "\x1b[31mred\n[red]"
    desk = FakeDesk(overview(targets=(target(hostile, is_protected=True),)))
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "3", "R")
        assert "It stays protected." in shown(app)
        await write(pilot, "plain")
        await press(pilot, "enter")
        assert toast(app).isprintable()
    assert desk.calls == [("rename_target", hostile, "plain")]


async def test_a_target_is_protected_at_once(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "3", "p")
        assert "ecom is protected: using or removing it asks for its name" in toast(app)
    assert desk.calls == [("protect_target", "ecom", True)]


async def test_protection_ends_by_the_targets_name(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "3", "G", "p")
        assert isinstance(app.screen, TypeName)
        await press(pilot, "escape", "p")
        assert desk.calls == []
        await write(pilot, "prod")
        await press(pilot, "enter")
        assert "prod is not protected any more" in toast(app)
    assert desk.calls == [("protect_target", "prod", False)]


async def test_a_protected_target_wants_its_name_from_the_palette_too(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "ctrl+p")
        await write(pilot, "use target prod")
        await press(pilot, "enter")
        assert isinstance(app.screen, TypeName)
    assert desk.calls == []


async def test_a_protected_target_wants_its_name_from_the_mouse_too(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "3")
        lines = shown(app).splitlines()
        y = next(index for index, line in enumerate(lines) if "▲" in line)
        await pilot.click(offset=(6, y), times=2)
        await press(pilot)
        assert isinstance(app.screen, TypeName)
    assert desk.calls == []


@pytest.mark.parametrize("screen", ["1", "2", "3", "4"])
async def test_one_key_saves_the_session_from_every_screen(screen: str, desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, screen, "s")
        assert "This place is saved as target ai-demo" in toast(app)
        assert "R gives it another name" in toast(app)
    assert desk.calls == [("save_place",)]


async def test_what_was_saved_is_highlighted(desk: FakeDesk) -> None:
    saved = (*desk.seen.targets, target("ai-demo"))
    desk.after = desk.seen._replace(targets=saved, fingerprint=2)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "3", "s")
        assert cursor(app) == "ai-demo"


async def test_a_place_that_is_saved_already_is_named(desk: FakeDesk) -> None:
    desk.saved = SavedPlace("ecom", is_new=False)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "s")
        assert "This place is saved already: it is target ecom" in toast(app)


async def test_what_is_no_place_is_refused(desk: FakeDesk) -> None:
    desk.refusal = ConfigError("A target has a project, and there is no current one.")
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "3", "s")
        assert isinstance(app.screen, ErrorDialog)


async def test_a_screen_without_targets_names_the_one_key() -> None:
    app = FakeDesk(overview(targets=())).app()
    async with driven(app) as pilot:
        await press(pilot, "3")
        assert "s   save where you are now, at once" in shown(app)


async def test_an_empty_machine_has_nothing_to_save() -> None:
    desk = FakeDesk(empty())
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "3")
        assert "1   get an account first" in shown(app)
        assert "add one by hand" not in shown(app)
        assert "protect" not in shown(app)
        await press(pilot, "s")
    assert desk.calls == []


async def test_where_nobody_is_chosen_a_target_is_added_by_hand() -> None:
    app = FakeDesk(overview(targets=(), session=nobody())).app()
    async with driven(app) as pilot:
        await press(pilot, "3")
        assert "add one by hand" in shown(app)
        assert "save where you are now" not in shown(app)


@pytest.mark.parametrize("size", [(80, 24), (60, 16)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "keys", [("2", "R"), ("3", "R", "=prod"), ("3", "G", "p")], ids=["account", "taken", "open"]
)
async def test_how_it_looks(
    keys: tuple[str, ...], size: tuple[int, int], desk: FakeDesk, looks_as_before: Looks
) -> None:
    desk.seen = overview(accounts=(account("acme-corp", targets=("ecom", "prod")),))
    app = desk.app()
    async with driven(app, size) as pilot:
        for key in keys:
            await (write(pilot, key[1:]) if key[0] == "=" else press(pilot, key))
        assert looks_as_before(app)
