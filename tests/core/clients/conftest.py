"""What the tests of the sessions share."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from mixdesk.sandbox.server import SandboxServer
from tests.core.oauth.logins import HandClock

from .sessions import CANARY, Desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    clock = HandClock()
    with SandboxServer(now=clock.now) as server:
        desk = Desk(server, clock)
        yield desk
        desk.close()


@pytest.fixture(autouse=True)
def nothing_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever happens, no secret is in any log."""
    caplog.set_level(logging.DEBUG)
    yield
    logged = "".join(record.getMessage() for record in caplog.get_records("call"))
    assert CANARY not in logged
    assert "made-up-" not in logged.replace("made-up-client", "")
