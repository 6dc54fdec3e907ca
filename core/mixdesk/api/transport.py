"""The one place that knows httpx: bounded answers, bounded retries, typed errors.

Nothing else calls the API through httpx: the day the ecosystem moves on, one file changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from mixdesk.api.answers import Answer, Body, lower, network_errors, successful
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
from mixdesk.clock import Clock, SystemClock
from mixdesk.exceptions import APIError, RateLimitError, ServerError

_IDEMPOTENT = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")


class Transport:
    """Sends requests with one ``httpx.Client`` for its whole life; safe to share by threads.

    Args:
        clock: Another clock than this machine's.
        transport: Another httpx transport than the network.
        limit: Longest answer read, in bytes.
        deadline: Longest time for one answer, in seconds.
        timeout: Longest silence of the server, in seconds.
        attempts: How often a request is made at the most.

    Raises:
        ConfigError: The environment names a proxy or certificates that cannot be used.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        transport: httpx.BaseTransport | None = None,
        limit: int = ANSWER_LIMIT,
        deadline: float = DEADLINE,
        timeout: float = TIMEOUT,
        attempts: int = ATTEMPTS,
    ) -> None:
        self._clock = clock or SystemClock()
        self._limit = limit
        self._deadline = deadline
        self._attempts = attempts
        with sound_environment():
            self._client = httpx.Client(
                transport=transport,
                timeout=timeouts(timeout),
                limits=LIMITS,
                cookies=no_cookies(),
                follow_redirects=False,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def client(self) -> httpx.Client:
        """The client itself: the same object for the transport's whole life."""
        return self._client

    def close(self) -> None:
        """Close every connection; requests under way fail."""
        self._client.close()

    def get(
        self,
        url: str,
        *,
        what: str,
        auth: httpx.Auth | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a GET and read its answer whole, trying again where the server asks for it.

        Args:
            url: The address.
            what: What is asked for, for errors.
            auth: Adds the credentials.
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
        return self.send("GET", url, what=what, auth=auth, headers=headers, params=params)

    def send(
        self,
        method: str,
        url: str,
        *,
        what: str,
        auth: httpx.Auth | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send any request and read its answer whole.

        What is asked to slow down is sent again; what failed at the server is sent again only if
        the method says that this does no harm (RFC 9110, section 9.2.2).

        Args:
            method: The HTTP method.
            url: The address.
            what: What is asked for, for errors.
            auth: Adds the credentials.
            headers: Further headers.
            params: The query.
            json: The body, to be sent as JSON.
            form: The body, to be sent as a form; excludes ``json``.

        Returns:
            The answer, whose status is 2xx.

        Raises:
            APIError: As :meth:`get`.
        """
        request = self._client.build_request(
            method, url, headers=headers, params=params, json=json, data=form
        )
        retried = (RateLimitError, ServerError) if method in _IDEMPOTENT else (RateLimitError,)
        return self._persist(lambda: self._send(request, what, auth), retried)

    def exchange(
        self, method: str, url: str, *, what: str, form: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request once, and return its answer whatever its status.

        Args:
            method: The HTTP method.
            url: The address.
            what: What is asked for, for errors.
            form: The body, to be sent as a form.

        Returns:
            The answer; of a long one that is no success, the beginning.

        Raises:
            APIError: No answer, or one that is too long or takes too long.
        """
        headers = {"Accept": "application/json"}
        request = self._client.build_request(method, url, data=form, headers=headers)
        return self._exchange(request, what)

    def _persist(self, send: Callable[[], Answer], retried: tuple[type[APIError], ...]) -> Answer:
        """Send, and again after an answer that may be temporary, as long as patience lasts."""
        patience = Patience(self._attempts)
        while True:
            try:
                return send()
            except (RateLimitError, ServerError) as error:
                wait = patience.wait(error) if isinstance(error, retried) else None
                if wait is None:
                    raise
                self._clock.sleep(wait)

    def _send(self, request: httpx.Request, what: str, auth: httpx.Auth | None) -> Answer:
        return successful(self._exchange(request, what, auth), what, now=self._clock.now())

    def _exchange(
        self, request: httpx.Request, what: str, auth: httpx.Auth | None = None
    ) -> Answer:
        with network_errors(what):
            response = self._client.send(request, auth=auth, stream=True)
            try:
                content = self._read(response, what)
                return Answer(response.status_code, lower(response.headers), content)
            finally:
                response.close()

    def _read(self, response: httpx.Response, what: str) -> bytes:
        """Read a body up to a limit and a deadline; of a refusal, the beginning is enough."""
        ends = self._clock.monotonic() + self._deadline
        cut = not response.is_success
        limit = EXPLANATION if cut else self._limit
        body = Body(response.status_code, what, limit, cut=cut)
        for part in response.iter_bytes(1 << 16):
            if not body.add(part):
                break
            if self._clock.monotonic() > ends:
                body.end(f"{self._deadline:g} s")
                break
        return body.content
