"""Fifty processes at expiry; one that dies in between, one that sleeps, one that is stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mixdesk.exceptions import OAuthError, StoreError
from mixdesk.oauth import vault
from mixdesk.oauth.sending import WITHIN
from mixdesk.ops import accounts
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from mixdesk.store.files import remove_file
from mixdesk.store.locks import ACCOUNT_WAIT
from tests.core.oauth.logins import TOKEN_PATH, HandClock, Login

PROCESSES = 50
WORKER = Path(__file__).parent.parent / "fakes" / "refresh_worker.py"
LONG = 60.0


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture
def login(server: SandboxServer, home: Path) -> Login:
    """An account whose access token has just ended, by the clock of this machine."""
    clock = HandClock()
    clock.time = time.time()
    return Login(server, home, clock)


class Worker:
    """A process that asks for tokens of the account."""

    def __init__(self, login: Login, role: str, number: int = 0) -> None:
        environ = {**os.environ, **login.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        self.process = subprocess.Popen(
            [sys.executable, str(WORKER), role, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environ,
        )

    @property
    def line(self) -> dict[str, Any]:
        """The next thing it says."""
        assert self.process.stdout is not None
        text = self.process.stdout.readline()
        fields: dict[str, Any] = json.loads(text) if text else {}
        return fields

    def go(self) -> None:
        """Let it begin, or let go."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def end(self) -> int:
        """Wait for its end."""
        code = self.process.wait(LONG)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()
        return code


class Crowded:
    """A gate that opens when everybody has seen the old tokens."""

    def __init__(self) -> None:
        self.waiting = 0

    def is_set(self) -> bool:
        return self.waiting >= PROCESSES


@pytest.fixture
def crowd(login: Login) -> Iterator[Worker]:
    """Fifty processes that wait for the word."""
    worker = Worker(login, "crowd", PROCESSES)
    assert worker.line == {"ready": PROCESSES}
    yield worker
    worker.go()
    assert worker.end() == 0


def results_of(crowd: Worker, gate: Crowded) -> list[dict[str, Any]]:
    """What every process of a crowd got; the gate is told who waits."""
    results: list[dict[str, Any]] = []
    while len(results) < PROCESSES:
        line = crowd.line
        assert line, "a process ended without a word"
        if "waits" in line:
            gate.waiting += 1
        else:
            results.append(line)
    assert len({result["pid"] for result in results}) == PROCESSES
    return results


def test_fifty_processes_at_expiry_make_one_request_and_all_succeed(
    login: Login, crowd: Worker
) -> None:
    gate = Crowded()
    login.server.faults.add(TOKEN_PATH, Fault("late", gate=gate, times=1))
    crowd.go()
    results = results_of(crowd, gate)
    assert gate.waiting == PROCESSES
    assert len({result.get("token") for result in results}) == 1
    assert "token" in results[0], results[0]
    assert (login.server.oauth.refreshes, login.outcomes) == (1, ["ok"])
    assert login.is_alive
    login.clock.forward(2 * 3600)
    login.fresh()
    assert login.server.oauth.refreshes == 2


def test_fifty_processes_with_a_grant_that_is_over_are_all_told_so(
    login: Login, crowd: Worker
) -> None:
    login.server.oauth.revoke(login.issued.refresh_token)
    crowd.go()
    results = results_of(crowd, Crowded())
    assert {result.get("code") for result in results} == {"OAUTH_REFRESH_REVOKED"}
    assert all("mp account login ana" in result["message"] for result in results)
    assert len(login.outcomes) <= PROCESSES, "nobody sends a dead token twice"
    assert accounts.get_account(login.ctx, "ana").status == "needs_login"


