"""Whether tokens end for good: soon, or already."""

from __future__ import annotations

from typing import Literal

from mixdesk.store.tokens import TokenEntry

SOON = 24 * 60 * 60.0
"""Tokens that cannot renew and end within this time, in seconds, are told of."""


def ends(tokens: TokenEntry, now: float) -> Literal["ended", "ends_soon"] | None:
    """Tell whether tokens that nothing renews have ended, or will within a day.

    Args:
        tokens: The tokens.
        now: The time, in seconds since the epoch.
    """
    left = tokens.expires_at - now
    if tokens.refresh_token is not None or left > SOON:
        return None
    return "ends_soon" if left > 0 else "ended"
