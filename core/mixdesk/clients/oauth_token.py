"""A token as Q2's document has it, and how it lies in a cache."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from mixdesk.exceptions import OAuthError
from mixdesk.model.secret import Secret
from mixdesk.oauth.refresh import MARGIN
from mixdesk.oauth.token_endpoint import DEFAULT_LIFETIME, LONGEST_LIFETIME, sendable, span
from mixdesk.store.json_file import number

_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}")  # RFC 9110, section 5.6.2
_NOTHING_LEFT = re.compile(r"\s*(?:-[0-9.]+|0+(?:\.0*)?)\s*")


@dataclass
class OAuthToken:
    """An access token, and what came with it. The secrets stay out of ``repr``."""

    access_token: str = field(repr=False)
    """Goes into the ``Authorization`` header."""
    expires_in: int
    """Seconds that the access token lives, from when it is made."""
    refresh_token: str | None = field(default=None, repr=False)
    """Gets the next access token; None when there is none."""
    token_type: str = "Bearer"
    """What stands before the token in the header."""

    @classmethod
    def from_dict(cls, cached_dict: object) -> Self:
        """Make a token of the answer of a token endpoint, or of what a cache holds.

        Args:
            cached_dict: A mapping with at least ``access_token``; keys that mean nothing here do
                no harm. A lifetime that is missing or makes no sense counts as an hour.

        Raises:
            OAuthError: ``OAUTH_TOKEN_ERROR``: it holds no access token that could be sent.
        """
        fields: Mapping[str, Any] = cached_dict if isinstance(cached_dict, Mapping) else {}
        access_token = sendable(fields.get("access_token"))
        if access_token is None:
            raise _unusable("holds no access token that could be sent")
        refresh_token = sendable(fields.get("refresh_token"))
        return cls(
            access_token=access_token.get_secret_value(),
            expires_in=int(lifetime(fields.get("expires_in"))),
            refresh_token=refresh_token.get_secret_value() if refresh_token else None,
            token_type=fields.get("token_type") or "Bearer",
        )

    def serialize_as_header(self) -> dict[str, str]:
        """Return the ``Authorization`` header (RFC 6750, section 2.1), for a request's headers.

        Raises:
            OAuthError: ``OAUTH_TOKEN_ERROR``: the token or its type would break the header.
        """
        return {"Authorization": header_of(self)}


def header_of(token: OAuthToken) -> str:
    """The value of ``Authorization`` for a token.

    Raises:
        OAuthError: ``OAUTH_TOKEN_ERROR``: it would break the header.
    """
    access_token = sendable(token.access_token)
    if access_token is None:
        raise _unusable("holds no access token that could be sent")
    kind: object = token.token_type or "Bearer"  # a dataclass checks nothing
    if not isinstance(kind, str) or not _TYPE.fullmatch(kind):
        raise _unusable("has a type that cannot stand in a header")
    # Its case says nothing (RFC 6749, section 5.1), but not every server knows that.
    kind = "Bearer" if kind.lower() == "bearer" else kind
    return f"{kind} {access_token.get_secret_value()}"


def lifetime(expires_in: object) -> float:
    """Seconds that a token lives: none for what is over, an hour for what makes no sense."""
    is_over = False
    if isinstance(expires_in, str):
        is_over = _NOTHING_LEFT.fullmatch(expires_in) is not None
    elif isinstance(expires_in, int | float) and not isinstance(expires_in, bool):
        is_over = expires_in <= 0
    if is_over:
        return 0.0
    return span(expires_in, default=DEFAULT_LIFETIME, longest=LONGEST_LIFETIME)


def usable_for(seconds: float) -> float:
    """As long as a token of this lifetime is used: not to its very end."""
    return seconds - min(MARGIN, seconds / 10)


def encode(token: OAuthToken, now: float) -> str:
    """Write a token for a cache; its refresh token is kept elsewhere.

    Args:
        token: The token.
        now: When it came, in seconds since the epoch.
    """
    fields = {
        "access_token": token.access_token,
        "token_type": token.token_type,
        "expires_in": lifetime(token.expires_in),
        "issued_at": now,
    }
    return json.dumps(fields)


def decode(content: object, now: float) -> OAuthToken | None:
    """Read a token out of whatever a cache has returned.

    Args:
        content: Text, bytes or a mapping; everything else is nothing.
        now: The time, in seconds since the epoch.

    Returns:
        The token, with the seconds it still has; None when there is none that can be used: it is
        almost over, or it comes from a time that has not been yet.
    """
    fields = _fields(content)
    issued, lives = number(fields.get("issued_at")), number(fields.get("expires_in"))
    if issued is None or lives is None or now < issued - MARGIN:
        return None
    if now >= issued + usable_for(lives):
        return None
    try:
        token = OAuthToken.from_dict({**fields, "expires_in": issued + lives - now})
        header_of(token)
    except OAuthError:
        return None
    return token


def decode_refresh(content: object) -> str | None:
    """Read a refresh token out of whatever a cache has returned."""
    found = sendable(_text(content))
    return found.get_secret_value() if isinstance(found, Secret) else None


def _fields(content: object) -> Mapping[str, Any]:
    if isinstance(content, Mapping):
        return content
    try:
        fields = json.loads(_text(content) or "null")
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _text(content: object) -> str | None:
    if isinstance(content, bytes | bytearray):
        return content.decode("utf-8", "replace")
    return content if isinstance(content, str) else None


def _unusable(what: str) -> OAuthError:
    return OAuthError(
        f"The token {what}.",
        code="OAUTH_TOKEN_ERROR",
        hint="Look at what get_token and refresh_token return.",
    )
