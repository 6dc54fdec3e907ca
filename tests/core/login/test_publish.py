"""Storing a login: client, tokens, config; all of it or nothing, whatever comes between."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mixdesk.clock import SystemClock
from mixdesk.exceptions import AccountExistsError, StoreError
from mixdesk.login import publish
from mixdesk.login.publish import publish_tokens
from mixdesk.model.records import AccountEntry
from mixdesk.model.secret import Secret
from mixdesk.ops.context import Context
from mixdesk.ops.undo import undo
from mixdesk.store import files, locks
from mixdesk.store.changes import LoginStored, recording
from mixdesk.store.clients import ClientEntry, read_client, write_client
from mixdesk.store.config import ConfigManager
from mixdesk.store.tokens import TokenEntry, read_tokens, write_tokens

ENTRY = AccountEntry("acme", "oauth_browser", "us", "3713224")
CLIENT = ClientEntry(
    client_id="client-1",
    region="us",
    redirect_uri="http://localhost:19284/callback",
    scope="projects",
    created_at="2026-01-01T00:00:00Z",
    issuer="https://mixpanel.com/oauth",
)
TOKENS = TokenEntry(
    access_token=Secret("access-1"),
    expires_at=2_000_000_000.0,
    refresh_token=Secret("refresh-1"),
    client_id="client-1",
)
OLD = TokenEntry(
    access_token=Secret("access-0"), expires_at=1_000_000_000.0, extra={"theirs": [1, 2]}
)


@pytest.fixture
def ctx(home: Path) -> Context:
    return Context.from_environment({"HOME": str(home)})


@pytest.fixture
def again(ctx: Context) -> Context:
    """A machine on which acme has logged in before, and another account is active."""
    ctx.config.add_account("other", type="oauth_browser", region="us")
    ctx.config.add_account("acme", type="oauth_browser", region="us", default_project="3713224")
    ctx.config.set_active(account="other", workspace=7)
    write_tokens(ctx.storage.account("acme", "tokens.json"), OLD)
    return ctx


def everything(ctx: Context) -> dict[str, bytes]:
    """Every file but locks and the log, with its bytes; directories with nothing."""
    found: dict[str, bytes] = {}
    for path in sorted(ctx.storage.root.rglob("*")):
        if path.suffix == ".lock" or path.name == "activity.jsonl":
            continue
        found[str(path.relative_to(ctx.storage.root))] = b"" if path.is_dir() else path.read_bytes()
    return found


def store(ctx: Context, *, is_new: bool, entry: AccountEntry = ENTRY) -> None:
    publish_tokens(ctx.config, ctx.storage, entry, CLIENT, TOKENS, is_new=is_new)


def test_a_new_account_has_its_files_and_is_the_active_one(ctx: Context) -> None:
    store(ctx, is_new=True)
    assert ctx.config.get_account("acme") == ENTRY
    assert ctx.config.get_active().account == "acme"
    tokens = read_tokens(ctx.storage.account("acme", "tokens.json"))
    assert tokens is not None
    assert (tokens.access_token, tokens.client_id) == (Secret("access-1"), "client-1")
    assert read_client(ctx.storage.account("acme", "client.json")) == CLIENT
    assert read_client(ctx.storage.region_client("us")) == CLIENT
    assert not os.path.lexists(ctx.storage.login.path)
    modes = {path.stat().st_mode & 0o777 for path in ctx.storage.root.rglob("*") if path.is_file()}
    assert modes == {0o600}


def test_logging_in_again_keeps_the_project_and_what_is_somebody_else_s(again: Context) -> None:
    store(again, is_new=False, entry=ENTRY._replace(default_project="999"))
    assert again.config.get_account("acme").default_project == "3713224"
    active = again.config.get_active()
    assert (active.account, active.workspace) == ("acme", None)
    tokens = json.loads(Path(again.storage.account("acme", "tokens.json").path).read_text())
    assert tokens["theirs"] == [1, 2]
    assert tokens["access_token"] == "access-1"


def test_an_account_without_a_project_gets_the_one_of_its_login(ctx: Context) -> None:
    ctx.config.add_account("acme", type="oauth_browser", region="us")
    store(ctx, is_new=False)
    assert ctx.config.get_account("acme").default_project == "3713224"


def test_the_client_of_the_region_is_never_replaced(ctx: Context) -> None:
    first = replace(CLIENT, client_id="client-0")
    write_client(ctx.storage.region_client("us"), first)
    store(ctx, is_new=True)
    assert read_client(ctx.storage.region_client("us")) == first
    assert read_client(ctx.storage.account("acme", "client.json")) == CLIENT


def test_a_name_that_was_taken_meanwhile_leaves_the_other_s_files_alone(ctx: Context) -> None:
    ctx.config.add_account("acme", type="oauth_browser", region="eu")
    write_tokens(ctx.storage.account("acme", "tokens.json"), OLD)
    before = everything(ctx)
    with pytest.raises(AccountExistsError):
        store(ctx, is_new=True)
    assert everything(ctx) == before


@pytest.fixture(params=["new", "again"])
def machine(request: pytest.FixtureRequest) -> tuple[Context, bool]:
    name = "ctx" if request.param == "new" else "again"
    context: Context = request.getfixturevalue(name)
    if name == "ctx":
        context.config.add_account("other", type="oauth_browser", region="us")
    return context, request.param == "new"


Step = Callable[[int], None]


@pytest.fixture
def at_write(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Step]]:
    """Do something right before the n-th file is written."""
    steps: list[Step] = []
    real = files.write_file
    count = 0

    def write(*args: object, **kwargs: object) -> object:
        nonlocal count
        count += 1
        for step in steps:
            step(count)
        return real(*args, **kwargs)  # type: ignore[arg-type]

    for module in ("login.publish", "store.json_file", "store.transaction"):
        monkeypatch.setattr(f"mixdesk.{module}.write_file", write)
    yield steps
    assert count, "nothing was written through here: this test tests nothing"


@pytest.mark.parametrize("number", range(1, 6))
def test_a_disk_that_fails_at_any_write_leaves_every_file_as_it_was(
    machine: tuple[Context, bool], at_write: list[Step], number: int
) -> None:
    ctx, is_new = machine
    before = everything(ctx)
    failed = False

    def fail(count: int) -> None:
        nonlocal failed
        if count == number and not failed:
            failed = True
            raise StoreError("The disk is full.", code="STORE_IO", path="x")

    at_write.append(fail)
    with pytest.raises(StoreError):
        store(ctx, is_new=is_new)
    assert everything(ctx) == before


class Killed(BaseException):
    """Stands for SIGKILL: nothing of ours runs after it."""


@pytest.mark.parametrize("number", range(1, 7))
def test_a_run_after_one_that_was_killed_completes_it_or_removes_what_it_left(
    machine: tuple[Context, bool],
    at_write: list[Step],
    number: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ctx, is_new = machine
    before = everything(ctx)

    def die(count: int) -> None:
        if count == number:
            raise Killed

    at_write.append(die)
    monkeypatch.setattr(publish._Files, "put_back", lambda self: None)
    real = files.remove_file
    monkeypatch.setattr(publish, "remove_file", lambda place: None)
    if number <= 5:
        with pytest.raises(Killed):
            store(ctx, is_new=is_new)
    else:
        store(ctx, is_new=is_new)
    monkeypatch.setattr(publish, "remove_file", real)
    at_write.clear()

    later = Context.from_environment(ctx.environ)
    after = everything(later)
    assert "login.json" not in after
    tokens = read_tokens(later.storage.account("acme", "tokens.json"))
    if tokens is not None and tokens.access_token == Secret("access-1"):
        assert later.config.get_active().account == "acme"
        assert later.config.get_account("acme").type == "oauth_browser"
    else:
        assert after == before


def test_a_login_that_is_just_being_stored_is_left_alone(ctx: Context) -> None:
    from mixdesk.store.json_file import write_json
    from mixdesk.store.locks import locked

    with locked(ctx.storage.login, wait=1):
        write_json(ctx.storage.login, {"account": "acme", "is_first": True})
        Context.from_environment(ctx.environ)
        assert os.path.lexists(ctx.storage.login.path)
    Context.from_environment(ctx.environ)
    assert not os.path.lexists(ctx.storage.login.path)


NOTE = {
    "account": "acme",
    "block": {"type": "oauth_browser", "region": "us"},
    "client": {"client_id": "client-1"},
    "tokens": "digest",
    "old_tokens": None,
    "old_client": None,
    "shares_client": True,
    "made": ["accounts", "account", "oauth"],
}


@pytest.mark.parametrize(
    "note",
    [
        {},
        {"account": 7, "block": []},
        {**NOTE, "account": "../../etc"},
        {**NOTE, "account": ["acme"]},
        {**NOTE, "block": {"type": "nonsense"}},
        {**NOTE, "block": {"type": "oauth_browser", "region": "../.."}},
        {**NOTE, "client": []},
        {**NOTE, "tokens": 7},
        {**NOTE, "old_client": {}},
        {**NOTE, "made": "accounts"},
        {**NOTE, "made": ["/", "..", 7]},
        {**NOTE, "more": 1},
    ],
)
def test_a_note_that_makes_no_sense_harms_nothing(
    ctx: Context, note: dict[str, object], home: Path
) -> None:
    from mixdesk.store.json_file import write_json

    ctx.config.add_account("other", type="oauth_browser", region="us")
    before = ctx.config.path.read_bytes()
    write_json(ctx.storage.login, note)
    config = ConfigManager(ctx.config.path, clock=SystemClock())
    publish.recover(config, ctx.storage)
    assert ctx.config.path.read_bytes() == before
    assert home.exists()
    assert not os.path.lexists(ctx.storage.login.path), "it would be looked at for ever"


def test_a_note_that_is_none_at_all_is_removed(ctx: Context) -> None:
    ctx.config.add_account("other", type="oauth_browser", region="us")
    Path(ctx.storage.login.path).touch(mode=0o600)
    Path(ctx.storage.login.path).write_text("[half")
    publish.recover(ctx.config, ctx.storage)
    assert not os.path.lexists(ctx.storage.login.path)


def test_what_somebody_else_has_put_there_meanwhile_stays(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first login of a machine fails last, beside a first login of another program."""
    theirs = ctx.storage.account("theirs", "tokens.json")

    def fail(*args: object, before: Callable[[], None], **kwargs: object) -> None:
        before()
        write_tokens(theirs, OLD)
        raise StoreError("The disk is full.", code="STORE_IO", path="x")

    monkeypatch.setattr(ctx.config, "save_login", fail)
    with pytest.raises(StoreError):
        store(ctx, is_new=True)
    assert read_tokens(theirs) == OLD
    assert not ctx.storage.account_directory("acme").exists()
    assert not Path(ctx.storage.region_client("us").path).exists()


