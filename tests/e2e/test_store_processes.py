"""Many processes change one config at once; one dies, one sleeps, one reads all the time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from mixdesk.exceptions import StoreError
from mixdesk.store.activity import recent
from mixdesk.store.config import ConfigManager
from mixdesk.store.storage import Storage

PROCESSES = 16
CHANGES = 50
WORKER = Path(__file__).parent.parent / "fakes" / "store_worker.py"
LONG = 60.0


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage.at(tmp_path / "mp")


@pytest.fixture
def config(storage: Storage) -> ConfigManager:
    manager = ConfigManager(storage.root / "config.toml", storage=storage)
    manager.add_account("first", type="oauth_browser", region="us")
    return manager


def start(role: str, config: ConfigManager, number: int = 0) -> subprocess.Popen[str]:
    """Start a worker on the config."""
    return subprocess.Popen(
        [sys.executable, str(WORKER), role, str(config.path), str(number)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def result_of(process: subprocess.Popen[str]) -> dict[str, object]:
    """Wait for a worker and take what it said last; fail as it failed."""
    out, errors = process.communicate()
    assert process.returncode == 0, errors
    result: dict[str, object] = json.loads(out.splitlines()[-1])
    return result


def test_800_of_800_changes_of_16_processes_are_kept_and_no_reader_sees_a_broken_file(
    config: ConfigManager, storage: Storage
) -> None:
    reader = start("read", config)
    assert reader.stdout is not None
    assert reader.stdout.readline() == "reading\n"
    workers = [start("change", config, number) for number in range(PROCESSES)]
    results = [result_of(worker) for worker in workers]
    reader.send_signal(signal.SIGTERM)
    seen = result_of(reader)

    data = tomllib.loads(config.path.read_text())
    accounts = {name: block["region"] for name, block in data["accounts"].items()}
    targets = {name: block["project"] for name, block in data["targets"].items()}
    assert accounts.pop("first") == "us"
    assert accounts == {name: region for r in results for name, region in pairs(r, "accounts")}
    assert targets == {name: project for r in results for name, project in pairs(r, "targets")}
    assert data["settings"]["count"] == sum(int(str(r["count"])) for r in results)
    assert config.problems() == ()
    noted = len(recent(storage.activity, 10_000)) - 1
    assert noted + data["settings"]["count"] == PROCESSES * CHANGES
    assert int(str(seen["readings"])) > 0
    assert int(str(seen["states"])) > 1
    assert not list(storage.root.glob("*.tmp"))


def pairs(result: dict[str, object], key: str) -> Iterator[tuple[str, str]]:
    part = result[key]
    assert isinstance(part, dict)
    yield from part.items()


@pytest.fixture
def holder(config: ConfigManager) -> Iterator[subprocess.Popen[str]]:
    """A process that has the lock."""
    process = start("hold", config)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def test_after_a_holder_was_killed_the_next_has_the_lock_within_a_second(
    config: ConfigManager, storage: Storage, holder: subprocess.Popen[str]
) -> None:
    before = config.path.read_bytes()
    holder.kill()
    holder.wait()
    assert config.path.read_bytes() == before
    ConfigManager(config.path, storage=storage, wait=1.0).update_account("first", region="eu")
    assert config.get_account("first").region == "eu"
    assert "held" not in config.path.read_text()


def test_one_that_waits_gets_the_lock_when_its_holder_is_killed(
    config: ConfigManager, storage: Storage, holder: subprocess.Popen[str]
) -> None:
    waiting = ConfigManager(config.path, storage=storage, wait=LONG)
    waiter = threading.Thread(target=lambda: waiting.update_account("first", region="eu"))
    waiter.start()
    holder.kill()
    waiter.join(LONG)
    assert not waiter.is_alive()
    assert config.get_account("first").region == "eu"


def test_a_holder_asleep_is_named_after_the_stated_wait(
    config: ConfigManager, storage: Storage, holder: subprocess.Popen[str]
) -> None:
    before = config.path.read_bytes()
    holder.send_signal(signal.SIGSTOP)
    with pytest.raises(StoreError) as caught:
        ConfigManager(config.path, storage=storage, wait=0.05).update_account("first", region="eu")
    assert caught.value.code == "STORE_LOCKED"
    assert caught.value.details["pid"] == holder.pid
    assert str(holder.pid) in caught.value.summary
    assert "0.05 seconds" in caught.value.summary
    assert config.path.read_bytes() == before
    assert config.get_account("first").region == "us"
    holder.send_signal(signal.SIGCONT)
    assert holder.stdin is not None
    holder.stdin.close()
    assert holder.wait(LONG) == 0
    config.update_account("first", region="in")
    data = tomllib.loads(config.path.read_text())
    assert data["accounts"]["first"]["region"] == "in"
    assert data["settings"] == {"held": True}
