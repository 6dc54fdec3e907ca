"""Testing many accounts against a server that takes its time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from bench.machine import environment, home, write_config
from bench.measure import median
from bench.report import Line, Row, Skipped
from mixdesk.api.stopping import Stop
from mixdesk.model.records import AccountTest
from mixdesk.ops.context import Context
from mixdesk.sandbox.data import ROBOT
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.identities import Identity
from mixdesk.sandbox.server import SandboxServer

ACCOUNTS = 50
ANSWERS_IN = 0.2
BUDGET_MS = 1500.0
ROUNDS = 5


def rows() -> Iterator[Line]:
    what = f"testing {ACCOUNTS} accounts against {ANSWERS_IN * 1000:.0f} ms"
    if find_spec("mixdesk_tui") is None:
        yield Skipped(what, "no app beside this Python")
        return
    with home() as place, SandboxServer() as server:
        ctx = _world(place, server)
        taken = [_test_all(ctx) for _ in range(ROUNDS)]
    note = f"the first {taken[0] * 1000:.0f} ms"
    yield Row(what, median(taken) * 1000, "ms", BUDGET_MS, note)


def _world(place: Path, server: SandboxServer) -> Context:
    """As many accounts as shall be tested; the server knows them all and is slow."""
    write_config(place, ACCOUNTS)
    for number in range(ACCOUNTS):
        identity = Identity(f"a{number:05}", "us", ROBOT, (100,))
        name, secret = f"robot-{number}.mp-service-account", f"made-up-{number}"
        server.identities.add_service_account(identity, name, secret)
    server.faults.add("/api/app/me", Fault("late", delay=ANSWERS_IN))
    environ = environment(place, MP_API_BASE_URL=server.base_url)
    return Context.from_environment(environ, directory=None)


def _test_all(ctx: Context) -> float:
    """How long all take, from the key to the last result.

    Raises:
        RuntimeError: One was refused; refusals may be fast.
    """
    from mixdesk_tui.asking import test_accounts

    told: list[AccountTest] = []
    names = [f"a{number:05}" for number in range(ACCOUNTS)]
    start = time.perf_counter()
    test_accounts(ctx, names, told.append, Stop())
    taken = time.perf_counter() - start
    if len(told) != ACCOUNTS or any(each.error for each in told):
        raise RuntimeError(
            next((str(each.error) for each in told if each.error), "some are missing")
        )
    return taken
