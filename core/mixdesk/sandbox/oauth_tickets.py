"""Forms that only the browser they were shown to can send, once (no CSRF)."""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Generic, TypeVar

from mixdesk.sandbox.wire import Request

COOKIE = "sandbox_browser"
_GOOD_FOR = 600.0
_NAME = re.compile(r"[0-9a-f]{32}")

T = TypeVar("T")


class Tickets(Generic[T]):
    """What the forms that are out there are about.

    Args:
        now: The time, in seconds since the epoch.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._out: dict[str, tuple[float, str, T]] = {}

    def give(self, browser: str, subject: T) -> str:
        """Make a ticket for a form; it is good for ten minutes.

        Args:
            browser: Who sees the form.
            subject: What it is about.
        """
        ticket, now = secrets.token_hex(16), self._now()
        with self._lock:
            self._out = {key: each for key, each in self._out.items() if each[0] > now}
            self._out[ticket] = (now + _GOOD_FOR, browser, subject)
        return ticket

    def take(self, request: Request) -> T | None:
        """What the form that was sent is about.

        Returns:
            Its subject; None when the ticket is another browser's, too old or used.
        """
        ticket, browser = request.field("ticket"), _cookie(request)
        with self._lock:
            ends_at, shown_to, subject = self._out.get(ticket, (0.0, "", None))
            if not browser or shown_to != browser or ends_at <= self._now():
                return None
            del self._out[ticket]
            return subject


def browser_of(request: Request) -> str:
    """The name that a browser has from an earlier page, else a new one."""
    return _cookie(request) or secrets.token_hex(16)


def cookie_header(browser: str, path: str) -> tuple[str, str]:
    """The header that lets a browser keep its name for pages below a path."""
    return "Set-Cookie", f"{COOKIE}={browser}; Path={path}; HttpOnly; SameSite=Lax"


def _cookie(request: Request) -> str:
    try:
        cookies = SimpleCookie(request.headers.get("cookie", ""))
    except CookieError:
        return ""
    value = cookies[COOKIE].value if COOKIE in cookies else ""
    return value if _NAME.fullmatch(value) else ""
