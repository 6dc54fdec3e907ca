"""mixpanel_headless refreshes what we stored, and we what it stored, in turns."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mixdesk.exceptions import OAuthError
from mixdesk.model.rules import REGIONS
from mixdesk.sandbox.server import SandboxServer
from mixdesk.store.clients import read_client, write_client
from tests.core.oauth.logins import HandClock, Login
from tests.e2e.test_store_peer import Peer

pytestmark = pytest.mark.peer


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture
def login(server: SandboxServer, home: Path) -> Login:
    """An account of ours whose token has ended, and the client of the region that it has used."""
    clock = HandClock()
    clock.time = time.time()
    login = Login(server, home, clock, region="eu")
    storage = login.ctx.storage
    client = read_client(storage.account("ana", "client.json"))
    assert client is not None
    write_client(storage.region_client("eu"), client)
    return login


@pytest.fixture
def peer(peer_python: Path, home: Path, server: SandboxServer) -> Iterator[Peer]:
    """The other package, logged in at the same server."""
    environ = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    other = Peer(peer_python, environ)
    other("login_at", **{region: server.url("/oauth/", region) for region in REGIONS})
    yield other
    other.close()


def fields_of(login: Login) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(login.path.read_bytes())
    return fields


def end(login: Login) -> None:
    """The access token on the disk has ended, for whoever looks."""
    fields = {**fields_of(login), "expires_at": "2020-01-01T00:00:00+00:00"}
    login.path.write_text(json.dumps(fields))


def test_each_refreshes_what_the_other_stored_for_several_rounds(login: Login, peer: Peer) -> None:
    for turn in range(3):
        end(login)
        theirs = peer("token", "ana", "eu")
        assert fields_of(login)["access_token"] == theirs
        assert "client_id" not in fields_of(login), "it does not say which client it uses"
        assert login.fresh().access_token.get_secret_value() == theirs, "no refresh is needed"

        end(login)
        login.path.write_text(json.dumps({**fields_of(login), "theirs": {"turn": turn}}))
        ours = login.fresh()
        assert ours.access_token.get_secret_value() != theirs
        assert login.is_let_in(ours)
        assert fields_of(login)["theirs"] == {"turn": turn}
        assert peer("token", "ana", "eu") == ours.access_token.get_secret_value()
    assert login.outcomes == ["ok"] * 6
    assert login.is_alive


def test_it_refreshes_tokens_of_ours_that_name_their_client(login: Login, peer: Peer) -> None:
    assert fields_of(login)["client_id"] == login.issued.client_id
    login.fresh()
    assert fields_of(login)["client_id"] == login.issued.client_id
    end(login)
    token = peer("token", "ana", "eu")
    assert login.server.identities.recognise(f"Bearer {token}", "eu") is not None
    assert login.outcomes == ["ok", "ok"]


def test_what_it_stored_is_refreshed_with_the_client_of_the_region(
    login: Login, peer: Peer
) -> None:
    """Also where the account has a client of its own, of an earlier login."""
    peer(
        "save_client",
        client_id="theirs",
        region="eu",
        redirect_uri="http://localhost:19285/callback",
        scope="projects",
        created_at="2026-01-01T00:00:00+00:00",
    )
    issued = login.server.oauth.issue("ana", region="eu", client_id="theirs")
    login.put(issued)
    end(login)
    assert peer("token", "ana", "eu") != issued.access_token
    end(login)
    assert login.is_let_in(login.fresh())
    assert [request.client_id for request in login.server.oauth.token_requests] == ["theirs"] * 2


def test_a_login_that_it_has_ended_is_over_for_us_too(login: Login, peer: Peer) -> None:
    """It spent the token and its answer was lost: the grant is over, and both say so."""
    login.refresh_elsewhere()
    with pytest.raises(OAuthError) as caught:
        login.fresh()
    assert caught.value.code == "OAUTH_REFRESH_REVOKED"
    with pytest.raises(AssertionError, match="revoked or expired"):
        peer("token", "ana", "eu")
    login.log_in(3600)
    assert peer("token", "ana", "eu") == login.issued.access_token
