"""What tests of real processes share."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator

import pytest


@pytest.fixture
def ports_to_itself(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The four ports that a browser may come back to, for one test at a time on this machine."""
    with (tmp_path_factory.getbasetemp().parent / "login-ports.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
