"""What the dialogs lead to: the right call with the right words, or nothing."""

from __future__ import annotations

import pytest

from mixdesk.exceptions import AccountExistsError, OAuthError
from mixdesk.model.secret import Secret
from mixdesk_tui.dialogs.form import Form
from mixdesk_tui.dialogs.how_to import HowTo
from mixdesk_tui.dialogs.message import ErrorDialog, MessageDialog
from mixdesk_tui.drafts import AccountDraft, TargetDraft
from mixdesk_tui.screens.list_screen import ListScreen
from tests.app.driving import driven, press, settled, shown, write
from tests.app.fakes import (
    FakeDesk,
    account,
    axis,
    empty,
    hidden_project,
    overview,
    problem,
    session,
)


async def test_an_account_is_added(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "a")
        await write(pilot, "team")
        await press(pilot, "tab", "tab", "right", "tab")
        await write(pilot, "team.sa")
        await press(pilot, "tab")
        await write(pilot, "canary")
        await press(pilot, "tab")
        await write(pilot, "12")
        await press(pilot, "enter")
    draft = AccountDraft("team", "service_account", "eu", "12", "team.sa", Secret("canary"))
    assert desk.calls == [("add_account", draft)]


async def test_the_first_account_from_an_empty_machine() -> None:
    desk = FakeDesk(empty(), after=overview())
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "a")
        await write(pilot, "ci")
        await press(pilot, "tab", "right", "tab", "tab")
        await write(pilot, "MP_CI")
        await press(pilot, "enter")
        assert "acme-corp" in shown(app)
    assert desk.calls == [
        ("add_account", AccountDraft("ci", "oauth_token", "us", token_env="MP_CI"))
    ]


async def test_a_form_with_errors_stays_and_goes_to_the_first(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "a")
        await write(pilot, "acme-eu")
        await press(pilot, "enter")
        assert isinstance(app.screen, Form)
        assert "There is an account acme-eu already" in shown(app)
    assert desk.calls == []


async def test_a_refused_form_comes_back_as_it_was(desk: FakeDesk) -> None:
    desk.refusal = AccountExistsError("team")
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "a")
        await write(pilot, "team")
        await press(pilot, "tab", "right", "tab", "tab")
        await write(pilot, "MP_CI")
        await press(pilot, "enter")
        assert isinstance(app.screen, ErrorDialog)
        await press(pilot, "enter")
        assert isinstance(app.screen, Form)
        await press(pilot, "enter")
    assert desk.calls == [
        ("add_account", AccountDraft("team", "oauth_token", "us", token_env="MP_CI"))
    ]


async def test_an_account_is_renamed(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "j", "e")
        await write(pilot, "europe")
        await press(pilot, "enter")
    ((verb, name, draft),) = desk.calls
    assert (verb, name, draft.name) == ("update_account", "acme-eu", "europe")
    assert draft.secret is None


async def test_a_removal_lists_what_it_breaks_and_asks(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "d")
        assert "ecom, prod" in shown(app)
        await press(pilot, "n")
        assert desk.calls == []
        await press(pilot, "d", "y")
    assert desk.calls == [("remove_account", "acme-corp", ())]


async def test_a_removal_does_not_list_hundreds() -> None:
    row = account("a", targets=tuple(f"t{number}" for number in range(300)))
    app = FakeDesk(overview(accounts=(row,))).app()
    async with driven(app) as pilot:
        await press(pilot, "2", "d")
        assert "and 288 more" in shown(app)


async def test_a_target_is_saved_from_where_the_user_is(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "3", "a")
        await write(pilot, "here")
        await press(pilot, "enter")
    assert desk.calls == [("add_target", TargetDraft("here", "acme-corp", "3713224", 3448413))]


async def test_a_broken_target_is_repaired(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "3", "j", "e", "tab")
        await write(pilot, "acme-eu")
        await press(pilot, "enter")
    assert desk.calls == [("update_target", "legacy", TargetDraft("legacy", "acme-eu", "2999001"))]


async def test_a_broken_target_is_not_used(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "3", "j", "enter")
        assert isinstance(app.screen, HowTo)
    assert desk.calls == []


async def test_a_protected_target_wants_its_name(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "3", "G", "enter")
        await write(pilot, "pro")
        await press(pilot, "enter")
        assert "That is not its name." in shown(app)
        assert desk.calls == []
        await press(pilot, "d", "enter")
    assert desk.calls == [("use_target", "prod")]


@pytest.mark.parametrize("key", ["enter", "e"])
async def test_a_broken_account_is_explained(key: str) -> None:
    found = problem(("accounts", "ci"), "Account 'ci' has an unknown key: secrt.")
    row = account("ci", type=None, region=None, problem=found)
    desk = FakeDesk(overview(accounts=(row,)))
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", key)
        assert "unknown key: secrt" in shown(app)
        assert "config.toml:12" in shown(app)
    assert desk.calls == []


