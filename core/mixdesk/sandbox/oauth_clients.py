"""The programs that may ask for tokens. All of them are public: none has a secret."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from typing import Final

from mixdesk.model.rules import REGIONS, Region
from mixdesk.sandbox.identities import demo_client

SCOPES: Final = (
    "projects",
    "analysis",
    "events",
    "insights",
    "segmentation",
    "retention",
    "data:read",
    "funnels",
    "flows",
    "data_definitions",
    "dashboard_reports",
    "bookmarks",
)
"""Every scope there is. Who asks for none gets all of them."""

DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
GRANT_TYPES: Final = ("authorization_code", "refresh_token", DEVICE_GRANT)
"""What tokens are given for. As at Mixpanel, a client may use any, whatever it has registered."""

DEMO_SCOPE = "projects analysis events"
DEMO_REDIRECT = "http://localhost:19284/callback"


@dataclass(frozen=True, slots=True)
class Client:
    """A registered program."""

    client_id: str
    region: Region
    redirect_uris: tuple[str, ...]
    name: str
    registered_at: float
    """Seconds since the epoch."""
    scope: str = " ".join(SCOPES)
    """What its registration asked for; noted, and not a limit, as at Mixpanel."""


class Clients:
    """The clients of one sandbox. Each is known in its own region only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[Region, str], Client] = {}
        for region in REGIONS:
            self.add(Client(demo_client(region), region, (DEMO_REDIRECT,), "mixdesk", 0.0))

    def add(self, client: Client) -> None:
        """Let a client ask."""
        with self._lock:
            self._known[client.region, client.client_id] = client

    def forget(self, client_id: str) -> None:
        """From now on nobody knows this client. What it was given before stays as it is."""
        with self._lock:
            for region in REGIONS:
                self._known.pop((region, client_id), None)

    def find(self, region: Region, client_id: str) -> Client | None:
        """The client of this id in a region."""
        return self._known.get((region, client_id))

    def all(self) -> tuple[Client, ...]:
        """Every client, the one registered first being first."""
        with self._lock:
            return tuple(self._known.values())


def new_client_id() -> str:
    """An id that no client has yet."""
    return f"made-up-client-{secrets.token_hex(10)}"
