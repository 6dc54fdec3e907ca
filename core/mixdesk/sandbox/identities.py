"""Who may ask: the accounts that the sandbox knows, and how it recognises them.

These are the accounts that ``seed.py`` writes into the demo's files, and a few that it does not.
Each exists in its own region only.
"""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from mixdesk.model.rules import Region
from mixdesk.sandbox.data import ANA, NOOR, ROBOT, SAM, User
from mixdesk.sandbox.world import HOSTILE_ORGANIZATION_ID

_MINUTE = 60.0
_HOUR = 60 * _MINUTE


@dataclass(frozen=True, slots=True)
class Identity:
    """An account, seen from Mixpanel's side."""

    name: str
    """What the demo calls it; answers carry it, so that a test sees whose answer it got."""
    region: Region
    user: User
    organizations: tuple[int, ...]
    sees_user: bool = True
    """Whether it may ask ``/me``: a service account needs the ``user_details`` scope."""


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A browser account of the demo, as its files and the server know it."""

    identity: Identity
    ends_in: float
    """Seconds from the start of the demo until its access token ends."""
    grant: Literal["alive", "revoked"] | None
    """What becomes of its refresh token at the server; None when it has none."""

    @property
    def client_id(self) -> str:
        """The client that its tokens were issued to."""
        return demo_client(self.identity.region)

    @property
    def access_token(self) -> str:
        """Its access token."""
        return f"made-up-access-of-{self.identity.name}"

    @property
    def refresh_token(self) -> str | None:
        """Its refresh token, dead or alive."""
        return None if self.grant is None else f"made-up-refresh-of-{self.identity.name}"


def demo_client(region: Region) -> str:
    """The id of the client that the demo has registered in a region."""
    return f"made-up-client-{region}"


class Identities:
    """The accounts of one sandbox, their secrets and their tokens.

    Args:
        now: The time, in seconds since the epoch.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._pairs: dict[tuple[str, str], Identity] = {}
        self._tokens: dict[str, tuple[Identity, float | None]] = {}
        self._add_those_of_the_demo()

    def add_service_account(self, identity: Identity, username: str, secret: str) -> None:
        """Let an account in by its user name and secret."""
        with self._lock:
            self._pairs[username, secret] = identity

    def add_token(self, identity: Identity, token: str, *, ends_in: float | None = None) -> None:
        """Let an account in by a bearer token.

        Args:
            identity: Whose token it is.
            token: The access token.
            ends_in: Seconds until it expires; None for never.
        """
        ends_at = None if ends_in is None else self._now() + ends_in
        with self._lock:
            self._tokens[token] = (identity, ends_at)

    def revoke_token(self, token: str) -> None:
        """Forget a token; from now on it gets 401. One that is not known is no matter."""
        with self._lock:
            self._tokens.pop(token, None)

    def named(self, name: str) -> Identity | None:
        """The account of this name, if it has a secret or a token."""
        with self._lock:
            known = [*self._pairs.values(), *(identity for identity, _ in self._tokens.values())]
        return next((each for each in known if each.name == name), None)

    def recognise(self, authorization: str, region: Region) -> Identity | None:
        """Whose credential this is.

        Args:
            authorization: Value of the ``Authorization`` header.
            region: The region that is asked.

        Returns:
            The account; None when nobody has this credential, it has expired, or the account
            belongs to another region.
        """
        scheme, _, credential = authorization.partition(" ")
        known = {"basic": self._by_pair, "bearer": self._by_token}.get(scheme.lower())
        identity = known(credential.strip()) if known else None
        return identity if identity and identity.region == region else None

    def _by_pair(self, credential: str) -> Identity | None:
        try:
            text = base64.b64decode(credential, validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            return None
        username, _, secret = text.partition(":")
        return self._pairs.get((username, secret))

    def _by_token(self, token: str) -> Identity | None:
        identity, ends_at = self._tokens.get(token, (None, None))
        return None if ends_at is not None and ends_at <= self._now() else identity

    def _add_those_of_the_demo(self) -> None:
        for identity, username in _SERVICE_ACCOUNTS:
            secret = f"made-up-secret-of-{identity.name}"
            self.add_service_account(identity, username, secret)
        for login in LOGINS:
            self.add_token(login.identity, login.access_token, ends_in=login.ends_in)
        for identity in _BEARERS:
            self.add_token(identity, f"made-up-bearer-of-{identity.name}")


_SERVICE_ACCOUNTS = (
    (Identity("warehouse", "us", ROBOT, (100,)), "warehouse.4f1c2a.mp-service-account"),
    (Identity("acme-eu", "eu", ROBOT, (200,)), "reports.91be07.mp-service-account"),
    (Identity("acme-india", "in", ROBOT, (300,)), "delivery.77d0e3.mp-service-account"),
    (
        Identity("auditor", "us", ROBOT, (100,), sees_user=False),
        "auditor.0c5d7e.mp-service-account",
    ),
)
"""Account and user name. Whoever made the auditor's forgot to tick ``user_details``."""

LOGINS = (
    DemoLogin(
        Identity("acme-corp", "us", ANA, (100, 200, 300, HOSTILE_ORGANIZATION_ID)),
        58 * _MINUTE,
        "alive",
    ),
    DemoLogin(Identity("contractor", "us", ANA, (100,)), 4 * _MINUTE, None),
    DemoLogin(Identity("acme-berlin", "eu", ANA, (200,)), -6 * _HOUR, "alive"),
    DemoLogin(Identity("agency", "us", ANA, (100,)), -26 * _HOUR, "revoked"),
)
"""Who has logged in with a browser."""

PEOPLE = (
    LOGINS[0].identity,
    Identity("new-colleague", "in", NOOR, (300,)),
    Identity("guest", "us", SAM, ()),
)
"""Who can log in with a browser, in any region. The guest has been given no project yet."""

_BEARERS = (
    Identity("ci", "us", ROBOT, (100,)),
    Identity("nightly", "eu", ROBOT, (200,)),
)
