"""The one place that knows httpx: bounded answers, bounded retries, typed errors.

Nothing else calls the API through httpx: the day the ecosystem moves on, one file changes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, NamedTuple, Self

import httpx

from mixdesk.api.errors import error_for
from mixdesk.clock import Clock, SystemClock
from mixdesk.exceptions import APIError, RateLimitError, ServerError

ANSWER_LIMIT = 64 << 20
"""Longest answer read, in bytes."""

DEADLINE = 120.0
"""Longest time from a request to the end of its answer, in seconds."""

TIMEOUT = 30.0
"""Longest silence of a server, in seconds."""

ATTEMPTS = 4
"""How often a request is made at the most, when the server asks to try again."""

_LONGEST_PATIENCE = 60.0
_IDEMPOTENT = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")
_EXPLANATION = 64 << 10
_CONNECT = 10.0
_LIMITS = httpx.Limits(max_connections=50, max_keepalive_connections=20)


class Answer(NamedTuple):
    """A successful answer."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self, what: str) -> Any:
        """Decode the body.

        Args:
            what: What was asked for, for the error.

        Raises:
            APIError: It is no JSON.
        """
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            kind = "an HTML page" if self.content.lstrip()[:1] == b"<" else "no JSON"
            raise APIError(
                f"The answer to {what} is {kind}.",
                status_code=self.status,
                hint="A proxy may be in the way: check MP_API_BASE_URL and your network.",
            ) from None


class Transport:
    """Sends requests with one ``httpx.Client`` for its whole life; safe to share by threads.

    Args:
        clock: Another clock than this machine's.
        transport: Another httpx transport than the network.
        limit: Longest answer read, in bytes.
        deadline: Longest time for one answer, in seconds.
        timeout: Longest silence of the server, in seconds.
        attempts: How often a request is made at the most.
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
        self._client = httpx.Client(
            transport=transport,
            timeout=httpx.Timeout(timeout, connect=min(timeout, _CONNECT)),
            limits=_LIMITS,
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
        with _network_errors(what):
            response = self._client.send(request, stream=True)
            try:
                cut = not response.is_success
                limit = _EXPLANATION if cut else self._limit
                content = self._body(response, what, limit, cut=cut)
                return Answer(response.status_code, _lower(response.headers), content)
            finally:
                response.close()

    def _persist(self, send: Callable[[], Answer], retried: tuple[type[APIError], ...]) -> Answer:
        """Send, and again after an answer that may be temporary, as long as patience lasts."""
        patience = _LONGEST_PATIENCE
        for attempt in range(1, self._attempts + 1):
            try:
                return send()
            except (RateLimitError, ServerError) as error:
                wait = _wait(error, attempt)
                if not isinstance(error, retried) or attempt == self._attempts or wait > patience:
                    raise
                patience -= wait
                self._clock.sleep(wait)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _send(self, request: httpx.Request, what: str, auth: httpx.Auth | None) -> Answer:
        with _network_errors(what):
            response = self._client.send(request, auth=auth, stream=True)
            try:
                return self._read(response, what)
            finally:
                response.close()

    def _read(self, response: httpx.Response, what: str) -> Answer:
        headers = _lower(response.headers)
        if response.is_success:
            return Answer(response.status_code, headers, self._body(response, what, self._limit))
        content = self._body(response, what, _EXPLANATION, cut=True)
        now = self._clock.now()
        raise error_for(response.status_code, headers, content, what, now=now)

    def _body(self, response: httpx.Response, what: str, limit: int, *, cut: bool = False) -> bytes:
        """Read a body up to a limit and a deadline; past it, cut it off or refuse it."""
        ends = self._clock.monotonic() + self._deadline
        parts: list[bytes] = []
        total = 0
        for chunk in response.iter_bytes(1 << 16):
            parts.append(chunk)
            total += len(chunk)
            if total > limit or self._clock.monotonic() > ends:
                if cut:
                    break
                how = f"than {limit:,} bytes" if total > limit else f"than {self._deadline:g} s"
                raise APIError(
                    f"The answer to {what} is longer {how}, so it was cut off.",
                    status_code=response.status_code,
                    hint="Ask for less at once, or check what answers there.",
                )
        return b"".join(parts)


def _lower(headers: httpx.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _wait(error: RateLimitError | ServerError, attempt: int) -> float:
    """Seconds to wait before the next attempt: as the server asks, else 1, 2, 4."""
    return error.retry_after if error.retry_after is not None else float(2 ** (attempt - 1))


@contextmanager
def _network_errors(what: str) -> Iterator[None]:
    """Word what can go wrong below HTTP."""
    try:
        yield
    except httpx.TimeoutException:
        raise _unreachable(what, "it took too long") from None
    except httpx.ConnectError:
        raise _unreachable(what, "the server cannot be reached") from None
    except (httpx.RemoteProtocolError, httpx.DecodingError):
        raise _unreachable(what, "the answer broke off or makes no sense") from None
    except httpx.TransportError:
        raise _unreachable(what, "the connection broke") from None


def _unreachable(what: str, why: str) -> APIError:
    return APIError(
        f"No answer to {what}: {why}.",
        code="NETWORK_ERROR",
        hint="Check your network; what was read before still works offline.",
    )
