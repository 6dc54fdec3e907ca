"""Authorization codes: good once, for a minute, and for the one who asked (RFC 6749, RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from mixdesk.model.rules import Region
from mixdesk.sandbox.identities import Identity
from mixdesk.sandbox.oauth_errors import OAuthRefusedError
from mixdesk.sandbox.oauth_grants import Grant, Grants

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What a client asks a person for."""

    client_id: str
    region: Region
    redirect_uri: str
    challenge: str = field(repr=False)
    scope: str
    state: str = field(repr=False)


@dataclass(slots=True, eq=False)
class Code:
    """A person's yes."""

    request: AuthorizationRequest
    identity: Identity
    ends_at: float
    is_spent: bool = False
    grant: Grant | None = None
    """What it gave."""


class Codes:
    """The codes of one sandbox.

    Args:
        now: The time, in seconds since the epoch.
        grants: Where what a code gave is ended when somebody uses it again.

    Attributes:
        lifetime: Seconds until a code ends.
    """

    def __init__(self, now: Callable[[], float], grants: Grants) -> None:
        self.lifetime = 60.0
        self._now = now
        self._grants = grants
        self._lock = threading.Lock()
        self._codes: dict[str, Code] = {}

    def add(self, request: AuthorizationRequest, identity: Identity) -> str:
        """Make a code for what a person agreed to."""
        code = f"made-up-code-{secrets.token_hex(16)}"
        with self._lock:
            self._codes[code] = Code(request, identity, self._now() + self.lifetime)
        return code

    def spend(
        self, code: str, client_id: str, region: Region, verifier: str, redirect_uri: str
    ) -> Code:
        """Use a code.

        Args:
            code: The code.
            client_id: Who asks.
            region: Where it asks.
            verifier: What the challenge of the request was made of.
            redirect_uri: The redirect URI of the request.

        Raises:
            OAuthRefusedError: ``invalid_grant``, after which a code that is used again has ended
                what it gave; ``invalid_request`` for another redirect URI, as in Django OAuth
                Toolkit.
        """
        with self._lock:
            known = self._codes.get(code)
            if known is None or _asker(known.request) != (client_id, region):
                raise OAuthRefusedError("invalid_grant", "This code is not known.")
            if known.is_spent:
                if known.grant is not None:
                    self._grants.revoke(known.grant)
                raise OAuthRefusedError("invalid_grant", "This code was used before.")
            if known.ends_at <= self._now():
                raise OAuthRefusedError("invalid_grant", "This code has ended.")
            if not _proves(verifier, known.request.challenge):
                raise OAuthRefusedError("invalid_grant", "The code verifier is another one.")
            if redirect_uri != known.request.redirect_uri:
                raise OAuthRefusedError("invalid_request", "Mismatching redirect URI.")
            known.is_spent = True
            return known


def _asker(request: AuthorizationRequest) -> tuple[str, Region]:
    return request.client_id, request.region


def _proves(verifier: str, challenge: str) -> bool:
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    expected = base64.urlsafe_b64encode(digest).rstrip(b"=")
    return hmac.compare_digest(expected, challenge.encode("ascii"))
