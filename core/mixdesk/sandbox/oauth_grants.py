"""What a login gives: an access token, and a refresh token that each use replaces.

All tokens that come from one login are one ``Grant``. A refresh token that is used twice was
stolen, or its answer was lost; nobody can tell, and so the whole grant ends (RFC 9700, 4.14.2).
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field

from mixdesk.model.rules import Region
from mixdesk.sandbox.identities import Identities, Identity
from mixdesk.sandbox.oauth_errors import OAuthRefusedError


@dataclass(slots=True, eq=False)
class Grant:
    """One login of one client."""

    client_id: str
    identity: Identity
    scope: str
    refresh_token: str = field(default="", repr=False)
    """The one that is good now; empty when there is none."""
    access_tokens: list[str] = field(default_factory=list, repr=False)
    is_revoked: bool = False


@dataclass(frozen=True, slots=True)
class Issued:
    """Tokens, as a client gets them."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    """Empty when there is none."""
    client_id: str
    account: str
    """Name of the identity that they stand for."""
    scope: str
    expires_in: float
    """Seconds the access token lives."""


class Grants:
    """The logins of one sandbox.

    Args:
        identities: Where access tokens are let in and shut out.
    """

    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self._lock = threading.RLock()
        self._by_refresh: dict[str, Grant] = {}
        self._by_access: dict[str, Grant] = {}

    def begin(
        self, identity: Identity, client_id: str, scope: str, lifetime: float, *, renews: bool
    ) -> tuple[Grant, Issued]:
        """Start a grant.

        Args:
            identity: Who has logged in.
            client_id: The client that gets the tokens.
            scope: What they are good for.
            lifetime: Seconds until the access token ends.
            renews: Whether there is a refresh token.
        """
        with self._lock:
            grant = Grant(client_id, identity, scope)
            if renews:
                self._renew(grant)
            return grant, self._issue(grant, lifetime, scope)

    def adopt(self, grant: Grant) -> None:
        """Take over a grant whose tokens were made up elsewhere."""
        with self._lock:
            for token in grant.access_tokens:
                self._by_access[token] = grant
            if grant.refresh_token:
                self._by_refresh[grant.refresh_token] = grant

    def refresh(
        self,
        token: str,
        client_id: str,
        region: Region,
        lifetime: float,
        *,
        scope: str = "",
        rotate: bool = True,
        end_previous: bool = True,
    ) -> Issued:
        """Give new tokens for a refresh token.

        Args:
            token: The refresh token.
            client_id: Who asks.
            region: Where it asks.
            lifetime: Seconds until the new access token ends.
            scope: What it asks for; everything it has by default.
            rotate: Whether the refresh token is replaced.
            end_previous: Whether the access tokens so far end now.

        Raises:
            OAuthRefusedError: ``invalid_grant``, after which a spent token has ended the grant;
                ``invalid_scope``.
        """
        with self._lock:
            grant = self._by_refresh.get(token)
            if grant is None or grant.client_id != client_id or grant.identity.region != region:
                raise OAuthRefusedError("invalid_grant", "This refresh token is not known.")
            if token != grant.refresh_token:
                self.revoke(grant)
            if grant.is_revoked:
                raise OAuthRefusedError("invalid_grant", "This refresh token was revoked.")
            if not set(scope.split()) <= set(grant.scope.split()):
                raise OAuthRefusedError("invalid_scope", "That is more than was granted.")
            if end_previous:
                self._end_access(grant)
            if rotate:
                self._renew(grant)
            return self._issue(grant, lifetime, scope or grant.scope)

    def revoke(self, grant: Grant) -> None:
        """End everything that came from a login."""
        with self._lock:
            grant.is_revoked = True
            self._end_access(grant)

    def revoke_access(self, token: str) -> None:
        """End one access token; its grant goes on."""
        with self._lock:
            self._identities.revoke_token(token)
            grant = self._by_access.pop(token, None)
            if grant is not None:
                grant.access_tokens.remove(token)

    def with_refresh(self, token: str) -> Grant | None:
        """The grant that a refresh token, good or spent, is of."""
        return self._by_refresh.get(token)

    def with_access(self, token: str) -> Grant | None:
        """The grant that a valid access token is of."""
        return self._by_access.get(token)

    def is_alive(self, refresh_token: str) -> bool:
        """Whether this refresh token would be taken now."""
        with self._lock:
            grant = self._by_refresh.get(refresh_token)
            if grant is None or grant.is_revoked:
                return False
            return grant.refresh_token == refresh_token

    def _renew(self, grant: Grant) -> None:
        grant.refresh_token = f"made-up-refresh-{secrets.token_hex(16)}"
        self._by_refresh[grant.refresh_token] = grant

    def _issue(self, grant: Grant, lifetime: float, scope: str) -> Issued:
        access = f"made-up-access-{secrets.token_hex(16)}"
        grant.access_tokens.append(access)
        self._by_access[access] = grant
        self._identities.add_token(grant.identity, access, ends_in=lifetime)
        name = grant.identity.name
        return Issued(access, grant.refresh_token, grant.client_id, name, scope, lifetime)

    def _end_access(self, grant: Grant) -> None:
        for token in grant.access_tokens:
            self._identities.revoke_token(token)
            self._by_access.pop(token, None)
        grant.access_tokens.clear()
