"""Logging in with the dialog: what it asks of the core, what it shows, and what it leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from mixdesk.exceptions import AccountExistsError
from mixdesk.login.events import (
    BrowserOpened,
    Event,
    Failed,
    NameNeeded,
    PasteRefused,
    ProjectNeeded,
    RegionTried,
    TokensReceived,
    UrlReady,
    Waiting,
)
from mixdesk.login.machine import Pasted
from mixdesk.login.request import LoginRequest
from mixdesk.model.records import ProjectEntry
from mixdesk.model.secret import Secret
from mixdesk.store import recording
from mixdesk.store.changes import LoginStored
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.dialogs.login.picker import ProjectPicker
from mixdesk_tui.dialogs.login.screen import LoginDialog
from mixdesk_tui.dialogs.login.state import LoginState
from mixdesk_tui.dialogs.login.widgets import NameInput, PasteInput, PickInput
from mixdesk_tui.screens.list_screen import ListScreen
from mixdesk_tui.screens.status.screen import StatusScreen
from tests.app.driving import driven, press, settled, shown, write
from tests.app.fakes import FakeDesk, FakeLogin, account, axis, bearer, empty, overview, session
from tests.app.logins import (
    BY_BROWSER,
    BY_DEVICE,
    CHOSEN,
    CODE,
    DENIED,
    NAME,
    NAMED,
    NEW,
    NOT_OURS,
    OPENING,
    PROJECTS,
    PROVEN,
    SAVED,
    URL,
    WAITING,
)


def state(app: MixdeskApp) -> LoginState:
    assert isinstance(app.screen, LoginDialog)
    return app.screen.state


def desk_with(*script: Event) -> FakeDesk:
    return FakeDesk(login=FakeLogin(*script))


async def happens(pilot: Pilot[None], desk: FakeDesk, *events: Event) -> None:
    """Something happens in the login, from outside."""
    for event in events:
        desk.login.emit(event)
    await settled(pilot)


def asked_for(desk: FakeDesk, attempt: int = -1) -> list[object]:
    """What the person in front of the login has asked for."""
    queue = desk.login.controls[attempt]._asked
    return [queue.get_nowait() for _ in range(queue.qsize())]


async def test_the_whole_way_with_a_browser() -> None:
    desk = desk_with(*NAMED, SAVED)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *NEW, "right", "enter")
        assert desk.login.requests == [LoginRequest("oauth_browser", region="eu")]
        await press(pilot, "down", "enter")
        await press(pilot, "ctrl+u")
        await write(pilot, "mine")
        await press(pilot, "enter")
        assert desk.login.answers == ["3018488", "mine"]
        assert "ana@acme.com is now acme-inc · AI Demo" in shown(app)
        assert desk.reads == 1
        await press(pilot, "enter")
        assert len(app.screen_stack) == 1
    assert desk.login.ended == 1


async def test_the_new_account_is_highlighted_when_the_dialog_closes() -> None:
    desk = FakeDesk(login=FakeLogin(SAVED))
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER)
        desk.seen = overview(
            accounts=(*overview().accounts, account("acme-inc", is_active=True)), fingerprint=2
        )
        app.poll()
        await settled(pilot)
        await press(pilot, "enter")
        assert isinstance(app.screen, ListScreen)
        assert app.screen.state.cursor == "acme-inc"


async def test_a_device_code_is_asked_for_at_once_when_it_was_chosen() -> None:
    desk = desk_with(*OPENING, CODE)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_DEVICE)
        assert desk.login.requests[0].device
        assert "B D W P - H Q P K" in shown(app)
        assert "█" in shown(app)


async def test_keys_steer_the_login_that_is_under_way() -> None:
    desk = desk_with(*WAITING)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER, "o", "c", "p")
        await press(pilot, *"abc", "enter")
        assert asked_for(desk) == ["open", "device", Pasted("abc")]


@pytest.mark.parametrize("keys", [(), ("p",)], ids=["anywhere", "in its field"])
async def test_an_address_that_is_pasted_is_handed_in_at_once(keys: Sequence[str]) -> None:
    desk = desk_with(*WAITING)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER, *keys)
        app.post_message(Paste("  http://localhost:19284/callback?code=canary-91c0de \n"))
        await settled(pilot)
        assert asked_for(desk) == [Pasted("http://localhost:19284/callback?code=canary-91c0de")]
        assert "canary" not in shown(app)


async def test_nothing_is_handed_in_when_nothing_is_there() -> None:
    desk = desk_with(*WAITING)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER, "p", "space", "enter")
        assert asked_for(desk) == []


async def test_a_paste_before_there_is_an_address_goes_nowhere() -> None:
    desk = desk_with(*OPENING[:1])
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER)
        app.post_message(Paste("http://localhost/callback?code=1"))
        await settled(pilot)
        assert asked_for(desk) == []


async def test_a_refused_paste_is_said_and_the_next_one_takes_that_back() -> None:
    desk = desk_with(*WAITING, PasteRefused(NOT_OURS))
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER)
        assert "That is not the address" in shown(app)
        app.post_message(Paste("http://localhost/callback?code=1"))
        await settled(pilot)
        assert "That is not the address" not in shown(app)


async def test_the_field_for_a_paste_lets_go_when_the_answer_is_there() -> None:
    desk = desk_with(*WAITING)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER, "p")
        assert isinstance(app.focused, PasteInput)
        await happens(pilot, desk, TokensReceived(0.0))
        assert app.focused is None


async def test_the_time_that_is_left_counts_down_on_its_line() -> None:
    desk = desk_with(*WAITING)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER)
        before = shown(app).splitlines()
        await happens(pilot, desk, Waiting(61.0))
        after = shown(app).splitlines()
        changed = [line for line, other in zip(before, after, strict=True) if line != other]
        assert len(changed) == 1
        assert "4:32 left" in changed[0]
        assert "1:01 left" in shown(app)


async def test_nothing_jumps_from_the_first_step_to_the_last() -> None:
    desk = desk_with()
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER)
        tops = {(box(app), first_step(app))}
        for event in (*WAITING, CODE, *PROVEN[len(WAITING) :], NAME, SAVED):
            await happens(pilot, desk, event)
            tops.add((box(app), first_step(app)))
        assert len(tops) == 1


def box(app: MixdeskApp) -> tuple[int, int, int, int]:
    x, y, width, height = app.screen.query_one("#dialog").region
    return x, y, width, height


def first_step(app: MixdeskApp) -> int:
    return app.screen.query_one("#steps").region.y


async def test_esc_cancels_and_waits_until_nothing_is_left() -> None:
    desk = desk_with(*WAITING)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER)
        assert desk.login.ended == 0
        open_when_ended: list[bool] = []
        desk.login.on_end = lambda: open_when_ended.append(isinstance(app.screen, LoginDialog))
        await press(pilot, "escape")
        assert open_when_ended == [True]
        assert len(app.screen_stack) == 1
        assert "The login is cancelled" in shown(app)
    assert desk.calls == []


async def test_esc_that_comes_too_late_says_so() -> None:
    """The answer to a login that asks nothing may come together with the key."""
    desk = desk_with(*WAITING)

    def save() -> None:
        listener = recording.listener()
        assert listener is not None
        listener.add(LoginStored("acme-corp", is_new=False))

    desk.login.on_end = save
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "l", "escape")
        assert len(app.screen_stack) == 1
        (toast,) = app._notifications
        assert toast.message == "! It was too late to cancel: the login is saved"
    assert desk.reads == 1


async def test_before_it_has_begun_esc_only_closes() -> None:
    desk = desk_with()
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *NEW, "escape")
        assert len(app.screen_stack) == 1
        assert len(app._notifications) == 0
    assert desk.login.requests == []


@pytest.mark.parametrize("page", ["project", "name"])
async def test_esc_cancels_at_every_question(page: str) -> None:
    desk = desk_with(*(CHOSEN if page == "project" else (*PROVEN, NAME)))
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER)
        assert state(app).page == page
        await press(pilot, "escape")
        assert len(app.screen_stack) == 1
    assert desk.login.ended == 1


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
async def test_leaving_the_app_ends_the_login_too(key: str) -> None:
    desk = desk_with(*WAITING)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER, key)
    assert desk.login.ended == 1


async def test_what_a_cancelled_login_still_says_does_not_count() -> None:
    desk = desk_with(Failed(DENIED))
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER)
        old = desk.login.emit
        desk.login.script = WAITING
        await press(pilot, "enter")
        assert state(app).attempt == 2
        for event in (BrowserOpened(), PROJECTS, NAME, SAVED, Failed(DENIED)):
            old(event)
        await settled(pilot)
        assert state(app).page == "going"
        assert "4:32 left" in shown(app)


async def test_a_failure_says_what_why_and_what_now_and_enter_tries_again() -> None:
    desk = desk_with(*WAITING, Failed(DENIED))
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER)
        for words in ("Somebody said no", "said no in the browser.", "Log in again, and allow"):
            assert words in shown(app)
        desk.login.script = (*WAITING, PROJECTS)
        await press(pilot, "enter")
        assert state(app).page == "project"
        assert desk.login.requests[0] == desk.login.requests[1]


async def test_an_error_that_comes_before_the_flow_is_said_too(desk: FakeDesk) -> None:
    async def refuse(*given: object) -> None:
        raise DENIED

    desk.login = refuse  # type: ignore[assignment]
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER)
        assert "Somebody said no" in shown(app)


async def test_a_fault_of_the_programs_own_is_told(desk: FakeDesk) -> None:
    async def fail(*given: object) -> None:
        raise ZeroDivisionError

    desk.login = fail  # type: ignore[assignment]
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER)
        assert state(app).page == "failed"
        assert not app._exit


async def test_a_service_account_finds_its_region_and_its_secret_is_never_shown() -> None:
    desk = desk_with(RegionTried("us", 401), RegionTried("eu", 200))
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *NEW, "down", "down", "enter")
        await write(pilot, "team.sa")
        await press(pilot, "tab")
        await write(pilot, "canary-91c0de")
        assert "canary" not in app.export_screenshot()
        await press(pilot, "enter")
        assert desk.login.requests == [
            LoginRequest("service_account", username="team.sa", secret=Secret("canary-91c0de"))
        ]
        assert "does not know it" in shown(app)
        assert "canary" not in app.export_screenshot()


async def test_a_refused_credential_comes_back_as_it_was_typed() -> None:
    desk = desk_with(Failed(DENIED))
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *NEW, "down", "down", "enter")
        await write(pilot, "team.sa")
        await press(pilot, "tab", "s", "enter")
        assert state(app).page == "failed"
        await press(pilot, "enter")
        assert state(app).page == "fields"
        await press(pilot, "enter")
        assert desk.login.requests[0] == desk.login.requests[1]


async def test_the_fields_belong_to_the_way() -> None:
    desk = desk_with()
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *NEW, "down", "down", "enter")
        assert "secret" in shown(app)
        await press(pilot, "escape", "down", "enter")
        assert "or token" in shown(app)
        await write(pilot, "MP_CI")
        await press(pilot, "shift+tab", "right", "right", "tab", "enter")
        assert desk.login.requests == [LoginRequest("oauth_token", region="eu", token_env="MP_CI")]


async def test_what_is_missing_is_said_and_nothing_begins() -> None:
    desk = desk_with()
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *NEW, "down", "down", "enter", "enter")
        assert "A service account has a username" in shown(app)
        await press(pilot, "a", "enter")
        assert "A service account has a secret" in shown(app)
    assert desk.login.requests == []


async def test_a_project_elsewhere_is_explained_and_cannot_be_chosen() -> None:
    desk = desk_with(*CHOSEN)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER, *["down"] * 5)  # they stand below those of the region
        assert "Its data is in eu; this login is in us" in shown(app)
        await press(pilot, "enter")
        assert state(app).page == "project"
        assert desk.login.answers == []
        await press(pilot, "up")
        assert "Its data is in eu" not in shown(app)


async def test_the_list_is_narrowed_by_typing_and_can_match_nothing() -> None:
    desk = desk_with(*NAMED)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER, *"zz")
        assert "Nothing matches zz" in shown(app)
        await press(pilot, "enter")
        assert desk.login.answers == []
        await press(pilot, "ctrl+u", *"prod", "enter")
        assert desk.login.answers == ["3713225"]


async def test_the_cursor_begins_on_a_project_that_can_be_chosen() -> None:
    rows = (
        ProjectEntry("1", "A", "Acme", "eu", None),
        ProjectEntry("2", "B", "Acme", "us", None),
    )
    desk = desk_with(ProjectNeeded(rows, "us", {}), NAME)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER, "enter")
        assert desk.login.answers == ["2"]


async def test_ten_thousand_projects_can_be_chosen_from() -> None:
    rows = tuple(
        ProjectEntry(str(number), f"Project {number}", "Acme", "us", None)
        for number in range(10_000)
    )
    desk = desk_with(ProjectNeeded(rows, "us", {}), NAME)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER, *"9998")
        assert "1 of 10,000" in shown(app)
        await press(pilot, "enter")
        assert desk.login.answers == ["9998"]


async def test_the_name_is_filled_in_and_a_taken_one_is_refused_in_words() -> None:
    desk = desk_with(*PROVEN, NAME, SAVED)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER)
        assert app.screen.query_one(NameInput).value == "acme-inc"
        await press(pilot, "ctrl+u", "enter")
        assert "It needs a name" in shown(app)
        await write(pilot, "ci")
        await press(pilot, "enter")
        assert "There is an account ci already" in shown(app)
        await write(pilot, " x!")
        await press(pilot, "enter")
        assert "Letters, digits, _ and - only" in shown(app)
        assert desk.login.answers == []
        await press(pilot, "ctrl+u", *"ci2", "enter")
        assert desk.login.answers == ["ci2"]


async def test_a_name_that_was_taken_meanwhile_is_asked_for_again() -> None:
    again = NameNeeded("acme-inc", NAME.taken, AccountExistsError("mine"))
    desk = desk_with(*PROVEN, NAME, again, SAVED)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER, "ctrl+u", *"mine", "enter")
        assert "There is an account 'mine' already." in shown(app)
        assert app.screen.query_one(NameInput).value == "mine"
        await press(pilot, "end", "2", "enter")
        assert desk.login.answers == ["mine", "mine2"]
        assert state(app).page == "done"


async def test_what_hides_the_new_account_is_said_at_the_end() -> None:
    view = session()
    env = axis("env-service-account", "env", "MP_USERNAME")
    hidden = view._replace(resolution=view.resolution._replace(account=env))
    desk = FakeDesk(overview(session=hidden), login=FakeLogin(SAVED))
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER)
        assert "It is saved, but MP_USERNAME in your shell hides it." in shown(app)


async def test_who_logs_in_again_is_not_asked_how() -> None:
    desk = desk_with(*WAITING)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "l")
        assert desk.login.requests == [LoginRequest("oauth_browser", name="acme-corp", region="us")]
        assert "Log in again as acme-corp" in shown(app)


async def test_a_service_account_that_logs_in_again_is_asked_for_its_secret() -> None:
    desk = desk_with()
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "j", "l", "tab", "s", "enter")
        assert desk.login.requests == [
            LoginRequest(
                "service_account",
                name="acme-eu",
                region="eu",
                username="acme-eu.sa",
                secret=Secret("s"),
            )
        ]


async def test_a_variable_is_read_again_without_a_question() -> None:
    seen = overview(accounts=(bearer("ci", "MP_CI", is_set=True),))
    desk = FakeDesk(seen)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "l")
        assert desk.login.requests == [
            LoginRequest("oauth_token", name="ci", region="us", token_env="MP_CI")
        ]


async def test_a_broken_account_is_explained_instead() -> None:
    broken = overview().problems[0]
    desk = FakeDesk(overview(accounts=(account("old", problem=broken),)))
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "l")
        assert "This needs a repair" in shown(app)
        assert desk.login.requests == []


async def test_an_empty_list_of_accounts_is_filled_by_logging_in() -> None:
    desk = FakeDesk(empty())
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "l")
        assert state(app).page == "ways"


async def test_status_logs_the_current_account_in_again() -> None:
    desk = desk_with(*WAITING)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "l")
        assert desk.login.requests[0].name == "acme-corp"


@pytest.mark.parametrize("source", ["env", "bridge"])
async def test_status_offers_no_login_to_who_is_no_saved_account(source: str) -> None:
    view = session()
    other = axis("acme-corp", source)
    desk = FakeDesk(
        overview(session=view._replace(resolution=view.resolution._replace(account=other)))
    )
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "l")
        assert isinstance(app.screen, StatusScreen)


@pytest.mark.parametrize(("key", "page"), [("l", "ways"), ("s", "fields"), ("b", "fields")])
async def test_an_empty_machine_has_its_starts(key: str, page: str) -> None:
    desk = FakeDesk(empty())
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, key)
        assert state(app).page == page
        await press(pilot, "escape")
        assert isinstance(app.screen, StatusScreen)


async def test_the_whole_address_is_copied_on_this_machine() -> None:
    desk = desk_with(*WAITING, CODE)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER, "y", "Y")
        assert desk.copied == [URL, CODE.complete_url]
        assert "The address is copied" in shown(app)


async def test_over_ssh_it_goes_to_the_terminals_clipboard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = desk_with(*WAITING)
    desk.landed = "remote"
    app = desk.app()
    sent: list[str] = []
    monkeypatch.setattr(app, "copy_to_clipboard", sent.append)
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER, "y")
        assert sent == [URL]
        assert "OSC 52" in shown(app)


async def click(pilot: Pilot[None], text: str) -> None:
    """Click on a text that is shown."""
    for y, line in enumerate(shown(pilot.app).splitlines()):  # type: ignore[arg-type]
        if text in line:
            await pilot.click(offset=(line.index(text), y))
            await settled(pilot)
            return
    raise AssertionError(f"{text!r} is not shown")


async def test_the_mouse_does_it_all() -> None:
    desk = desk_with(*NAMED, SAVED)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "n")
        await click(pilot, "○ in")
        assert state(app).place == "in"
        await click(pilot, "in this browser")
        assert desk.login.requests == [LoginRequest("oauth_browser", region="in")]
        await click(pilot, "E-Commerce")
        assert app.screen.query_one(ProjectPicker).state.cursor == 1
        await click(pilot, "enter choose")
        await click(pilot, "enter save")
        await click(pilot, "enter close")
        assert desk.login.answers == ["3018488", "acme-inc"]
        assert len(app.screen_stack) == 1


async def test_a_project_is_chosen_by_a_double_click() -> None:
    desk = desk_with(*NAMED)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER)
        assert isinstance(app.focused, PickInput)
        await pilot.click("#projects", offset=(6, 2), times=2)
        await settled(pilot)
        assert desk.login.answers == ["3018488"]


async def test_what_the_keys_do_while_waiting_the_mouse_does_too() -> None:
    desk = desk_with(*WAITING)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER)
        await click(pilot, "opens it again")
        await click(pilot, "shows a code")
        await click(pilot, "https://mixpanel.com/oauth")
        await happens(pilot, desk, CODE)
        await click(pilot, "mixpanel.com/device")
        await click(pilot, "p, or")
        assert isinstance(app.focused, PasteInput)
        assert asked_for(desk) == ["open", "device"]
        assert desk.copied == [URL, CODE.complete_url]
        await press(pilot, "escape")
        app.clear_notifications()
        await settled(pilot)
        await click(pilot, "esc cancel")
        assert desk.login.ended == 1


async def test_a_way_that_is_clicked_is_gone() -> None:
    desk = desk_with()
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *NEW)
        await click(pilot, "service account")
        await click(pilot, "esc back")
        await click(pilot, "bearer token")
        assert "variable" in shown(app)


async def test_the_dialog_follows_a_terminal_that_grows_and_shrinks() -> None:
    desk = desk_with(*WAITING, CODE)
    app = desk.app()
    async with driven(app, (60, 16)) as pilot:
        await press(pilot, *BY_BROWSER)
        assert "█" not in shown(app)
        await pilot.resize_terminal(120, 40)
        await settled(pilot)
        assert "█" in shown(app)
        await pilot.resize_terminal(60, 16)
        await settled(pilot)
        assert "█" not in shown(app)


async def test_the_loop_is_free_while_a_login_goes_on() -> None:
    """Nothing of the dialog holds the loop up: what is scheduled meanwhile runs."""
    desk = desk_with(*WAITING)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *BY_BROWSER)
        ran = asyncio.Event()
        asyncio.get_running_loop().call_soon(ran.set)
        await settled(pilot)
        assert ran.is_set()
        await happens(pilot, desk, UrlReady(URL))
