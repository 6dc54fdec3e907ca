"""A process that changes a config as fast as it can, and one that only reads it.

Started by the tests as ``store_worker.py ROLE CONFIG NUMBER``; says on stdout what it did.
"""

from __future__ import annotations

import json
import signal
import sys
import tomllib
from pathlib import Path
from typing import Any

from mixdesk.store.config import ConfigManager
from mixdesk.store.storage import Storage

CHANGES = 50
WAIT = 120.0
"""Longest wait for the lock, in seconds: a slow machine is no lost change."""


def say(line: str) -> None:
    """Tell the test something at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def change(config: ConfigManager, number: int) -> dict[str, Any]:
    """Make fifty changes, each of which needs the one before it; return what must be left."""
    accounts: dict[str, str] = {}
    targets: dict[str, str] = {}
    for turn in range(CHANGES // 10):
        name, renamed, target = f"a{number}-{turn}", f"r{number}-{turn}", f"t{number}-{turn}"
        config.add_account(name, type="oauth_browser", region="us")
        config.update_account(name, region="eu")
        config.add_target(target, account=name, project="1", workspace=number + 1)
        config.apply_target(target)
        count(config, number)
        config.rename_account(name, renamed)
        config.set_active(account=renamed)
        config.update_target(target, project=f"{number}{turn}")
        count(config, number)
        accounts[renamed], targets[target] = "eu", f"{number}{turn}"
        if turn % 2:
            config.remove_target(target)
            del targets[target]
        else:
            config.set_active(workspace=number + 1)
    return {"accounts": accounts, "targets": targets, "count": CHANGES // 5}


def count(config: ConfigManager, number: int) -> None:
    """Add one to a number that everybody adds to."""
    with config.transaction() as change:
        settings = change.before.data.get("settings", {})
        change.document.set_value(("settings",), "count", settings.get("count", 0) + 1)


def read(config: ConfigManager) -> dict[str, Any]:
    """Read until told to stop; every reading must be a whole file without problems."""
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: stopped.append(number))
    say("reading")
    readings, sizes = 0, set()
    while not stopped:
        content = config.path.read_bytes()
        tomllib.loads(content.decode())
        snapshot = config.snapshot()
        assert snapshot.problems == (), snapshot.problems
        readings += 1
        sizes.add(len(content))
    return {"readings": readings, "states": len(sizes)}


def hold(config: ConfigManager) -> dict[str, Any]:
    """Take the lock in the middle of a change and keep it."""
    with config.transaction() as change:
        change.document.set_value(("settings",), "held", True)
        say("held")
        sys.stdin.read()
    return {}


def main(role: str, path: str, number: str) -> None:
    """Play one role."""
    storage = Storage.at(Path(path).parent)
    config = ConfigManager(path, storage=storage, wait=WAIT)
    match role:
        case "change":
            result = change(config, int(number))
        case "read":
            result = read(config)
        case _:
            result = hold(config)
    say(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
