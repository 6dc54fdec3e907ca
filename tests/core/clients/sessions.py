"""Sessions that log in at the sandbox, on a clock that runs while they wait."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from mixdesk.clients import DeviceSession
from mixdesk.clients.device_login import SessionMachine
from mixdesk.login.events import CodeReady, Event
from mixdesk.sandbox.data import ANA
from mixdesk.sandbox.identities import Identity, demo_client
from mixdesk.sandbox.server import SandboxServer
from tests.core.oauth.logins import HandClock

CANARY = "canary-0123456789"


class LoopClock:
    """The same clock for an event loop: a wait is over at once, and time has passed.

    Args:
        clock: The clock.

    Attributes:
        meanwhile: Called in every wait.
    """

    def __init__(self, clock: HandClock) -> None:
        self._clock = clock
        self.meanwhile: Callable[[], object] = int

    def now(self) -> float:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        self.meanwhile()
        self._clock.sleep(seconds)


class FakeBrowser:
    """Remembers what it was to show."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    async def open(self, url: str) -> bool:
        self.opened.append(url)
        return True


class Elsewhere:
    """Every site of the net: what it was asked, and where it sends whoever asks.

    Attributes:
        moved: Where a request to an address is sent on to.
    """

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.moved: dict[str, str] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        to = self.moved.get(str(request.url))
        return httpx.Response(307, headers={"Location": to}) if to else httpx.Response(200)

    def carried(self, name: str = "authorization") -> list[str | None]:
        """What was in a header of each request."""
        return [request.headers.get(name) for request in self.requests]


class Desk:
    """A sandbox, and somebody who sits in front of the sessions that log in there.

    Args:
        server: The sandbox.
        clock: What time it is for everybody.

    Attributes:
        says: What becomes of a code: ``yes``, ``no``, or nothing.
        events: What the sessions have told.
        user: Whom the ID tokens name; nobody with None.
    """

    def __init__(self, server: SandboxServer, clock: HandClock) -> None:
        self.server = server
        self.clock = clock
        self.waits = LoopClock(clock)
        self.browser = FakeBrowser()
        self.net = Elsewhere()
        self.says = "yes"
        self.events: list[Event] = []
        self.identity = Identity("ana", "us", ANA, (100,))
        self._opened: list[DeviceSession] = []

    @property
    def issuer(self) -> str:
        return f"{self.server.origin}/us/oauth"

    @property
    def audience(self) -> str:
        return f"{self.server.origin}/us/api/app"

    @property
    def machine(self) -> SessionMachine:
        """What the sessions run on."""
        return SessionMachine(os.environ, self.clock, self.waits, self.browser)

    @property
    def me(self) -> str:
        """An address of the audience."""
        return f"{self.audience}/me"

    def session(self, username: str = "ana", **more: Any) -> DeviceSession:
        """A session as another process would make it."""
        given: dict[str, Any] = {
            "auth_domain": self.issuer,
            "client_id": demo_client("us"),
            "username": username,
            "scopes": "events",
            "audience": self.audience,
            "on_event": self.hear,
            "machine": self.machine,
        }
        session = DeviceSession(**{**given, **more})
        self._opened.append(session)
        return session

    def abroad(self, audience: str = "https://hub.example.com/api", **more: Any) -> DeviceSession:
        """A session whose requests, but for its logins, go to a net that is made up."""
        transport = httpx.MockTransport(self.net)
        return self.session(audience=audience, transport=transport, **more)

    def hear(self, event: Event) -> None:
        """Be told by a session, and decide when there is a code."""
        self.events.append(event)
        if isinstance(event, CodeReady) and self.says in ("yes", "no"):
            device = self.server.oauth.devices.waiting(event.user_code)
            assert device is not None
            self.server.oauth.devices.decide(device, self.identity if self.says == "yes" else None)

    def name(self, user: str | None, claim: str = "https://www.bitfount.com/username") -> None:
        """Have the server say from now on who logs in."""
        said = {"sub": "1"} if user is None else {"sub": "1", claim: user}
        self.server.oauth.overrides.token["id_token"] = id_token(said)

    @property
    def logins(self) -> int:
        """How many codes were asked for."""
        return len(self.server.requests.to("/oauth/device-authorization/"))

    @property
    def refreshes(self) -> int:
        return self.server.oauth.refreshes

    def close(self) -> None:
        for session in self._opened:
            session.close()


def id_token(claims: dict[str, Any]) -> str:
    """An ID token that nobody has signed."""
    parts = ({"alg": "none"}, claims)
    encoded = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts
    ]
    return ".".join([*encoded, "c2ln"])


def stored(session: DeviceSession) -> dict[str, Any]:
    """What is in the file of a session."""
    fields: dict[str, Any] = json.loads(session.token_file.read_text())
    return fields


def put(path: Path, content: str, mode: int = 0o600) -> None:
    """Write a file of a user, with its directories."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(content)
    path.chmod(mode)
