"""What makes one login attempt its own: a verifier and its challenge (RFC 7636), and a state."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import NamedTuple

from mixdesk.model.secret import Secret

METHOD = "S256"
"""The only ``code_challenge_method`` that is used."""

_VERIFIER_BYTES = 64  # 86 characters, of the 128 that are allowed
_STATE_BYTES = 32


class Pkce(NamedTuple):
    """A secret, and what may be shown of it."""

    verifier: Secret
    """Goes to the token endpoint only."""
    challenge: str
    """Goes through the browser."""

    @classmethod
    def new(cls) -> Pkce:
        """Draw a verifier of 512 random bits, for one attempt (RFC 7636, section 4.1)."""
        return cls.of(Secret(secrets.token_urlsafe(_VERIFIER_BYTES)))

    @classmethod
    def of(cls, verifier: Secret) -> Pkce:
        """Pair a verifier with its S256 challenge (RFC 7636, section 4.2).

        Args:
            verifier: 43 to 128 characters of ``A-Z a-z 0-9 - . _ ~``.
        """
        digest = hashlib.sha256(verifier.get_secret_value().encode("ascii")).digest()
        return cls(verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii"))


def new_state() -> Secret:
    """Draw a state of 256 random bits, for one attempt (RFC 6749, section 10.12)."""
    return Secret(secrets.token_urlsafe(_STATE_BYTES))
