"""A Bearer at a real authorization server, with a real browser."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator

import httpx
import pytest

from mixdesk.clients import Bearer, Token
from mixdesk.exceptions import FederationError
from tests.core.oauth.visiting import until
from tests.e2e.authority import RealAuthority
from tests.e2e.authserver.by_hand import ByHand
from tests.e2e.authserver.process import PATIENCE, AuthServer
from tests.e2e.authserver.settings import SCOPES
from tests.e2e.browser import Browser

pytestmark = [pytest.mark.authserver, pytest.mark.needs_chromium]


class Person:
    """Alice, who decides in Chromium."""

    def __init__(self, server: AuthServer, browser: Browser, *, yes: bool) -> None:
        self._authority = RealAuthority(server)
        self._browser = browser
        self._yes = yes
        self._visits: set[asyncio.Task[None]] = set()

    async def open(self, url: str) -> bool:
        self._visits.add(asyncio.create_task(asyncio.to_thread(self._decide, url)))
        return True

    async def gone(self) -> None:
        await asyncio.gather(*self._visits)

    def _decide(self, url: str) -> None:
        self._authority.decide(self._browser, url, yes=self._yes)


@pytest.fixture
def client_id(auth_server: AuthServer) -> Iterator[str]:
    """A program that a browser may be sent back to on any port; there are federations."""
    scopes = {scope: scope for scope in (*SCOPES, "openid")}
    changed = auth_server.settings(SCOPES=scopes, _SCOPES=[*scopes])
    with httpx.Client(trust_env=False, timeout=PATIENCE) as http, changed:
        answer = ByHand(http, auth_server.base_url).register(
            "http://127.0.0.1", grant_types=["authorization_code"]
        )
        yield str(answer.json()["client_id"])


async def fetch(server: AuthServer, client_id: str, person: Person) -> Token:
    bearer = Bearer("work", client_id, server.base_url, "federation-e00example", browser=person)
    try:
        return await bearer.receiver().fetch(timeout=60)
    finally:
        await person.gone()


async def test_in_a_browser(auth_server: AuthServer, client_id: str, browser: Browser) -> None:
    token = await fetch(auth_server, client_id, Person(auth_server, browser, yes=True))
    await asyncio.to_thread(browser.wait_for, "close this")
    assert token.expiration is not None
    assert not token.is_expired()
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as http:
        answer = await http.get(
            f"{auth_server.base_url}/api/app/me",
            headers={"Authorization": f"Bearer {token.token}"},
        )
    assert answer.json()["results"]["user_email"] == "alice@example.com"
    [asked] = auth_server.token_requests(client_id)
    assert (asked.grant_type, asked.status) == ("authorization_code", 200)


async def test_saying_no(auth_server: AuthServer, client_id: str, browser: Browser) -> None:
    with pytest.raises(FederationError) as caught:
        await fetch(auth_server, client_id, Person(auth_server, browser, yes=False))
    assert caught.value.code == "OAUTH_AUTH_DENIED"
    assert auth_server.token_requests(client_id) == []


async def test_an_address_that_somebody_opens_himself(
    auth_server: AuthServer, client_id: str, browser: Browser
) -> None:
    writer = io.StringIO()
    bearer = Bearer("work", client_id, auth_server.base_url, "", writer, no_browser_open=True)
    fetching = asyncio.create_task(bearer.receiver().fetch(timeout=60))
    await until(lambda: bool(writer.getvalue()))
    person = Person(auth_server, browser, yes=True)
    await person.open(writer.getvalue().split()[-1])
    assert not (await fetching).is_empty()
    await person.gone()
