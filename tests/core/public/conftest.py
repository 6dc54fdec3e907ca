"""A machine as the documentation's samples take it for granted, and a Mixpanel to ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mixdesk.sandbox.server import SandboxServer

from .desk import Desk, StillClock
from .here import Here
from .machine import Machine


@pytest.fixture
def machine(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """Two accounts and a target in the home directory, and nothing of them in the environment."""
    with SandboxServer() as server:
        made = Machine(home, server, monkeypatch)
        yield made
        made.everybody_hangs_up()


@pytest.fixture
def desk(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Accounts of every kind and state, a Mixpanel that knows them, and a clock that stands."""
    clock = StillClock()
    with SandboxServer(now=clock.now) as server:
        made = Desk(home, server, clock, monkeypatch)
        yield made
        made.close()


@pytest.fixture
def here(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    """A machine that knows nobody yet, and somebody with a browser."""
    with SandboxServer() as server:
        made = Here(home, server, monkeypatch)
        yield made
        made.close()
