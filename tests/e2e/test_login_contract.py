"""Logging in, the same at the sandbox and at a real authorization server, with a real browser."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from mixdesk.api.async_transport import AsyncTransport
from mixdesk.clock import SystemAsyncClock
from mixdesk.exceptions import OAuthError
from mixdesk.login.events import CodeReady, Event, UrlReady
from mixdesk.login.flow import Outcome, log_in
from mixdesk.login.machine import Answers, Controls, Machine
from mixdesk.login.request import LoginRequest
from mixdesk.model.records import AccountEntry
from mixdesk.ops.context import Context
from mixdesk.ops.credentials import credential_for, fresh_tokens
from mixdesk.ops.login import log_out
from mixdesk.sandbox.server import SandboxServer
from mixdesk.store.tokens import TokenEntry, read_tokens, write_tokens
from tests.core.login.person import first_project
from tests.e2e.authority import Authority, RealAuthority, SandboxAuthority
from tests.e2e.authserver.process import AuthServer
from tests.e2e.browser import Browser
from tests.fakes.ports import free_ports

pytestmark = pytest.mark.needs_chromium

Decide = Callable[[str], None]
Kind = TypeVar("Kind")


@pytest.fixture
def sandbox() -> Iterator[Authority]:
    with SandboxServer() as server:
        yield SandboxAuthority(server)


@pytest.fixture
def real(auth_server: AuthServer) -> Authority:
    return RealAuthority(auth_server)


@pytest.fixture(params=["sandbox", pytest.param("real", marks=pytest.mark.authserver)])
def authority(request: pytest.FixtureRequest) -> Authority:
    found: Authority = request.getfixturevalue(request.param)
    return found


class Desk:
    """A machine on which somebody logs in, beside a real browser or far from it."""

    def __init__(self, home: Path, authority: Authority) -> None:
        self.authority = authority
        self.environ = {"HOME": str(home), "DISPLAY": ":0", "MP_API_BASE_URL": authority.base_url}
        self.ctx = Context.from_environment(self.environ)
        self.events: list[Event] = []
        self.controls = Controls()
        self._ports = free_ports(2)
        self._told = asyncio.Event()

    async def log_in(self, request: LoginRequest, decide: Decide | None = None) -> Outcome:
        """Log in; whoever decides gets the address, on a thread of his own."""
        machine = Machine(
            config=self.ctx.config,
            storage=self.ctx.storage,
            environ=self.environ,
            clock=SystemAsyncClock(),
            browser=_Opener(decide),
            transport=AsyncTransport,
            ports=self._ports,
        )
        answers = Answers(project=first_project)
        async with asyncio.timeout(60):
            return await log_in(
                machine, request, answers=answers, controls=self.controls, emit=self.hear
            )

    async def log_in_elsewhere(self, name: str) -> Outcome:
        """Log in with a browser on another machine: its last address is pasted here."""
        self.events.clear()
        request = LoginRequest("oauth_browser", name=name, open_browser=False)
        async with asyncio.TaskGroup() as group:
            login = group.create_task(self.log_in(request))
            url = (await self.until(UrlReady)).url
            self.controls.paste(await asyncio.to_thread(self.authority.decide_elsewhere, url))
        return login.result()

    def hear(self, event: Event) -> None:
        self.events.append(event)
        self._told.set()

    async def until(self, kind: type[Kind]) -> Kind:
        """Wait until something of this kind has been told."""
        async with asyncio.timeout(30):
            while True:
                for event in self.events:
                    if isinstance(event, kind):
                        return event
                self._told.clear()
                await self._told.wait()

    def account(self, name: str) -> AccountEntry:
        return self.ctx.config.get_account(name)

    def tokens(self, name: str) -> TokenEntry:
        tokens = read_tokens(self.ctx.storage.account(name, "tokens.json"))
        assert tokens is not None
        return tokens

    def end_access(self, name: str) -> None:
        """Let the access token be over, here and there."""
        tokens = self.tokens(name)
        self.authority.end_access(tokens.access_token.get_secret_value())
        ended = tokens.replace(expires_at=time.time() - 10)
        write_tokens(self.ctx.storage.account(name, "tokens.json"), ended)

    async def renew(self, name: str) -> TokenEntry:
        return await asyncio.to_thread(fresh_tokens, self.ctx, self.account(name))


class _Opener:
    """A browser of this machine."""

    def __init__(self, decide: Decide | None) -> None:
        self._decide = decide
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, url: str) -> bool:
        if self._decide is None:
            return False
        self._tasks.add(asyncio.create_task(asyncio.to_thread(self._decide, url)))
        return True


@pytest.fixture
def desk(home: Path, authority: Authority) -> Desk:
    return Desk(home, authority)


BROWSER = LoginRequest("oauth_browser")
DEVICE = LoginRequest("oauth_browser", name="device", device=True)


async def test_in_a_browser(desk: Desk, authority: Authority, browser: Browser) -> None:
    outcome = await desk.log_in(BROWSER, lambda url: authority.decide(browser, url, yes=True))
    await asyncio.to_thread(browser.wait_for, "close this")
    assert outcome.user_email
    assert outcome.project
    assert desk.account(outcome.account).default_project == outcome.project
    assert await desk.renew(outcome.account) == desk.tokens(outcome.account)


async def test_saying_no(desk: Desk, authority: Authority, browser: Browser) -> None:
    with pytest.raises(OAuthError) as caught:
        await desk.log_in(BROWSER, lambda url: authority.decide(browser, url, yes=False))
    assert caught.value.code == "OAUTH_AUTH_DENIED"
    assert not desk.ctx.config.path.exists()


async def test_with_an_address_that_is_pasted(desk: Desk) -> None:
    outcome = await desk.log_in_elsewhere("pasted")
    assert outcome.account == "pasted"
    assert desk.tokens("pasted").refresh_token is not None


async def test_with_a_code_on_another_device(
    desk: Desk, authority: Authority, browser: Browser
) -> None:
    async with asyncio.TaskGroup() as group:
        login = group.create_task(desk.log_in(DEVICE))
        code = await desk.until(CodeReady)
        await asyncio.to_thread(
            authority.decide_device, browser, code.url, code.user_code, yes=True
        )
    assert login.result().account == "device"
    desk.end_access("device")
    before = desk.tokens("device")
    assert (await desk.renew("device")).refresh_token != before.refresh_token


async def test_saying_no_on_another_device(
    desk: Desk, authority: Authority, browser: Browser
) -> None:
    login = asyncio.create_task(desk.log_in(DEVICE))
    code = await desk.until(CodeReady)
    await asyncio.to_thread(authority.decide_device, browser, code.url, code.user_code, yes=False)
    with pytest.raises(OAuthError) as caught:
        await login
    assert caught.value.code == "OAUTH_AUTH_DENIED"


async def test_a_login_renews_again_and_again(desk: Desk, authority: Authority) -> None:
    await desk.log_in_elsewhere("acme")
    seen = {desk.tokens("acme").refresh_token}
    before = authority.granted("refresh_token")
    for _ in range(3):
        desk.end_access("acme")
        renewed = await desk.renew("acme")
        assert renewed.refresh_token not in seen, "it was not rotated"
        seen.add(renewed.refresh_token)
    assert authority.granted("refresh_token") == before + 3


async def test_a_token_that_is_refused_early_is_renewed_once(
    desk: Desk, authority: Authority
) -> None:
    await desk.log_in_elsewhere("acme")
    authority.end_access(desk.tokens("acme").access_token.get_secret_value())
    before = authority.granted("refresh_token")
    credential = credential_for(desk.ctx, desk.account("acme"))
    refused = credential.header()
    renewed = await asyncio.to_thread(credential.renew, refused)
    assert renewed not in (None, refused)
    assert authority.granted("refresh_token") == before + 1


async def test_logging_out_ends_the_login_there_too(desk: Desk) -> None:
    await desk.log_in_elsewhere("acme")
    kept = desk.tokens("acme")
    ended = await asyncio.to_thread(log_out, desk.ctx, "acme")
    assert (ended.had_tokens, ended.error) == (True, None)
    place = desk.ctx.storage.account("acme", "tokens.json")
    assert read_tokens(place) is None
    write_tokens(place, kept)
    refused = f"Bearer {kept.access_token.get_secret_value()}"
    with pytest.raises(OAuthError) as caught:
        await asyncio.to_thread(credential_for(desk.ctx, desk.account("acme")).renew, refused)
    assert caught.value.code == "OAUTH_REFRESH_REVOKED"


async def test_two_accounts_in_one_region_both_go_on(desk: Desk) -> None:
    for name in ("one", "two"):
        await desk.log_in_elsewhere(name)
    for name in ("one", "two", "one"):
        desk.end_access(name)
        await desk.renew(name)
    assert desk.tokens("one").client_id == desk.tokens("two").client_id
