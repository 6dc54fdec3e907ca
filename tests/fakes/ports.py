"""Ports for logins. Tests log in at the same time: each worker of a run has ports of its own."""

from __future__ import annotations

import os
import random

_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))

# Below the ports that the system gives to whoever connects: one that was free stays so.
_OURS = range(20_000, 32_000)[_WORKER::_WORKERS]


def free_ports(count: int) -> list[int]:
    """Ports that nobody else listens on."""
    return random.SystemRandom().sample(_OURS, count)
