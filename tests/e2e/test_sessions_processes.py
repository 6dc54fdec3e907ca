"""Processes that share a session's directory: one refreshes for all, one that dies harms none."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mixdesk.clients import DeviceSession
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from tests.core.clients.sessions import Desk
from tests.core.oauth.logins import TOKEN_PATH, HandClock

PROCESSES = 12
WORKER = Path(__file__).parent.parent / "fakes" / "session_worker.py"
LONG = 60.0


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A session that has logged in, whose token is about to end by the clock of this machine."""
    clock = HandClock()
    clock.time = time.time()
    with SandboxServer() as server:
        server.oauth.devices.interval = 0.0
        desk = Desk(server, clock)
        server.oauth.access_lifetime = 5.0
        desk.session().authenticate()
        server.oauth.access_lifetime = 3600.0
        yield desk
        desk.close()


class Worker:
    """Processes with the session of a desk."""

    def __init__(self, desk: Desk, role: str, number: int = 0) -> None:
        arguments = {
            "auth_domain": desk.issuer,
            "client_id": "made-up-client-us",
            "username": "ana",
            "scopes": "events",
            "audience": desk.audience,
            "url": desk.me,
        }
        self.process = subprocess.Popen(
            [sys.executable, str(WORKER), role, str(number), json.dumps(arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def lines(self) -> Iterator[dict[str, Any]]:
        """What they say, to the end."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            yield json.loads(line)

    def go(self) -> None:
        """Let them begin."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def end(self) -> int:
        """Wait for their end."""
        code = self.process.wait(LONG)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        return code


class Crowded:
    """A gate that opens when everybody waits for the lock."""

    def __init__(self) -> None:
        self.waiting = 0

    def is_set(self) -> bool:
        return self.waiting >= PROCESSES


def test_at_expiry_one_of_them_refreshes_and_all_are_answered(desk: Desk) -> None:
    gate = Crowded()
    desk.server.faults.add(TOKEN_PATH, Fault("late", gate=gate, times=1))
    worker = Worker(desk, "crowd", PROCESSES)
    lines = worker.lines()
    assert next(lines) == {"ready": PROCESSES}
    worker.go()
    results = []
    for line in lines:
        if "waits" in line:
            gate.waiting += 1
        else:
            results.append(line)
    assert worker.end() == 0
    assert len({line["pid"] for line in results}) == PROCESSES
    assert {line["status"] for line in results} == {200}
    assert len({line["token"] for line in results}) == 1
    assert (desk.refreshes, desk.logins) == (1, 1)


@pytest.fixture
def killed(desk: Desk) -> DeviceSession:
    """The session after a process that was killed: the grant is rotated, and nobody has it."""
    before = desk.session().token_file.read_bytes()
    worker = Worker(desk, "die")
    assert worker.end() == -signal.SIGKILL
    session = desk.session()
    assert session.token_file.read_bytes() == before
    return session


@pytest.mark.usefixtures("killed")
def test_one_that_is_killed_leaves_the_old_file_and_nothing_else(killed: DeviceSession) -> None:
    names = {path.name for path in killed.user_storage_path.iterdir()}
    assert names == {".token", ".token.lock"}


def test_after_one_was_killed_the_next_logs_in(desk: Desk, killed: DeviceSession) -> None:
    assert killed.get(desk.me).status_code == 200
    assert desk.logins == 2
