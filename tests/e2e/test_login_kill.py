"""A process is killed while it logs in: the next run has a whole login, or nothing of it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import signal
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mixdesk.login import events
from mixdesk.login.publish import publish_tokens
from mixdesk.login.request import LoginRequest
from mixdesk.model.records import AccountEntry
from mixdesk.model.secret import Secret
from mixdesk.ops.context import Context
from mixdesk.sandbox.server import SandboxServer
from mixdesk.store import activity, locks, snapshot, sweep, transaction
from mixdesk.store.clients import ClientEntry, read_client, write_client
from mixdesk.store.files import Fingerprint
from mixdesk.store.tokens import TokenEntry, read_tokens, write_tokens
from tests.core.login.person import Login, Person
from tests.e2e.test_store_kill import Victim

_log = logging.getLogger(__name__)

LOADED = (activity, locks, transaction)
"""What storing imports: the calls of an import are not the calls of storing."""

ENTRY = AccountEntry("acme", "oauth_browser", "us", "3713224")
CLIENT = ClientEntry(
    client_id="new",
    region="us",
    redirect_uri="http://localhost:19284/callback",
    scope="projects",
    created_at="2026-01-01T00:00:00Z",
    issuer="https://mixpanel.com/oauth",
    extra={"redirect_uris": ["http://localhost:19284/callback"]},
)
OLD_CLIENT = ClientEntry("old", "us", "http://localhost:19285/callback", "x", "then")
TOKENS = TokenEntry(Secret("new"), 2e9, Secret("good"), client_id="new")
OLD = TokenEntry(Secret("old"), 2e9, Secret("good too"), extra={"theirs": [1]})

Scene = Callable[[Path], Context]


def context(root: Path) -> Context:
    """The next run's: whatever it is for, this is where it begins."""
    sweep._swept.clear()  # a process of its own would remember nothing
    snapshot._snapshots.clear()
    ctx = Context.from_environment({"HOME": str(root)})
    ctx.config.snapshot()
    return ctx


def nobody(root: Path) -> Context:
    root.mkdir(mode=0o700)
    return context(root)


def known(root: Path) -> Context:
    """The account has logged in before, and another one is the active one."""
    ctx = nobody(root)
    ctx.config.add_account("other", type="oauth_browser", region="us")
    ctx.config.add_account("acme", type="oauth_browser", region="us", default_project="7")
    ctx.config.set_active(account="other", workspace=7)
    write_tokens(ctx.storage.account("acme", "tokens.json"), OLD)
    write_client(ctx.storage.account("acme", "client.json"), OLD_CLIENT)
    return ctx


def neighbours(root: Path) -> Context:
    """Others have logged in in the region; this account has not yet."""
    ctx = nobody(root)
    ctx.config.add_account("other", type="oauth_browser", region="us")
    write_tokens(ctx.storage.account("other", "tokens.json"), OLD)
    write_client(ctx.storage.region_client("us"), OLD_CLIENT)
    return ctx


def store(root: Path) -> None:
    ctx = Context.from_environment({"HOME": str(root)})
    is_new = "acme" not in ctx.config.snapshot().defined("accounts")
    publish_tokens(ctx.config, ctx.storage, ENTRY, CLIENT, TOKENS, is_new=is_new)


def everything(ctx: Context) -> dict[str, bytes]:
    """Every file with its bytes, every directory with nothing; locks and the log aside."""
    root = ctx.storage.root
    return {
        str(path.relative_to(root)): b"" if path.is_dir() else path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.suffix != ".lock" and path.name != "activity.jsonl"
    }


def outcome(ctx: Context, before: dict[str, bytes]) -> str:
    """``new`` for a whole login, ``old`` for none; everything else fails."""
    after = everything(ctx)
    if after == before:
        return "old"
    assert {name for name in after if "tmp" in name or name == "login.json"} == set()
    tokens = read_tokens(ctx.storage.account("acme", "tokens.json"))
    assert tokens is not None
    assert (tokens.access_token, tokens.client_id) == (Secret("new"), "new")
    assert read_client(ctx.storage.account("acme", "client.json")) == CLIENT
    assert read_client(ctx.storage.region_client("us")) is not None
    assert ctx.config.get_account("acme").type == "oauth_browser"
    assert ctx.config.get_active() == ("acme", None)
    others = {name: content for name, content in before.items() if "other" in name}
    assert others.items() <= after.items()
    return "new"


