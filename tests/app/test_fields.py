"""What may stand in the fields of a form, and what is said when it may not."""

from __future__ import annotations

import pytest

from mixdesk.model.secret import Secret
from mixdesk_tui.dialogs.account_form import account_form
from mixdesk_tui.dialogs.fields import FormState
from mixdesk_tui.dialogs.target_form import target_form
from mixdesk_tui.drafts import AccountDraft, TargetDraft
from tests.app.fakes import bearer, overview, target


def account_state(**typed: str) -> FormState:
    state = account_form(overview()).state
    for key, value in typed.items():
        state = state.typed(key, value)
    return state


def target_state(**typed: str) -> FormState:
    state = target_form(overview()).state
    for key, value in typed.items():
        state = state.typed(key, value)
    return state


GOOD = {"name": "team", "username": "u.sa", "secret": "s"}


def test_a_good_account_has_no_errors() -> None:
    assert account_state(**GOOD).errors == {}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "no blanks"}, "name"),
        ({"name": "é"}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"name": "acme-eu"}, "name"),
        ({"username": ""}, "username"),
        ({"secret": ""}, "secret"),
        ({"project": "12a"}, "project"),
        ({"project": "٣"}, "project"),
    ],
)
def test_a_bad_account_is_told_where(typed: dict[str, str], field: str) -> None:
    assert list(account_state(**{**GOOD, **typed}).errors) == [field]


def test_a_bearer_account_has_a_variable_or_a_token() -> None:
    assert set(account_state(name="x", type="oauth_token").errors) == {"variable", "token"}
    assert account_state(name="x", type="oauth_token", variable="MP_CI").errors == {}
    assert account_state(name="x", type="oauth_token", token="t").errors == {}
    both = account_state(name="x", type="oauth_token", variable="MP_CI", token="t")
    assert set(both.errors) == {"variable", "token"}
    assert set(account_state(name="x", type="oauth_token", variable="1").errors) == {"variable"}


def test_a_browser_account_needs_only_a_name() -> None:
    state = account_state(name="x", type="oauth_browser")
    assert state.errors == {}
    assert [field.key for field in state.shown] == ["name", "type", "region", "project"]


def test_an_edited_account_keeps_its_name_and_its_secret() -> None:
    row = overview().accounts[1]
    form = account_form(overview(), row=row)
    assert form.state.errors == {}
    assert form._make(form.state.values).secret is None


def test_an_edited_bearer_account_keeps_its_token() -> None:
    row = bearer("ci", "", is_set=False)._replace(token_env=None, token_env_set=None)
    assert account_form(overview(), row=row).state.errors == {}


def test_a_draft_comes_back_as_it_was() -> None:
    draft = AccountDraft("x", "service_account", "eu", "12", "u", Secret("s"))
    form = account_form(overview(), draft=draft)
    assert form._make(form.state.values) == draft


def test_a_form_never_shows_what_is_typed() -> None:
    assert "canary" not in repr(account_state(secret="canary", token="canary"))


def test_a_new_target_is_where_the_user_is() -> None:
    values = target_form(overview()).state.values
    assert dict(values) == {
        "name": "",
        "account": "acme-corp",
        "project": "3713224",
        "workspace": "3448413",
    }


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": "ecom"}, "name"),
        ({"account": "nobody"}, "account"),
        ({"account": ""}, "account"),
        ({"project": ""}, "project"),
        ({"workspace": "0"}, "workspace"),
        ({"workspace": "-1"}, "workspace"),
        ({"workspace": "²"}, "workspace"),
        ({"workspace": "9" * 5000}, "workspace"),
    ],
)
def test_a_bad_target_is_told_where(typed: dict[str, str], field: str) -> None:
    assert list(target_state(**{"name": "new", **typed}).errors) == [field]


def test_a_target_with_an_odd_name_keeps_it() -> None:
    row = target("odd \x1b[31mname\n", workspace=5)
    form = target_form(overview(targets=(row,)), row=row)
    assert form.state.errors == {}
    draft = form._make(form.state.values)
    assert draft == TargetDraft(row.name, "acme-corp", "3713224", 5)


def test_errors_are_told_after_a_visit() -> None:
    state = account_state().entered("name")
    assert state.told == {}
    assert list(state.entered("username").told) == ["name"]
    assert set(state.checked().told) == {"name", "username", "secret"}
