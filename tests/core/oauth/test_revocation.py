"""A token is given back once; when that fails, the error says so and shows no token."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from mixdesk.api.transport import Transport
from mixdesk.exceptions import OAuthError
from mixdesk.model.secret import Secret
from mixdesk.oauth.revocation import revoke
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from tests.fakes.nobody import nobody_there

URL = "https://mixpanel.example/oauth/revoke_token/"
CANARY = "canary-0123456789"

Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


def revoked(handler: Handler, hint: str = "refresh_token") -> None:
    with Transport(transport=httpx.MockTransport(handler)) as transport:
        revoke(transport, URL, Secret(CANARY), "client-1", hint)


@pytest.mark.parametrize("hint", ["refresh_token", "access_token"])
def test_the_token_is_sent_once_with_its_kind_and_its_client(hint: str) -> None:
    seen: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    revoked(take, hint)
    (request,) = seen
    assert (request.method, str(request.url)) == ("POST", URL)
    assert request.content.decode() == f"token={CANARY}&token_type_hint={hint}&client_id=client-1"


def test_a_login_that_is_given_back_is_over_at_the_server(sandbox: SandboxServer) -> None:
    issued = sandbox.oauth.issue("acme-corp", client_id="client-1")
    assert issued.refresh_token is not None
    assert sandbox.oauth.is_alive(issued.refresh_token)
    with Transport() as transport:
        for _ in range(2):  # the second time it is not known any more, which is as good
            url = sandbox.url("/oauth/revoke_token/")
            revoke(transport, url, Secret(issued.refresh_token), "client-1", "refresh_token")
    assert not sandbox.oauth.is_alive(issued.refresh_token)


@pytest.mark.parametrize(
    ("status", "body", "error", "is_temporary"),
    [
        (400, {"error": "unsupported_token_type"}, "unsupported_token_type", False),
        (401, {"error": "invalid_client", "error_description": CANARY}, "invalid_client", False),
        (400, {"error": CANARY}, None, False),
        (404, {}, None, False),
        (302, {}, None, False),
        (429, {}, None, True),
        (503, {"token": CANARY}, None, True),
    ],
)
def test_a_refusal_is_told_with_its_code_alone(
    status: int, body: Any, error: str | None, is_temporary: bool
) -> None:
    with pytest.raises(OAuthError) as caught:
        revoked(lambda request: httpx.Response(status, json=body))
    assert caught.value.code == "OAUTH_TOKEN_ERROR"
    assert caught.value.details == {
        "error": error,
        "status_code": status,
        "is_temporary": is_temporary,
    }
    assert CANARY not in shown(caught.value)


FAULTS = {"cut": Fault("cut"), "dropped": Fault("drop"), "reset": Fault("reset")}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_server_that_does_not_answer_may_not_know(
    sandbox: SandboxServer, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    caplog.set_level(logging.DEBUG)
    sandbox.faults.add("/oauth", FAULTS[kind])
    url = sandbox.url("/oauth/revoke_token/")
    with Transport() as transport, pytest.raises(OAuthError) as caught:
        revoke(transport, url, Secret(CANARY), "client-1", "refresh_token")
    assert (caught.value.code, caught.value.details) == (
        "OAUTH_TOKEN_ERROR",
        {"is_temporary": True},
    )
    assert caught.value.hint
    assert len(sandbox.requests) == 1
    assert CANARY not in shown(caught.value) + caplog.text


def test_a_server_that_is_not_there_does_not_know(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with nobody_there() as origin, Transport() as transport, pytest.raises(OAuthError) as caught:
        revoke(transport, f"{origin}/revoke", Secret(CANARY), "client-1", "refresh_token")
    assert caught.value.details == {"is_temporary": True}
    assert "cannot be reached" in caught.value.message
    assert CANARY not in shown(caught.value) + caplog.text


def shown(error: OAuthError) -> str:
    return f"{error}{error!r}{error.to_dict()}{''.join(traceback.format_exception(error))}"
