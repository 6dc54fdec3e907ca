"""A login as Q2's document has it: a subclass says how a token is got, the rest is done here."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Collection, Generator
from dataclasses import replace
from typing import Any

import httpx

from mixdesk.api.auth import AsyncCredential, AwaitedAuth, Credential, OriginAuth
from mixdesk.clients.caches import Cache
from mixdesk.clients.oauth_token import OAuthToken, header_of
from mixdesk.clients.sharing import Shared, shared_at
from mixdesk.clients.token_cache import TokenCache
from mixdesk.clients.tolerance import Tolerated
from mixdesk.clock import Clock, SystemClock
from mixdesk.exceptions import OAuthError
from mixdesk.login.runner import run

log = logging.getLogger(__name__)


class OAuthClient(httpx.Auth, ABC):
    """Gets, keeps and renews the tokens of an API; a subclass defines :meth:`get_token`.

    Use it as ``auth=`` of an ``httpx.AsyncClient`` or an ``httpx.Client``, or of one request. The
    token goes to the origin of the request and, by way of redirects, to no other. A status in
    ``unauthorized_status_codes`` gets a new token, and the request is made exactly once more.

    Whoever needs a token while one is being got, on any loop or thread, waits for that one; so do
    other instances with the same cache and the same :attr:`access_key`. For an ``httpx.Client``
    both methods run on an event loop of their own each time, so whatever they open, they open
    inside.

    Args:
        cache: Where the tokens are kept: anything with ``get(key)``, ``set(key, value, expire)``
            and ``delete(key)``, as functions or as coroutine functions. Values are text. One that
            raises costs a token request, not the call.
        clock: Another clock than this machine's.
    """

    requires_request_body = True
    """A body that is a stream is read before it is sent, so that it can be sent again. With False
    it is not, and a request with such a body is not made again."""

    def __init__(self, cache: Cache, *, clock: Clock | None = None) -> None:
        self._tokens = TokenCache(cache, clock or SystemClock())
        self._cache = cache
        self._clearing: set[asyncio.Task[None]] = set()

    @property
    def name(self) -> str:
        """What the tokens are stored under: by default the class's name.

        Override it where one class stands for several hosts or users.
        """
        return type(self).__name__

    @property
    def access_key(self) -> str:
        """The cache's key of the access token."""
        return f"{self.name}_access_token"

    @property
    def refresh_key(self) -> str:
        """The cache's key of the refresh token."""
        return f"{self.name}_refresh_token"

    @property
    def unauthorized_status_codes(self) -> Collection[int]:
        """The statuses that say that a token is not accepted."""
        return [401]

    @property
    def audience(self) -> str | None:
        """An address whose origin alone gets the token; None: whatever is asked with it."""
        return None

    @abstractmethod
    async def get_token(self) -> OAuthToken:
        """Get a token from nothing: ask the authorization server, or somebody."""

    async def refresh_token(self, refresh_token: str) -> OAuthToken:
        """Get a token for a refresh token; define it where the server gives refresh tokens.

        When it fails, :meth:`get_token` is asked. When what it returns has no refresh token, the
        one that was sent goes on being good.

        Args:
            refresh_token: The last one that the server gave.
        """
        raise NotImplementedError

    async def get_token_obj(self) -> OAuthToken:
        """Return a token that can be used now: from the cache, refreshed, or new.

        Raises:
            OAuthError: What was got is no token that could be sent. What :meth:`get_token` raises
                is raised as it is.
        """
        token = await self._token()
        if token.refresh_token is None and self._can_refresh:
            return replace(token, refresh_token=await self._tokens.refresh(self.refresh_key))
        return token

    def clear_token(self) -> Awaitable[None]:
        """Forget both tokens. It is done when this returns.

        Returns:
            Something that may be awaited: with an asynchronous cache, on a running loop, it is done
            only then.
        """
        pending = self._tokens.drop_now(self.access_key, self.refresh_key)
        if _running_loop() is None:
            if pending:
                run(_all(pending))
            return _Done()
        task = asyncio.ensure_future(_all(pending))
        self._clearing.add(task)
        task.add_done_callback(self._clearing.discard)
        return task

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Send with a token, for ``httpx.Client``."""
        return self._set_up(OriginAuth, request, _Blocking(self)).sync_auth_flow(request)

    def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Send with a token, for ``httpx.AsyncClient``."""
        return self._set_up(AwaitedAuth, request, _Awaited(self)).async_auth_flow(request)

    def _set_up(
        self,
        kind: type[OriginAuth],
        request: httpx.Request,
        credential: Credential | AsyncCredential,
    ) -> OriginAuth:
        codes = self.unauthorized_status_codes
        url = self.audience or str(request.url)
        auth = kind(credential, url, unauthorized_status_codes=codes)
        auth.requires_request_body = self.requires_request_body
        return auth

    @property
    def _shared(self) -> Shared[OAuthToken]:
        return shared_at(self._cache, self.access_key)

    @property
    def _can_refresh(self) -> bool:
        return type(self).refresh_token is not OAuthClient.refresh_token

    def _token_now(self) -> OAuthToken | None:
        """The token that is there, without a loop."""
        return self._tokens.access_now(self.access_key)

    async def _token(
        self, refused: str | None = None, blocked: asyncio.AbstractEventLoop | None = None
    ) -> OAuthToken:
        """A token that can be used, and is another than one that was refused.

        Args:
            refused: The value of ``Authorization`` that a server did not accept.
            blocked: A loop that waits for this without going on.
        """
        found = await self._good_token(refused)
        if found is not None:
            return found
        is_ours, shared = False, self._shared

        async def renew() -> OAuthToken:
            nonlocal is_ours
            is_ours = True
            if not shared.is_here:  # what holds the lock may be what stands still
                return await self._renew(refused)
            async with self._tokens.alone(self.access_key):
                return await self._renew(refused)

        token = await shared.run(renew, blocked)
        if not is_ours and header_of(token) == refused:  # what was under way brought the same
            token = await shared.run(renew, blocked)
        return token

    async def _good_token(self, refused: str | None) -> OAuthToken | None:
        found = await self._tokens.access(self.access_key)
        return None if found is None or header_of(found) == refused else found

    async def _renew(self, refused: str | None) -> OAuthToken:
        """Look once more, for somebody may have been quicker; then refresh, or begin anew."""
        found = await self._good_token(refused)
        if found is not None:
            return found
        if refused is not None:
            await self._tokens.drop(self.access_key)
        spent = await self._tokens.refresh(self.refresh_key) if self._can_refresh else None
        if spent is not None:
            refreshed = await self._refreshed(spent, refused)
            if refreshed is not None:
                return refreshed
        token = self._checked(await self.get_token())
        if self._can_refresh and token.refresh_token is None and spent is not None:
            await self._tokens.drop(self.refresh_key)
        await self._keep(token)
        return token

    async def _refreshed(self, spent: str, refused: str | None) -> OAuthToken | None:
        """Refresh; None when that fails and nobody else has done it meanwhile."""
        failed = f"{self.name} could not refresh its token, so it gets a new one"
        # What a server has rotated is lost if its answer is not stored.
        with self._shared.to_its_end(), Tolerated(log, failed):
            token = self._checked(await self.refresh_token(spent))
            token = replace(token, refresh_token=token.refresh_token or spent)
            await self._keep(token)
            return token
        return await self._good_token(refused)

    async def _keep(self, token: OAuthToken) -> None:
        if self._can_refresh and token.refresh_token:
            await self._tokens.keep_refresh(self.refresh_key, token.refresh_token)
        await self._tokens.keep_access(self.access_key, token)

    def _checked(self, token: object) -> OAuthToken:
        if not isinstance(token, OAuthToken):
            raise OAuthError(
                f"{self.name} got a {type(token).__name__} instead of an OAuthToken.",
                code="OAUTH_TOKEN_ERROR",
                hint="Return OAuthToken.from_dict(answer) from get_token and refresh_token.",
            )
        header_of(token)
        return token


class _Awaited:
    """The credential for a client on a loop."""

    def __init__(self, client: OAuthClient) -> None:
        self._client = client

    async def header(self) -> str:
        return header_of(await self._client._token())

    async def renew(self, refused: str) -> str:
        return header_of(await self._client._token(refused))


class _Blocking:
    """The credential for a client without a loop, or in spite of one."""

    def __init__(self, client: OAuthClient) -> None:
        self._client = client

    def header(self) -> str:
        found = self._client._token_now()
        return header_of(found or run(self._client._token(None, _running_loop())))

    def renew(self, refused: str) -> str:
        return header_of(run(self._client._token(refused, _running_loop())))


class _Done:
    """Something that has been done."""

    def __await__(self) -> Generator[None, None, None]:
        yield from ()


async def _all(pending: list[Awaitable[Any]]) -> None:
    for each in pending:
        await each


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
