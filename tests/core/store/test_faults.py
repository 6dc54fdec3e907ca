"""A disk that refuses, and a process that dies, at every single call of a change."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from mixdesk.exceptions import AccountExistsError, StoreError
from mixdesk.model.records import AccountEntry, StatusEntry
from mixdesk.model.secret import Secret
from mixdesk.store.bridge import BridgeEntry, read_bridge
from mixdesk.store.bridge_writing import remove_bridge, write_bridge
from mixdesk.store.config import ConfigManager
from mixdesk.store.files import Place
from mixdesk.store.me_cache import read_index, write_me
from mixdesk.store.status import read_status, write_status
from mixdesk.store.storage import Storage
from mixdesk.store.tokens import TokenEntry, read_tokens, write_tokens
from tests.core.store.faults import (
    DISK_ERRORS,
    FaultySystem,
    fails_with,
    faulty,
    in_a_child,
    temporaries,
)
from tests.core.store.support import open_descriptors

OLD = b'# mine\n[accounts.team]\ntype = "oauth_browser"\nregion = "us"  # home\n'
LEFTOVER = ".config.toml.4242-0123456789ab.tmp"
TOKENS = TokenEntry(Secret("new"), expires_at=2e9, refresh_token=Secret("r"))
TOKENS_OLD = b'{"access_token": "old", "expires_at": "2033-05-18T03:33:20Z"}'


class Change(NamedTuple):
    """A change of a file, and how to set the scene for it."""

    file: str
    before: bytes | None
    run: Callable[[Path], object]
    read: Callable[[Path], object]
    leftover: str | None = None


def config(root: Path) -> ConfigManager:
    return ConfigManager(root / "config.toml", storage=Storage.at(root))


def first_account(root: Path) -> None:
    """Add an account, if it is not there from the last attempt."""
    with suppress(AccountExistsError):
        config(root).add_account("team", type="oauth_browser", region="us")


def bridge_place(root: Path) -> Place:
    return Place(str(root / "carried" / "auth.json"), str(root))


def carry(root: Path) -> None:
    """Write a bridge."""
    account = AccountEntry("team", "oauth_browser", "us")
    place = bridge_place(root)
    write_bridge(BridgeEntry(place.path, account, TOKENS, base=place.base))


BRIDGE_OLD = json.dumps(
    {
        "version": 2,
        "account": {"name": "old", "type": "oauth_token", "region": "us", "token": "t"},
    }
).encode()

CHANGES = {
    "a changed account": Change(
        "config.toml",
        OLD,
        lambda root: config(root).update_account("team", region="eu"),
        lambda root: config(root).snapshot(),
    ),
    "a changed account after a killed writer": Change(
        "config.toml",
        OLD,
        lambda root: config(root).update_account("team", region="eu"),
        lambda root: config(root).snapshot(),
        LEFTOVER,
    ),
    "the first account of all": Change(
        "config.toml",
        None,
        first_account,
        lambda root: config(root).snapshot(),
    ),
    "the first tokens of an account": Change(
        "accounts/team/tokens.json",
        None,
        lambda root: write_tokens(Storage.at(root).account("team", "tokens.json"), TOKENS),
        lambda root: read_tokens(Storage.at(root).account("team", "tokens.json")),
    ),
    "new tokens": Change(
        "accounts/team/tokens.json",
        TOKENS_OLD,
        lambda root: write_tokens(Storage.at(root).account("team", "tokens.json"), TOKENS),
        lambda root: read_tokens(Storage.at(root).account("team", "tokens.json")),
        "accounts/team/.tokens.json.4242-0123456789ab.tmp",
    ),
    "a new answer of /me": Change(
        "accounts/team/me.json",
        b'{"user_email": "a@b"}',
        lambda root: write_me(Storage.at(root).account("team", "me.json"), {"user_id": 1}, 5.0),
        lambda root: read_index(Storage.at(root).account("team", "me.json")),
    ),
    "a new status": Change(
        "accounts/team/status.json",
        b'{"status": "ok"}',
        lambda root: write_status(
            Storage.at(root).account("team", "status.json"), StatusEntry("needs_login")
        ),
        lambda root: (
            read_tokens(Storage.at(root).account("team", "tokens.json")),
            read_status(Storage.at(root).account("team", "status.json")),
        ),
    ),
    "the first bridge": Change(
        "carried/auth.json",
        None,
        carry,
        lambda root: read_bridge(bridge_place(root)),
    ),
    "a bridge over another": Change(
        "carried/auth.json",
        BRIDGE_OLD,
        carry,
        lambda root: read_bridge(bridge_place(root)),
        "carried/.auth.json.4242-0123456789ab.tmp",
    ),
}


@pytest.fixture(params=list(CHANGES))
def change(request: pytest.FixtureRequest) -> Change:
    return CHANGES[request.param]


def scene(directory: Path, change: Change) -> Path:
    """A fresh root with the file as it was before."""
    root = directory / "mp"
    file = root / change.file
    if change.before is not None:
        file.parent.mkdir(mode=0o700, parents=True)
        for made in (file.parent, root):
            made.chmod(0o700)
        file.write_bytes(change.before)
        file.chmod(0o600)
    if change.leftover:
        (root / change.leftover).write_text("secret = 'half")
    return root


def content(root: Path, change: Change) -> bytes | None:
    file = root / change.file
    return file.read_bytes() if file.exists() else None


def what_it_writes(
    tmp_path: Path, change: Change, monkeypatch: pytest.MonkeyPatch
) -> tuple[bytes | None, list[str]]:
    """Make the change without a fault: the new content, and the calls it takes."""
    root = scene(tmp_path / "whole", change)
    with faulty(monkeypatch, None, fails_with(0)) as system:
        change.run(root)
    return content(root, change), system.calls


@pytest.mark.parametrize("code", DISK_ERRORS, ids=lambda code: errno.errorcode[code])
def test_a_disk_that_refuses_at_any_call_leaves_the_old_file_and_a_typed_error(
    tmp_path: Path, change: Change, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, calls = what_it_writes(tmp_path, change, monkeypatch)
    assert calls.count("fsync") >= 2
    for at in range(len(calls)):
        root = scene(tmp_path / str(at), change)
        descriptors = open_descriptors()
        with faulty(monkeypatch, at, fails_with(code)) as system:
            error = store_error(change.run, root)
        where = f"call {at}: {system.calls[at]}"
        assert open_descriptors() == descriptors, where
        check_refusal(error, root, change, new, where)
        if system.calls[at] != "unlink":
            assert set(temporaries(root)) <= {str(root / (change.leftover or ""))}, where
        change.run(root)
        assert temporaries(root) == [], where
        assert content(root, change) == new, where


def store_error(run: Callable[[Path], object], root: Path) -> StoreError | None:
    """The typed error that a change ended in; any other one fails the test."""
    try:
        run(root)
    except StoreError as error:
        return error
    return None


def check_refusal(
    error: StoreError | None, root: Path, change: Change, new: bytes | None, where: str
) -> None:
    """Without an error the file is the new one, with one it is what the error says."""
    there = content(root, change)
    if error is None:
        assert there == new, where
        return
    assert error.code == "STORE_IO", where
    assert error.summary.isprintable()
    assert str(root) in error.summary
    if "was changed, but" in error.summary:
        assert there == new, where
    else:
        assert there == change.before, where


def test_a_process_killed_at_any_call_leaves_the_old_file_or_the_new_one(
    tmp_path: Path, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, calls = what_it_writes(tmp_path, change, monkeypatch)
    seen = set()
    for at in count():
        root = scene(tmp_path / str(at), change)
        status = in_a_child(monkeypatch, at, partial(change.run, root))
        there = content(root, change)
        assert there in (change.before, new), f"call {at}"
        seen.add(there)
        change.read(root)
        assert temporaries(root) == [], f"a reader after call {at}"
        change.run(root)
        assert content(root, change) == new, f"a writer after call {at}"
        if status == 0:
            break
    assert at >= len(calls) - 1
    assert seen == {change.before, new}


def test_a_bridge_whose_remover_is_killed_at_any_call_is_whole_or_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = CHANGES["a bridge over another"]
    seen = set()
    for at in count():
        root = scene(tmp_path / str(at), change)
        status = in_a_child(monkeypatch, at, partial(remove_bridge, bridge_place(root)))
        seen.add(content(root, change))
        was_there = content(root, change) is not None
        assert remove_bridge(bridge_place(root)) is was_there
        assert content(root, change) is None
        assert temporaries(root) == []
        if status == 0:
            break
    assert seen == {change.before, None}


def test_a_disk_that_takes_a_little_at_a_time_gets_the_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = CHANGES["a changed account"]
    root = scene(tmp_path, change)
    real = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:7]))
        change.run(root)
    assert content(root, change) == OLD.replace(b'"us"', b'"eu"')


def test_every_call_of_the_system_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = CHANGES["a changed account"]
    system: FaultySystem
    with faulty(monkeypatch, None, fails_with(0)) as system:
        change.run(scene(tmp_path, change))
    order = [call for call in system.calls if call in ("flock", "write", "fsync", "rename")]
    assert order == ["flock", "write", "fsync", "rename", "fsync", "write"]
