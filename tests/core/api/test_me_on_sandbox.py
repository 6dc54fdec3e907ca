"""Asking ``/me`` and testing accounts, on the sandbox and all that it can do wrong."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mixdesk.api.transport import Transport
from mixdesk.exceptions import APIError, MixdeskError, StoreError
from mixdesk.ops import me, projects
from mixdesk.ops.context import Context
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.seed import ENVIRONMENT, seed
from mixdesk.sandbox.server import SandboxServer
from tests.fakes.nobody import cut_off

SECRETS = ("made-up-secret", "made-up-access", "made-up-bearer", "made-up-refresh")


class FakeClock:
    """Stands still but for what is slept; each look at a stopwatch costs a second."""

    def __init__(self, now: float) -> None:
        self.time = now
        self.ticks = itertools.count()

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return float(next(self.ticks))

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


def context(root: Path, server: SandboxServer) -> Context:
    root.mkdir(mode=0o700, exist_ok=True)
    seed(root)
    environ = {
        **ENVIRONMENT,
        "HOME": str(root),
        "MP_CONFIG_PATH": str(root / "config.toml"),
        "MP_STORAGE_DIR": str(root),
        "MP_API_BASE_URL": server.base_url,
    }
    return Context.from_environment(environ, directory=None)


@pytest.fixture
def ctx(tmp_path: Path, server: SandboxServer) -> Context:
    return context(tmp_path / "mp", server)


@pytest.fixture
def transport(ctx: Context) -> Iterator[Transport]:
    clock = FakeClock(ctx.clock.now())
    with Transport(clock=clock, limit=1 << 20, deadline=400.0) as calls:
        yield calls


@pytest.mark.parametrize(
    ("account", "email", "count"),
    [
        ("acme-corp", "ana@acme.example", 34),
        ("warehouse", "robot@acme.example", 16),
        ("ci", "robot@acme.example", 16),
    ],
)
def test_an_account_of_each_type_passes(
    ctx: Context, transport: Transport, account: str, email: str, count: int
) -> None:
    outcome = me.test_account(ctx, account, transport)
    assert outcome.error is None
    assert (outcome.user_email, outcome.project_count) == (email, count)
    status = json.loads(Path(ctx.storage.account(account, "status.json").path).read_text())
    assert (status["status"], status["user_email"]) == ("ok", email)


@pytest.mark.parametrize(
    ("account", "code", "status"),
    [
        ("agency", "OAUTH_REFRESH_REVOKED", "needs_login"),
        ("new-colleague", "OAUTH_TOKEN_ERROR", "needs_login"),
        ("nightly", "OAUTH_TOKEN_ERROR", "needs_token"),
    ],
)
def test_an_account_without_a_token_says_so_and_asks_nobody(
    ctx: Context,
    server: SandboxServer,
    transport: Transport,
    account: str,
    code: str,
    status: str,
) -> None:
    outcome = me.test_account(ctx, account, transport)
    assert outcome.error is not None
    assert outcome.error.code == code
    kept = json.loads(Path(ctx.storage.account(account, "status.json").path).read_text())
    assert kept["status"] == status
    assert not server.requests.to("/api/app/me")


FAULTS = {
    "refused": (Fault(status=401), "AUTH_FAILED"),
    "forbidden": (Fault(status=403, message="user_details is missing"), "AUTH_FAILED"),
    "slow down": (Fault(status=429, retry_after=1), "RATE_LIMITED"),
    "slow down, a date": (
        Fault(status=429, retry_after="Sun, 06 Nov 1994 08:49:37 GMT"),
        "RATE_LIMITED",
    ),
    "failing": (Fault(status=500), "SERVER_ERROR"),
    "unavailable": (Fault(status=503, retry_after=2), "SERVER_ERROR"),
    "not found": (Fault(status=404), "QUERY_FAILED"),
    "a web page": (Fault("html"), "API_ERROR"),
    "a web page that fails": (Fault("html", status=502), "SERVER_ERROR"),
    "half the JSON": (Fault("truncated"), "API_ERROR"),
    "cut": (Fault("cut"), "NETWORK_ERROR"),
    "dropped": (Fault("drop"), "NETWORK_ERROR"),
    "reset": (Fault("reset"), "NETWORK_ERROR"),
    "huge": (Fault("huge"), "API_ERROR"),
    "a bomb": (Fault("bomb"), "API_ERROR"),
    "endless": (Fault("endless"), "API_ERROR"),
    "redirect": (Fault("redirect", to="http://127.0.0.1:1/"), "API_ERROR"),
}


@pytest.mark.parametrize(("fault", "code"), FAULTS.values(), ids=FAULTS)
def test_each_way_to_fail_is_typed_worded_and_without_secrets(
    ctx: Context, server: SandboxServer, transport: Transport, fault: Fault, code: str
) -> None:
    server.faults.add("/api/app/me", fault)
    before = {path: path.read_bytes() for path in ctx.storage.root.rglob("me*.json")}
    outcome = me.test_account(ctx, "warehouse", transport)
    assert isinstance(outcome.error, APIError)
    assert outcome.error.code == code
    assert outcome.error.summary.endswith(".") or "It said" in outcome.error.summary
    said = repr(outcome.error.to_dict()) + repr(outcome)
    assert not any(secret in said for secret in SECRETS)
    assert before == {path: path.read_bytes() for path in ctx.storage.root.rglob("me*.json")}


def test_a_passing_fault_is_outlived(
    ctx: Context, server: SandboxServer, transport: Transport
) -> None:
    server.faults.add("/api/app/me", Fault(status=429, retry_after=1, times=2))
    assert me.test_account(ctx, "warehouse", transport).error is None
    assert len(server.requests.to("/api/app/me")) == 3


def test_an_answer_that_cannot_be_kept_does_not_spoil_the_test(
    ctx: Context, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_full(*args: object, **kwargs: object) -> None:
        raise StoreError("The disk is full.", code="STORE_IO", path="me.json")

    monkeypatch.setattr(me, "write_me", is_full)
    outcome = me.test_account(ctx, "warehouse", transport)
    assert (outcome.error, outcome.project_count) == (None, 16)
    with pytest.raises(StoreError):
        me.refresh_me(ctx, "warehouse", transport)


def test_what_only_the_network_says_changes_no_status(
    ctx: Context, server: SandboxServer, transport: Transport
) -> None:
    place = Path(ctx.storage.account("warehouse", "status.json").path)
    before = place.read_bytes()
    with cut_off(server):
        outcome = me.test_account(ctx, "warehouse", transport)
    assert outcome.error is not None
    assert outcome.error.code == "NETWORK_ERROR"
    assert place.read_bytes() == before


def test_offline_the_projects_are_there_with_their_age(ctx: Context, server: SandboxServer) -> None:
    server.stop()
    listed = projects.list_projects(ctx, "acme-corp")
    assert len(listed.rows) == 34
    assert listed.asked_at is not None
    assert listed.is_fresh
    assert [row.project.id for row in listed.rows if row.is_current] == ["3713224"]


def test_a_corrupt_cache_is_fetched_again(ctx: Context, transport: Transport) -> None:
    place = Path(ctx.storage.account("warehouse", "me.json").path)
    place.write_bytes(b"{ half")
    os.chmod(place, 0o600)
    assert projects.list_projects(ctx, "warehouse").rows == ()
    me.refresh_me(ctx, "warehouse", transport)
    assert len(projects.list_projects(ctx, "warehouse").rows) == 16


def test_a_project_and_its_workspace_are_chosen_at_once(ctx: Context) -> None:
    projects.use_project(ctx, "3018488", workspace=3448424)
    config = ctx.config.snapshot()
    assert config.accounts["acme-corp"].default_project == "3018488"
    assert (config.active.account, config.active.workspace) == ("acme-corp", 3448424)
    projects.use_project(ctx, "3713225")
    assert ctx.config.snapshot().active.workspace is None


def test_two_sandboxes_side_by_side_answer_each_their_own(
    tmp_path: Path, server: SandboxServer, transport: Transport
) -> None:
    with SandboxServer(projects=50) as other:
        one, two = context(tmp_path / "one", server), context(tmp_path / "two", other)
        counts = [
            me.test_account(each, "acme-corp", transport).project_count for each in (one, two)
        ]
    assert counts == [34, 50]


def test_projects_in_another_region_than_the_account_are_marked(ctx: Context) -> None:
    listed = projects.list_projects(ctx, "acme-corp")
    regions = {(row.project.region, row.is_elsewhere) for row in listed.rows}
    assert regions == {("us", False), ("eu", True), ("in", True)}


def test_asking_for_an_unknown_account_is_its_own_error(ctx: Context, transport: Transport) -> None:
    with pytest.raises(MixdeskError) as caught:
        me.refresh_me(ctx, "nobody", transport)
    assert caught.value.code == "ACCOUNT_NOT_FOUND"
    assert me.test_account(ctx, "nobody", transport).error is not None
