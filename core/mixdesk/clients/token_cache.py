"""The tokens of an ``OAuthClient`` in whatever cache it was given, which may also fail."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from typing import Any

from mixdesk.clients.caches import Cache
from mixdesk.clients.oauth_token import (
    OAuthToken,
    decode,
    decode_refresh,
    encode,
    lifetime,
    usable_for,
)
from mixdesk.clients.tolerance import Tolerated
from mixdesk.clock import Clock

log = logging.getLogger(__name__)

LONGEST = 30 * 24 * 60 * 60
"""Seconds that anything is kept: what memcached takes at the most."""


class TokenCache:
    """Reads and writes tokens. Whatever the cache does, it raises nothing: it knows nothing.

    Args:
        cache: Has ``get``, ``set`` and ``delete``, each of them a function or a coroutine function.
            With an attribute ``blocks`` that is true, it is asked on a thread. With a method
            ``renewal_lock``, what that returns is held while a token is renewed.
        clock: What time it is.
    """

    def __init__(self, cache: Cache, clock: Clock) -> None:
        for name in ("get", "set", "delete"):
            if not callable(getattr(cache, name, None)):
                raise TypeError(f"A cache needs get, set and delete; {type(cache)} has no {name}.")
        self._cache = cache
        self._clock = clock
        self._blocks = getattr(cache, "blocks", False) is True
        self._is_awaited = inspect.iscoroutinefunction(cache.get)
        self._set = _by_name(cache.set) if _takes_names(cache.set) else cache.set

    def access_now(self, key: str) -> OAuthToken | None:
        """The access token, unless the cache has to be waited for on a loop."""
        if self._is_awaited:
            return None
        found = None
        with self._tolerated("read", key):
            found = self._cache.get(key)
        if inspect.isawaitable(found):
            self._is_awaited = True
            if inspect.iscoroutine(found):
                found.close()
            return None
        return decode(found, self._clock.now())

    async def access(self, key: str) -> OAuthToken | None:
        """The access token, if there is one that can be used."""
        return decode(await self._ask("read", key, self._cache.get), self._clock.now())

    async def refresh(self, key: str) -> str | None:
        """The refresh token, if there is one."""
        return decode_refresh(await self._ask("read", key, self._cache.get))

    async def keep_access(self, key: str, token: OAuthToken) -> None:
        """Store an access token for as long as it will be used; not one that is over already."""
        seconds = min(usable_for(lifetime(token.expires_in)), LONGEST)
        if seconds <= 0:
            await self.drop(key)
            return
        value = encode(token, self._clock.now())
        await self._ask("write", key, self._set, value, max(1, int(seconds)))

    async def keep_refresh(self, key: str, refresh_token: str) -> None:
        """Store a refresh token."""
        await self._ask("write", key, self._set, refresh_token, LONGEST)

    async def drop(self, key: str) -> None:
        """Forget a token."""
        await self._ask("clear", key, self._cache.delete)

    def drop_now(self, *keys: str) -> list[Awaitable[Any]]:
        """Forget tokens at once; what an asynchronous cache has yet to do is returned."""
        pending: list[Awaitable[Any]] = []
        for key in keys:
            with self._tolerated("clear", key):
                left = self._cache.delete(key)
                if inspect.isawaitable(left):
                    pending.append(self._awaited("clear", key, left))
        return pending

    @asynccontextmanager
    async def alone(self, key: str) -> AsyncIterator[None]:
        """Hold off other processes that would renew the same token, if the cache can do that."""
        lock = getattr(self._cache, "renewal_lock", None)
        with ExitStack() as held:
            if lock is not None:
                with self._tolerated("lock", key):
                    held.push(await _taken(lock(key)))
            yield

    async def _awaited(self, what: str, key: str, left: Awaitable[Any]) -> None:
        with self._tolerated(what, key):
            await left

    async def _ask(self, what: str, key: str, method: Callable[..., Any], *args: str | int) -> Any:
        with self._tolerated(what, key):
            if self._blocks:
                return await asyncio.to_thread(method, key, *args)
            answer = method(key, *args)
            return await answer if inspect.isawaitable(answer) else answer
        return None

    def _tolerated(self, what: str, key: str) -> Tolerated:
        return Tolerated(log, f"The cache could not {what} {key!r}, so it is done without")


def _takes_names(method: Callable[..., Any]) -> bool:
    """Whether ``expire`` can only be given by its name."""
    try:
        expire = inspect.signature(method).parameters.get("expire")
    except ValueError:  # one that is not written in Python
        return False
    return expire is not None and expire.kind is expire.KEYWORD_ONLY


def _by_name(method: Callable[..., Any]) -> Callable[..., Any]:
    return lambda key, value, expire: method(key, value, expire=expire)


async def _taken(lock: AbstractContextManager[None]) -> AbstractContextManager[None]:
    """Enter what may block, on a thread; who is cancelled meanwhile does not keep it."""
    taking = asyncio.ensure_future(asyncio.to_thread(lock.__enter__))
    try:
        await asyncio.shield(taking)
    except asyncio.CancelledError:
        taking.add_done_callback(lambda _: _let_go(lock, taking))
        raise
    return lock


def _let_go(lock: AbstractContextManager[None], taking: asyncio.Future[None]) -> None:
    if not taking.cancelled() and taking.exception() is None:
        lock.__exit__(None, None, None)
