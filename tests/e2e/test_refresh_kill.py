"""A process is killed at each system call of storing refreshed tokens, one after the other."""

from __future__ import annotations

import json
import re
import signal
from collections import Counter
from pathlib import Path

import pytest

from mixdesk.model.secret import Secret
from mixdesk.oauth.vault import AccountVault
from mixdesk.store.storage import Storage
from mixdesk.store.tokens import TokenEntry, write_tokens
from tests.e2e.test_store_kill import Victim

OLD = TokenEntry(Secret("old"), 1e9, Secret("spent"), client_id="c", extra={"theirs": [1]})
NEW = TokenEntry(Secret("new"), 2e9, Secret("good"), client_id="c", extra={"theirs": [1]})


def vault_in(root: Path) -> AccountVault:
    return AccountVault(Storage.at(root), "ana", "us")


def scene(root: Path) -> AccountVault:
    vault = vault_in(root)
    write_tokens(vault.place, OLD)
    return vault


def store(root: Path) -> None:
    vault = vault_in(root)
    with vault.locked():
        assert vault.replace(OLD, NEW) == NEW


@pytest.mark.needs_strace
def test_a_process_killed_at_any_system_call_of_the_write_leaves_the_old_tokens_or_the_new_ones(
    tmp_path: Path,
) -> None:
    root = tmp_path / "whole"
    scene(root)
    code, trace = Victim(store, root).traced()
    assert code == 0, trace
    assert vault_in(root).read() == NEW
    calls = Counter(re.findall(r"^(\w+)\(", trace, re.MULTILINE))
    assert calls["fsync"] >= 2
    left, kills = Counter[str](), 0
    for name, times in calls.items():
        for when in range(1, times + 1):
            vault = scene(tmp_path / f"{name}-{when}")
            root = Path(vault.place.base)
            inject = f"inject={name}:signal=SIGKILL:when={when}"
            code, trace = Victim(store, root).traced("-e", f"trace={name}", "-e", inject)
            assert code in (0, -signal.SIGKILL), trace
            kills += code != 0
            there = json.loads(Path(vault.place.path).read_bytes())
            left[there["access_token"]] += 1
            assert there["refresh_token"] == {"old": "spent", "new": "good"}[there["access_token"]]
            assert there["theirs"] == [1]
            next_run(vault, there["access_token"])
    assert kills >= sum(calls.values()) - calls["exit_group"] - 5
    assert set(left) == {"old", "new"}


def next_run(vault: AccountVault, there: str) -> None:
    """The next run has the lock at once, reads one of the two, and removes what was left."""
    found = vault.read()
    assert found == {"old": OLD, "new": NEW}[there]
    directory = Path(vault.place.path).parent
    assert {path.name for path in directory.iterdir()} == {"tokens.json", "tokens.json.lock"}
    with vault.locked():
        assert vault.replace(found, NEW) == NEW
    assert vault.read() == NEW
