"""Accounts that log in with mixdesk are used by mixpanel_headless too, and the other way round."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mixdesk.login.events import ClientReady, Listening
from mixdesk.login.request import LoginRequest
from mixdesk.model.rules import REGIONS, Region
from mixdesk.oauth import registration
from mixdesk.ops.credentials import fresh_tokens
from mixdesk.sandbox.server import SandboxServer
from mixdesk.store.clients import ClientEntry, read_client
from tests.core.login.person import Login
from tests.e2e.test_store_peer import Peer
from tests.fakes.ports import free_ports

pytestmark = pytest.mark.peer

MIXPANELS_OWN = registration._mixpanels_own


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxServer]:
    """A Mixpanel that stands for the real one: a client that names no issuer is of this one."""
    with SandboxServer() as running:

        def issuer(region: Region) -> str:
            return running.url("/oauth", region)

        monkeypatch.setattr(registration, "_mixpanels_own", issuer)
        yield running


class Both:
    """One machine that both packages use."""

    def __init__(self, home: Path, server: SandboxServer, peer: Peer) -> None:
        self.home = home
        self.server = server
        self.peer = peer
        self.ports = free_ports(2)

    def log_in(self, name: str) -> Login:
        """Log in with mixdesk."""
        login = Login(self.home, self.server, ports=self.ports)
        asyncio.run(login.run(LoginRequest("oauth_browser", name=name)))
        return login

    def redirect(self, port: int) -> str:
        return f"http://localhost:{port}/callback"

    def theirs(self, name: str) -> str:
        """The bearer that it would send for an account whose token has ended; it refreshes."""
        self._end(name)
        token: str = self.peer("token", name, "us")
        return token

    def ours(self, name: str) -> str:
        """The same for us."""
        self._end(name)
        ctx = Login(self.home, self.server).ctx
        entry = ctx.config.get_account(name)
        return fresh_tokens(ctx, entry).access_token.get_secret_value()

    def is_good(self, token: str) -> bool:
        return self.server.identities.recognise(f"Bearer {token}", "us") is not None

    def region_client(self) -> ClientEntry:
        found = read_client(Login(self.home, self.server).ctx.storage.region_client("us"))
        assert found is not None
        return found

    def own_client(self, name: str) -> ClientEntry:
        storage = Login(self.home, self.server).ctx.storage
        found = read_client(storage.account(name, "client.json"))
        assert found is not None
        return found

    def tokens(self, name: str) -> dict[str, Any]:
        fields: dict[str, Any] = json.loads(self._tokens(name).read_bytes())
        return fields

    def _tokens(self, name: str) -> Path:
        return self.home / ".mp" / "accounts" / name / "tokens.json"

    def _end(self, name: str) -> None:
        before = self.tokens(name)
        fields = {**before, "expires_at": "2020-01-01T00:00:00+00:00"}
        self._tokens(name).write_text(json.dumps(fields))


@pytest.fixture
def both(peer_python: Path, home: Path, server: SandboxServer) -> Iterator[Both]:
    environ = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    peer = Peer(peer_python, environ)
    peer("login_at", **{region: server.url("/oauth/", region) for region in REGIONS})
    yield Both(home, server, peer)
    peer.close()


def test_two_accounts_in_a_region_are_refreshed_by_both_packages(both: Both) -> None:
    both.log_in("one")
    with socket.create_server(("127.0.0.1", both.ports[0])):  # the usual port is taken
        second = both.log_in("two")
    assert [each.port for each in second.all(Listening)] == [both.ports[1]]
    seen = set()
    for name in ("one", "two", "two", "one"):
        for refresh in (both.theirs, both.ours):
            token = refresh(name)
            assert both.is_good(token)
            seen.add(token)
    assert len(seen) == 8, "each time it was another one"
    assert both.own_client("one") == both.own_client("two") == both.region_client()


def test_a_client_of_theirs_is_used_where_it_fits(both: Both) -> None:
    """Also when it is registered for another port than the first."""
    registered = both.peer("register", "us", both.redirect(both.ports[1]))
    file = both.home / ".mp" / "oauth" / "client_us.json"
    before = file.read_bytes()
    login = both.log_in("one")
    assert login.all(ClientReady) == [ClientReady(is_new=False)]
    assert [each.port for each in login.all(Listening)] == [both.ports[1]]
    assert both.own_client("one").client_id == registered["client_id"]
    assert file.read_bytes() == before
    assert both.is_good(both.theirs("one"))
    assert both.is_good(both.ours("one"))


def test_a_client_of_theirs_whose_port_is_taken_is_left_to_those_who_have_it(both: Both) -> None:
    """The package knows one client a region; the second account has another and says so."""
    both.peer("register", "us", both.redirect(both.ports[0]))
    file = both.home / ".mp" / "oauth" / "client_us.json"
    before = file.read_bytes()
    both.log_in("one")
    with socket.create_server(("127.0.0.1", both.ports[0])):
        second = both.log_in("two")
    assert second.all(ClientReady) == [ClientReady(is_new=True)]
    assert both.own_client("two").client_id != both.region_client().client_id
    assert file.read_bytes() == before
    for name, refresh in (("one", both.theirs), ("one", both.ours), ("two", both.ours)):
        assert both.is_good(refresh(name))
    kept = both.tokens("two")
    with pytest.raises(AssertionError, match="Re-run `mp account login two`") as caught:
        both.theirs("two")
    assert kept["refresh_token"] not in str(caught.value)
    assert both.tokens("two")["refresh_token"] == kept["refresh_token"], "it changed nothing"
    assert both.is_good(both.ours("two")), "its failure has cost the account nothing"


def test_a_client_of_another_server_is_not_used(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that names no issuer is of Mixpanel's own server, and this one is not."""
    both.peer("register", "us", both.redirect(both.ports[0]))
    file = both.home / ".mp" / "oauth" / "client_us.json"
    before = file.read_bytes()
    monkeypatch.setattr(registration, "_mixpanels_own", MIXPANELS_OWN)
    login = Login(both.home, both.server, ports=both.ports)
    asyncio.run(login.run(LoginRequest("oauth_browser", name="one")))
    assert login.all(ClientReady) == [ClientReady(is_new=True)]
    assert file.read_bytes() == before


def test_our_client_is_one_that_it_takes_for_its_own(both: Both) -> None:
    both.log_in("one")
    client = both.peer("client", "us")
    assert client["client_id"] == both.region_client().client_id
    again = both.peer("register", "us", both.redirect(both.ports[0]))
    assert again["client_id"] == client["client_id"], "its own login would register no other"
    assert both.region_client() == both.own_client("one")
