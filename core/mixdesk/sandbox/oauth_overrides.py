"""What the authorization server says instead of the truth, for tests of those who believe it.

server.oauth.overrides.redirect["iss"] = "https://elsewhere.invalid"
server.oauth.overrides.token["expires_in"] = None  # left out
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Overrides:
    """For each kind of answer, the fields that it has another value of; None leaves one out."""

    metadata: dict[str, Any] = field(default_factory=dict)
    registration: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    """Without a ``refresh_token`` in the answer the old one stays good."""
    device: dict[str, Any] = field(default_factory=dict)
    redirect: dict[str, Any] = field(default_factory=dict)
    """Of the query that the browser takes back to the client: ``code``, ``state``, ``iss``."""

    def clear(self) -> None:
        """Tell the truth again."""
        for each in (self.metadata, self.registration, self.token, self.device, self.redirect):
            each.clear()

    @property
    def keeps_refresh_token(self) -> bool:
        """Whether token answers come without a refresh token."""
        return "refresh_token" in self.token and self.token["refresh_token"] is None


def overridden(true: Mapping[str, Any], instead: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an answer as they go out.

    Args:
        true: The fields as they should be.
        instead: Those to have another value, or, with None, to be missing.
    """
    said = {**true, **instead}
    left_out = {key for key, value in instead.items() if value is None}
    return {key: value for key, value in said.items() if key not in left_out}
