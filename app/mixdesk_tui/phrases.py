"""Small wordings that several screens share: kinds, sources, times, the life of a token."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

from mixdesk.model.records import AccountRow, Axis, SessionView, Shadowed
from mixdesk.model.rules import AccountType
from mixdesk_tui.spans import safe

NOTHING = "–"
_PLAIN_WORD = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
LISTED = 12
"""Names that a sentence lists before it says how many more there are."""

KINDS: dict[AccountType, str] = {
    "service_account": "service account",
    "oauth_browser": "browser login",
    "oauth_token": "bearer token",
}
SHORT_KINDS: dict[AccountType, str] = {
    "service_account": "service",
    "oauth_browser": "browser",
    "oauth_token": "bearer",
}

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
SOON = 5 * MINUTE
"""A token that ends within this time is worth a warning."""
FULL_BAR = HOUR
"""A bar is full from this much life on: nobody says how long a token lived in all."""


class TokenLife(NamedTuple):
    """How long a credential still holds, in words."""

    text: str
    """``42 min left``; a sentence of a few words where there is no time to tell."""
    short: str
    """``42 min``, for a column or the header; empty where there is nothing to tell."""
    tone: str = ""
    share: float | None = None
    """How full the bar is, 0 to 1; None for what never ends."""
    note: str = ""
    """What happens next: ``renews by itself``."""

    @property
    def is_trouble(self) -> bool:
        """Whether something has to be done before calls work."""
        return self.tone == "error"

    @property
    def is_ending(self) -> bool:
        """Whether it ends soon, and does not renew by itself."""
        return self.tone == "warning"

    @property
    def mark(self) -> str:
        """What says without a colour that it needs somebody."""
        return "✗ " if self.is_trouble else "! " if self.is_ending else ""


def source(axis: Axis | Shadowed) -> str:
    """Return where a value came from, in a few words."""
    words = {
        "active": "active",
        "account_default": "this account's own",
        "settings": "settings",
        "unset": "not chosen",
    }
    return words.get(axis.source) or safe(axis.origin)


def left(seconds: float) -> str:
    """Return a remaining time: exact when it is short, calm when it is long."""
    seconds = max(int(seconds), 0)
    if seconds < SOON:
        return f"{seconds // MINUTE}:{seconds % MINUTE:02}"
    if seconds < 2 * HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < 2 * DAY:
        return f"{seconds // HOUR} h"
    return f"{seconds // DAY} days"


def ago(seconds: float) -> str:
    """Return how long ago something was."""
    seconds = int(seconds)
    if seconds < MINUTE:
        return "just now"
    if seconds < 2 * HOUR:
        return f"{seconds // MINUTE} min ago"
    if seconds < 2 * DAY:
        return f"{seconds // HOUR} h ago"
    return f"{seconds // DAY} days ago"


def moment(at: float, now: float, zone: tzinfo | None) -> str:
    """Return a time of today as ``10:42``, one before as ``yesterday`` or a date."""
    then = datetime.fromtimestamp(at, UTC).astimezone(zone)
    today = datetime.fromtimestamp(now, UTC).astimezone(zone)
    days = (today.date() - then.date()).days
    if days <= 0:
        return f"{then:%H:%M}"
    return "yesterday" if days == 1 else f"{then:%Y-%m-%d}"


def bar(share: float, cells: int) -> str:
    """Return a bar of ``cells`` cells that is filled by ``share``."""
    eighths = " ▏▎▍▌▋▊▉"
    filled = round(max(0.0, min(share, 1.0)) * cells * 8)
    whole, part = divmod(filled, 8)
    drawn = "█" * whole + (eighths[part] if part else "")
    return "▕" + drawn.ljust(cells, "░") + "▏"


def token_of_session(view: SessionView, now: float) -> TokenLife:
    """Return the life of the session's credential."""
    return _token(
        view.account_type,
        env=view.token_env,
        env_set=None,
        has_tokens=view.has_tokens,
        can_refresh=view.can_refresh,
        expires_at=view.token_expires_at,
        now=now,
    )


def token_of_account(row: AccountRow, now: float) -> TokenLife:
    """Return the life of an account's credential."""
    return _token(
        row.type,
        env=row.token_env,
        env_set=row.token_env_set,
        has_tokens=row.has_tokens,
        can_refresh=row.can_refresh and row.status != "needs_login",
        expires_at=row.token_expires_at,
        now=now,
    )


def _token(
    kind: AccountType | None,
    *,
    env: str | None,
    env_set: bool | None,
    has_tokens: bool | None,
    can_refresh: bool,
    expires_at: float | None,
    now: float,
) -> TokenLife:
    if kind is None:
        return TokenLife(NOTHING, "")
    if kind == "service_account":
        return TokenLife("username and secret, without an end", "")
    if env and env_set is False:
        return TokenLife(f"{safe(env)} is not set", safe(env), "error")
    if kind == "oauth_browser" and has_tokens is False:
        return TokenLife("not logged in", "no login", "error")
    if expires_at is not None:
        return _ending(expires_at - now, can_refresh)
    if env:
        return TokenLife(f"from {safe(env)}", safe(env))
    return TokenLife("says no end", "")


def _ending(seconds: float, can_refresh: bool) -> TokenLife:
    if seconds <= 0:
        text = f"ended {ago(-seconds)}"
        if can_refresh:
            return TokenLife(text, "renews", "", 0.0, "renews at the next call")
        return TokenLife(text, "ended", "error", 0.0, "log in again")
    note = "renews by itself" if can_refresh else "then log in again"
    tone = "warning" if seconds < SOON and not can_refresh else ""
    return TokenLife(f"{left(seconds)} left", left(seconds), tone, seconds / FULL_BAR, note)


def shell_word(text: str) -> str:
    """Return a name as a shell takes it."""
    shown = safe(text)
    if _PLAIN_WORD.fullmatch(shown):
        return shown
    return "'" + shown.replace("'", "'\\''") + "'"


def listed(names: Sequence[str], most: int = LISTED) -> str:
    """Return names for a sentence: the first ones, and how many more there are."""
    shown = ", ".join(safe(each) for each in names[:most])
    more = len(names) - most
    return f"{shown} and {more} more" if more > 0 else shown