async def test_using_says_what_hides_it() -> None:
    view = hidden_project()
    account_axis = view.resolution.project._replace(origin="MP_USERNAME", value="env")
    view = view._replace(resolution=view.resolution._replace(account=account_axis))
    desk = FakeDesk(overview(session=view))
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "j", "enter")
        (toast,) = app._notifications
        assert toast.message == "acme-eu is saved, but MP_USERNAME in your shell hides it"


async def test_using_says_that_a_bridge_hides_it() -> None:
    view = session(bridge_path="/home/ana/auth.json")
    who = axis("carried", "bridge", "/home/ana/auth.json")
    view = view._replace(resolution=view.resolution._replace(account=who))
    app = FakeDesk(overview(session=view)).app()
    async with driven(app) as pilot:
        await press(pilot, "2", "j", "enter")
        (toast,) = app._notifications
        assert "acme-eu is saved, but the bridge /home/ana/auth.json hides it" in toast.message


async def test_enter_on_a_broken_target_opens_its_form_over_its_row(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "enter")
        assert isinstance(app.screen, Form)
        await press(pilot, "escape")
        assert isinstance(app.screen, ListScreen)
        assert (app.current_mode, app.screen.state.cursor) == ("targets", "legacy")


async def test_the_palette_goes_to_accounts_by_name(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "ctrl+p")
        await write(pilot, "acme-eu")
        await press(pilot, "enter")
        await settled(pilot)
    assert desk.calls == [("use_account", "acme-eu")]


async def test_the_palette_runs_commands(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "colon")
        await write(pilot, "targets")
        await press(pilot, "enter")
        await settled(pilot)
        assert app.current_mode == "targets"


async def test_logging_out_is_asked_first(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "L")
        assert "Log out acme-corp?" in shown(app)
        await press(pilot, "n")
        assert desk.calls == []
        await press(pilot, "L", "y")
        assert "acme-corp is logged out, here and at" in shown(app)
    assert desk.calls == [("log_out", "acme-corp")]


async def test_a_server_that_could_not_be_told_of_a_logout_is_said(desk: FakeDesk) -> None:
    desk.half_way_out = OAuthError("The server takes no logouts.", hint="It ends by itself.")
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "L", "y")
        assert isinstance(app.screen, MessageDialog)
        for words in ("on this machine only", "takes no logouts", "It ends by itself."):
            assert words in shown(app)


async def test_a_refused_logout_is_said_like_any_refusal(desk: FakeDesk) -> None:
    desk.refusal = OAuthError("Somebody renews the token right now.")
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "L", "y")
        assert isinstance(app.screen, ErrorDialog)


@pytest.mark.parametrize("keys", [("j",), ("G",)], ids=["service account", "never logged in"])
async def test_who_has_no_login_cannot_log_out(keys: tuple[str, ...], desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", *keys, "L")
        assert isinstance(app.screen, ListScreen)
        assert "log out" not in shown(app)


@pytest.mark.parametrize(
    ("keys", "account", "project"),
    [
        (("4", "g"), "acme-corp", "3713224"),
        (("2", "j"), "acme-eu", "998812"),
        (("3", "G"), "acme-corp", "3713225"),
    ],
    ids=["projects", "accounts", "targets"],
)
async def test_a_project_is_opened_in_the_browser(
    keys: tuple[str, ...], account: str, project: str, desk: FakeDesk
) -> None:
    desk.picked = desk.picked._replace(favourites=(), recents=())
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *keys, "o")
        assert "is opened in your browser" in shown(app)
    assert desk.calls == [("open_project", account, project)]


async def test_an_account_without_a_project_has_nothing_to_open(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "G", "o")
        assert "new has no home project to open" in shown(app)
    assert desk.calls == []


async def test_a_broken_target_is_explained_and_not_opened(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "3", "j", "o")
        assert isinstance(app.screen, HowTo)
    assert desk.calls == []


async def test_without_a_browser_the_address_is_shown(desk: FakeDesk) -> None:
    desk.no_browser = "there is no display"
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4", "o")
        assert "Here it cannot be: there is no display." in shown(app)
        assert "https://made.up/project/3713224" in shown(app)


async def test_an_address_that_no_browser_may_have_is_refused(desk: FakeDesk) -> None:
    desk.refusal = OAuthError("A browser is not given that.", code="OAUTH_BROWSER_ERROR")
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4", "o")
        assert "The address is not safe to open" in shown(app)


async def test_a_made_up_project_has_no_page(desk: FakeDesk) -> None:
    app = desk.app(banner="demo")
    async with driven(app) as pilot:
        await press(pilot, "4", "o")
        assert "made up" in shown(app)
    assert desk.calls == []
