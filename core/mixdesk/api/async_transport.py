"""The transport for an event loop: the bounds and the errors of ``transport.py``.

Whoever is cancelled while asking leaves nothing behind: its connection closes at once.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from mixdesk.api.answers import Answer, Body, lower, network_errors, successful, unreachable
from mixdesk.api.bounds import (
    ANSWER_LIMIT,
    ATTEMPTS,
    DEADLINE,
    EXPLANATION,
    LIMITS,
    TIMEOUT,
    Patience,
    no_cookies,
    timeouts,
)
from mixdesk.api.surroundings import sound_environment
from mixdesk.clock import AsyncClock, SystemAsyncClock
from mixdesk.exceptions import RateLimitError, ServerError


class AsyncTransport:
    """Sends requests with one ``httpx.AsyncClient`` for its whole life, on one event loop.

    Use it as an asynchronous context manager, or call :meth:`aclose`.

    Args:
        clock: Another clock than this machine's, for the waits between two attempts.
        transport: Another httpx transport than the network.
        limit: Longest answer read, in bytes.
        deadline: Longest time from a request to the end of its answer, in seconds; whatever the
            server does, it is over then.
        timeout: Longest silence of the server, in seconds.
        attempts: How often a request is made at the most.
        tls: How servers prove who they are, if not as usual.

    Raises:
        ConfigError: The environment names a proxy or certificates that cannot be used.
    """

    def __init__(
        self,
        *,
        clock: AsyncClock | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        limit: int = ANSWER_LIMIT,
        deadline: float = DEADLINE,
        timeout: float = TIMEOUT,
        attempts: int = ATTEMPTS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._clock = clock or SystemAsyncClock()
        self._limit = limit
        self._deadline = deadline
        self._attempts = attempts
        with sound_environment():
            self._client = httpx.AsyncClient(
                transport=transport,
                verify=True if tls is None else tls,
                timeout=timeouts(timeout),
                limits=LIMITS,
                cookies=no_cookies(),
                follow_redirects=False,
            )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def get(
        self,
        url: str,
        *,
        what: str,
        authorization: str | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a GET and read its answer whole, trying again where the server asks for it.

        Args:
            url: The address. Redirects are not followed, so nobody else sees the credential.
            what: What is asked for, for errors.
            authorization: The value of the ``Authorization`` header.
            headers: Further headers.
            params: The query.

        Returns:
            The answer, whose status is 2xx.

        Raises:
            AuthenticationError: 401 or 403.
            RateLimitError: 429, also after waiting as asked.
            ServerError: 5xx, also after trying again.
            QueryError: Any other 4xx.
            APIError: No answer, a redirect, or one that is too long or takes too long.
        """
        request = self._client.build_request("GET", url, headers=headers, params=params)
        if authorization is not None:
            request.headers["Authorization"] = authorization
        patience = Patience(self._attempts)
        while True:
            try:
                return successful(await self._send(request, what), what, now=self._clock.now())
            except (RateLimitError, ServerError) as error:
                wait = patience.wait(error)
                if wait is None:
                    raise
                await self._clock.sleep(wait)

    async def exchange(
        self,
        method: str,
        url: str,
        *,
        what: str,
        form: Mapping[str, str] | None = None,
        json: Any = None,
    ) -> Answer:
        """Send one request once, and return its answer whatever its status.

        Args:
            method: The HTTP method.
            url: The address.
            what: What is asked for, for errors.
            form: The body, to be sent as a form.
            json: The body, to be sent as JSON; excludes ``form``.

        Returns:
            The answer; of a long one that is no success, the beginning.

        Raises:
            APIError: No answer, or one that is too long or takes too long.
        """
        headers = {"Accept": "application/json"}
        request = self._client.build_request(method, url, data=form, json=json, headers=headers)
        return await self._send(request, what)

    async def _send(self, request: httpx.Request, what: str) -> Answer:
        ends = asyncio.get_running_loop().time() + self._deadline
        with network_errors(what):
            try:
                async with asyncio.timeout_at(ends):
                    response = await self._client.send(request, stream=True)
            except TimeoutError:
                raise unreachable(what, "it took too long") from None
            try:
                content = await self._read(response, what, ends)
                return Answer(response.status_code, lower(response.headers), content)
            finally:
                await response.aclose()

    async def _read(self, response: httpx.Response, what: str, ends: float) -> bytes:
        """Read a body up to a limit and a deadline; of a refusal, the beginning is enough."""
        cut = not response.is_success
        limit = EXPLANATION if cut else self._limit
        body = Body(response.status_code, what, limit, cut=cut)
        try:
            async with asyncio.timeout_at(ends):
                async for part in response.aiter_bytes(1 << 16):
                    if not body.add(part):
                        break
        except TimeoutError:
            body.end(f"{self._deadline:g} s")
        return body.content
