"""A federation endpoint that the sandbox plays, and somebody who logs in there."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from mixdesk.clients import Bearer, Token
from mixdesk.sandbox.call import Call
from mixdesk.sandbox.oauth_authorize import authorize
from mixdesk.sandbox.oauth_clients import Client
from mixdesk.sandbox.oauth_token import token
from mixdesk.sandbox.routes import Route
from mixdesk.sandbox.server import SandboxServer
from mixdesk.sandbox.wire import Answer
from tests.core.sandbox.browsing import fields_of

CLIENT = "made-up-client-of-a-federation"
FEDERATION = "federation-e00example"


@contextmanager
def federation_server() -> Iterator[SandboxServer]:
    """A sandbox that has the paths of a federation endpoint, too."""
    server = SandboxServer()
    server.routes += [
        Route("GET", "/oauth2/authorize", _authorize),
        Route("POST", "/oauth2/token", token),
    ]
    uris = ("http://127.0.0.1", "http://[::1]")
    server.oauth.clients.add(Client(CLIENT, "us", uris, "A federation", 0.0))
    with server:
        yield server


def _authorize(call: Call) -> Answer:
    """As the sandbox does it, which knows neither federations nor this scope."""
    assert call.request.param("scope") == "openid"
    query = {
        name: values
        for name, values in call.request.query.items()
        if name not in ("scope", "federation-id")
    }
    return authorize(replace(call, request=replace(call.request, query=query)))


class Nobody:
    """A browser that opens, and in which nothing happens."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    async def open(self, url: str) -> bool:
        self.opened.append(url)
        return True


def bearer(endpoint: str, **more: Any) -> Bearer:
    return Bearer("work", CLIENT, endpoint, FEDERATION, **more)


class Waiting:
    """A login that waits for its browser, seen from that browser."""

    def __init__(self, url: str, fetching: asyncio.Task[Token]) -> None:
        self.url = url
        self.fetching = fetching
        self.fields = fields_of(url)
        self.port = urlsplit(self.fields["redirect_uri"]).port or 0

    @property
    def state(self) -> str:
        return self.fields["state"]


@asynccontextmanager
async def waiting(endpoint: str = "login.example", **more: Any) -> AsyncIterator[Waiting]:
    """Begin a login; afterwards nothing of it is left."""
    browser = Nobody()
    timeout = more.pop("timeout", None)
    receiver = bearer(endpoint, browser=browser, **more).receiver()
    fetching = asyncio.create_task(receiver.fetch(timeout=timeout))
    for _ in range(1000):
        if browser.opened or fetching.done():
            break
        await asyncio.sleep(0)
    if fetching.done():
        await fetching
    try:
        yield Waiting(browser.opened[0], fetching)
    finally:
        fetching.cancel()
        await asyncio.wait({fetching})
        with contextlib.suppress(asyncio.CancelledError):
            fetching.exception()


def address_in(text: str) -> str:
    """The address to log in at that a text names."""
    [found] = re.findall(r"^https?://\S+$", text, re.MULTILINE)
    return str(found)


def logged(caplog: pytest.LogCaptureFixture, level: int = logging.INFO) -> list[str]:
    """What the sessions have logged at a level."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno == level and record.name.startswith("mixdesk.clients")
    ]
