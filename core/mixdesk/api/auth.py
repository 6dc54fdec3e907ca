"""The ``Authorization`` header, for one origin only."""

from __future__ import annotations

from collections.abc import Generator

import httpx


class HeaderAuth(httpx.Auth):
    """Adds one header value to requests that go to exactly one origin.

    Args:
        value: The value of ``Authorization``.
        url: Any address of the origin (scheme, host, port) that it was made for.
    """

    def __init__(self, value: str, url: str) -> None:
        self._value = value
        self._origin = origin(httpx.URL(url))

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header if the request goes home, and take it away if it does not."""
        if origin(request.url) == self._origin:
            request.headers["Authorization"] = self._value
        else:
            request.headers.pop("Authorization", None)
        yield request


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port of an address (RFC 6454); the usual port counts as written."""
    usual = {"https": 443, "http": 80}.get(url.scheme)
    return (url.scheme, url.host, url.port or usual)
