"""A client introduces itself: exactly what is sent, what is taken for an answer, and who fits."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mixdesk.api.async_transport import AsyncTransport
from mixdesk.exceptions import OAuthError
from mixdesk.oauth.endpoints import Endpoints, discover, mixpanel_endpoints
from mixdesk.oauth.registration import (
    DEVICE_GRANTS,
    SCOPE,
    fits,
    fits_device,
    is_known,
    register,
    register_device,
)
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from mixdesk.store.clients import ClientEntry, read_client, write_client
from mixdesk.store.storage import Storage
from tests.fakes.nobody import nobody_there

NOW = 1_760_000_000.0
US = mixpanel_endpoints("https://mixpanel.com/oauth")
URIS = [f"http://localhost:{port}/callback" for port in (19284, 19285, 19286, 19287)]
CANARY = "canary-0123456789"

Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


async def registered(handler: Handler, uris: list[str] = URIS) -> ClientEntry:
    async with AsyncTransport(transport=httpx.MockTransport(handler)) as transport:
        return await register(transport, US, uris, "us", NOW)


async def refused(handler: Handler, uris: list[str] = URIS) -> OAuthError:
    with pytest.raises(OAuthError) as caught:
        await registered(handler, uris)
    error = caught.value
    assert error.code == "OAUTH_REGISTRATION_ERROR"
    assert error.hint
    shown = f"{error}{error!r}{error.to_dict()}{''.join(traceback.format_exception(error))}"
    assert CANARY not in shown
    assert "\x1b" not in error.message
    return error


def saying(body: Any, status: int = 201) -> Handler:
    """Answer every request alike."""
    return lambda request: httpx.Response(status, json=body)


async def test_what_is_sent_is_what_mixpanel_wants_to_know_and_no_more() -> None:
    seen: list[httpx.Request] = []

    def give(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(201, json={"client_id": "client-1"})

    client = await registered(give)
    (request,) = seen
    assert (request.method, str(request.url)) == (
        "POST",
        "https://mixpanel.com/oauth/mcp/register/",
    )
    assert request.headers["Content-Type"] == "application/json"
    assert "Authorization" not in request.headers
    assert json.loads(request.content) == {
        "redirect_uris": URIS,
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
        "scope": "projects analysis events insights segmentation retention data:read funnels "
        "flows data_definitions dashboard_reports bookmarks",
    }
    assert client == ClientEntry(
        client_id="client-1",
        region="us",
        redirect_uri=URIS[0],
        scope=SCOPE,
        created_at="2025-10-09T08:53:20Z",
        issuer="https://mixpanel.com/oauth",
        extra={"redirect_uris": URIS},
    )


async def test_a_server_registers_it_and_knows_it_from_then_on(sandbox: SandboxServer) -> None:
    async with AsyncTransport() as transport:
        endpoints = await discover("eu", {"MP_API_BASE_URL": sandbox.base_url}, transport)
        client = await register(transport, endpoints, URIS, "eu", NOW)
        known = sandbox.oauth.clients.find("eu", client.client_id)
        assert known is not None
        assert known.redirect_uris == tuple(URIS)
        assert await is_known(transport, endpoints, client.client_id)
        sandbox.oauth.clients.forget(client.client_id)
        assert not await is_known(transport, endpoints, client.client_id)


async def test_a_registered_client_is_stored_and_read_back_whole(tmp_path: Path) -> None:
    place = Storage.at(tmp_path / "mp").account("team", "client.json")
    client = await registered(saying({"client_id": "client-1"}))
    write_client(place, client)
    assert read_client(place) == client


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"error": "invalid_redirect_uri", "error_description": CANARY}),
        (400, {"error": "invalid_client_metadata"}),
        (400, CANARY),
        (422, {"detail": CANARY}),
    ],
)
async def test_a_server_that_takes_no_several_addresses_is_given_the_first_alone(
    status: int, body: Any
) -> None:
    seen: list[list[str]] = []

    def one_only(request: httpx.Request) -> httpx.Response:
        uris = json.loads(request.content)["redirect_uris"]
        seen.append(uris)
        if len(uris) > 1:
            return httpx.Response(status, json=body)
        return httpx.Response(200, json={"client_id": "client-1"})

    client = await registered(one_only, URIS[2:])
    assert seen == [URIS[2:], [URIS[2]]]
    assert (client.redirect_uri, client.extra) == (URIS[2], {"redirect_uris": [URIS[2]]})


async def test_addresses_that_the_server_leaves_out_are_not_remembered() -> None:
    said = {"client_id": "client-1", "redirect_uris": [URIS[3], URIS[0], "https://evil.test"]}
    client = await registered(saying(said))
    assert client.extra["redirect_uris"] == [URIS[0], URIS[3]]


@pytest.mark.parametrize("said", [None, [], " ".join(URIS), 7, {}])
async def test_a_list_of_addresses_that_is_none_is_taken_as_agreed(said: Any) -> None:
    client = await registered(saying({"client_id": "client-1", "redirect_uris": said}))
    assert client.extra["redirect_uris"] == URIS


async def test_an_answer_without_the_address_of_this_login_is_no_use() -> None:
    said = {"client_id": "client-1", "redirect_uris": URIS[1:]}
    assert URIS[0] in (await refused(saying(said))).message


@pytest.mark.parametrize(
    "client_id",
    [
        None,
        "",
        " ",
        7,
        ["client-1"],
        f"{CANARY}\r\nX-Evil: 1",
        f"{CANARY}\x1b[31m",
        f"{CANARY}\x00",
        f"{CANARY}é",
        f" {CANARY}",
        CANARY + "x" * 1024,
    ],
    ids=repr,
)
async def test_an_answer_without_a_client_that_can_be_sent_is_refused(client_id: Any) -> None:
    error = await refused(saying({"client_id": client_id, "client_secret": CANARY}))
    assert error.details == {"status_code": 201, "is_temporary": False}


@pytest.mark.parametrize("client_id", ["a", "client-1", "id with spaces", "x" * 1024, "~!"])
async def test_a_client_of_any_printable_name_is_taken(client_id: str) -> None:
    assert (await registered(saying({"client_id": client_id}))).client_id == client_id


@pytest.mark.parametrize(
    "content", [b"<html>canary-0123456789", b"[]", b'{"client_id": "canary-01234', b"", b"\xff"]
)
async def test_an_answer_that_is_no_object_is_refused(content: bytes) -> None:
    error = await refused(lambda request: httpx.Response(200, content=content))
    assert error.details["is_temporary"] is False


@pytest.mark.parametrize(
    ("status", "body", "error", "is_temporary"),
    [
        (400, {"error": "invalid_redirect_uri"}, "invalid_redirect_uri", False),
        (400, {"error": CANARY, "error_description": CANARY}, None, False),
        (401, {"error": ["invalid_client_metadata"]}, None, False),
        (403, {"error": "access_denied"}, "access_denied", False),
        (404, {}, None, False),
        (302, {}, None, False),
        (429, {}, None, True),
        (500, {"error": CANARY}, None, True),
        (503, {"error": "temporarily_unavailable"}, "temporarily_unavailable", True),
    ],
)
async def test_a_refusal_is_told_with_its_code_and_what_to_do(
    status: int, body: Any, error: str | None, is_temporary: bool
) -> None:
    caught = await refused(saying(body, status))
    assert caught.details == {"error": error, "status_code": status, "is_temporary": is_temporary}
    assert str(status) in caught.summary
    assert ("later" in (caught.hint or "")) is is_temporary


async def test_a_server_that_says_when_to_come_back_is_quoted() -> None:
    busy = httpx.Response(429, headers={"Retry-After": "90"})
    assert "90 seconds" in (await refused(lambda request: busy)).message


async def test_a_server_that_cannot_be_reached_says_so() -> None:
    with nobody_there() as origin:
        endpoints = mixpanel_endpoints(origin)
        async with AsyncTransport() as transport:
            with pytest.raises(OAuthError) as caught:
                await register(transport, endpoints, URIS, "us", NOW)
            assert await is_known(transport, endpoints, "client-1")
    assert caught.value.code == "OAUTH_REGISTRATION_ERROR"
    assert caught.value.details == {"is_temporary": True}
    assert "network" in caught.value.message


async def test_a_server_that_takes_no_registrations_is_named() -> None:
    issuer = "https://login.example"
    endpoints = Endpoints(issuer, f"{issuer}/a", f"{issuer}/t")
    async with AsyncTransport(transport=httpx.MockTransport(saying({}))) as transport:
        with pytest.raises(OAuthError) as caught:
            await register(transport, endpoints, URIS, "us", NOW)
    assert caught.value.code == "OAUTH_REGISTRATION_ERROR"
    assert issuer in caught.value.message


@pytest.mark.parametrize("verb", ["register", "is_known"])
async def test_who_is_cancelled_hangs_up(sandbox: SandboxServer, verb: str) -> None:
    sandbox.faults.add("/oauth", Fault("late", gate=threading.Event()))
    endpoints = mixpanel_endpoints(sandbox.url("/oauth"))
    async with AsyncTransport() as transport:
        asking: asyncio.Task[Any] = asyncio.create_task(
            register(transport, endpoints, URIS, "us", NOW)
            if verb == "register"
            else is_known(transport, endpoints, "client-1")
        )
        await asyncio.to_thread(sandbox.requests.wait_for, 1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert asyncio.all_tasks() == {asyncio.current_task()}
        await asyncio.to_thread(sandbox.wait_until_idle)


@pytest.mark.parametrize(
    ("status", "body", "known"),
    [
        (401, {"error": "invalid_client"}, False),
        (400, {"error": "unauthorized_client"}, False),
        (400, {"error": "invalid_grant"}, True),
        (400, {"error": "invalid_request"}, True),
        (429, {}, True),
        (500, {"error": ["invalid_client"]}, True),
        (200, [], True),
    ],
)
async def test_a_client_is_gone_only_when_the_server_says_so(
    status: int, body: Any, known: bool
) -> None:
    async with AsyncTransport(transport=httpx.MockTransport(saying(body, status))) as transport:
        assert await is_known(transport, US, "client-1") is known


async def test_nothing_of_an_answer_is_logged(
    sandbox: SandboxServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sandbox.oauth.overrides.registration["client_secret"] = CANARY
    async with AsyncTransport() as transport:
        endpoints = mixpanel_endpoints(sandbox.url("/oauth"))
        client = await register(transport, endpoints, URIS, "us", NOW)
    assert CANARY not in caplog.text + repr(client)


async def test_codes_on_another_device_have_a_client_without_an_address_of_ours() -> None:
    seen: list[dict[str, Any]] = []

    def give(request: httpx.Request) -> httpx.Response:
        seen.append(json.loads(request.content))
        return httpx.Response(201, json={"client_id": "client-1"})

    async with AsyncTransport(transport=httpx.MockTransport(give)) as transport:
        registered_for_codes = await register_device(transport, US, "us", NOW)
    assert seen == [
        {
            "redirect_uris": [],
            "grant_types": ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
            "response_types": [],
            "token_endpoint_auth_method": "none",
            "scope": SCOPE,
        }
    ]
    assert registered_for_codes == client(redirect_uri="", extra={"grant_types": [*DEVICE_GRANTS]})
    assert fits_device(registered_for_codes, US.issuer)
    assert not fits(registered_for_codes, URIS[0], US.issuer)


async def test_a_server_knows_the_client_for_codes_until_it_forgets_it(
    sandbox: SandboxServer,
) -> None:
    async with AsyncTransport() as transport:
        endpoints = await discover("in", {"MP_API_BASE_URL": sandbox.base_url}, transport)
        device = await register_device(transport, endpoints, "in", NOW)
        assert await is_known(transport, endpoints, device.client_id, DEVICE_GRANTS[0])
        sandbox.oauth.clients.forget(device.client_id)
        assert not await is_known(transport, endpoints, device.client_id, DEVICE_GRANTS[0])


@pytest.mark.parametrize(
    ("status", "body"), [(400, {"error": "invalid_redirect_uri"}), (500, {}), (201, {}), (201, [])]
)
async def test_a_server_that_has_no_client_for_codes_says_so(status: int, body: Any) -> None:
    async with AsyncTransport(transport=httpx.MockTransport(saying(body, status))) as transport:
        with pytest.raises(OAuthError) as caught:
            await register_device(transport, US, "us", NOW)
    assert caught.value.code == "OAUTH_REGISTRATION_ERROR"


def client(**changed: Any) -> ClientEntry:
    fields: dict[str, Any] = {
        "client_id": "client-1",
        "region": "us",
        "redirect_uri": URIS[0],
        "scope": SCOPE,
        "created_at": "2025-10-09T08:53:20Z",
        "issuer": US.issuer,
        "extra": {"redirect_uris": URIS[:2]},
    }
    return ClientEntry(**{**fields, **changed})


@pytest.mark.parametrize(
    ("changed", "uri", "issuer", "fitting"),
    [
        ({}, URIS[0], US.issuer, True),
        ({}, URIS[1], US.issuer, True),
        ({}, URIS[2], US.issuer, False),
        ({}, URIS[0] + "/", US.issuer, False),
        ({"extra": {}}, URIS[0], US.issuer, True),
        ({"extra": {}}, URIS[1], US.issuer, False),
        ({"extra": {"redirect_uris": " ".join(URIS)}}, URIS[1], US.issuer, False),
        ({}, URIS[0], "https://eu.mixpanel.com/oauth", False),
        ({"issuer": US.issuer + "/"}, URIS[0], US.issuer, True),
        ({"issuer": None}, URIS[0], US.issuer, True),
        ({"issuer": None}, URIS[0], "http://127.0.0.1:9/us/oauth", False),
        ({"issuer": None, "region": "eu"}, URIS[0], US.issuer, False),
        ({"issuer": None, "region": "mars"}, URIS[0], US.issuer, False),
    ],
)
def test_a_client_is_used_again_where_it_was_registered_and_for_no_other_address(
    changed: dict[str, Any], uri: str, issuer: str, fitting: bool
) -> None:
    assert fits(client(**changed), uri, issuer) is fitting


@pytest.mark.parametrize(
    ("changed", "issuer", "fitting"),
    [
        ({"extra": {"grant_types": [*DEVICE_GRANTS]}}, US.issuer, True),
        ({"extra": {"grant_types": [*DEVICE_GRANTS]}}, "https://eu.mixpanel.com/oauth", False),
        ({"extra": {"grant_types": ["refresh_token"]}}, US.issuer, False),
        ({"extra": {"grant_types": DEVICE_GRANTS[0]}}, US.issuer, False),
        ({}, US.issuer, False),
    ],
)
def test_codes_are_asked_for_only_by_a_client_that_was_registered_for_them(
    changed: dict[str, Any], issuer: str, fitting: bool
) -> None:
    assert fits_device(client(**changed), issuer) is fitting