@pytest.mark.needs_strace
@pytest.mark.parametrize("scene", [nobody, known, neighbours])
def test_killed_at_any_system_call_of_storing_it(
    tmp_path: Path, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A file that is some time old is looked at less often: then the calls are not the same.
    monkeypatch.setattr(Fingerprint, "is_settled", lambda fingerprint, read_ns: False)
    root = tmp_path / "whole"
    before = everything(scene(root))
    code, trace = Victim(store, root).traced()
    assert code == 0, trace
    assert outcome(context(root), before) == "new"
    calls = Counter(re.findall(r"^(\w+)\(", trace, re.MULTILINE))
    assert calls["fsync"] >= 6
    left, kills = Counter[str](), 0
    for name, times in calls.items():
        for when in range(1, times + 1):
            root = tmp_path / f"{name}-{when}"
            before = everything(scene(root))
            inject = f"inject={name}:signal=SIGKILL:when={when}"
            code, trace = Victim(store, root).traced("-e", f"trace={name}", "-e", inject)
            assert code in (0, -signal.SIGKILL), trace
            kills += code != 0
            left[outcome(context(root), before)] += 1
            store(root)
            assert outcome(context(root), before) == "new"
    assert kills >= sum(calls.values()) - calls["exit_group"] - 5
    assert set(left) == {"old", "new"}
    _log.info("%d kills at %d kinds of calls: %s", kills, len(calls), dict(left))


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


def run_until(login: Login, kind: type[object], name: str) -> int:
    """Log in in a process of its own that is killed when it tells of something; its exit code."""
    pid = os.fork()
    if pid == 0:
        try:
            real = login.hear

            def hear(event: events.Event) -> None:
                real(event)
                if isinstance(event, kind):
                    os.kill(os.getpid(), signal.SIGKILL)

            login.hear = hear  # type: ignore[method-assign]
            asyncio.run(login.run(LoginRequest("oauth_browser", name=name)))
        except BaseException:  # noqa: BLE001 - a child of the test must not go on as pytest
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


STEPS = (
    *(events.Started, events.Listening, events.ClientReady, events.UrlReady, events.Waiting),
    *(events.BrowserOpened, events.CodeReceived, events.TokensReceived, events.AskingMe),
    *(events.MeRead, events.Saved),
)


@pytest.mark.parametrize("kind", STEPS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("is_again", [False, True], ids=["new", "again"])
def test_killed_at_any_step(
    home: Path, server: SandboxServer, kind: type[object], is_again: bool
) -> None:
    if is_again:
        asyncio.run(Login(home, server).run(LoginRequest("oauth_browser", name="acme")))
        Login(home, server).ctx.config.add_account("other", type="oauth_browser", region="us")
        Login(home, server).ctx.config.set_active(account="other")
    login = Login(home, server, Person())
    before = login.everything()
    assert run_until(login, kind, "acme") == -signal.SIGKILL
    ctx = context(home)
    if kind is events.Saved:
        assert login.everything() != before
        assert ctx.config.get_active().account == "acme"
        assert read_tokens(ctx.storage.account("acme", "tokens.json")) is not None
    else:
        assert login.everything() == before
    for port in login.machine.ports:
        with socket.create_server(("127.0.0.1", port)):
            pass


def test_a_run_that_waited_mends_what_another_left_meanwhile(tmp_path: Path) -> None:
    """The note of a killed run is not lost when the next one to look is a login."""
    root = tmp_path / "root"
    ctx = nobody(root)
    store(root)
    note = json.dumps(
        {
            "account": "half",
            "block": {"type": "oauth_browser", "region": "us"},
            "client": {"client_id": "half"},
            "tokens": "a",
            "old_tokens": None,
            "old_client": None,
            "shares_client": False,
            "made": ["account"],
        }
    )
    place = ctx.storage.account("half", "client.json")
    Path(place.path).parent.mkdir(mode=0o700)
    Path(place.path).touch(mode=0o600)
    Path(place.path).write_text(json.dumps({"client_id": "half"}, indent=2) + "\n")
    Path(ctx.storage.login.path).touch(mode=0o600)
    Path(ctx.storage.login.path).write_text(note)
    publish_tokens(ctx.config, ctx.storage, ENTRY, CLIENT, TOKENS, is_new=False)
    assert not ctx.storage.account_directory("half").exists()
    assert not os.path.lexists(ctx.storage.login.path)
