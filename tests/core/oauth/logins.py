"""Browser accounts whose tokens the sandbox has issued, and what they see of it."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from mixdesk.model.records import AccountEntry
from mixdesk.model.rules import Region
from mixdesk.model.secret import Secret
from mixdesk.oauth.vault import AccountVault
from mixdesk.ops import credentials
from mixdesk.ops.context import Context
from mixdesk.sandbox.oauth_grants import Issued
from mixdesk.sandbox.server import SandboxServer
from mixdesk.store.clients import ClientEntry, write_client
from mixdesk.store.tokens import TokenEntry, iso, read_tokens, write_tokens
from tests.core.sandbox.asking import Hand

TOKEN_PATH = "/oauth/token/"
T = TypeVar("T")


class HandClock(Hand):
    """A clock that only a test moves; whoever sleeps by it moves it, too."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.forward(seconds)


class Login:
    """An account of this machine that has logged in at a sandbox.

    Args:
        server: Who issued its tokens.
        home: The home directory.
        clock: What time it is for the account; the server may have another opinion.
        name: The account.
        region: Where its data lives.
        ends_in: Seconds until its access token ends; below zero it has ended.
    """

    def __init__(
        self,
        server: SandboxServer,
        home: Path,
        clock: HandClock,
        *,
        name: str = "ana",
        region: Region = "us",
        ends_in: float = -1.0,
    ) -> None:
        self.server = server
        self.home = home
        self.clock = clock
        self.entry = AccountEntry(name, "oauth_browser", region)
        self.environ = {"HOME": str(home), "MP_API_BASE_URL": server.base_url}
        self.ctx.config.add_account(name, type="oauth_browser", region=region)
        self.place = self.ctx.storage.account(name, "tokens.json")
        self.path = Path(self.place.path)
        self.write_client()
        self.log_in(ends_in)

    @property
    def ctx(self) -> Context:
        return Context.from_environment(self.environ, clock=self.clock, directory=None)

    @property
    def issuer(self) -> str:
        return self.server.url("/oauth", self.entry.region)

    @property
    def vault(self) -> AccountVault:
        return AccountVault(self.ctx.storage, self.entry.name, self.entry.region)

    def log_in(self, ends_in: float) -> None:
        """Log in again, as another run of ours does."""
        self.issued = self.issue(ends_in)
        entry = TokenEntry(
            access_token=Secret(self.issued.access_token),
            expires_at=self.clock.now() + ends_in,
            refresh_token=Secret(self.issued.refresh_token),
            scope=self.issued.scope,
            client_id=self.issued.client_id,
            extra={"theirs": [1, None]},
        )
        write_tokens(self.place, entry)

    def issue(self, ends_in: float) -> Issued:
        return self.server.oauth.issue(
            self.entry.name, region=self.entry.region, ends_in=max(ends_in, 0.0)
        )

    def write_client(self, issuer: str | None = None) -> None:
        """Keep the client that the tokens are issued to."""
        entry = ClientEntry(
            client_id=f"made-up-client-{self.entry.region}",
            region=self.entry.region,
            redirect_uri="http://localhost:19284/callback",
            scope="projects",
            created_at="2026-01-01T00:00:00Z",
            issuer=issuer or self.issuer,
        )
        write_client(self.ctx.storage.account(self.entry.name, "client.json"), entry)

    def put(self, issued: Issued, **others: Any) -> None:
        """Store tokens as a program does that takes no lock and knows no client."""
        fields = {
            "access_token": issued.access_token,
            "refresh_token": issued.refresh_token,
            "expires_at": iso(self.clock.now() + issued.expires_in),
            "scope": issued.scope,
            "token_type": "Bearer",
            **others,
        }
        temporary = self.path.with_name("theirs")
        temporary.touch(mode=0o600)
        temporary.write_text(json.dumps(fields))
        temporary.rename(self.path)

    def refresh_elsewhere(self) -> Issued:
        """Spend the refresh token that we hold, as another program does."""
        oauth, held = self.server.oauth, self.issued
        return oauth.grants.refresh(
            held.refresh_token, held.client_id, self.entry.region, oauth.access_lifetime
        )

    def fresh(self) -> TokenEntry:
        """The tokens that a request would be sent with."""
        return credentials.fresh_tokens(self.ctx, self.entry)

    @property
    def stored(self) -> TokenEntry:
        """The tokens on the disk."""
        found = read_tokens(self.place)
        assert found is not None
        return found

    @property
    def is_alive(self) -> bool:
        """Whether the server would take the refresh token on the disk."""
        token = self.stored.refresh_token
        assert token is not None
        return self.server.oauth.is_alive(token.get_secret_value())

    @property
    def outcomes(self) -> list[str]:
        """How the token requests so far ended."""
        return [request.outcome for request in self.server.oauth.token_requests]

    @property
    def asked(self) -> int:
        """How many requests a token endpoint has seen, answered or not."""
        return len(self.server.requests.to(TOKEN_PATH))

    def is_let_in(self, tokens: TokenEntry) -> bool:
        """Whether the server's API takes an access token."""
        header = f"Bearer {tokens.access_token.get_secret_value()}"
        return self.server.identities.recognise(header, self.entry.region) is not None


class Meanwhile:
    """A gate for an answer: what happens after the server has acted, before the client hears."""

    def __init__(self, action: Callable[[], object]) -> None:
        self._action = action
        self._is_done = False

    def is_set(self) -> bool:
        if not self._is_done:
            self._is_done = True
            self._action()
        return True


class Crowd:
    """A gate that opens when so many threads of this process wait for a lock."""

    def __init__(self, number: int) -> None:
        self._number = number

    def is_set(self) -> bool:
        return waiting_for_locks() >= self._number


def waiting_for_locks() -> int:
    """How many threads of this process wait for a lock right now."""
    return sum(thread.name == "mixdesk-lock" for thread in threading.enumerate())


def until(condition: Callable[[], bool], *, within: float = 60.0) -> None:
    """Return as soon as something is so."""
    ends = time.monotonic() + within
    while not condition():
        assert time.monotonic() < ends, "it never came to that"
        threading.Event().wait(0.001)


def all_at_once(number: int, run: Callable[[], T]) -> list[T]:
    """Run the same on so many threads that begin together; what one raises, fails."""
    start = threading.Barrier(number)
    results: list[T] = []
    errors: list[BaseException] = []

    def one() -> None:
        start.wait()
        try:
            results.append(run())
        except Exception as error:  # noqa: BLE001 - it is the test's
            errors.append(error)

    threads = [threading.Thread(target=one) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if errors:
        raise errors[0]
    assert len(results) == number
    return results


def fingerprint_of(tokens: TokenEntry) -> str:
    """What tells two tokens apart without showing them."""
    return hashlib.sha256(tokens.access_token.get_secret_value().encode()).hexdigest()[:16]
