"""An OAuthClient at a real authorization server, as a program and as somebody who logs in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mixdesk.clients import FileCache, OAuthClient, OAuthToken
from tests.core.sandbox.browsing import fields_of
from tests.e2e.authority import RealAuthority
from tests.e2e.authserver.by_hand import Attempt, ByHand
from tests.e2e.authserver.process import PATIENCE, AuthServer

pytestmark = pytest.mark.authserver

REDIRECT = "http://127.0.0.1/callback"


class Talking(OAuthClient):
    """Asks the token endpoint for what it is told."""

    def __init__(self, server: AuthServer, cache: FileCache) -> None:
        super().__init__(cache)
        self.server = server

    async def ask(self, **form: str) -> OAuthToken:
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as http:
            url = f"{self.server.base_url}/oauth/token/"
            answer = await http.post(url, data=form)
            return OAuthToken.from_dict(answer.raise_for_status().json())


class Program(Talking):
    """Client credentials (RFC 6749, section 4.4)."""

    registered: dict[str, Any]

    async def get_token(self) -> OAuthToken:
        names = ("client_id", "client_secret")
        pair = {name: str(self.registered[name]) for name in names}
        return await self.ask(grant_type="client_credentials", **pair)


class Somebody(Talking):
    """Alice, who logs in once; then the token renews itself."""

    client_id = ""

    async def get_token(self) -> OAuthToken:
        return await asyncio.to_thread(self._log_in)

    async def refresh_token(self, refresh_token: str) -> OAuthToken:
        return await self.ask(
            grant_type="refresh_token", refresh_token=refresh_token, client_id=self.client_id
        )

    def _log_in(self) -> OAuthToken:
        with httpx.Client(trust_env=False, timeout=PATIENCE) as http:
            by_hand, one = ByHand(http, self.server.base_url), Attempt()
            url = by_hand.authorize_url(self.client_id, REDIRECT, one)
            came = fields_of(RealAuthority(self.server).decide_elsewhere(url))
            answer = by_hand.exchange(self.client_id, came["code"], REDIRECT, one)
        return OAuthToken.from_dict(answer.json())


@pytest.fixture
def by_hand(auth_server: AuthServer) -> Iterator[ByHand]:
    with httpx.Client(trust_env=False, timeout=PATIENCE) as http:
        yield ByHand(http, auth_server.base_url)


async def me(server: AuthServer, client: OAuthClient) -> dict[str, Any]:
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE, auth=client) as http:
        answer = await http.get(f"{server.base_url}/api/app/me")
    results: dict[str, Any] = answer.raise_for_status().json()["results"]
    return results


async def test_as_a_program(auth_server: AuthServer, by_hand: ByHand, home: Path) -> None:
    method = "client_secret_post"
    answer = by_hand.register(
        grant_types=["client_credentials"], response_types=[], token_endpoint_auth_method=method
    )
    program = Program(auth_server, FileCache(home / "tokens.json"))
    program.registered = answer.json()
    client_id = program.registered["client_id"]
    asked = [me(auth_server, program) for _ in range(8)]
    assert await asyncio.gather(*asked) == [{"program": client_id}] * 8
    assert len(auth_server.token_requests(client_id)) == 1

    token = await program.get_token_obj()
    auth_server.expire_access_token(token.access_token)
    assert await me(auth_server, program) == {"program": client_id}
    assert (await program.get_token_obj()).access_token != token.access_token
    assert len(auth_server.token_requests(client_id)) == 2


async def test_as_somebody_who_has_logged_in(
    auth_server: AuthServer, by_hand: ByHand, home: Path
) -> None:
    client_id = str(by_hand.register(REDIRECT).json()["client_id"])
    seen = set()
    for _ in range(3):
        somebody = Somebody(auth_server, FileCache(home / "tokens.json"))
        somebody.client_id = client_id
        assert (await me(auth_server, somebody))["user_email"] == "alice@example.com"
        token = await somebody.get_token_obj()
        seen.add(token.refresh_token)
        auth_server.expire_access_token(token.access_token)
    assert len(seen) == 3, "it is rotated, and the last one is kept"
    grants = [each.grant_type for each in auth_server.token_requests(client_id)]
    assert grants == ["authorization_code", "refresh_token", "refresh_token"]


async def test_a_login_that_was_revoked_begins_anew(
    auth_server: AuthServer, by_hand: ByHand, home: Path
) -> None:
    somebody = Somebody(auth_server, FileCache(home / "tokens.json"))
    somebody.client_id = str(by_hand.register(REDIRECT).json()["client_id"])
    await me(auth_server, somebody)
    auth_server.revoke(somebody.client_id)
    assert (await me(auth_server, somebody))["user_email"] == "alice@example.com"
    requests = auth_server.token_requests(somebody.client_id)
    assert [(each.grant_type, each.status) for each in requests] == [
        ("authorization_code", 200),
        ("refresh_token", 400),
        ("authorization_code", 200),
    ]


def test_without_a_loop(auth_server: AuthServer, by_hand: ByHand, home: Path) -> None:
    somebody = Somebody(auth_server, FileCache(home / "tokens.json"))
    somebody.client_id = str(by_hand.register(REDIRECT).json()["client_id"])
    with httpx.Client(trust_env=False, timeout=PATIENCE, auth=somebody) as http:
        for _ in range(2):
            answer = http.get(f"{auth_server.base_url}/api/app/me")
            assert answer.json()["results"]["user_name"] == "alice"
    assert len(auth_server.token_requests(somebody.client_id)) == 1
