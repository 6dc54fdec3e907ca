"""Asking who a credential belongs to, before there is an account for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from mixdesk.api.async_transport import AsyncTransport
from mixdesk.api.me import ask_me
from mixdesk.exceptions import APIError, AuthenticationError, ConfigError
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer

ANA = "Bearer made-up-access-of-acme-corp"


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture
def environ(server: SandboxServer) -> dict[str, str]:
    return {"MP_API_BASE_URL": server.base_url}


async def test_the_answer_says_who_it_is(server: SandboxServer, environ: dict[str, str]) -> None:
    async with AsyncTransport() as transport:
        answer = await ask_me(transport, "us", environ, ANA, {"X-Cluster": "one"})
    assert (answer["user_email"], answer["sandbox"]["region"]) == ("ana@acme.example", "us")
    (request,) = server.requests.to("/api/app/me")
    assert (request.account, request.headers["x-cluster"]) == ("acme-corp", "one")


async def test_a_credential_of_another_region_is_refused(environ: dict[str, str]) -> None:
    async with AsyncTransport() as transport:
        with pytest.raises(AuthenticationError):
            await ask_me(transport, "eu", environ, ANA, {})


@pytest.mark.parametrize("kind", ["html", "truncated", "huge"])
async def test_an_answer_that_is_none_is_an_error(
    server: SandboxServer, environ: dict[str, str], kind: str
) -> None:
    faults = {"html": Fault("html"), "truncated": Fault("truncated"), "huge": Fault("huge")}
    server.faults.add("/api/app/me", faults[kind])
    async with AsyncTransport(limit=1 << 20) as transport:
        with pytest.raises(APIError):
            await ask_me(transport, "us", environ, ANA, {})


async def test_an_answer_of_another_shape_has_no_results(
    server: SandboxServer, environ: dict[str, str]
) -> None:
    server.faults.add("/api/app/me", Fault("error", status=200))
    async with AsyncTransport() as transport:
        with pytest.raises(APIError, match="has no results"):
            await ask_me(transport, "us", environ, ANA, {})


async def test_an_environment_that_names_no_address_is_asked_nothing() -> None:
    async with AsyncTransport() as transport:
        with pytest.raises(ConfigError, match="MP_API_BASE_URL"):
            await ask_me(transport, "us", {"MP_API_BASE_URL": "ftp://x.test"}, ANA, {})


async def test_who_is_cancelled_hangs_up(server: SandboxServer, environ: dict[str, str]) -> None:
    server.faults.add("/api/app/me", Fault("late", gate=threading.Event()))
    async with AsyncTransport() as transport:
        asking = asyncio.create_task(ask_me(transport, "us", environ, ANA, {}))
        await asyncio.to_thread(server.requests.wait_for, 1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await asyncio.to_thread(server.wait_until_idle)
