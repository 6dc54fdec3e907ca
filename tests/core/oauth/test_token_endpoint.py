"""What a token endpoint's answer means: what can be used is used, and no body is ever quoted."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import traceback
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mixdesk.api.answers import Answer
from mixdesk.api.async_transport import AsyncTransport
from mixdesk.api.transport import Transport
from mixdesk.exceptions import OAuthError
from mixdesk.model.secret import Secret
from mixdesk.oauth.token_endpoint import (
    DEFAULT_LIFETIME,
    LONGEST_LIFETIME,
    arequest_tokens,
    code_form,
    read_tokens,
    refresh_form,
    request_tokens,
)
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer

URL = "https://mixpanel.example/oauth/token/"
SOUND = {"access_token": "a" * 20, "token_type": "Bearer", "expires_in": 3600}


def answer(body: Any, status: int = 200) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, {}, content)


def test_a_sound_answer_is_read() -> None:
    given = {**SOUND, "refresh_token": "r" * 20, "scope": "read write"}
    granted = read_tokens(answer(given), code="OAUTH_TOKEN_ERROR")
    assert granted.access_token == Secret("a" * 20)
    assert granted.refresh_token == Secret("r" * 20)
    assert (granted.lifetime, granted.scope) == (3600.0, "read write")
    assert "aaaa" not in repr(granted)
    assert "rrrr" not in repr(granted)


def test_what_an_answer_does_not_say_is_none() -> None:
    granted = read_tokens(answer(SOUND), code="OAUTH_TOKEN_ERROR")
    assert (granted.refresh_token, granted.scope) == (None, None)


@pytest.mark.parametrize(
    ("said", "lifetime"),
    [
        (7200, 7200.0),
        (7200.5, 7200.5),
        ("7200", 7200.0),
        (1, 1.0),
        (10**400, LONGEST_LIFETIME),
        ("9" * 500, LONGEST_LIFETIME),
        (1e300, LONGEST_LIFETIME),
        (None, DEFAULT_LIFETIME),
        (0, DEFAULT_LIFETIME),
        (-1, DEFAULT_LIFETIME),
        (-(10**400), DEFAULT_LIFETIME),
        ("soon", DEFAULT_LIFETIME),
        ("-5", DEFAULT_LIFETIME),
        (True, DEFAULT_LIFETIME),
        ([], DEFAULT_LIFETIME),
        (float("nan"), DEFAULT_LIFETIME),
        (float("inf"), DEFAULT_LIFETIME),
    ],
)
def test_a_lifetime_that_makes_no_sense_loses_no_token(said: object, lifetime: float) -> None:
    granted = read_tokens(answer({**SOUND, "expires_in": said}), code="OAUTH_TOKEN_ERROR")
    assert granted.lifetime == lifetime


def test_a_missing_lifetime_is_an_hour() -> None:
    given = {"access_token": "x", "token_type": "bearer"}
    assert read_tokens(answer(given), code="OAUTH_TOKEN_ERROR").lifetime == DEFAULT_LIFETIME


CANARY = "canary-0123456789"
USELESS: dict[str, bytes | object] = {
    "a page": f"<html>{CANARY}</html>".encode(),
    "broken off": json.dumps({**SOUND, "access_token": CANARY}).encode()[:-9],
    "no object": [CANARY],
    "nothing": b"",
    "not text": b"\xff\xfe" + CANARY.encode(),
    "nested too deep": b"[" * 100_000,
    "no token": {"token_type": "Bearer", "expires_in": 5, "id_token": CANARY},
    "an empty token": {**SOUND, "access_token": "", "id_token": CANARY},
    "a token that is no text": {**SOUND, "access_token": [CANARY]},
    "a token with a line break": {**SOUND, "access_token": f"{CANARY}\r\nX-Evil: 1"},
    "a token with a space": {**SOUND, "access_token": f"{CANARY} {CANARY}"},
    "a token that no header holds": {**SOUND, "access_token": f"{CANARY}é"},
    "a MAC token": {**SOUND, "access_token": CANARY, "token_type": "mac"},
    "a DPoP token": {**SOUND, "access_token": CANARY, "token_type": "DPoP"},
    "a type that is no text": {**SOUND, "access_token": CANARY, "token_type": 7},
}


@pytest.mark.parametrize("kind", USELESS)
def test_an_answer_without_a_bearer_token_is_an_error_that_quotes_nothing(kind: str) -> None:
    with pytest.raises(OAuthError) as caught:
        read_tokens(answer(USELESS[kind]), code="OAUTH_REFRESH_ERROR")
    error = caught.value
    assert error.code == "OAUTH_REFRESH_ERROR"
    shown = f"{error}{error!r}{error.to_dict()}{''.join(traceback.format_exception(error))}"
    assert CANARY not in shown


@pytest.mark.parametrize("refresh", [7, "", [], "two words", "line\nbreak"])
def test_a_refresh_token_that_is_none_counts_as_not_given(refresh: object) -> None:
    granted = read_tokens(answer({**SOUND, "refresh_token": refresh}), code="OAUTH_TOKEN_ERROR")
    assert granted.refresh_token is None


@pytest.mark.parametrize(
    ("status", "body", "error", "is_temporary"),
    [
        (400, {"error": "invalid_grant"}, "invalid_grant", False),
        (401, {"error": "invalid_client"}, "invalid_client", False),
        (400, {"error": CANARY, "error_description": CANARY}, None, False),
        (400, {"error": ["invalid_grant"]}, None, False),
        (403, b"<html>canary-0123456789", None, False),
        (429, {}, None, True),
        (500, b"canary-0123456789", None, True),
        (503, {"error": "temporarily_unavailable"}, "temporarily_unavailable", True),
        (302, b"", None, False),
    ],
)
def test_a_refusal_keeps_its_code_and_nothing_else(
    status: int, body: object, error: str | None, is_temporary: bool
) -> None:
    with pytest.raises(OAuthError) as caught:
        read_tokens(answer(body, status), code="OAUTH_REFRESH_ERROR")
    assert caught.value.details == {
        "error": error,
        "status_code": status,
        "is_temporary": is_temporary,
    }
    assert CANARY not in caught.value.message


def test_a_request_is_made_once_and_its_form_is_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen: list[bytes] = []

    def fail(request: httpx.Request) -> httpx.Response:
        seen.append(request.content)
        return httpx.Response(503)

    caplog.set_level(logging.DEBUG)
    form = refresh_form(Secret(CANARY), "client-1")
    with (
        Transport(transport=httpx.MockTransport(fail)) as transport,
        pytest.raises(OAuthError) as caught,
    ):
        request_tokens(transport, URL, form, code="OAUTH_REFRESH_ERROR")
    assert seen == [f"grant_type=refresh_token&refresh_token={CANARY}&client_id=client-1".encode()]
    assert CANARY not in caplog.text + caught.value.message + repr(caught.value.details)


def test_a_server_that_cannot_be_reached_may_be_asked_again_later() -> None:
    def down(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("down", request=request)

    with (
        Transport(transport=httpx.MockTransport(down)) as transport,
        pytest.raises(OAuthError) as caught,
    ):
        request_tokens(transport, URL, {}, code="OAUTH_REFRESH_ERROR")
    assert caught.value.code == "OAUTH_REFRESH_ERROR"
    assert caught.value.details == {"is_temporary": True}


def code_of_a_login() -> dict[str, str]:
    code, verifier = Secret(f"code-{CANARY}"), Secret(f"verifier-{CANARY}")
    return code_form(code, verifier, "http://localhost:19284/callback", "client-1")


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


async def test_a_code_is_sent_once_with_its_verifier_and_where_it_came_back_to() -> None:
    seen: list[httpx.Request] = []

    def give(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=SOUND)

    async with AsyncTransport(transport=httpx.MockTransport(give)) as transport:
        granted = await arequest_tokens(transport, URL, code_of_a_login(), code="OAUTH_TOKEN_ERROR")
    assert granted.access_token == Secret("a" * 20)
    assert [(each.method, str(each.url)) for each in seen] == [("POST", URL)]
    assert seen[0].content == (
        b"grant_type=authorization_code&code=code-canary-0123456789"
        b"&redirect_uri=http%3A%2F%2Flocalhost%3A19284%2Fcallback&client_id=client-1"
        b"&code_verifier=verifier-canary-0123456789"
    )


FAILURES: dict[str, tuple[Fault | None, bool]] = {
    "failing": (Fault(status=503), True),
    "cut": (Fault("cut", status=200), True),
    "dropped": (Fault("drop"), True),
    "reset": (Fault("reset"), True),
    "huge": (Fault("huge"), True),
    "trickling": (Fault("trickle", pace=0.001), True),
    "a page": (Fault("html"), False),
    "half the JSON": (Fault("truncated"), False),
    "a redirect": (Fault("redirect", to=URL), False),
    "refused": (None, False),
}


@pytest.mark.parametrize("kind", FAILURES)
async def test_a_code_that_gives_no_tokens_is_a_typed_error_that_quotes_nothing(
    server: SandboxServer, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    caplog.set_level(logging.DEBUG)
    fault, is_temporary = FAILURES[kind]
    if fault is not None:
        server.faults.add("/oauth/token/", fault)
    url, form = server.url("/oauth/token/"), code_of_a_login()
    deadline = 0.2 if kind == "trickling" else 20.0
    async with AsyncTransport(limit=1 << 20, deadline=deadline) as transport:
        with pytest.raises(OAuthError) as caught:
            await arequest_tokens(transport, url, form, code="OAUTH_TOKEN_ERROR")
    error = caught.value
    assert (error.code, error.details["is_temporary"]) == ("OAUTH_TOKEN_ERROR", is_temporary)
    assert len(server.requests) == 1
    shown = f"{error}{error!r}{error.to_dict()}{''.join(traceback.format_exception(error))}"
    assert CANARY not in shown + caplog.text


async def test_who_is_cancelled_while_tokens_are_awaited_hangs_up(server: SandboxServer) -> None:
    server.faults.add("/oauth/token/", Fault("late", gate=threading.Event()))
    url = server.url("/oauth/token/")
    async with AsyncTransport() as transport:
        asking = asyncio.create_task(
            arequest_tokens(transport, url, code_of_a_login(), code="OAUTH_TOKEN_ERROR")
        )
        await asyncio.to_thread(server.requests.wait_for, 1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert asyncio.all_tasks() == {asyncio.current_task()}
        await asyncio.to_thread(server.wait_until_idle)


@pytest.mark.parametrize(("said", "is_known"), [(60, True), ("soon", True), (None, False)])
def test_whether_the_server_has_said_how_long_is_known(said: object, is_known: bool) -> None:
    granted = read_tokens(answer({**SOUND, "expires_in": said}), code="OAUTH_TOKEN_ERROR")
    assert granted.says_lifetime is is_known
