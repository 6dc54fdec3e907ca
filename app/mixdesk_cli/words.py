"""The words for what the core tells in codes and numbers."""

from __future__ import annotations

from datetime import UTC, datetime

from mixdesk.model.records import AccountRow, Source
from mixdesk.model.rules import AccountType

NOTHING = "–"

KINDS: dict[AccountType, str] = {
    "service_account": "service",
    "oauth_browser": "browser",
    "oauth_token": "bearer",
}

KINDS_LONG: dict[AccountType, str] = {
    "service_account": "service account",
    "oauth_browser": "browser login",
    "oauth_token": "bearer token",
}

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))

_SOON = 600
"""Seconds of life left below which a token counts as ending soon."""


def iso(at: float | None) -> str | None:
    """Seconds since the epoch as ISO 8601 in UTC; None stays None."""
    if at is None:
        return None
    try:
        moment = datetime.fromtimestamp(at, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def span(seconds: float) -> str:
    """A length of time in its largest unit: ``42 min``, ``3 h``, ``12 d``."""
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{max(0, int(seconds))} s"


def minutes(seconds: float) -> str:
    """A length of time to count down by: ``4:59``."""
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02}"


def ago(at: float | None, now: float) -> str:
    """When something was: ``3 h ago``; a moment ahead (the clock stepped) is ``just now``."""
    if at is None:
        return ""
    return f"{span(now - at)} ago" if now - at >= 1 else "just now"


def token_left(expires_at: float | None, now: float) -> tuple[str, str | None]:
    """How long a token lives on, and the style that says how urgent this is."""
    if expires_at is None:
        return NOTHING, None
    left = expires_at - now
    if left <= 0:
        return "ended", "red"
    return span(left), "yellow" if left < _SOON else None


def token_life(expires_at: float, now: float) -> tuple[str, str | None]:
    """The same in full: ``42 min left``, ``ended 3 h ago``."""
    text, style = token_left(expires_at, now)
    return (f"ended {ago(expires_at, now)}" if expires_at <= now else f"{text} left"), style


def account_state(row: AccountRow, now: float) -> tuple[str, str | None]:
    """The state of an account in a few words, and a style."""
    if row.problem is not None:
        return row.problem.summary, "red"
    if row.token_env is not None and row.token_env_set is False:
        return "variable not set", "red"
    if _lacks_login(row, now):
        return "needs login", "red"
    if row.status == "needs_token":
        return "needs token", "red"
    if row.status == "untested":
        return "not tested", None
    when = ago(row.status_at, now)
    return (f"ok, {when}" if when else "ok"), "green"


def _lacks_login(row: AccountRow, now: float) -> bool:
    if row.status == "needs_login" or row.has_tokens is False:
        return True
    ended = row.token_expires_at is not None and row.token_expires_at <= now
    return ended and row.type == "oauth_browser" and not row.can_refresh


def source(kind: Source, origin: str) -> str:
    """Where a value came from, in a word or two."""
    if kind == "active":
        return "active"
    if kind == "account_default":
        return "the account's own"
    if kind == "unset":
        return NOTHING
    return origin
