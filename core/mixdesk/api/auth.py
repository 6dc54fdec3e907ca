"""The ``Authorization`` header, for one origin only, renewed once when it is refused.

The steps are one generator. httpx drives them either way: synchronously, or asynchronously with
everything that may block (a lock, a file, a token request) on a thread.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncGenerator, Callable, Collection, Generator
from typing import Any, Protocol

import httpx

from mixdesk.model.secret import Secret

UNAUTHORIZED = (401,)
"""Statuses that say that a credential was not accepted."""


class Credential(Protocol):
    """Where the value of an ``Authorization`` header comes from. Both methods may block."""

    def header(self) -> str:
        """Return the value, renewed ahead of its end.

        Raises:
            OAuthError: There is none, or it cannot be renewed.
        """
        ...

    def renew(self, refused: str) -> str | None:
        """Return another value than one that a server has just refused.

        Args:
            refused: The value that was sent.

        Returns:
            The new value; None when there can be no other.

        Raises:
            OAuthError: It cannot be renewed.
        """
        ...


class AsyncCredential(Protocol):
    """The same for an event loop: both methods let others run while they wait."""

    async def header(self) -> str:
        """As :meth:`Credential.header`."""
        ...

    async def renew(self, refused: str) -> str | None:
        """As :meth:`Credential.renew`."""
        ...


class FixedCredential:
    """A value that stays what it is.

    Args:
        value: The value of ``Authorization``.
    """

    def __init__(self, value: str) -> None:
        self._value = value

    def header(self) -> str:
        """Return the value."""
        return self._value

    def renew(self, refused: str) -> None:
        """Return None: there is no other value."""


_Step = httpx.Request | httpx.Response | Callable[[], Any]
"""What a driver does next: send it, drop its body, or run it."""


class OriginAuth(httpx.Auth):
    """Adds a credential to requests that go to exactly one origin, and retries exactly once.

    Use it as ``auth=`` of an ``httpx.Client`` or an ``httpx.AsyncClient``.

    Args:
        credential: Where the value comes from.
        url: Any address of the origin (scheme, host, port) that it is made for.
        unauthorized_status_codes: Statuses after which the credential is renewed.
    """

    def __init__(
        self,
        credential: Credential | AsyncCredential,
        url: str,
        *,
        unauthorized_status_codes: Collection[int] = UNAUTHORIZED,
    ) -> None:
        self._credential = credential
        self._origin = origin(httpx.URL(url))
        self._unauthorized = frozenset(unauthorized_status_codes)

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Take the steps one after the other, for ``httpx.Client``."""
        if self.requires_request_body:
            request.read()
        steps = self._steps(request)
        result: Any = None
        while (step := _next(steps, result)) is not None:
            if isinstance(step, httpx.Request):
                result = yield step
            elif isinstance(step, httpx.Response):
                if isinstance(step.stream, httpx.SyncByteStream):
                    step.stream.close()
                step.stream = httpx.ByteStream(b"")
            else:
                result = step()

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Take the same steps without blocking the loop, for ``httpx.AsyncClient``."""
        if self.requires_request_body:
            await request.aread()
        steps = self._steps(request)
        result: Any = None
        while (step := _next(steps, result)) is not None:
            if isinstance(step, httpx.Request):
                result = yield step
            elif isinstance(step, httpx.Response):
                if isinstance(step.stream, httpx.AsyncByteStream):
                    await step.stream.aclose()
                step.stream = httpx.ByteStream(b"")
            else:
                result = await self._ado(step)

    async def _ado(self, step: Callable[[], Any]) -> Any:
        """Ask the credential while the loop goes on."""
        return await asyncio.to_thread(step)

    def _steps(self, request: httpx.Request) -> Generator[_Step, Any, None]:
        request.headers.pop("Authorization", None)
        if origin(request.url) != self._origin:
            yield request
            return
        value: str = yield self._credential.header
        request.headers["Authorization"] = value
        response: httpx.Response = yield request
        if not self._is_refused(response) or not _is_repeatable(request):
            return
        other: str | None = yield lambda: self._credential.renew(value)
        if other is None:
            return
        yield response  # httpx would read it to its end, however long that is
        request.headers["Authorization"] = other
        yield request

    def _is_refused(self, response: httpx.Response) -> bool:
        """Whether it was our origin that refused; another one was never shown the header."""
        is_ours = origin(response.request.url) == self._origin
        return is_ours and response.status_code in self._unauthorized


class AwaitedAuth(OriginAuth):
    """The same for an :class:`AsyncCredential`: as ``auth=`` of an ``httpx.AsyncClient`` only."""

    async def _ado(self, step: Callable[[], Any]) -> Any:
        return await step()


def basic_header(username: str, secret: Secret) -> str:
    """The value of ``Authorization`` for a pair (RFC 7617)."""
    pair = f"{username}:{secret.get_secret_value()}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def bearer_header(token: Secret) -> str:
    """The value of ``Authorization`` for a token (RFC 6750, section 2.1)."""
    return f"Bearer {token.get_secret_value()}"


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port of an address (RFC 6454); the usual port counts as written."""
    usual = {"https": 443, "http": 80}.get(url.scheme)
    return (url.scheme, url.host, url.port or usual)


def _next(steps: Generator[_Step, Any, None], result: Any) -> _Step | None:
    """The next step, given the result of the last; None at the end."""
    try:
        return steps.send(result)
    except StopIteration:
        return None


def _is_repeatable(request: httpx.Request) -> bool:
    """Whether the body can be sent a second time: a stream is gone after the first."""
    try:
        return request.content is not None
    except httpx.RequestNotRead:
        return False
