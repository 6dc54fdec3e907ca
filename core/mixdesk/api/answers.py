"""An answer: read within bounds, or the words for why there is none."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx

from mixdesk.api.errors import error_for
from mixdesk.exceptions import APIError


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


def json_object(answer: Answer) -> dict[str, Any] | None:
    """The JSON object that an answer of any status holds; None when it holds none."""
    try:
        value = json.loads(answer.content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


class Body:
    """A body as it comes in, up to a limit; past it, it is cut off or refused.

    Args:
        status: The answer's HTTP status.
        what: What was asked for, for the error.
        limit: Longest body, in bytes.
        cut: Whether the beginning is enough.
    """

    def __init__(self, status: int, what: str, limit: int, *, cut: bool) -> None:
        self._status = status
        self._what = what
        self._limit = limit
        self._cut = cut
        self._parts: list[bytes] = []
        self._total = 0

    @property
    def content(self) -> bytes:
        """What has come."""
        return b"".join(self._parts)

    def add(self, part: bytes) -> bool:
        """Take a part.

        Returns:
            Whether more is wanted.

        Raises:
            APIError: It is longer than the limit, and its beginning is not enough.
        """
        self._parts.append(part)
        self._total += len(part)
        if self._total <= self._limit:
            return True
        self.end(f"{self._limit:,} bytes")
        return False

    def end(self, limit: str) -> None:
        """Take no more, because it is longer than a limit.

        Args:
            limit: The limit, in words.

        Raises:
            APIError: Its beginning is not enough.
        """
        if not self._cut:
            raise APIError(
                f"The answer to {self._what} is longer than {limit}, so it was cut off.",
                status_code=self._status,
                hint="Ask for less at once, or check what answers there.",
            )


def successful(answer: Answer, what: str, *, now: float) -> Answer:
    """Return an answer whose status is 2xx.

    Args:
        answer: Any answer.
        what: What was asked for, for the error.
        now: The time, in seconds since the epoch.

    Raises:
        APIError: It has another status; as :func:`~mixdesk.api.errors.error_for`.
    """
    if 200 <= answer.status < 300:
        return answer
    raise error_for(answer.status, answer.headers, answer.content, what, now=now)


def lower(headers: httpx.Headers) -> dict[str, str]:
    """Headers with their names in lower case."""
    return {name.lower(): value for name, value in headers.items()}


@contextmanager
def network_errors(what: str) -> Iterator[None]:
    """Word what can go wrong below HTTP.

    Args:
        what: What is asked for.

    Raises:
        APIError: ``NETWORK_ERROR``, in place of what httpx raises.
    """
    try:
        yield
    except httpx.TimeoutException:
        raise unreachable(what, "it took too long") from None
    except httpx.ConnectError:
        raise unreachable(what, "the server cannot be reached") from None
    except (httpx.RemoteProtocolError, httpx.DecodingError):
        raise unreachable(what, "the answer broke off or makes no sense") from None
    except httpx.TransportError:
        raise unreachable(what, "the connection broke") from None
    except UnicodeError:  # a label that is too long, of the server or of a proxy
        raise unreachable(what, "the name of its host cannot be one") from None


def unreachable(what: str, why: str) -> APIError:
    """The error for a request that got no answer."""
    return APIError(
        f"No answer to {what}: {why}.",
        code="NETWORK_ERROR",
        hint="Check your network; what was read before still works offline.",
    )
