"""Every key of every command does what the command says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from textual.events import Key
from textual.screen import Screen

from mixdesk.login.events import Event, Failed
from mixdesk.model.records import Overview
from mixdesk_tui import themes
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.commands import (
    accounts,
    dialogs,
    frame,
    lists,
    login,
    moves,
    projects,
    status,
    targets,
)
from mixdesk_tui.commands.base import Command
from mixdesk_tui.dialogs.confirm import Confirm
from mixdesk_tui.dialogs.copy_menu import CopyMenu
from mixdesk_tui.dialogs.details import DetailsDialog
from mixdesk_tui.dialogs.form import Form
from mixdesk_tui.dialogs.help import HelpDialog
from mixdesk_tui.dialogs.login.screen import LoginDialog
from mixdesk_tui.dialogs.login.state import LoginState
from mixdesk_tui.dialogs.login.widgets import PasteInput
from mixdesk_tui.dialogs.message import ErrorDialog
from mixdesk_tui.dialogs.removal import RemovalDialog
from mixdesk_tui.palette import Palette
from mixdesk_tui.screens.list_screen import ListScreen
from mixdesk_tui.screens.projects.screen import ProjectsScreen
from mixdesk_tui.widgets.choice import Choice
from mixdesk_tui.widgets.filter_bar import FilterInput
from mixdesk_tui.widgets.line_table import LineTable
from tests.app.driving import driven, press, settled
from tests.app.fakes import FakeDesk, FakeLogin, account, empty, overview, session
from tests.app.logins import (
    BY_BROWSER,
    CHOSEN,
    CODE,
    DENIED,
    NAMED,
    NEW,
    SAVED,
)
from tests.app.logins import (
    WAITING as WAITING_FOR_A_YES,
)


def mode(app: MixdeskApp) -> str:
    return app.current_mode


def screen(app: MixdeskApp) -> type[Screen[Any]]:
    return type(app.screen)


def cursor(app: MixdeskApp) -> int:
    return app.screen.query_one(LineTable).cursor


def query(app: MixdeskApp) -> str:
    assert isinstance(app.screen, ListScreen | ProjectsScreen)
    return str(app.screen.state.query)


def focused(app: MixdeskApp) -> str | None:
    return app.focused.id if app.focused else None


def chosen(app: MixdeskApp) -> str:
    return app.screen.query_one("#type", Choice).value


def toasts(app: MixdeskApp) -> int:
    return len(app._notifications)


def undoable(app: MixdeskApp) -> int:
    return len(app.undos.entries)


def reads(app: MixdeskApp) -> int:
    return app.screen._reads if isinstance(app.screen, ProjectsScreen) else 0


def is_typing(app: MixdeskApp) -> bool:
    return isinstance(app.focused, FilterInput)


def login_of(app: MixdeskApp) -> LoginState:
    assert isinstance(app.screen, LoginDialog)
    return app.screen.state


def page(app: MixdeskApp) -> str:
    return login_of(app).page


def is_pasting(app: MixdeskApp) -> bool:
    return isinstance(app.focused, PasteInput)


def removal(app: MixdeskApp) -> tuple[bool, bool]:
    assert isinstance(app.screen, RemovalDialog)
    return app.screen.choice


FAILED = ("2", "j", "enter")
"""Switches to another account."""


def has_details(app: MixdeskApp) -> bool:
    assert isinstance(app.screen, ErrorDialog)
    return app.screen.has_details


def desk_of(case: Case) -> FakeDesk:
    return FakeDesk(
        case.seen, login=FakeLogin(*case.script), undoable=case.undoable, fault=case.fault
    )


def many() -> Overview:
    return overview(accounts=tuple(account(f"a{number:02}") for number in range(50)))


def with_bridge() -> Overview:
    return overview(session=session(bridge_path="/home/ana/bridge.json"))


@dataclass
class Case:
    """What a key is pressed on, and what must be true afterwards and not before."""

    before: tuple[str, ...]
    look: Callable[[MixdeskApp], object]
    after: object
    seen: Overview = field(default_factory=overview)
    called: str | None = None
    """The service that must have been called, where one must."""
    script: Sequence[Event] = ()
    """How a login goes."""
    fault: Exception | None = None
    """What switching fails with."""
    undoable: bool = False
    """Whether changes can be undone."""


CASES: dict[type[Command], Case] = {
    frame.ShowStatus: Case(("2",), mode, "status"),
    frame.ShowAccounts: Case((), mode, "accounts"),
    frame.ShowTargets: Case((), mode, "targets"),
    frame.ShowProjects: Case((), mode, "projects"),
    frame.Undo: Case(("2", "j", "enter"), undoable, 0, called="undo", undoable=True),
    frame.Refresh: Case((), lambda app: app._attempts, 1),
    frame.SavePlace: Case((), toasts, 1, called="save_place"),
    frame.ChangeTheme: Case((), lambda app: app.theme, themes.LIGHT.name, called="save_theme"),
    frame.GiveMouse: Case((), lambda app: app.has_mouse, False, called="save_mouse"),
    frame.TakeMouse: Case(("ctrl+g",), lambda app: app.has_mouse, True, called="save_mouse"),
    frame.Help: Case((), screen, HelpDialog),
    frame.Commands: Case((), screen, Palette),
    frame.Leave: Case((), lambda app: app._exit, True),
    status.MendAttention: Case((), mode, "targets"),
    status.ChangeLine: Case(("g", "j"), mode, "projects"),
    status.CopyValue: Case(("g",), toasts, 1),
    status.LogIn: Case((), screen, LoginDialog, empty()),
    status.AddServiceAccount: Case((), screen, LoginDialog, empty()),
    status.AddBearerAccount: Case((), screen, LoginDialog, empty()),
    status.LookAround: Case((), lambda app: app.wants_demo, True, empty()),
    moves.CursorDown: Case(("2",), cursor, 1),
    moves.CursorUp: Case(("2", "j", "j"), cursor, 1),
    moves.ToFirst: Case(("2", "j", "j"), cursor, 0),
    moves.ToLast: Case(("2",), cursor, 49, many()),
    moves.HalfPageDown: Case(("2",), cursor, 10, many()),
    moves.HalfPageUp: Case(("2", "G"), cursor, 39, many()),
    moves.NextPage: Case(("2",), cursor, 20, many()),
    moves.PreviousPage: Case(("2", "G"), cursor, 29, many()),
    lists.StartFilter: Case(("2",), is_typing, True),
    lists.ClearFilter: Case(("2", "slash", "c", "enter"), query, ""),
    lists.LeaveFilter: Case(
        ("2", "slash", "c"), lambda app: (is_typing(app), query(app)), (False, "")
    ),
    lists.KeepFilter: Case(
        ("2", "slash", "c"), lambda app: (is_typing(app), query(app)), (False, "c")
    ),
    accounts.UseAccount: Case(
        ("2", "j"), lambda app: len(app._notifications), 1, called="use_account"
    ),
    accounts.AddAccount: Case(("2",), screen, Form),
    accounts.EditAccount: Case(("2",), screen, Form),
    accounts.RemoveAccount: Case(("2",), screen, RemovalDialog),
    accounts.CopyAccount: Case(("2",), screen, CopyMenu),
    accounts.InspectAccount: Case(("2",), screen, DetailsDialog),
    accounts.OpenAccount: Case(("2",), toasts, 1, called="open_project"),
    accounts.ExportBridge: Case(("2",), screen, Form),
    accounts.RemoveBridge: Case(("2",), screen, Confirm, with_bridge()),
    accounts.RenameAccount: Case(("2",), screen, Form),
    accounts.LogIn: Case(("2",), screen, LoginDialog),
    accounts.LogOut: Case(("2",), screen, Confirm),
    accounts.NewLogin: Case(("2",), screen, LoginDialog),
    accounts.TestAccount: Case(("2",), toasts, 1, called="test_accounts"),
    accounts.TestAllAccounts: Case(("2",), toasts, 1, called="test_accounts"),
    projects.UseProject: Case(("4",), toasts, 1, called="use_project"),
    projects.ToWorkspaces: Case(("4",), focused, "workspaces"),
    projects.ToProjects: Case(("4", "tab"), focused, "projects"),
    projects.ToggleFavourite: Case(("4",), toasts, 1, called="set_favourite"),
    projects.OpenProject: Case(("4",), toasts, 1, called="open_project"),
    projects.RefreshProjects: Case(("4",), reads, 2, called="refresh_projects"),
    targets.UseTarget: Case(("3",), lambda app: len(app._notifications), 1, called="use_target"),
    targets.AddTarget: Case(("3",), screen, Form),
    targets.EditTarget: Case(("3",), screen, Form),
    targets.RemoveTarget: Case(("3",), screen, Confirm),
    targets.CopyTarget: Case(("3",), screen, CopyMenu),
    targets.InspectTarget: Case(("3",), screen, DetailsDialog),
    targets.OpenTarget: Case(("3",), toasts, 1, called="open_project"),
    targets.RenameTarget: Case(("3",), screen, Form),
    targets.ProtectTarget: Case(("3",), toasts, 1, called="protect_target"),
    dialogs.ShowDetails: Case(FAILED, has_details, True, fault=LookupError("canary-91c0de")),
    dialogs.CopyError: Case(FAILED, toasts, 1, fault=LookupError("canary-91c0de")),
    dialogs.Cancel: Case(("2", "a"), lambda app: len(app.screen_stack), 1),
    dialogs.Close: Case(("question_mark",), lambda app: len(app.screen_stack), 1),
    dialogs.CopyLine: Case(("g", "j", "j", "j", "j", "enter"), toasts, 1),
    dialogs.Save: Case(("2", "e"), lambda app: len(app.screen_stack), 1, called="update_account"),
    dialogs.NextField: Case(("2", "a"), focused, "type"),
    dialogs.PreviousField: Case(("2", "a", "tab", "tab"), focused, "type"),
    dialogs.AnswerYes: Case(
        ("3", "d"), lambda app: len(app.screen_stack), 1, called="remove_target"
    ),
    dialogs.AnswerNo: Case(("3", "d"), lambda app: len(app.screen_stack), 1),
    dialogs.CopyMarked: Case(("2", "y"), lambda app: len(app.screen_stack), 1),
    dialogs.CopyMore: Case(("2", "i"), screen, CopyMenu),
    dialogs.CloseDetails: Case(("2", "i"), lambda app: len(app.screen_stack), 1),
    dialogs.TakeTargets: Case(("2", "d"), removal, (True, False)),
    dialogs.LogOutFirst: Case(("2", "d"), removal, (False, True)),
    dialogs.Proceed: Case(
        ("3", "G", "enter", "p", "r", "o", "d"),
        lambda app: len(app.screen_stack),
        1,
        called="use_target",
    ),
    dialogs.ChooseNext: Case(("2", "a", "tab"), chosen, "oauth_token"),
    dialogs.ChoosePrevious: Case(("2", "a", "tab", "right"), chosen, "service_account"),
    login.GoOn: Case(NEW, page, "going"),
    login.NextWay: Case(NEW, lambda app: login_of(app).way, "device"),
    login.PreviousWay: Case((*NEW, "down", "down"), lambda app: login_of(app).way, "device"),
    login.NextRegion: Case(NEW, lambda app: login_of(app).place, "eu"),
    login.PreviousRegion: Case(NEW, lambda app: login_of(app).place, "in"),
    login.SubmitCredential: Case((*NEW, "down", "down", "enter", "a", "tab", "b"), page, "going"),
    login.CopyAddress: Case(BY_BROWSER, toasts, 1, script=WAITING_FOR_A_YES),
    login.CopyCodeAddress: Case(BY_BROWSER, toasts, 1, script=(*WAITING_FOR_A_YES, CODE)),
    login.OpenAgain: Case(
        BY_BROWSER, lambda app: login_of(app).seen.is_opening, True, script=WAITING_FOR_A_YES
    ),
    login.ShowCode: Case(
        BY_BROWSER, lambda app: login_of(app).seen.is_code_asked, True, script=WAITING_FOR_A_YES
    ),
    login.PasteAddress: Case(BY_BROWSER, is_pasting, True, script=WAITING_FOR_A_YES),
    login.HandInAddress: Case(
        (*BY_BROWSER, "p", "h"),
        lambda app: (app.screen.query_one(PasteInput).value, is_pasting(app)),
        ("", False),
        script=WAITING_FOR_A_YES,
    ),
    login.LeaveField: Case((*BY_BROWSER, "p"), is_pasting, False, script=WAITING_FOR_A_YES),
    login.ChooseProject: Case(BY_BROWSER, page, "name", script=NAMED),
    login.NextProject: Case(BY_BROWSER, cursor, 1, script=CHOSEN),
    login.PreviousProject: Case((*BY_BROWSER, "down", "down"), cursor, 1, script=CHOSEN),
    login.NextProjects: Case(BY_BROWSER, cursor, 5, script=CHOSEN),
    login.PreviousProjects: Case((*BY_BROWSER, "pagedown"), cursor, 0, script=CHOSEN),
    login.TakeName: Case((*BY_BROWSER, "enter"), page, "done", script=(*NAMED, SAVED)),
    login.TryAgain: Case(
        BY_BROWSER, lambda app: login_of(app).attempt, 2, script=(Failed(DENIED),)
    ),
    login.BackToWays: Case((*NEW, "down", "down", "enter"), page, "ways"),
    login.CancelLogin: Case(
        BY_BROWSER, lambda app: len(app.screen_stack), 1, script=WAITING_FOR_A_YES
    ),
    login.CloseLogin: Case(("2", "l"), lambda app: len(app.screen_stack), 1, script=(SAVED,)),
    login.GiveUp: Case(BY_BROWSER, lambda app: len(app.screen_stack), 1, script=(Failed(DENIED),)),
}

WAITING = (accounts.CancelTests, projects.CancelRefresh)
"""What can only be done while an answer is waited for: the tests of those screens have them."""

HEADINGS = [each for each in Command.__subclasses__() if each.__subclasses__()]


def test_every_command_has_a_case() -> None:
    assert set(Command.registry.values()) - set(HEADINGS) == set(CASES) | set(WAITING)


KEYS = [(command, key) for command in CASES for key in command.key.split(",")]


@pytest.mark.parametrize(
    ("command", "key"), KEYS, ids=[f"{command.id()} {key}" for command, key in KEYS]
)
async def test_a_key_does_what_its_command_says(command: type[Command], key: str) -> None:
    case = CASES[command]
    desk = desk_of(case)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *case.before)
        assert case.look(app) != case.after
        done = len(desk.calls)
        await press(pilot, key)
        assert case.look(app) == case.after
        called = [call[0] for call in desk.calls[done:]]
        assert called == ([case.called] if case.called else [])


@pytest.mark.parametrize(
    "before", [(), ("2",), ("3",), ("4",)], ids=["status", "accounts", "targets", "projects"]
)
async def test_no_key_is_bound_twice_on_a_screen(before: tuple[str, ...], desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *before)
        for key, bound in app.screen._bindings.key_to_bindings.items():
            ours = [each for each in bound if each.id in Command.registry]
            enabled = [each for each in ours if app._check_action_state(each.action, app.screen)]
            assert len(enabled) <= 1, key


@pytest.mark.parametrize("command", CASES, ids=lambda command: command.id())
def test_every_command_says_what_it_does(command: type[Command]) -> None:
    assert command.label
    assert command.tip[0].isupper()
    assert not command.tip.endswith(".")
    assert command.binding().id == command.id()


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+q"])
async def test_the_usual_ways_out_work_too(key: str, desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, key)
        assert app._exit


async def test_keys_belong_to_the_filter_while_it_is_open(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "slash", *"qadej13:?/")
        assert query(app) == "qadej13:?/"
        assert not app._exit
        assert len(app.screen_stack) == 1


async def test_up_and_down_move_in_the_list_from_the_filter(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "slash", "e", "down", "up", "up", "enter")
        assert app.screen.query_one(LineTable).key == "acme-eu"


async def test_status_walks_its_problems(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app, (60, 16)) as pilot:
        await press(pilot, "G", "g", "ctrl+d", "ctrl+u", "pagedown", "pageup", "j", "k")
        assert mode(app) == "status"


@pytest.mark.parametrize("tab", ["2", "3", "4"])
async def test_a_letter_that_is_typed_while_the_files_are_read_stays_where_it_was(
    tab: str, desk: FakeDesk
) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, tab, "slash")
        field = app.screen.query_one(FilterInput)
        for letter in "abc":
            field.insert_text_at_cursor(letter)
            desk.now += 1  # painted anew before the letter is heard of
            app.tick()
        await settled(pilot)
        await press(pilot, "d")
        assert (field.value, query(app)) == ("abcd", "abcd")
        await press(pilot, "escape")
        assert (field.value, query(app)) == ("", "")


@pytest.mark.parametrize("before", [("2", "1"), ("2",)], ids=["on another screen", "on its own"])
async def test_what_is_typed_ahead_uses_what_the_filter_finds(
    before: tuple[str, ...], desk: FakeDesk
) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *before)
        for key in ("2", "slash", "e", "u", "enter", "enter"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        await settled(pilot)
    assert desk.calls == [("use_account", "acme-eu")]
