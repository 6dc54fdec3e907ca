"""Machines to run command lines on, and people to sit at them."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from mixdesk.sandbox.seed import ENVIRONMENT, seed
from tests.cli.world import World


@pytest.fixture
def mp(home: Path, capsys: pytest.CaptureFixture[str]) -> World:
    """A machine without accounts."""
    return World(home, capsys)


@pytest.fixture
def demo(mp: World) -> World:
    """A machine with the accounts of the demo."""
    root = mp.home / ".mp"
    root.mkdir(mode=0o700)
    seed(root)
    mp.environ |= ENVIRONMENT
    return mp


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def pipe_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Puts bytes on stdin, as a pipe does."""

    def put(data: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))

    return put


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Somebody at a terminal, who types what the test says."""

    def types(text: str) -> None:
        monkeypatch.setattr("sys.stdin", _Terminal(io.BytesIO(text.encode())))
        monkeypatch.setattr("sys.stderr.isatty", lambda: True)
        # getpass would look for the terminal of the test run itself.
        monkeypatch.setattr("getpass.getpass", lambda prompt, stream: text.splitlines()[0])

    return types
