"""Whether a server can be reached, and if not, what is in the way. No credential is sent."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from typing import Literal, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from mixdesk.api.surroundings import PROXY_UNUSABLE
from mixdesk.api.transport import Transport
from mixdesk.clock import Clock
from mixdesk.exceptions import APIError, ConfigError
from mixdesk.model.text import clean

Reason = Literal[
    "name_unknown",
    "proxy_failed",
    "tls_failed",
    "connection_refused",
    "no_way",
    "timed_out",
    "broke_off",
]
"""What is in the way: DNS, a proxy, the certificate, nobody listening, no route, no answer in
time, half an answer."""

Unusable = Literal["proxy_unusable", "certificates_unreadable"]
"""Why nobody can be asked at all: variables name a proxy or certificates that cannot be used."""


class Reached(NamedTuple):
    """A server has answered, whatever it said."""

    status: int
    offset: float | None
    """How far its clock is ahead of ours, in seconds; None when it does not say."""
    took: float
    """Seconds from the question to the answer."""


class Unreached(NamedTuple):
    """No server has answered."""

    reason: Reason
    detail: str | None = None
    """What the system says about it, in a few words."""
    proxy: str | None = None
    """The variable that names the proxy, where one is used."""


def usable(make: Callable[[], Transport]) -> Transport | Unusable:
    """Make a transport, or say which part of the environment forbids it.

    Args:
        make: Makes it.
    """
    try:
        return make()
    except ConfigError as error:
        return "proxy_unusable" if error.code == PROXY_UNUSABLE else "certificates_unreadable"


def reach(transport: Transport, url: str, clock: Clock) -> Reached | Unreached:
    """Ask once, without a credential.

    Args:
        transport: Sends the request.
        url: The address; any answer of it will do.
        clock: Our time, to compare with the server's.

    Returns:
        What came of it.
    """
    began = clock.monotonic()
    try:
        answer = transport.exchange("GET", url, what=url)
    except APIError as error:
        if error.status_code:  # an answer that is longer than we care for
            return Reached(error.status_code, None, clock.monotonic() - began)
        return _why(error, url)
    except (httpx.InvalidURL, UnicodeError):  # it is asked for its international name
        return Unreached("name_unknown")
    took = clock.monotonic() - began
    offset = _offset(answer.headers.get("date", ""), clock.now() - took / 2)
    return Reached(answer.status, offset, took)


def _offset(date: str, now: float) -> float | None:
    """How far a ``Date`` header (RFC 9110, section 6.6.1) is ahead, in seconds."""
    try:
        # It names a whole second: on average, the middle of it is meant.
        return parsedate_to_datetime(date).timestamp() + 0.5 - now
    except (ValueError, OverflowError):
        return None


def _why(error: APIError, url: str) -> Unreached:
    """Tell from the errors below what stood in the way."""
    causes = list(_causes(error))
    proxy = _proxy_for(url)

    def is_any(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    if is_any(ssl.SSLError):
        return Unreached("tls_failed", _detail(causes, ssl.SSLError), proxy)
    if is_any(httpx.ProxyError):
        return Unreached("proxy_failed", _detail(causes, httpx.ProxyError), proxy)
    if proxy is not None and is_any(httpx.ConnectError, httpx.ConnectTimeout):
        return Unreached("proxy_failed", _detail(causes, OSError), proxy)
    if is_any(UnicodeError):
        return Unreached("name_unknown")
    if is_any(socket.gaierror):
        return Unreached("name_unknown", _detail(causes, socket.gaierror))
    if is_any(ConnectionRefusedError):
        return Unreached("connection_refused")
    if is_any(httpx.TimeoutException):
        return Unreached("timed_out", proxy=proxy)
    if is_any(httpx.ConnectError):
        return Unreached("no_way", _detail(causes, OSError))
    return Unreached("broke_off", proxy=proxy)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _detail(causes: list[BaseException], kind: type[BaseException]) -> str | None:
    """What the deepest error of a kind says of itself."""
    for cause in reversed(causes):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return clean(cause.verify_message, 120)
        if isinstance(cause, kind):
            said = getattr(cause, "strerror", None) or str(cause)
            return clean(said, 120) or None
    return None


def _proxy_for(url: str) -> str | None:
    """The variable that names the proxy for an address; None when it is asked directly."""
    parts = urlsplit(url)
    proxies = getproxies()
    scheme = next((name for name in (parts.scheme, "all") if name in proxies), None)
    if scheme is None or proxy_bypass(parts.hostname or ""):
        return None
    name = f"{scheme}_proxy"
    return name.upper() if name.upper() in os.environ else name
