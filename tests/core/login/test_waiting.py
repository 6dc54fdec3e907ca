"""How long a login waits for somebody: 300 s by a clock that nobody sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mixdesk.exceptions import OAuthError
from mixdesk.login.events import CodeReady, NoBrowser, Waiting
from mixdesk.login.request import LoginRequest
from mixdesk.sandbox.server import SandboxServer
from tests.core.login.person import Login, Person

BROWSER = LoginRequest("oauth_browser")


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.mark.parametrize("step", [0.0, -86_400.0, 86_400.0, -1.5, 299.0, 1e9])
async def test_it_waits_300_seconds_whatever_the_time_of_day_does(
    home: Path, server: SandboxServer, step: float
) -> None:
    login = Login(home, server, Person(returns=False))
    running = login.start(BROWSER)
    await login.until(Waiting)
    await login.person.gone()
    for _ in range(3):
        await login.clock.advance(99.0)
        login.clock.step(step)
    await login.clock.advance(2.9)
    assert not running.done(), "it gave up early"
    await login.clock.advance(0.1)
    with pytest.raises(OAuthError) as caught:
        await running
    assert caught.value.code == "OAUTH_TIMEOUT"
    assert [event.seconds_left for event in login.all(Waiting)] == [*range(300, 0, -1)]
    assert login.everything() == {}


async def test_an_answer_in_the_last_second_is_good(home: Path, server: SandboxServer) -> None:
    login = Login(home, server, Person(returns=False))
    running = login.start(BROWSER)
    await login.until(Waiting)
    await login.person.gone()
    await login.clock.advance(299.9)
    login.controls.paste(login.person.ended_on[0])
    assert (await running).is_new


async def test_a_code_that_lives_longer_is_waited_for(home: Path, server: SandboxServer) -> None:
    """The countdown is that of the way that is open longest."""
    server.oauth.overrides.device["expires_in"] = 900
    login = Login(home, server, environ={"DISPLAY": ""})
    running = login.start(BROWSER)
    code = await login.until(CodeReady)
    assert login.all(NoBrowser)
    assert code.seconds_left == 900
    await login.clock.advance(400.0)
    assert not running.done()
    assert login.all(Waiting)[-1].seconds_left == 500
    server.oauth.approve(code.user_code, "acme-corp")
    assert (await login.until_over(running)).is_new


async def test_a_code_that_ends_earlier_leaves_the_browser_its_time(
    home: Path, server: SandboxServer
) -> None:
    server.oauth.overrides.device["expires_in"] = 60
    login = Login(home, server, Person(returns=False))
    running = login.start(BROWSER)
    await login.until(Waiting)
    await login.person.gone()
    login.controls.start_device()
    await login.until(CodeReady)
    await login.clock.advance(200.0)
    assert not running.done()
    login.controls.paste(login.person.ended_on[0])
    assert (await running).is_new
