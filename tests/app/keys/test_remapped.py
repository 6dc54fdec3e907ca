"""The app with the user's own keys."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from mixdesk_tui.commands.base import Command
from mixdesk_tui.dialogs.form import Form
from mixdesk_tui.dialogs.help import HelpDialog
from mixdesk_tui.keys.keymap import AS_MADE, Keymap, read_keymap
from tests.app.driving import driven, press, settled, shown
from tests.app.fakes import FakeDesk, empty


@pytest.fixture(autouse=True)
def _as_made() -> Iterator[None]:
    yield
    Command.chosen = {}


def keyed(**wanted: object) -> FakeDesk:
    """A lived-in world, and keys: ``section__command="x"``."""
    desk = FakeDesk()
    desk.keymap = keys(**wanted)
    return desk


def keys(**wanted: object) -> Keymap:
    named = {name.replace("__", "."): value for name, value in wanted.items()}
    return read_keymap(named, "/home/ana/.mp/ui.toml")


async def test_the_new_key_works_and_the_old_one_does_nothing() -> None:
    desk = keyed(accounts__use_account="U,f5", accounts__add_account="A")
    async with driven(desk.app()) as pilot:
        await press(pilot, "2", "j", "enter", "a")
        assert desk.calls == []
        await press(pilot, "U", "f5")
        assert desk.calls == [("use_account", "acme-eu")] * 2
        await press(pilot, "A")
        assert isinstance(pilot.app.screen, Form)


async def test_a_key_that_several_share_is_taken_from_one_only() -> None:
    desk = keyed(moving__clear_filter="f9")
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4", "slash", "d", "enter", "escape")
        assert " / d" in shown(app)
        await press(pilot, "f9")
        assert " / d" not in shown(app)
        await press(pilot, "tab", "escape")
        assert app.focused is not None
        assert app.focused.id == "projects"


async def test_what_a_screen_gives_up_falls_to_the_frame() -> None:
    desk = keyed(projects__refresh_projects="R")
    async with driven(desk.app()) as pilot:
        await press(pilot, "4")
        reads = desk.reads
        await press(pilot, "r")
        assert desk.reads == reads + 1
        assert desk.calls == []
        await press(pilot, "R")
        assert desk.calls == [("refresh_projects", "acme-corp")]


async def test_letters_still_belong_to_what_is_typed_in() -> None:
    desk = keyed(accounts__use_account="c", everywhere__leave="x")
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "slash", "c", "x")
        assert " / cx" in shown(app)
        assert "x quit" not in shown(app)
        assert desk.calls == []


async def test_everything_names_the_keys_of_now() -> None:
    desk = keyed(
        everywhere__show_accounts="A",
        accounts__add_account="f6",
        everywhere__help="f2",
        everywhere__leave="Q",
        status__mend_attention="m",
    )
    app = desk.app()
    async with driven(app, (120, 24)) as pilot:
        header, *_, footer = shown(app).splitlines()[1], shown(app).splitlines()[-1]
        assert "A Accounts" in header
        assert "Q quit" in footer
        assert "f2 help" in footer
        assert "m  repair" in shown(app)
        await press(pilot, "A", "f2")
        assert isinstance(app.screen, HelpDialog)
        assert re.search(r"f6 +Add an account", shown(app))
        await press(pilot, "escape", "colon", *"add acc")
        assert "(f6)" in shown(app)


async def test_an_empty_screen_names_the_keys_of_now() -> None:
    desk = FakeDesk(empty())
    desk.keymap = keys(status__log_in="x", accounts__log_in="f7")
    app = desk.app()
    async with driven(app) as pilot:
        assert "x   log in with your browser" in shown(app)
        await press(pilot, "2")
        assert "f7   log in" in shown(app)


async def test_a_command_without_a_key_is_still_in_the_palette() -> None:
    desk = keyed(accounts__use_account="")
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "j", "enter")
        assert desk.calls == []
        assert "use  " not in shown(app).splitlines()[-1]
        await press(pilot, "colon", *"accounts: use", "enter")
        assert desk.calls == [("use_account", "acme-eu")]


async def test_what_is_wrong_is_said_at_the_start_and_stays_on_status() -> None:
    desk = keyed(accounts__use="u", everywhere__leave="entr")
    app = desk.app()
    async with driven(app, (100, 30)) as pilot:
        assert "Something is wrong with ui.toml in 2 places" in shown(app)
        assert "! 3" in shown(app).splitlines()[0]
        await press(pilot, "j", "enter")
        assert "ui.toml, accounts.use: there is no such command" in shown(app)
        assert "accounts.use_account?" in shown(app)
        assert "/home/ana/.mp/ui.toml" in shown(app)


async def test_a_keymap_that_changes_is_taken_at_once() -> None:
    desk = FakeDesk()
    app = desk.app()
    async with driven(app, (120, 24)) as pilot:
        desk.keymap = keys(everywhere__leave="Q", everywhere__show_accounts="A")
        await press(pilot, "r")
        assert "Q quit" in shown(app)
        assert "A Accounts" in shown(app)
        await press(pilot, "A")
        assert app.current_mode == "accounts"
        desk.keymap = keys(everywhere__leave="entr")
        await press(pilot, "r")
        assert "Something is wrong with ui.toml" in shown(app)
        await press(pilot, "1")
        assert "q quit" in shown(app)
        desk.keymap = AS_MADE
        await press(pilot, "r")
        await settled(pilot)
        assert "! 1" in shown(app).splitlines()[0]
