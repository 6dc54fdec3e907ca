"""A session at a real authorization server, its code approved in a real browser."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

import mixdesk as mp
from mixdesk.clients import DeviceSession
from mixdesk.clients.device_login import SessionMachine
from mixdesk.login.events import CodeReady, Event
from tests.core.clients.sessions import FakeBrowser, LoopClock
from tests.core.oauth.logins import HandClock
from tests.e2e.authority import RealAuthority
from tests.e2e.authserver.by_hand import DEVICE_GRANT, ByHand
from tests.e2e.authserver.process import PATIENCE, AuthServer
from tests.e2e.browser import Browser

pytestmark = [pytest.mark.authserver, pytest.mark.needs_chromium]

Make = Callable[..., DeviceSession]


@pytest.fixture
def clock() -> HandClock:
    clock = HandClock()
    clock.time = time.time()
    return clock


@pytest.fixture
def make(auth_server: AuthServer, browser: Browser, clock: HandClock) -> Iterator[Make]:
    """Makes sessions of one program, in front of which alice sits."""
    base = auth_server.base_url
    with httpx.Client(trust_env=False, timeout=PATIENCE) as http:
        answer = ByHand(http, base).register(grant_types=[DEVICE_GRANT, "refresh_token"])
    client_id = str(answer.json()["client_id"])
    opened: list[DeviceSession] = []

    def session(*, yes: bool = True) -> DeviceSession:
        def decide(event: Event) -> None:
            if isinstance(event, CodeReady):
                RealAuthority(auth_server).decide_device(
                    browser, event.url, event.user_code, yes=yes
                )

        machine = SessionMachine(os.environ, clock, LoopClock(clock), FakeBrowser())
        opened.append(
            DeviceSession(
                f"{base}/oauth",
                client_id,
                "alice",
                "events",
                f"{base}/api/app",
                on_event=decide,
                machine=machine,
                timeout=PATIENCE,
            )
        )
        return opened[-1]

    yield session
    for each in opened:
        each.close()


def test_a_session_logs_in_and_goes_on_in_the_next_process(
    make: Make, auth_server: AuthServer, clock: HandClock
) -> None:
    me = f"{auth_server.base_url}/api/app/me"
    session = make()
    session.authenticate()
    assert session.authenticated
    assert session.token_request_interval == 5
    assert session.get(me).json()["results"]["user_email"] == "alice@example.com"
    first = session.access_token

    clock.forward(36_000)
    other = make()
    assert other.get(me).status_code == 200, "it was renewed ahead"
    assert other.access_token != first
    assert other.refresh_token != session.refresh_token

    auth_server.expire_access_token(str(other.access_token))
    assert other.get(me).status_code == 200, "it was refused, renewed and sent again"
    assert session.get(me).status_code == 200, "the first process takes what the other has got"
    assert session.access_token == other.access_token


def test_a_session_that_is_denied_has_no_token(make: Make) -> None:
    session = make(yes=False)
    with pytest.raises(ConnectionError) as caught:
        session.authenticate()
    assert isinstance(caught.value, mp.TokenUnavailableError)
    assert caught.value.code == "OAUTH_AUTH_DENIED"
    assert not session.token_file.exists()
