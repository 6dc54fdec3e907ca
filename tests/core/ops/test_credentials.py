"""The credential of an account, as requests use it: renewed, once, and never against its owner."""

from __future__ import annotations

import asyncio
import base64
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

import mixdesk as mp
from mixdesk.api.auth import OriginAuth
from mixdesk.exceptions import OAuthError
from mixdesk.model.records import AccountEntry, StatusEntry
from mixdesk.model.secret import Secret
from mixdesk.ops import accounts, credentials
from mixdesk.ops.token_resolver import OnDiskTokenResolver
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from mixdesk.store.bridge import read_bridge
from mixdesk.store.files import Place
from mixdesk.store.status import write_status
from tests.core.oauth.logins import (
    TOKEN_PATH,
    Crowd,
    HandClock,
    Login,
    Meanwhile,
    all_at_once,
    until,
)
from tests.core.sandbox.asking import plain_http

from .world import World

HOUR = 3600.0


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def server(clock: HandClock) -> Iterator[SandboxServer]:
    with SandboxServer(now=clock.now) as running:
        yield running


@pytest.fixture
def login(server: SandboxServer, home: Path, clock: HandClock) -> Login:
    """An account whose access token has just ended."""
    return Login(server, home, clock)


def auth_of(login: Login) -> OriginAuth:
    return OriginAuth(credentials.credential_for(login.ctx, login.entry), login.server.origin)


def me(login: Login) -> str:
    return login.server.url("/api/app/me", login.entry.region)


class TestWhatIsSent:
    def test_of_a_service_account_is_the_pair(self, world: World) -> None:
        entry = AccountEntry("t", "service_account", "us", username="u\u00e9", secret=Secret("s:1"))
        header = credentials.authorization(world.ctx, entry)
        assert base64.b64decode(header.removeprefix("Basic ")).decode() == "u\u00e9:s:1"
        assert credentials.credential_for(world.ctx, entry).renew(header) is None

    def test_of_a_bearer_is_its_token(self, world: World) -> None:
        entry = AccountEntry("t", "oauth_token", "us", token=Secret("tok"))
        assert credentials.authorization(world.ctx, entry) == "Bearer tok"
        assert credentials.credential_for(world.ctx, entry).renew("Bearer tok") is None

    def test_of_a_variable_is_what_it_says_by_now(self, world: World) -> None:
        entry = AccountEntry("t", "oauth_token", "us", token_env="T")
        credential = credentials.credential_for(world.ctx, entry)
        with pytest.raises(OAuthError, match="T is not set"):
            credential.header()
        world.environ["T"] = "one"
        assert credential.header() == "Bearer one"
        assert credential.renew("Bearer one") is None
        world.environ["T"] = "two"
        assert credential.renew("Bearer one") == "Bearer two"

    def test_of_a_login_is_a_fresh_token(self, login: Login) -> None:
        header = credentials.authorization(login.ctx, login.entry)
        assert login.server.identities.recognise(header, "us") is not None
        assert credentials.bearer_token(login.ctx, "ana") == header.removeprefix("Bearer ")
        assert login.server.oauth.refreshes == 1


class TestARefusedToken:
    @pytest.fixture
    def login(self, server: SandboxServer, home: Path, clock: HandClock) -> Login:
        """An account whose token looks as if it had an hour, and is not let in."""
        login = Login(server, home, clock, ends_in=HOUR)
        server.identities.revoke_token(login.issued.access_token)
        return login

    def test_is_renewed_and_the_request_made_once_more(self, login: Login) -> None:
        with plain_http(auth=auth_of(login)) as http:
            assert http.get(me(login)).status_code == 200
        assert (len(login.server.requests.to("/api/")), login.outcomes) == (2, ["ok"])
        assert login.is_alive

    def test_that_is_refused_again_is_the_answer(self, login: Login) -> None:
        login.server.faults.add("/api", Fault(status=401))
        with plain_http(auth=auth_of(login)) as http:
            assert http.get(me(login)).status_code == 401
        assert (len(login.server.requests.to("/api/")), login.outcomes) == (2, ["ok"])

    def test_gives_way_to_one_that_somebody_else_has_got(self, login: Login) -> None:
        header = credentials.authorization(login.ctx, login.entry)
        login.log_in(HOUR)
        credential = credentials.credential_for(login.ctx, login.entry)
        assert credential.renew(header) == f"Bearer {login.issued.access_token}"
        assert login.asked == 0

    def test_is_renewed_once_by_all_who_were_refused(self, login: Login) -> None:
        login.server.faults.add(TOKEN_PATH, Fault("late", gate=Crowd(7), times=1))
        credential = credentials.credential_for(login.ctx, login.entry)
        refused = credential.header()
        values = all_at_once(8, lambda: credential.renew(refused))
        assert len(set(values)) == 1
        assert (login.outcomes, login.is_alive) == (["ok"], True)

    def test_whose_renewal_fails_is_that_error(self, login: Login) -> None:
        login.server.faults.add(TOKEN_PATH, Fault(status=503))
        with plain_http(auth=auth_of(login)) as http, pytest.raises(OAuthError) as caught:
            http.get(me(login))
        assert caught.value.code == "OAUTH_REFRESH_ERROR"
        assert len(login.server.requests.to("/api/")) == 1


