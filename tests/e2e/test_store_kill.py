"""A real process is killed at each system call of a change, one after the other."""

from __future__ import annotations

import ctypes
import logging
import os
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from mixdesk.store import document, locks, transaction
from mixdesk.store.config import ConfigManager
from mixdesk.store.storage import Storage

_log = logging.getLogger(__name__)

LOADED = (document, locks, transaction)
"""What a change imports: the calls of an import are not the calls of a change."""

OLD = b'# mine\n[accounts.team]\ntype = "oauth_browser"\nregion = "us"  # home\n'
NEW = OLD.replace(b'"us"', b'"eu"')
FIRST = b'[accounts.team]\ntype = "oauth_browser"\nregion = "us"\n\n[active]\naccount = "team"\n'

_ANY_PROCESS_MAY_TRACE = (0x59616D61, ctypes.c_ulong(-1))
"""``prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY)``: some systems let only a parent trace."""


def manager(root: Path) -> ConfigManager:
    return ConfigManager(root / "config.toml", storage=Storage.at(root))


def update(root: Path) -> None:
    manager(root).update_account("team", region="eu")


def add(root: Path) -> None:
    if not (root / "config.toml").exists():
        manager(root).add_account("team", type="oauth_browser", region="us")


class Victim:
    """A forked process that makes a change as soon as a tracer is attached to it."""

    def __init__(self, change: Callable[[Path], None], root: Path) -> None:
        waits, self._go = os.pipe()
        ready, tells = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                ctypes.CDLL(None).prctl(*_ANY_PROCESS_MAY_TRACE)
                os.close(self._go)
                os.write(tells, b"x")
                os.read(waits, 1)
                change(root)
            except BaseException:  # noqa: BLE001 - a child of the test must not go on as pytest
                os._exit(1)
            os._exit(0)
        os.close(waits)
        os.close(tells)
        os.read(ready, 1)  # what it does until it waits is not traced, now and then
        os.close(ready)

    def traced(self, *options: str) -> tuple[int, str]:
        """Let it run under strace; return its exit code (minus the signal) and the trace."""
        tracer = subprocess.Popen(
            ["strace", "-p", str(self.pid), *options],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert tracer.stderr is not None
        attached = tracer.stderr.readline()
        assert "attached" in attached, attached + tracer.stderr.read()
        os.write(self._go, b"x")
        os.close(self._go)
        _, status = os.waitpid(self.pid, 0)
        trace = tracer.stderr.read()
        tracer.stderr.close()
        tracer.wait()
        return os.waitstatus_to_exitcode(status), trace


def scene(root: Path, before: bytes | None) -> None:
    """A root with the file as it was, or no root at all."""
    if before is not None:
        root.mkdir(mode=0o700)
        (root / "config.toml").write_bytes(before)
        (root / "config.toml").chmod(0o600)


@pytest.mark.needs_strace
@pytest.mark.parametrize(
    ("change", "before", "after"),
    [(update, OLD, NEW), (add, None, FIRST)],
    ids=["a changed account", "the first account of all"],
)
def test_a_process_killed_at_any_system_call_leaves_the_old_file_or_the_new_one(
    tmp_path: Path,
    change: Callable[[Path], None],
    before: bytes | None,
    after: bytes,
) -> None:
    root = tmp_path / "whole"
    scene(root, before)
    code, trace = Victim(change, root).traced()
    assert code == 0, trace
    assert (root / "config.toml").read_bytes() == after
    calls = Counter(re.findall(r"^(\w+)\(", trace, re.MULTILINE))
    assert calls["fsync"] >= 2
    assert sum(calls[name] for name in ("rename", "renameat", "renameat2")) == 1
    left, kills = Counter[str](), 0
    for name, times in calls.items():
        for when in range(1, times + 1):
            root = tmp_path / f"{name}-{when}"
            scene(root, before)
            inject = f"inject={name}:signal=SIGKILL:when={when}"
            code, trace = Victim(change, root).traced("-e", f"trace={name}", "-e", inject)
            assert code in (0, -signal.SIGKILL), trace
            kills += code != 0
            check(root, before, after, left, f"{name} {when}")
            next_run(root, change, after, when)
    assert kills >= sum(calls.values()) - calls["exit_group"] - 5
    assert set(left) == {"old", "new"}
    _log.info("%d kills at %d kinds of calls: %s", kills, len(calls), dict(left))


def check(root: Path, before: bytes | None, after: bytes, left: Counter[str], where: str) -> None:
    """The file is one of the two, byte for byte."""
    file = root / "config.toml"
    there = file.read_bytes() if file.exists() else None
    assert there in (before, after), where
    left["new" if there == after else "old"] += 1


def next_run(root: Path, change: Callable[[Path], None], after: bytes, when: int) -> None:
    """The next run, now a reading and now a writing one, tidies up and is not in the way."""
    if when % 2:
        manager(root).snapshot()
    else:
        change(root)
    assert list(root.glob("*.tmp")) == []
    change(root)
    assert (root / "config.toml").read_bytes() == after
