"""What an answer that is none means: one typed error each, without secrets."""

from __future__ import annotations

import email.utils
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from mixdesk.exceptions import (
    APIError,
    AuthenticationError,
    QueryError,
    RateLimitError,
    ServerError,
)
from mixdesk.model.text import clean

_LONGEST_WAIT = 3600.0
_SAID = 200


def error_for(
    status: int, headers: Mapping[str, str], content: bytes, what: str, *, now: float
) -> APIError:
    """Make the error of an HTTP answer that is not a success.

    Args:
        status: The HTTP status.
        headers: The answer's headers, names in lower case.
        content: The beginning of its body.
        what: What was asked for, such as ``/me``.
        now: The time, in seconds since the epoch (for a ``Retry-After`` that is a date).

    Returns:
        The error; of the body it holds at most the server's own short explanation.
    """
    said = explanation(content)
    because = f" It said: {said}" if said else ""
    if status == 401:
        return AuthenticationError(
            f"Mixpanel does not accept these credentials for {what} (401).{because}",
            status_code=401,
            hint="Check the account, or log in again: mp account show",
        )
    if status == 403:
        return _forbidden(what, because)
    if status == 429:
        return RateLimitError(
            f"Mixpanel asks to slow down (429 for {what}).",
            retry_after=retry_after(headers, now),
            hint="Wait a little and try again.",
        )
    if status >= 500:
        return ServerError(
            f"Mixpanel failed to answer {what} ({status}).",
            status_code=status,
            retry_after=retry_after(headers, now),
            hint="That is on their side: try again later.",
        )
    if 300 <= status < 400:
        return APIError(
            f"{what} was answered with a redirect ({status}), which is not followed.",
            status_code=status,
            hint="Check MP_API_BASE_URL and MP_APP_BASE_URL.",
        )
    return QueryError(f"Mixpanel refused {what} ({status}).{because}", status_code=status)


def explanation(content: bytes) -> str:
    """The server's own words for an error, if the body has the usual shape."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return ""
    said = body.get("error") or body.get("message") if isinstance(body, dict) else None
    return clean(said, _SAID) if isinstance(said, str) else ""


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Read ``Retry-After`` (RFC 9110, section 10.2.3).

    Returns:
        Seconds to wait, at most an hour; None when it is missing or makes no sense.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), _LONGEST_WAIT)
    try:
        moment: datetime = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(moment.timestamp() - now, 0.0), _LONGEST_WAIT)


def _forbidden(what: str, because: str) -> AuthenticationError:
    # Mixpanel's sentence is not documented, so this goes by what was asked for.
    if what == "/me":
        return AuthenticationError(
            f"This account may not read {what} (403); a service account needs the user_details "
            f"scope for that.{because}",
            status_code=403,
            hint="Its queries work all the same; name the project yourself: --project ID. "
            "To list projects, give it that scope in Mixpanel's organization settings.",
        )
    return AuthenticationError(
        f"This account may not use {what} (403).{because}",
        status_code=403,
        hint="Check the project and the account's role in it.",
    )
