"""How long, how much and how often: what every request keeps to, on a thread or on a loop."""

from __future__ import annotations

from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from mixdesk.exceptions import RateLimitError, ServerError

ANSWER_LIMIT = 64 << 20
"""Longest answer read, in bytes."""

EXPLANATION = 64 << 10
"""As much is read of an answer that is no success, in bytes."""

DEADLINE = 120.0
"""Longest time from a request to the end of its answer, in seconds."""

TIMEOUT = 30.0
"""Longest silence of a server, in seconds."""

ATTEMPTS = 4
"""How often a request is made at the most, when the server asks to try again."""

LIMITS = httpx.Limits(max_connections=50, max_keepalive_connections=20)

_CONNECT = 10.0
_LONGEST_PATIENCE = 60.0


def timeouts(silence: float) -> httpx.Timeout:
    """The timeouts of a client.

    Args:
        silence: Longest silence of the server, in seconds.
    """
    return httpx.Timeout(silence, connect=min(silence, _CONNECT))


def no_cookies() -> CookieJar:
    """A jar that stays empty: one client asks for several accounts, and a cookie is of one."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))


class Patience:
    """Whether to make one request again, and after how long.

    Args:
        attempts: How often it is made at the most.
    """

    def __init__(self, attempts: int) -> None:
        self._attempts = attempts
        self._made = 0
        self._left = _LONGEST_PATIENCE

    def wait(self, error: RateLimitError | ServerError) -> float | None:
        """Decide about the next attempt.

        Args:
            error: How the last one ended.

        Returns:
            Seconds to wait before it, as the server asks, else 1, 2, 4; None when there is none.
        """
        asked = error.retry_after
        wait = float(2**self._made) if asked is None else asked
        self._made += 1
        if self._made >= self._attempts or wait > self._left:
            return None
        self._left -= wait
        return wait
