"""A token as Nebius' document has it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Self

from mixdesk.clock import SystemClock


class Token:
    """An access token and its end. It does not show itself.

    Args:
        token: The access token; empty for none.
        expiration: When it ends; without a zone it counts as UTC. None for never, or not known.
    """

    def __init__(self, token: str, expiration: datetime | None = None) -> None:
        self._token = token
        if expiration is not None and expiration.tzinfo is None:
            expiration = expiration.replace(tzinfo=UTC)
        self._expiration = expiration

    @property
    def token(self) -> str:
        """The access token itself."""
        return self._token

    @property
    def expiration(self) -> datetime | None:
        """When it ends (UTC); None when the server has not said so."""
        return self._expiration

    @classmethod
    def empty(cls) -> Self:
        """Make a token that is none."""
        return cls("")

    def is_empty(self) -> bool:
        """Return whether there is no token."""
        return not self._token

    def is_expired(self) -> bool:
        """Return whether its end has come."""
        if self._expiration is None:
            return False
        return self._expiration.timestamp() <= SystemClock().now()

    def to_dict(self) -> dict[str, Any]:
        """Return ``token`` and ``expires_at``, seconds since the epoch. It holds the secret."""
        ends = self._expiration
        return {"token": self._token, "expires_at": None if ends is None else int(ends.timestamp())}

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Make a token of what :meth:`to_dict` has returned.

        Raises:
            ValueError: It is nothing of the kind.
        """
        fields = data if isinstance(data, Mapping) else {"token": 0}
        token, ends = fields.get("token") or "", fields.get("expires_at")
        if not isinstance(data, Mapping) or not isinstance(token, str):
            raise ValueError("This is no token.")
        if ends is None:
            return cls(token)
        if isinstance(ends, bool) or not isinstance(ends, int):
            raise ValueError("expires_at is no number of seconds.")
        try:
            return cls(token, datetime.fromtimestamp(ends, UTC))
        except (OverflowError, OSError):
            raise ValueError("expires_at is beyond all dates.") from None

    def __repr__(self) -> str:
        if self.is_empty():
            return "Token(empty)"
        ends = self._expiration
        return f"Token('**********', expiration={ends.isoformat() if ends else None})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Token):
            return NotImplemented
        return (self._token, self._expiration) == (other._token, other._expiration)

    def __hash__(self) -> int:
        return hash((self._token, self._expiration))