class TestTenSecondsOfLife:
    def test_are_one_refresh_and_one_request(self, login: Login) -> None:
        login.server.oauth.access_lifetime = 10
        with plain_http(auth=auth_of(login)) as http:
            assert http.get(me(login)).status_code == 200
        assert (len(login.server.requests.to("/api/")), login.outcomes) == (1, ["ok"])

    def test_that_are_over_at_once_are_one_retry(self, login: Login) -> None:
        login.server.oauth.access_lifetime = 10
        late = Meanwhile(lambda: login.clock.forward(11))
        login.server.faults.add(TOKEN_PATH, Fault("late", gate=late, times=1))
        with plain_http(auth=auth_of(login)) as http:
            assert http.get(me(login)).status_code == 200
        assert (len(login.server.requests.to("/api/")), login.outcomes) == (2, ["ok", "ok"])

    def test_that_are_never_let_in_end_after_one_retry(self, login: Login) -> None:
        login.server.oauth.access_lifetime = 10
        login.server.faults.add("/api", Fault(status=401))
        with plain_http(auth=auth_of(login)) as http:
            assert http.get(me(login)).status_code == 401
        assert (len(login.server.requests.to("/api/")), login.outcomes) == (2, ["ok", "ok"])


class TestThreadsAndCoroutines:
    async def test_mixed_make_one_refresh(self, login: Login) -> None:
        """Four threads with a client each, and as many coroutines with one, at expiry."""
        login.server.faults.add(TOKEN_PATH, Fault("late", gate=Crowd(7), times=1))

        def on_a_thread() -> int:
            with plain_http(auth=auth_of(login)) as http:
                return http.get(me(login)).status_code

        with ThreadPoolExecutor(1) as pool:  # the loop's own threads are for the coroutines
            loop = asyncio.get_running_loop()
            threads = loop.run_in_executor(pool, all_at_once, 4, on_a_thread)
            async with asynchronous(login) as http:
                answers = await asyncio.gather(*(http.get(me(login)) for _ in range(4)))
            assert await threads == [200] * 4
        assert [answer.status_code for answer in answers] == [200] * 4
        assert (login.outcomes, login.is_alive) == (["ok"], True)

    async def test_waiting_for_a_lock_leave_the_loop_free(self, login: Login) -> None:
        async with asynchronous(login) as http:
            with login.vault.locked():
                request = asyncio.create_task(http.get(me(login)))
                await asyncio.to_thread(until, Crowd(1).is_set)
                assert not request.done()
            assert (await request).status_code == 200

    async def test_a_cancelled_request_loses_no_grant(self, login: Login) -> None:
        asked, gate = asyncio.Event(), threading.Event()
        loop = asyncio.get_running_loop()

        class Gate:
            def is_set(self) -> bool:
                loop.call_soon_threadsafe(asked.set)
                return gate.is_set()

        login.server.faults.add(TOKEN_PATH, Fault("late", gate=Gate(), times=1))
        async with asynchronous(login) as http:
            request = asyncio.create_task(http.get(me(login)))
            await asked.wait()
            request.cancel()
            with suppress(asyncio.CancelledError):
                await request
        gate.set()
        await asyncio.to_thread(login.fresh)
        with login.vault.locked():  # new tokens can be used a moment before they are on the disk
            assert (login.outcomes, login.is_alive) == (["ok"], True)


def asynchronous(login: Login) -> httpx.AsyncClient:
    """As ``plain_http``, for an event loop."""
    verify = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.AsyncClient(auth=auth_of(login), trust_env=False, verify=verify, timeout=60)


