"""Ctrl-C ends a login at once, whatever it waits for, and nothing is left."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox import browsing
from tests.core.sandbox.asking import plain_http
from tests.fakes.ports import free_ports

WORKER = Path(__file__).parent.parent / "fakes" / "login_worker.py"


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


class Program:
    """The worker."""

    def __init__(self, how: str, server: SandboxServer) -> None:
        self.ports = free_ports(2)
        self.process = subprocess.Popen(
            [sys.executable, str(WORKER), how, *map(str, self.ports)],
            env={**os.environ, "MP_API_BASE_URL": server.base_url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def until(self, text: str) -> None:
        while (line := self.line()) != text:
            assert line, self.process.communicate()[1]

    def interrupt(self) -> tuple[str, str]:
        """Send one SIGINT; what it said until it ended, which is long before the login would."""
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=20)
        return out, err


@pytest.fixture(params=["plain", "in a loop"])
def program(request: pytest.FixtureRequest, server: SandboxServer) -> Iterator[Program]:
    made = Program(request.param, server)
    yield made
    made.process.kill()
    made.process.communicate()


def test_while_it_waits_for_the_browser(program: Program, home: Path) -> None:
    program.until("waiting")
    out, err = program.interrupt()
    assert program.process.returncode == 130
    assert out.endswith("interrupted, ['MainThread']\n")
    assert "Traceback" not in err
    assert_nothing_left(program, home)


def test_while_somebody_chooses_a_project(program: Program, home: Path) -> None:
    """A picker that waits for input blocks the loop."""
    url = program.line()
    with plain_http() as http:
        http.get(browsing.log_in(url))
    program.until("picking")
    if "in a loop" in program.process.args:  # type: ignore[operator]
        assert program.process.stdin is not None
        program.process.send_signal(signal.SIGINT)
        program.process.stdin.write("\n")  # on its thread it hears of it when it has its line
        program.process.stdin.flush()
        out, err = program.process.communicate(timeout=20)
    else:
        out, err = program.interrupt()
    assert program.process.returncode == 130, err
    assert out.endswith("interrupted, ['MainThread']\n")
    assert "Traceback" not in err
    assert_nothing_left(program, home)


def assert_nothing_left(program: Program, home: Path) -> None:
    files = [path for path in (home / ".mp").rglob("*") if path.suffix != ".lock"]
    assert files == []
    for port in program.ports:
        with socket.create_server(("127.0.0.1", port)):
            pass
