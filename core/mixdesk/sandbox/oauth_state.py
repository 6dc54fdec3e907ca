"""The authorization server, as a test sees it: ``server.oauth``."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from mixdesk.model.rules import Region
from mixdesk.sandbox.data import ANA
from mixdesk.sandbox.identities import LOGINS, PEOPLE, Identities, Identity, demo_client
from mixdesk.sandbox.oauth_clients import DEMO_REDIRECT, DEMO_SCOPE, SCOPES, Client, Clients
from mixdesk.sandbox.oauth_codes import AuthorizationRequest, Codes
from mixdesk.sandbox.oauth_devices import Device, Devices
from mixdesk.sandbox.oauth_grants import Grant, Grants, Issued
from mixdesk.sandbox.oauth_overrides import Overrides
from mixdesk.sandbox.oauth_tickets import Tickets

_ORGANIZATIONS = (100, 200, 300)


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """One request to a token endpoint, and how it ended. No secret is in it."""

    grant_type: str
    outcome: str
    """``ok``, or the error code."""
    client_id: str
    account: str | None
    """Whose tokens it got."""
    time: float
    """When it came, in seconds since the epoch by the sandbox's clock."""


class AuthorizationServer:
    """Logins, their tokens and the programs that have them, in every region.

    Everything here may be read and changed while the server runs.

    Args:
        now: The time, in seconds since the epoch.
        identities: Where access tokens are let in and shut out.

    Attributes:
        access_lifetime: Seconds until an access token ends.
        ends_previous_access: Whether a refresh ends the access tokens before it.
        refused_clients: How many of the next token requests are told ``invalid_client``.
        overrides: What it says instead of the truth.
        people: Who may log in with a browser; the pages offer them.
        clients: The programs it knows.
        grants: The logins there are.
        codes: The authorization codes that are out.
        devices: The device logins that are under way.
        authorizations: The consent forms that are open somewhere.
        device_forms: Likewise, those for a device.
    """

    def __init__(self, now: Callable[[], float], identities: Identities) -> None:
        self.now = now
        self.identities = identities
        self.access_lifetime = 3600.0
        self.ends_previous_access = True
        self.refused_clients = 0
        self.overrides = Overrides()
        self.people: tuple[Identity, ...] = PEOPLE
        self.clients = Clients()
        self.grants = Grants(identities)
        self.codes = Codes(now, self.grants)
        self.devices = Devices(now)
        self.authorizations: Tickets[AuthorizationRequest] = Tickets(now)
        self.device_forms: Tickets[Device] = Tickets(now)
        self._noting = threading.Lock()
        self._token_requests: list[TokenRequest] = []
        for login in LOGINS:
            tokens = (login.refresh_token or "", [login.access_token])
            grant = Grant(login.client_id, login.identity, DEMO_SCOPE, *tokens)
            self.grants.adopt(grant)
            if login.grant == "revoked":
                self.grants.revoke(grant)

    @property
    def token_requests(self) -> tuple[TokenRequest, ...]:
        """What was asked of the token endpoints, oldest first."""
        with self._noting:
            return tuple(self._token_requests)

    @property
    def refreshes(self) -> int:
        """How many refreshes have succeeded."""
        return sum(
            each.grant_type == "refresh_token" and each.outcome == "ok"
            for each in self.token_requests
        )

    def issue(
        self,
        account: str,
        *,
        client_id: str | None = None,
        ends_in: float = 3600.0,
        region: Region | None = None,
    ) -> Issued:
        """Log somebody in without a browser.

        Args:
            account: Who; a name that is not known becomes an account of Ana's.
            client_id: The client that gets the tokens; it is registered when it is not known. By
                default the demo's.
            ends_in: Seconds until the access token ends; below zero it has ended.
            region: Where; by default the account's own region, or the US.
        """
        identity = self.identity(account, region)
        client_id = client_id or demo_client(identity.region)
        if self.clients.find(identity.region, client_id) is None:
            uris = (DEMO_REDIRECT,)
            self.clients.add(Client(client_id, identity.region, uris, "A client", self.now()))
        scope = " ".join(SCOPES)
        return self.grants.begin(identity, client_id, scope, ends_in, renews=True)[1]

    def identity(self, account: str, region: Region | None = None) -> Identity:
        """The account of this name in a region; one that is not known is made up."""
        person = next((each for each in self.people if each.name == account), None)
        known = person or self.identities.named(account)
        known = known or Identity(account, region or "us", ANA, _ORGANIZATIONS)
        return replace(known, region=region or known.region)

    def is_alive(self, refresh_token: str) -> bool:
        """Whether this refresh token would be taken now."""
        return self.grants.is_alive(refresh_token)

    def revoke(self, refresh_token: str) -> None:
        """End a login from the server's side, as its owner does in Mixpanel's settings."""
        grant = self.grants.with_refresh(refresh_token)
        if grant is not None:
            self.grants.revoke(grant)

    def approve(self, user_code: str, account: str) -> None:
        """Let a device in, as somebody does on its page.

        Args:
            user_code: What the device shows.
            account: Who; as for ``issue()``.

        Raises:
            LookupError: No device waits for this code.
        """
        device = self._waiting(user_code)
        self.devices.decide(device, self.identity(account, device.region))

    def deny(self, user_code: str) -> None:
        """Send a device away.

        Raises:
            LookupError: No device waits for this code.
        """
        self.devices.decide(self._waiting(user_code), None)

    def _waiting(self, user_code: str) -> Device:
        device = self.devices.waiting(user_code)
        if device is None:
            raise LookupError("no device waits for this code")
        return device

    def account_of(self, fields: Mapping[str, tuple[str, ...]]) -> str | None:
        """Whose token a form carries."""
        for name in ("refresh_token", "token"):
            for value in fields.get(name, ()):
                grant = self.grants.with_refresh(value) or self.grants.with_access(value)
                if grant is not None:
                    return grant.identity.name
        return None

    def note(self, request: TokenRequest) -> None:
        """Remember how a token request ended."""
        with self._noting:
            self._token_requests.append(request)

    def refuses_client(self) -> bool:
        """Whether this token request is one of those that are told ``invalid_client``."""
        with self._noting:
            refuses = self.refused_clients > 0
            self.refused_clients -= refuses
            return refuses
