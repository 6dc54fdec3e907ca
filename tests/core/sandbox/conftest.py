"""A sandbox whose clock stands still, and a connection to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox.asking import NOW, Client


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(now=lambda: NOW) as running:
        yield running


@pytest.fixture
def client(server: SandboxServer) -> Iterator[Client]:
    connection = Client(server)
    yield connection
    connection.close()