class TestTheStatus:
    def status(self, login: Login, name: str = "ana") -> str | None:
        return accounts.get_account(login.ctx, name).status

    def revoke(self, login: Login) -> None:
        login.server.oauth.revoke(login.issued.refresh_token)

    def test_of_a_login_that_is_over_is_needs_login(self, login: Login) -> None:
        place = login.ctx.storage.account("ana", "status.json")
        write_status(place, StatusEntry("ok", 1.0, "ana@example.com"))
        self.revoke(login)
        with pytest.raises(OAuthError):
            login.fresh()
        row = accounts.get_account(login.ctx, "ana")
        assert (row.status, row.status_at) == ("needs_login", login.clock.now())
        assert row.user_email == "ana@example.com"

    def test_of_an_account_is_not_changed_by_a_bridge_of_its_name(
        self, login: Login, tmp_path: Path
    ) -> None:
        bridge = tmp_path / "bridge.json"
        mp.accounts.export_bridge(to=bridge, account="ana")
        entry = read_bridge(Place(str(bridge), str(tmp_path)))
        assert entry is not None
        self.revoke(login)
        with pytest.raises(OAuthError) as caught:
            credentials.fresh_tokens(login.ctx, entry.account, entry)
        assert caught.value.code == "OAUTH_REFRESH_REVOKED"
        assert self.status(login) == "untested"

    def test_is_not_noted_against_a_login_that_came_meanwhile(self, login: Login) -> None:
        """Somebody logs in again between the server's no and our note of it."""
        self.revoke(login)
        noted = credentials._Login._note_end

        def later(self: credentials._Login) -> None:
            login.log_in(HOUR)
            noted(self)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(credentials._Login, "_note_end", later)
            with pytest.raises(OAuthError):
                login.fresh()
        assert self.status(login) == "untested"

    @pytest.mark.parametrize("verb", ["remove", "rename"])
    def test_makes_no_directory_for_an_account_that_has_gone_meanwhile(
        self, login: Login, verb: str
    ) -> None:
        self.revoke(login)
        noted = credentials._Login._note_end

        def later(self: credentials._Login) -> None:
            if verb == "remove":
                accounts.remove_account(login.ctx, "ana")
            else:
                accounts.rename_account(login.ctx, "ana", "berta")
            noted(self)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(credentials._Login, "_note_end", later)
            with pytest.raises(OAuthError):
                login.fresh()
        assert not login.path.parent.exists()


class TestEveryDoor:
    """Tokens that the public API gives, at expiry and on eight threads."""

    @pytest.fixture
    def login(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Login]:
        clock = HandClock()
        clock.time = time.time()
        with SandboxServer() as server:
            login = Login(server, home, clock)
            monkeypatch.setenv("MP_API_BASE_URL", server.base_url)
            server.faults.add(TOKEN_PATH, Fault("late", gate=Crowd(7), times=1))
            yield login

    def test_the_resolver_refreshes_once(self, login: Login) -> None:
        tokens = all_at_once(8, lambda: OnDiskTokenResolver().get_browser_token("ana", "us"))
        assert len(set(tokens)) == 1
        assert (login.outcomes, login.is_alive) == (["ok"], True)

    def test_accounts_token_refreshes_once(self, login: Login) -> None:
        tokens = all_at_once(8, lambda: mp.accounts.token("ana"))
        assert len(set(tokens)) == 1
        assert (login.outcomes, login.is_alive) == (["ok"], True)

    def test_a_workspace_shared_by_threads_refreshes_once(self, login: Login) -> None:
        with mp.Workspace(account="ana", project="3018488") as ws:
            names = all_at_once(8, ws.events)
        assert len({tuple(each) for each in names}) == 1
        assert (login.outcomes, login.is_alive) == (["ok"], True)

    def test_a_workspace_for_each_thread_refreshes_once(self, login: Login) -> None:
        def ask() -> list[str]:
            with mp.Workspace(account="ana", project="3018488") as ws:
                return ws.events()

        all_at_once(8, ask)
        assert (login.outcomes, login.is_alive) == (["ok"], True)


@pytest.mark.parametrize(
    "token", ["canary\n", " canary", "can ary", "canary\r\nX-Injected: 1", "canäry", "canary→"]
)
@pytest.mark.parametrize("is_inline", [True, False])
def test_what_cannot_be_a_token_is_told_before_it_is_sent(
    world: World, token: str, is_inline: bool
) -> None:
    world.environ["CI_TOKEN"] = token
    source = {"token": Secret(token)} if is_inline else {"token_env": "CI_TOKEN"}
    entry = AccountEntry("ci", "oauth_token", "us", **source)
    with pytest.raises(OAuthError, match="cannot be sent as a token") as caught:
        credentials.credential_for(world.ctx, entry).header()
    assert "can" not in repr(caught.value.to_dict()).replace("cannot", "")


def test_a_context_does_not_show_the_environment(world: World) -> None:
    world.environ["MP_SECRET"] = "canary"
    assert "canary" not in repr(world.ctx)
