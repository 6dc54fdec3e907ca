"""Accounts are tested side by side, and no longer than anybody wants to know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mixdesk.api.stopping import Stop
from mixdesk.model.records import AccountTest
from mixdesk.ops.context import Context
from mixdesk.ops.testing import test_accounts as run_tests
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.seed import ENVIRONMENT, seed
from mixdesk.sandbox.server import SandboxServer

NAMES = ["acme-corp", "acme-eu", "acme-india", "warehouse"]


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture
def ctx(home: Path, server: SandboxServer) -> Context:
    root = home / ".mp"
    root.mkdir(mode=0o700)
    seed(root)
    environ = {"HOME": str(home), "MP_API_BASE_URL": server.base_url, **ENVIRONMENT}
    return Context.from_environment(environ)


class Gathering:
    """Opens when so many requests have come, so that none of them can have waited for another."""

    def __init__(self, server: SandboxServer, count: int) -> None:
        self._server = server
        self._count = count

    def is_set(self) -> bool:
        return len(self._server.requests) >= self._count


def test_every_account_has_its_own_result(ctx: Context) -> None:
    told: list[AccountTest] = []
    run_tests(ctx, [*NAMES, "agency", "nobody"], told.append, Stop())
    results = {each.name: each for each in told}
    assert [name for name in NAMES if results[name].error] == []
    codes = [each.error.code for name in ("agency", "nobody") if (each := results[name]).error]
    assert codes == ["OAUTH_REFRESH_REVOKED", "ACCOUNT_NOT_FOUND"]
    assert len(told) == len(results)


def test_none_waits_for_another(ctx: Context, server: SandboxServer) -> None:
    server.faults.add("/api/app/me", Fault("late", gate=Gathering(server, len(NAMES))))
    told: list[AccountTest] = []
    run_tests(ctx, NAMES, told.append, Stop())
    assert sorted(each.name for each in told) == NAMES


def test_nothing_is_told_or_asked_after_the_end(ctx: Context, server: SandboxServer) -> None:
    stop = Stop()
    told: list[AccountTest] = []
    stop.set()
    run_tests(ctx, NAMES, told.append, stop)
    assert told == []
    assert len(server.requests) == 0


def test_an_end_in_the_middle_waits_for_no_answer(ctx: Context, server: SandboxServer) -> None:
    stop = Stop()

    class Never:
        def is_set(self) -> bool:
            stop.set()
            return False

    server.faults.add("/api/app/me", Fault("late", gate=Never()))
    told: list[AccountTest] = []
    run_tests(ctx, NAMES, told.append, stop)
    assert told == []
