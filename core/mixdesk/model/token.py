"""OAuth tokens and the client they were issued to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, SecretStr

from mixdesk.model.rules import Region

MARGIN = timedelta(seconds=30)
"""A token that ends within this time is taken for expired: a request may take that long."""

_LONGEST = 3650 * 24 * 60 * 60


class OAuthTokens(BaseModel):
    """The tokens of one login (RFC 6749, section 5.1)."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    access_token: SecretStr
    """The access token, hidden in ``repr`` and ``str``."""

    refresh_token: SecretStr | None = None
    """The refresh token, when there is one."""

    expires_at: AwareDatetime
    """When the access token ends; a time without a zone is refused."""

    scope: str = ""
    """Granted scopes, separated by spaces."""

    token_type: str = "Bearer"
    """The kind of token."""

    def is_expired(self) -> bool:
        """Whether the access token has ended, or ends within 30 seconds."""
        return datetime.now(UTC) >= self.expires_at - MARGIN

    @classmethod
    def from_token_response(cls, data: Mapping[str, Any]) -> OAuthTokens:
        """Make tokens from the answer of a token endpoint.

        Args:
            data: The JSON object of the answer; ``expires_in`` is in seconds.

        Returns:
            The tokens; ``expires_at`` is now plus ``expires_in``.

        Raises:
            KeyError: ``access_token`` or ``expires_in`` is missing.
            ValueError: A value is not one.
        """
        return cls(
            access_token=SecretStr(_text(data["access_token"], "access_token")),
            refresh_token=_optional(data.get("refresh_token")),
            expires_at=datetime.now(UTC) + _duration(data["expires_in"]),
            scope=str(data.get("scope") or ""),
            token_type=str(data.get("token_type") or "Bearer"),
        )


class OAuthClientInfo(BaseModel):
    """A client registered at an authorization server (RFC 7591, section 3.2.1)."""

    model_config = ConfigDict(frozen=True)

    client_id: str
    """The client's id."""

    region: Region
    """The region whose server registered it."""

    redirect_uri: str
    """Where the server sends the browser back to."""

    scope: str
    """Requested scopes, separated by spaces."""

    created_at: AwareDatetime
    """When it was registered."""


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} is not a string")
    return value


def _optional(value: object) -> SecretStr | None:
    return None if value is None else SecretStr(_text(value, "refresh_token"))


def _duration(value: object) -> timedelta:
    """Read ``expires_in``; a huge one counts as ten years."""
    if isinstance(value, int):  # JSON has integers that no float holds
        value = max(-1, min(value, _LONGEST))
    seconds = float(value) if isinstance(value, int | float | str) else math.nan
    if not seconds >= 0 or isinstance(value, bool):
        raise ValueError("expires_in is not a number of seconds")
    return timedelta(seconds=min(seconds, _LONGEST))
