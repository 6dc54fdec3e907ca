"""A sandbox whose clock stands still unless it is moved, and two ways to ask it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox.asking import Client, Hand, plain_http
from tests.core.sandbox.browsing import Visitor


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def server(hand: Hand) -> Iterator[SandboxServer]:
    with SandboxServer(now=hand.now) as running:
        yield running


@pytest.fixture
def client(server: SandboxServer) -> Iterator[Client]:
    connection = Client(server)
    yield connection
    connection.close()


@pytest.fixture
def http(server: SandboxServer) -> Iterator[httpx.Client]:
    with plain_http(base_url=server.origin) as connection:
        yield connection


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    with Visitor() as running:
        yield running
