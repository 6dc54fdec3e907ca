"""Where the user is in the login dialog, and what is asked of the core then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mixdesk.login.events import (
    CodeReceived,
    Event,
    Failed,
    MeRead,
    NameNeeded,
    RegionTried,
    UrlReady,
    Waiting,
)
from mixdesk.login.request import LoginRequest
from mixdesk.model.secret import Secret
from mixdesk_tui.dialogs.fields import Values
from mixdesk_tui.dialogs.login.fields import credential_form, credential_request
from mixdesk_tui.dialogs.login.state import (
    WAYS,
    LoginState,
    Page,
    Way,
    can,
    first_state,
    web_request,
)
from mixdesk_tui.dialogs.login.steps import clock, step_line, step_lines, steps
from mixdesk_tui.spans import line_width, plain
from tests.app.fakes import account, bearer, browser
from tests.app.logins import CODE, DENIED, NAME, PROJECTS, PROVEN, SAVED, URL, WAITING


def told(state: LoginState, *events: Event) -> LoginState:
    for event in events:
        state = state.told(event)
    return state


GOING = LoginState().started()


def test_a_new_login_begins_with_the_question_how() -> None:
    state = first_state(home="eu")
    assert (state.page, state.way, state.place) == ("ways", "browser", "eu")


@pytest.mark.parametrize("way", ["service_account", "oauth_token"])
def test_a_settled_way_goes_to_its_fields_and_esc_does_not_go_back(way: Way) -> None:
    state = first_state(way=way)
    assert state.page == "fields"
    assert not can(state, "back_to_ways")
    assert can(state, "cancel_login")


@pytest.mark.parametrize(
    ("row", "way", "page"),
    [
        (browser("acme", region="in"), "browser", "going"),
        (account("team"), "service_account", "fields"),
        (account("raw", type="oauth_token", username=None), "oauth_token", "fields"),
        (bearer("ci", "MP_CI", is_set=True), "oauth_token", "going"),
    ],
    ids=["browser", "service account", "token", "variable"],
)
def test_who_logs_in_again_is_not_asked_how(row: object, way: Way, page: Page) -> None:
    state = first_state(row)  # type: ignore[arg-type]
    assert (state.way, state.page) == (way, page)


def test_the_ways_end_at_both_ends() -> None:
    state = LoginState()
    walked = [state := state.moved(by) for by in (-1, 1, 1, 1, 1)]
    assert [each.way for each in walked] == [WAYS[0], *WAYS[1:], WAYS[-1]]


def test_the_regions_go_round_and_a_credential_may_be_looked_for() -> None:
    state = LoginState()
    assert [(state := state.shifted(1)).place for _ in range(3)] == ["eu", "in", "us"]
    state = LoginState(way="oauth_token")
    assert state.place is None
    assert [(state := state.shifted(1)).place for _ in range(4)] == ["us", "eu", "in", None]


def test_requests_of_a_browser() -> None:
    assert web_request(LoginState(home="eu")) == LoginRequest("oauth_browser", region="eu")
    device = LoginState(way="device", region="in")
    assert web_request(device) == LoginRequest("oauth_browser", region="in", device=True)
    again = first_state(browser("acme", region="in"))
    assert web_request(again) == LoginRequest("oauth_browser", name="acme", region="in")
    variable = first_state(bearer("ci", "MP_CI", is_set=True))
    assert web_request(variable) == LoginRequest(
        "oauth_token", name="ci", region="us", token_env="MP_CI"
    )


def typed(state: LoginState, **values: str) -> LoginRequest:
    form = credential_form(state)
    for key, value in values.items():
        form = form.typed(key, value)
    assert form.checked().errors == {}
    return credential_request(state, form.values)


def test_requests_of_a_credential() -> None:
    service = LoginState(way="service_account")
    assert typed(service, username="team.sa", secret="s") == LoginRequest(
        "service_account", username="team.sa", secret=Secret("s")
    )
    assert typed(replace(service, region="eu"), username="a", secret="s").region == "eu"
    token = LoginState(way="oauth_token")
    assert typed(token, token="t", region="in") == LoginRequest(
        "oauth_token", region="in", token=Secret("t")
    )
    assert typed(token, variable="MP_CI") == LoginRequest("oauth_token", token_env="MP_CI")


def test_requests_of_a_credential_again() -> None:
    team = first_state(account("team", region="eu", username="team\u200b.sa"))
    assert typed(team, secret="new") == LoginRequest(
        "service_account",
        name="team",
        region="eu",
        username="team\u200b.sa",
        secret=Secret("new"),
    )
    raw = first_state(account("raw", type="oauth_token", username=None))
    assert [field.key for field in credential_form(raw).fields] == ["token"]
    assert typed(raw, token="new") == LoginRequest(
        "oauth_token", name="raw", region="us", token=Secret("new")
    )


@pytest.mark.parametrize(
    ("state", "values", "wrong"),
    [
        (LoginState(way="service_account"), {}, {"username", "secret"}),
        (LoginState(way="oauth_token"), {}, {"variable", "token"}),
        (LoginState(way="oauth_token"), {"variable": "a", "token": "b"}, {"variable", "token"}),
        (LoginState(way="oauth_token"), {"variable": "no name"}, {"variable"}),
        (first_state(account("raw", type="oauth_token", username=None)), {}, {"token"}),
    ],
    ids=["service account", "token", "both", "variable", "token again"],
)
def test_what_is_missing_is_said(
    state: LoginState, values: dict[str, str], wrong: set[str]
) -> None:
    form = credential_form(state)
    for key, value in values.items():
        form = form.typed(key, value)
    assert set(form.errors) == wrong


def test_secrets_are_in_no_representation() -> None:
    state = LoginState(way="service_account")
    request = typed(state, username="a", secret="canary-91c0de")
    assert "canary" not in repr(request)
    assert "canary" not in repr(Values({"secret": "canary-91c0de"}))


def test_a_new_try_knows_nothing_of_the_last_one() -> None:
    state = told(GOING, *WAITING, Failed(DENIED))
    again = state.started()
    assert again.page == "going"
    assert again.attempt == state.attempt + 1
    assert again.seen == GOING.seen


@pytest.mark.parametrize(
    ("event", "page"),
    [
        (UrlReady(URL), "going"),
        (PROJECTS, "going"),
        (NAME, "name"),
        (SAVED, "done"),
        (Failed(DENIED), "failed"),
    ],
    ids=lambda each: each if isinstance(each, str) else type(each).__name__,
)
def test_pages_follow_the_questions(event: Event, page: Page) -> None:
    assert told(GOING, event).page == page


def test_somebody_is_waited_for_between_the_address_and_the_answer() -> None:
    assert not GOING.is_waiting
    waiting = told(GOING, *WAITING)
    assert waiting.is_waiting
    assert not told(waiting, CodeReceived()).is_waiting
    assert not told(waiting, Failed(DENIED)).is_waiting
    assert not told(LoginState(way="oauth_token").started(), UrlReady(URL)).is_waiting


def test_what_can_be_done_while_waiting() -> None:
    waiting = told(GOING, *WAITING)
    keys = ("copy_address", "open_again", "paste_address", "show_code", "cancel_login")
    assert all(can(waiting, key) for key in keys)
    assert not can(waiting, "copy_code_address")
    asked = waiting.asked_for_code()
    assert not can(asked, "show_code")
    assert can(told(asked, CODE), "copy_code_address")
    answered = told(waiting, CodeReceived())
    assert [key for key in keys if can(answered, key)] == ["cancel_login"]


def test_esc_comes_too_late_while_it_is_saved() -> None:
    proven = told(GOING, *PROVEN)
    assert not can(proven, "cancel_login")
    named = told(proven, NAME)
    assert can(named, "cancel_login")
    assert not can(named.with_name("acme"), "cancel_login")


def test_the_steps_of_a_browser_login_keep_their_lines() -> None:
    state = GOING
    lines = [len(steps(state))]
    for event in (*PROVEN, PROJECTS):
        state = state.told(event)
        lines.append(len(steps(state)))
    state = state.with_project("AI Demo").told(NAME).with_name("acme").told(SAVED)
    assert {*lines, len(steps(state))} == {5}
    assert {step.mark for step in steps(state)} == {"done"}


def test_one_step_at_a_time_is_under_way() -> None:
    state = LoginState().started()
    for event in (*PROVEN, NAME):
        state = state.told(event)
        assert [step.mark for step in steps(state)].count("now") == 1


def test_what_is_left_is_said_to_the_second() -> None:
    assert "waiting for you, 4:32 left" in plain(step_lines(told(GOING, *WAITING), 60))
    assert [clock(seconds) for seconds in (600.9, 59.2, 0.0, -3.0)] == [
        "10:00",
        "0:59",
        "0:00",
        "0:00",
    ]


def test_a_failure_marks_the_step_it_came_in() -> None:
    failed = steps(told(GOING, *WAITING, Failed(DENIED)))
    assert [(step.mark, step.text) for step in failed][1] == ("failed", "")
    assert [step.mark for step in failed].count("failed") == 1


def test_each_region_that_is_tried_has_its_line() -> None:
    state = LoginState(way="oauth_token").started()
    assert [step.label for step in steps(state)][:3] == ["us", "eu", "in"]
    state = told(state, RegionTried("us", 401), RegionTried("eu", 200), MeRead(None, 1))
    assert [(step.mark, step.text) for step in steps(state)][:3] == [
        ("off", "does not know it"),
        ("done", "yes"),
        ("off", "not asked"),
    ]
    state = told(LoginState(way="oauth_token").started(), RegionTried("us", 503))
    assert steps(state)[0].text == "no (503)"


def test_a_region_that_was_chosen_is_the_only_one() -> None:
    state = LoginState(way="oauth_token", region="in").started()
    assert [step.label for step in steps(state)] == ["in", "who you are", "project", "name"]


def test_an_account_that_logs_in_again_has_neither_project_nor_name_to_choose() -> None:
    state = first_state(browser("acme")).started()
    assert [step.label for step in steps(state)] == ["ready", "your yes", "who you are"]
    assert "saving" in plain(step_lines(told(state, *PROVEN), 60))


def test_lines_fit_at_any_width() -> None:
    state = told(GOING, *PROVEN, NameNeeded("x" * 64, frozenset())).with_name("y" * 64)
    for room in range(20, 100):
        assert all(line_width(line) <= room for line in step_lines(state, room))
        assert len(step_line(state, room)) == 1


def test_the_only_project_is_not_chosen() -> None:
    state = told(GOING, *PROVEN, NAME)
    assert [step.text for step in steps(state)][3] == "the only one"
    assert "AI Demo" in plain(step_lines(told(state.with_name("a"), SAVED), 60))


def test_a_countdown_that_ran_out_stays_at_nothing() -> None:
    assert "0:00 left" in plain(step_lines(told(GOING, *WAITING, Waiting(-1.0)), 60))
