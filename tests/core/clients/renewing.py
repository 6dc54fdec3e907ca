"""A client of the Q2 kind that counts what is asked of it, and an API that takes its tokens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from mixdesk.clients import MemoryCache, OAuthClient, OAuthToken

URL = "https://api.example/things"
NOW = 1_760_000_000.0


class HandClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.time = NOW
        self.elapsed = 0.0

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.elapsed

    def sleep(self, seconds: float) -> None:
        raise AssertionError("nobody sleeps here")

    def pass_by(self, seconds: float) -> None:
        self.time += seconds
        self.elapsed += seconds


class Counting(OAuthClient):
    """Gets canary-1, canary-2, … and knows no refresh."""

    def __init__(self, cache: Any = None, clock: HandClock | None = None) -> None:
        self.clock = clock or HandClock()
        super().__init__(MemoryCache(self.clock) if cache is None else cache, clock=self.clock)
        self.got = 0
        self.expires_in: Any = 3600
        self.refresh: str | None = None
        self.before: Callable[[], Awaitable[None]] | None = None
        """Awaited before a token is there."""

    async def get_token(self) -> OAuthToken:
        self.got += 1
        number = self.got
        await (self.before() if self.before else asyncio.sleep(0))
        return OAuthToken(f"canary-{number}", self.expires_in, self.refresh)


class Refreshing(Counting):
    """Gets tokens with canary-refresh-1, whose successors rotate as ``rotated`` says."""

    def __init__(self, cache: Any = None, clock: HandClock | None = None) -> None:
        super().__init__(cache, clock)
        self.refresh = "canary-refresh-1"
        self.spent: list[str] = []
        self.rotated: list[str | None] = []
        self.failure: Exception | None = None
        self.during: Callable[[], Awaitable[None]] | None = None
        """Awaited while the server works."""

    async def refresh_token(self, refresh_token: str) -> OAuthToken:
        self.spent.append(refresh_token)
        if self.during:
            await self.during()
        if self.failure:
            raise self.failure
        after = self.rotated.pop(0) if self.rotated else None
        return OAuthToken(f"canary-refreshed-{len(self.spent)}", self.expires_in, after)


class Api:
    """Takes any token that it was not told to refuse."""

    def __init__(self, *refused: str, status: int = 401) -> None:
        self.refused = set(refused)
        self.refuses_all = False
        self.status = status
        self.seen: list[str] = []
        self.bodies: list[bytes] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        kind, _, token = request.headers.get("Authorization", "none -").partition(" ")
        assert kind in ("Bearer", "none")
        self.seen.append(token)
        is_refused = self.refuses_all or token in self.refused
        return httpx.Response(self.status if is_refused else 200, json={"token": token})


class ApiTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Sends to an :class:`Api`, and takes a body off its stream as a real connection does."""

    def __init__(self, api: Api) -> None:
        self.api = api

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        self.api.bodies.append(b"".join(request.stream))
        return self.api(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        self.api.bodies.append(b"".join([part async for part in request.stream]))
        return self.api(request)


async def ask(client: OAuthClient, api: Api, **kwargs: Any) -> httpx.Response:
    """One request on a loop."""
    async with httpx.AsyncClient(transport=ApiTransport(api), auth=client) as http:
        return await http.request(kwargs.pop("method", "GET"), URL, **kwargs)


def ask_now(client: OAuthClient, api: Api, **kwargs: Any) -> httpx.Response:
    """One request without a loop, or in spite of one."""
    with httpx.Client(transport=ApiTransport(api), auth=client) as http:
        return http.request(kwargs.pop("method", "GET"), URL, **kwargs)


def stored(token: str, *, issued_at: float = NOW, expires_in: float = 3600) -> str:
    """A token as it lies in a cache."""
    fields = {"access_token": token, "issued_at": issued_at, "expires_in": expires_in}
    return json.dumps(fields)


class Awaited:
    """A cache whose methods are coroutine functions, as of Redis on a loop."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    async def get(self, key: str) -> Any:
        await asyncio.sleep(0)
        return self.values.get(key)

    async def set(self, key: str, value: Any, expire: int) -> None:
        await asyncio.sleep(0)
        self.values[key] = value

    async def delete(self, key: str) -> None:
        await asyncio.sleep(0)
        self.values.pop(key, None)


class Broken:
    """A cache that can do nothing, and quotes what it was given."""

    def get(self, key: str) -> Any:
        raise ConnectionError(f"no connection for {key} canary-cache")

    def set(self, key: str, value: Any, expire: int) -> None:
        raise ValueError(f"cannot store {value}")

    def delete(self, key: str) -> None:
        raise RuntimeError("canary-cache")