def test_nothing_of_a_failed_login_stays_where_the_account_cannot_be_stored(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client of the region comes first, and what follows is impossible."""
    ctx.config.add_account("other", type="oauth_browser", region="us")
    before = everything(ctx)
    real = locks.locked

    def refuse(place: files.Place, **kwargs: object) -> object:
        if place.name == "tokens.json":
            raise StoreError("No.", code="STORE_IO", path=place.path)
        return real(place, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(publish, "locked", refuse)
    with pytest.raises(StoreError):
        store(ctx, is_new=True)
    assert everything(ctx) == before


def test_a_login_that_added_an_account_is_undone_with_its_files(ctx: Context) -> None:
    ctx.config.add_account("ci", type="oauth_token", region="us", token_env="CI")
    before = ctx.config.path.read_bytes()
    with recording() as recorder:
        store(ctx, is_new=True)
    change = recorder.change
    assert change is not None
    assert change.new_login == "acme"
    undo(ctx, change)
    assert ctx.config.path.read_bytes() == before
    assert not ctx.storage.account_directory("acme").exists()
    assert read_client(ctx.storage.region_client("us")) == CLIENT


def test_of_a_login_again_the_switch_is_undone_and_the_tokens_stay(ctx: Context) -> None:
    store(ctx, is_new=True)
    ctx.config.add_account("ci", type="oauth_token", region="us", token_env="CI")
    ctx.config.set_active(account="ci")
    before = ctx.config.path.read_bytes()
    with recording() as recorder:
        store(ctx, is_new=False)
    change = recorder.change
    assert change is not None
    assert change.lasting == LoginStored("acme", is_new=False)
    undo(ctx, change)
    assert ctx.config.path.read_bytes() == before
    assert read_tokens(ctx.storage.account("acme", "tokens.json")) is not None