def test_those_who_wait_while_somebody_logs_out_are_told_so(login: Login, crowd: Worker) -> None:
    gate = Crowded()
    with login.vault.locked():
        crowd.go()
        lines = [crowd.line for _ in range(PROCESSES)]
        assert all("waits" in line for line in lines)
        remove_file(login.place)
    results = results_of(crowd, gate)
    assert {result.get("code") for result in results} == {"OAUTH_TOKEN_ERROR"}
    assert all("has not logged in" in result["message"] for result in results)
    assert (login.asked, login.path.exists()) == (0, False)


class TestAProcessKilledBeforeTheWrite:
    @pytest.fixture(autouse=True)
    def killed(self, login: Login) -> bytes:
        """The server has rotated the grant, and nobody has the new tokens."""
        before = login.path.read_bytes()
        worker = Worker(login, "die")
        assert worker.end() == -signal.SIGKILL
        assert login.outcomes == ["ok"]
        return before

    def test_leaves_the_old_tokens_and_nothing_else(self, login: Login, killed: bytes) -> None:
        assert login.path.read_bytes() == killed
        assert json.loads(killed)["refresh_token"] == login.issued.refresh_token
        assert {path.name for path in login.path.parent.iterdir()} == {
            "client.json",
            "client.json.lock",
            "tokens.json",
            "tokens.json.lock",
        }

    def test_has_the_next_run_ask_for_a_login_after_one_request(self, login: Login) -> None:
        for _ in range(3):
            with pytest.raises(OAuthError) as caught:
                login.fresh()
            assert caught.value.code == "OAUTH_REFRESH_REVOKED"
            assert "mp account login ana" in caught.value.message
        assert login.outcomes == ["ok", "invalid_grant"]
        assert accounts.get_account(login.ctx, "ana").status == "needs_login"
        login.log_in(-1)
        assert login.is_let_in(login.fresh())

    def test_costs_nothing_where_refresh_tokens_stay(self, login: Login) -> None:
        login.server.oauth.overrides.token["refresh_token"] = None
        login.log_in(-1)
        assert Worker(login, "die").end() == -signal.SIGKILL
        assert login.is_let_in(login.fresh())


def test_ctrl_c_waits_until_the_new_tokens_are_stored(login: Login) -> None:
    arrived, gate = threading.Event(), threading.Event()

    class Gate:
        def is_set(self) -> bool:
            arrived.set()
            return gate.is_set()

    login.server.faults.add(TOKEN_PATH, Fault("late", gate=Gate(), times=1))
    worker = Worker(login, "ask")
    assert worker.line == {"ready": 1}
    assert arrived.wait(LONG)
    worker.process.send_signal(signal.SIGINT)
    gate.set()
    assert worker.end() == -signal.SIGINT, "it is interrupted all the same"
    assert login.outcomes == ["ok"]
    assert login.is_alive
    assert login.stored.refresh_token != login.issued.refresh_token
    login.clock.forward(2 * 3600)
    assert login.is_let_in(login.fresh())


@pytest.fixture
def holder(login: Login) -> Iterator[Worker]:
    """A process that has the lock of the tokens."""
    worker = Worker(login, "hold")
    assert worker.line == {"held": worker.process.pid}
    yield worker
    worker.process.kill()
    worker.end()


def test_a_holder_asleep_is_named_after_the_stated_wait(
    login: Login, holder: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder.process.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(vault, "ACCOUNT_WAIT", 0.05)
    with pytest.raises(StoreError) as caught:
        login.fresh()
    assert caught.value.code == "STORE_LOCKED"
    assert caught.value.details["pid"] == holder.process.pid
    assert str(holder.process.pid) in caught.value.message
    assert login.asked == 0


def test_the_stated_wait_is_longer_than_a_token_request_may_take() -> None:
    assert (ACCOUNT_WAIT, WITHIN) == (60, 20)


def test_after_a_holder_was_killed_the_next_refreshes_at_once(
    login: Login, holder: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault, "ACCOUNT_WAIT", 1.0)
    holder.process.kill()
    holder.process.wait()
    assert login.is_let_in(login.fresh())
