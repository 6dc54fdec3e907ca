"""A code is good once, for a minute, for its client, redirect URI and verifier."""

from __future__ import annotations

import httpx
import pytest

from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox.asking import Hand
from tests.core.sandbox.browsing import fields_of, log_in
from tests.core.sandbox.oauth_asking import (
    CHALLENGE,
    US,
    VERIFIER,
    authorize_url,
    error,
    fresh,
    redeem,
    register,
    who,
)


@pytest.fixture
def code(server: SandboxServer) -> str:
    return fields_of(log_in(authorize_url(server)))["code"]


def test_a_code_gives_tokens(server: SandboxServer, http: httpx.Client, code: str) -> None:
    answer = redeem(http, code)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    tokens = answer.json()
    assert set(tokens) == {"access_token", "expires_in", "token_type", "scope", "refresh_token"}
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)
    assert who(http, tokens["access_token"]) == "acme-corp"
    (request,) = server.oauth.token_requests
    assert (request.grant_type, request.outcome) == ("authorization_code", "ok")
    assert (request.client_id, request.account) == (US, "acme-corp")
    assert server.oauth.refreshes == 0


def test_a_code_that_is_used_again_ends_what_it_gave(
    server: SandboxServer, http: httpx.Client, code: str, hand: Hand
) -> None:
    tokens = redeem(http, code).json()
    later = fresh(http, tokens["refresh_token"])
    hand.forward(3000)
    assert error(redeem(http, code)) == (400, "invalid_grant")
    assert who(http, later["access_token"]) is None
    assert not server.oauth.is_alive(later["refresh_token"])


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (60, 400)])
def test_a_code_is_good_for_a_minute(
    http: httpx.Client, code: str, hand: Hand, seconds: float, status: int
) -> None:
    hand.forward(seconds)
    assert redeem(http, code).status_code == status


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        ({"code": "nonsense"}, "invalid_grant"),
        ({"code": None}, "invalid_request"),
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": VERIFIER + "x"}, "invalid_grant"),
        ({"code_verifier": CHALLENGE}, "invalid_grant"),
        ({"code_verifier": "é" * 43}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"redirect_uri": "http://localhost:19285/callback"}, "invalid_request"),
    ],
)
def test_a_code_is_for_who_asked_for_it(
    http: httpx.Client, code: str, instead: dict[str, str | None], said: str
) -> None:
    assert error(redeem(http, code, **instead)) == (400, said)
    # A failed try has not used it up.
    assert redeem(http, code).status_code == 200


def test_a_code_is_no_use_to_another_client_or_region(
    server: SandboxServer, http: httpx.Client, code: str
) -> None:
    other = register(http).json()["client_id"]
    assert error(redeem(http, code, client_id=other)) == (400, "invalid_grant")
    assert error(redeem(http, code, client_id="nobody")) == (401, "invalid_client")
    server.oauth.issue("acme-berlin", client_id=US)
    assert error(redeem(http, code, "eu", client_id=US)) == (400, "invalid_grant")
    tokens = redeem(http, code).json()
    # Nor does a stranger who has found the used code end anything.
    assert error(redeem(http, code, client_id=other)) == (400, "invalid_grant")
    assert server.oauth.is_alive(tokens["refresh_token"])


def test_a_short_verifier_is_refused_however_well_it_fits(
    server: SandboxServer, http: httpx.Client
) -> None:
    short = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"  # of "abc", says RFC 7636's own rule
    code = fields_of(log_in(authorize_url(server, code_challenge=short)))["code"]
    assert error(redeem(http, code, code_verifier="abc")) == (400, "invalid_grant")


def test_an_answer_without_a_refresh_token_on_demand(
    server: SandboxServer, http: httpx.Client, code: str
) -> None:
    server.oauth.overrides.token["refresh_token"] = None
    tokens = redeem(http, code).json()
    assert "refresh_token" not in tokens
    assert who(http, tokens["access_token"]) == "acme-corp"
