"""A token that is handed over lives as long as was asked for, or is refused with what is left."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mixdesk.exceptions import OAuthError, StoreError
from mixdesk.model.records import AccountEntry
from mixdesk.model.secret import Secret
from mixdesk.ops.handing import hand_over
from mixdesk.ops.lasting import lasting_secret
from mixdesk.ops.wishes import Wish
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from mixdesk.store.bridge import find_bridge
from mixdesk.store.tokens import read_tokens, token_fields
from tests.core.oauth.logins import TOKEN_PATH, HandClock, Login

from .world import World

HOUR = 3600.0


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def server(clock: HandClock) -> Iterator[SandboxServer]:
    with SandboxServer(now=clock.now) as running:
        yield running


def asked_for(login: Login, min_left: float) -> tuple[str, float]:
    secret, expires_at = lasting_secret(login.ctx, login.entry, min_left=min_left)
    assert expires_at is not None
    return secret.get_secret_value(), expires_at - login.clock.now()


def test_a_token_that_lives_long_enough_asks_nobody(
    server: SandboxServer, home: Path, clock: HandClock
) -> None:
    login = Login(server, home, clock, ends_in=600)
    assert asked_for(login, 599)[1] == 600
    assert login.asked == 0


def test_one_that_ends_sooner_is_renewed_once(
    server: SandboxServer, home: Path, clock: HandClock
) -> None:
    login = Login(server, home, clock, ends_in=600)
    token, left = asked_for(login, 900)
    assert left == server.oauth.access_lifetime == HOUR
    assert login.asked == 1
    assert token == login.stored.access_token.get_secret_value()
    assert login.is_alive


def test_one_that_has_ended_is_renewed_once(
    server: SandboxServer, home: Path, clock: HandClock
) -> None:
    login = Login(server, home, clock, ends_in=-1)
    assert asked_for(login, 900)[1] == HOUR
    assert login.asked == 1


@pytest.mark.parametrize("ends_in", [-1.0, 10.0])
def test_without_a_wish_it_is_fresh_all_the_same(
    server: SandboxServer, home: Path, clock: HandClock, ends_in: float
) -> None:
    login = Login(server, home, clock, ends_in=ends_in)
    assert asked_for(login, 0)[1] == HOUR


def test_what_another_program_has_renewed_is_used(
    server: SandboxServer, home: Path, clock: HandClock
) -> None:
    login = Login(server, home, clock, ends_in=600)
    theirs = login.refresh_elsewhere()
    login.put(theirs)
    assert asked_for(login, 900)[0] == theirs.access_token
    assert login.asked == 0


def test_a_server_whose_tokens_live_shorter_is_refused(
    server: SandboxServer, home: Path, clock: HandClock
) -> None:
    login = Login(server, home, clock, ends_in=100)
    server.oauth.access_lifetime = 250.0
    with pytest.raises(OAuthError, match="lives 4 min 10 s more; 15 min were") as caught:
        asked_for(login, 900)
    assert caught.value.details["left"] == 250
    assert caught.value.details["asked"] == 900
    assert "Ask for less" in (caught.value.hint or "")
    assert login.is_alive


def test_a_server_that_does_not_answer_is_told_with_what_is_left(
    server: SandboxServer, home: Path, clock: HandClock
) -> None:
    login = Login(server, home, clock, ends_in=600)
    server.faults.add(TOKEN_PATH, Fault(status=503))
    with pytest.raises(OAuthError, match="lives 10 min more; 15 min were asked for") as caught:
        asked_for(login, 900)
    assert caught.value.details["left"] == 600
    assert asked_for(login, 300)[1] == 600


def test_a_login_that_is_over_says_so(server: SandboxServer, home: Path, clock: HandClock) -> None:
    login = Login(server, home, clock, ends_in=600)
    login.refresh_elsewhere()
    with pytest.raises(OAuthError, match="10 min more") as caught:
        asked_for(login, 900)
    assert caught.value.code == "OAUTH_REFRESH_REVOKED"
    assert "mp account login ana" in (caught.value.hint or "")


def test_one_that_cannot_renew_is_refused_with_what_is_left(world: World) -> None:
    world.write_config()
    world.write_tokens("ana", refresh=None)
    with pytest.raises(OAuthError, match="lives 10 min more; 1 h 30 min 5 s were") as caught:
        hand_over(world.ctx, Wish(account="ana", insists=True), min_left=5405)
    assert "mp account login ana" in (caught.value.hint or "")
    given = hand_over(world.ctx, Wish(account="ana", insists=True), min_left=600)
    assert given.secret == Secret("a")


def test_one_that_is_not_there_is_told(world: World) -> None:
    world.write_config()
    with pytest.raises(OAuthError, match="has not logged in"):
        hand_over(world.ctx, Wish(account="ana", insists=True))


def test_one_that_others_can_read_is_not_used(world: World) -> None:
    world.write_config()
    world.write_tokens("ana")
    (world.directory("ana") / "tokens.json").chmod(0o644)
    with pytest.raises(StoreError):
        hand_over(world.ctx, Wish(account="ana", insists=True))


def test_one_of_a_bridge_is_renewed_in_the_bridge(
    server: SandboxServer, home: Path, clock: HandClock, world: World
) -> None:
    login = Login(server, home, clock, ends_in=600)
    before = login.path.read_bytes()
    tokens = read_tokens(login.place)
    assert tokens is not None
    world.write_bridge(
        account={"name": "ana", "type": "oauth_browser", "region": "us"},
        tokens=token_fields(tokens),
    )
    bridge = find_bridge(world.environ, None)
    assert bridge is not None
    secret, _ = lasting_secret(login.ctx, bridge.account, bridge, min_left=900)
    assert secret != tokens.access_token
    assert login.path.read_bytes() == before
    again = find_bridge(world.environ, None)
    assert again is not None
    assert again.tokens is not None
    assert again.tokens.access_token == secret


def test_one_of_the_environment_is_judged_by_what_the_environment_says(world: World) -> None:
    world.environ |= {"MP_OAUTH_TOKEN": "t", "MP_PROJECT_ID": "9", "MP_REGION": "us"}
    assert hand_over(world.ctx, Wish(), min_left=900).expires_at is None
    world.environ["MP_TOKEN_EXPIRES_AT"] = "2027-01-15T08:10:00Z"
    with pytest.raises(OAuthError, match="lives 10 min more; 15 min were"):
        hand_over(world.ctx, Wish(), min_left=900)
    assert hand_over(world.ctx, Wish(), min_left=600).secret == Secret("t")


def test_one_of_the_environment_that_has_ended_is_refused_if_asked(world: World) -> None:
    world.environ |= {"MP_OAUTH_TOKEN": "t", "MP_PROJECT_ID": "9", "MP_REGION": "us"}
    world.environ["MP_TOKEN_EXPIRES_AT"] = "2027-01-15T07:59:00Z"
    # Clocks differ: only who asks for a time is held to it.
    assert hand_over(world.ctx, Wish()).secret == Secret("t")
    with pytest.raises(OAuthError, match="has ended; 1 s were asked for"):
        hand_over(world.ctx, Wish(), min_left=1)


def test_a_bearer_whose_variable_is_not_set_is_told(world: World) -> None:
    entry = AccountEntry("ci", "oauth_token", "us", token_env="CI_TOKEN")
    with pytest.raises(OAuthError, match="CI_TOKEN is not set"):
        lasting_secret(world.ctx, entry)


@pytest.mark.parametrize("account", ["team", "ana", "ci"])
def test_what_is_at_hand_is_handed_over_without_loading_http(world: World, account: str) -> None:
    world.write_config()
    world.write_tokens("ana", ends=4e9)
    program = (
        "import sys\n"
        "from mixdesk.ops.context import Context\n"
        "from mixdesk.ops.handing import hand_over\n"
        "from mixdesk.ops.wishes import Wish\n"
        f"wish = Wish(account={account!r}, project='1', insists=True)\n"
        "hand_over(Context.from_environment(), wish, min_left=900)\n"
        "print(sorted({'httpx', 'pydantic', 'tomlkit', 'ssl'} & set(sys.modules)))\n"
    )
    environ = {**world.environ, "CI_TOKEN": "t", "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
