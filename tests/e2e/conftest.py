"""What tests of real processes share."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def ports_to_itself() -> Iterator[None]:
    """The four ports that a browser may come back to, for one test at a time on this machine.

    There may be more than one run of the tests.
    """
    with (Path(tempfile.gettempdir()) / f"mixdesk-login-ports-{os.getuid()}").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
