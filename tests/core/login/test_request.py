"""What is asked of a login: how, with what, and what cannot be asked."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mixdesk.exceptions import ConfigError, InvalidArgumentError
from mixdesk.login.request import LoginRequest, check_request, detect_kind, with_credentials
from mixdesk.model.records import AccountEntry
from mixdesk.model.rules import AccountType
from mixdesk.model.secret import Secret

PAIR = {"MP_USERNAME": "robot", "MP_SECRET": "canary"}
BEARER = {"MP_OAUTH_TOKEN": "canary"}


@pytest.mark.parametrize(
    ("environ", "kind", "token_env", "expected"),
    [
        ({**PAIR, **BEARER}, "oauth_browser", "X", "oauth_browser"),
        ({**PAIR, **BEARER}, None, "X", "oauth_token"),
        ({**PAIR, **BEARER}, None, None, "service_account"),
        ({"MP_USERNAME": "robot", **BEARER}, None, None, "oauth_token"),
        ({"MP_USERNAME": "robot", "MP_SECRET": ""}, None, None, "oauth_browser"),
        ({}, None, None, "oauth_browser"),
    ],
)
def test_how_to_log_in(
    environ: Mapping[str, str],
    kind: AccountType | None,
    token_env: str | None,
    expected: AccountType,
) -> None:
    assert detect_kind(environ, kind, token_env) == expected


@pytest.mark.parametrize("kind", ["service_account", "oauth_token", "oauth_browser"])
def test_an_account_logs_in_again_as_it_did_before(kind: AccountType) -> None:
    known = AccountEntry("team", kind, "us")
    assert detect_kind({}, None, None, known) == kind
    assert detect_kind(BEARER, None, None, known) == "oauth_token"
    assert detect_kind({}, "service_account", None, known) == "service_account"


def test_a_pair_comes_from_the_environment_unless_it_is_given() -> None:
    found = with_credentials(LoginRequest("service_account"), PAIR, None)
    assert (found.username, found.secret) == ("robot", Secret("canary"))
    given = LoginRequest("service_account", username="me", secret=Secret("mine"))
    assert with_credentials(given, PAIR, None) == given


def test_a_token_keeps_the_way_it_is_stored() -> None:
    by_name = AccountEntry("ci", "oauth_token", "us", token_env="CI_TOKEN")
    inline = AccountEntry("ci", "oauth_token", "us", token=Secret("old"))
    environ = {"CI_TOKEN": "new", **BEARER}
    kept = with_credentials(LoginRequest("oauth_token", name="ci"), environ, by_name)
    assert (kept.token, kept.token_env) == (Secret("new"), "CI_TOKEN")
    kept = with_credentials(LoginRequest("oauth_token", name="ci"), environ, inline)
    assert (kept.token, kept.token_env) == (Secret("canary"), None)
    named = LoginRequest("oauth_token", name="ci", token_env="CI_TOKEN")
    assert with_credentials(named, environ, inline).token_env == "CI_TOKEN"


@pytest.mark.parametrize(
    ("request_", "environ", "variable"),
    [
        (LoginRequest("service_account"), {"MP_SECRET": "canary"}, "MP_USERNAME"),
        (LoginRequest("service_account"), {"MP_USERNAME": "robot"}, "MP_SECRET"),
        (LoginRequest("oauth_token"), {}, "MP_OAUTH_TOKEN"),
        (LoginRequest("oauth_token", token_env="CI"), BEARER, "CI"),
    ],
)
def test_a_variable_that_is_missing_is_named(
    request_: LoginRequest, environ: Mapping[str, str], variable: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        with_credentials(request_, environ, None)
    assert caught.value.details == {"variable": variable}
    assert "canary" not in caught.value.message


BROWSER = AccountEntry("acme", "oauth_browser", "eu")


@pytest.mark.parametrize(
    "request_",
    [
        LoginRequest("oauth_browser", name="acme"),
        LoginRequest("oauth_browser", name="acme", region="eu", device=True),
    ],
)
def test_the_same_account_may_log_in_again(request_: LoginRequest) -> None:
    check_request(request_, BROWSER)


@pytest.mark.parametrize(
    "request_",
    [
        LoginRequest("service_account", name="acme"),
        LoginRequest("oauth_browser", name="acme", region="us"),
    ],
)
def test_a_login_changes_neither_type_nor_region(request_: LoginRequest) -> None:
    with pytest.raises(ConfigError) as caught:
        check_request(request_, BROWSER)
    assert "mp account remove acme" in caught.value.message


@pytest.mark.parametrize(
    "request_",
    [
        LoginRequest("service_account", open_browser=False),
        LoginRequest("oauth_token", device=True),
        LoginRequest("oauth_browser", name="../x"),
        LoginRequest("oauth_browser", project="x1"),
        LoginRequest("oauth_token", token_env="$CI"),
    ],
)
def test_what_makes_no_sense_is_refused(request_: LoginRequest) -> None:
    with pytest.raises(InvalidArgumentError):
        check_request(request_, None)


def test_a_request_shows_no_secret() -> None:
    request = LoginRequest("service_account", secret=Secret("canary"), token=Secret("canary"))
    assert "canary" not in repr(request)
