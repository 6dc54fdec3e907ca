"""An undo that is killed, or whose disk fails, at each of its system calls."""

from __future__ import annotations

import errno
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from mixdesk.exceptions import StoreError
from mixdesk.ops import accounts, targets, undo
from mixdesk.store.changes import Change, recording
from mixdesk.store.locks import locked
from tests.core.store.faults import fails_with, faulty, in_a_child

from .world import World

BOTH = ["status.json", "tokens.json"]


@pytest.fixture
def change(world: World) -> Change:
    """An account was removed with its files."""
    ctx = world.write_config()
    world.write_tokens("ana")
    world.write_status("ana", "ok")
    with recording() as recorder:
        accounts.remove_account(ctx, "ana", force=True)
    assert recorder.change is not None
    return recorder.change


def each_call(monkeypatch: pytest.MonkeyPatch, world: World, change: Change) -> Iterator[int]:
    """The numbers of the calls that an undo makes; before each, the account is gone."""
    removed = world.text
    with faulty(monkeypatch, None, lambda name: None) as system:
        undo.undo(world.ctx, change)
    for at in range(len(system.calls)):
        world.write_config(removed)
        shutil.rmtree(world.directory("ana"), ignore_errors=True)
        yield at


def there(world: World) -> list[str]:
    """The files of the account, whole as each of them is."""
    names = sorted(path.name for path in world.directory("ana").glob("*.json"))
    for name in names:
        assert (world.directory("ana") / name).read_bytes()
    return names


def leftovers(world: World) -> list[Path]:
    return list((world.home / ".mp" / "accounts").rglob("*.tmp"))


def test_killed_anywhere_it_leaves_all_files_or_none_and_the_account_only_with_them(
    world: World, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed = world.text
    seen = Counter[tuple[bool, int]]()
    for at in each_call(monkeypatch, world, change):
        in_a_child(monkeypatch, at, lambda: undo.undo(world.ctx, change))
        is_back, names = world.text != removed, there(world)
        seen[is_back, len(names)] += 1
        assert names in ([], BOTH), at
        assert names == BOTH or not is_back, at
        accounts.list_accounts(world.ctx)
        if is_back:
            accounts.get_account(world.ctx, "ana")
        assert leftovers(world) == [], at
    assert {state for state, times in seen.items() if times} >= {(False, 0), (True, 2)}


def test_killed_anywhere_it_leaves_a_protected_target_protected(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ctx = world.write_config()
    world.protect("ecom")
    with recording() as recorder:
        targets.rename_target(ctx, "ecom", "shop")
    change, renamed = recorder.change, world.text
    assert change is not None
    marks = Path(ctx.storage.preferences.path)
    marked, seen = marks.read_bytes(), set()
    with faulty(monkeypatch, None, lambda name: None) as system:
        undo.undo(ctx, change)
    for at in range(len(system.calls)):
        world.write_config(renamed)
        marks.write_bytes(marked)
        in_a_child(monkeypatch, at, lambda: undo.undo(world.ctx, change))
        row = next(row for row in targets.list_targets(world.ctx) if row.name in ("ecom", "shop"))
        assert row.is_protected, at
        seen.add(row.name)
    assert seen == {"ecom", "shop"}


def test_what_is_being_written_is_nobodys_leftover(world: World) -> None:
    ctx = world.write_config()
    unfinished = world.home / ".mp" / "accounts" / ".ana.1-0123456789ab.tmp"
    unfinished.mkdir(parents=True, mode=0o700)
    with locked(ctx.storage.login, wait=1):
        accounts.list_accounts(ctx)
        assert unfinished.exists()
    accounts.list_accounts(ctx)
    assert not unfinished.exists()


def test_a_disk_that_fails_anywhere_leaves_all_of_it_or_nothing(
    world: World, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed = world.text
    failed = 0
    for at in each_call(monkeypatch, world, change):
        with faulty(monkeypatch, at, fails_with(errno.EIO)):
            try:
                undo.undo(world.ctx, change)
            except StoreError:
                failed += 1
        assert there(world) == (BOTH if world.text != removed else []), at
        assert leftovers(world) == [], at
    assert failed > 20
