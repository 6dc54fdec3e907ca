"""Switching a Workspace while the files stay as they are, beside ``mixpanel_headless``."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import mixdesk as mp
from bench.machine import as_user_of, environment, home, write_config
from bench.measure import in_turns, seconds
from bench.report import Line, Row, Skipped

SIZES = (10, 1000)
TURNS = 100
ROUNDS = 40
PEER_TURNS = {10: 50, 1000: 2}
BUDGETS = {"project": 6.0, "workspace": 6.0, "account": 60.0, "browser account": 60.0, "target": 60}
"""In microseconds."""

_LOGGED_IN = (
    '\n[accounts.b{number}]\ntype = "oauth_browser"\nregion = "us"\ndefault_project = "7"\n'
)
_TOKENS = {
    "access_token": "made-up",
    "refresh_token": "made-up",
    "expires_at": "2099-01-01T00:00:00+00:00",
    "token_type": "Bearer",
    "scope": "projects",
}
_PEER = """
import itertools, json, sys, time, mixpanel_headless as mp
turns, accounts = int(sys.argv[1]), int(sys.argv[2])
ws, turn = mp.Workspace(account="a00000"), itertools.count(1)
ACTIONS = {
    "project": lambda: ws.use(project=str(next(turn))),
    "workspace": lambda: ws.use(workspace=next(turn)),
    "account": lambda: ws.use(account=f"a{next(turn) % accounts:05}"),
    "browser account": lambda: ws.use(account=f"b{next(turn) % 2}"),
    "target": lambda: ws.use(target=f"t{next(turn) % accounts:05}"),
}
taken = {}
for what, action in ACTIONS.items():
    rounds = []
    for _ in range(4):
        start = time.perf_counter()
        for _ in range(turns):
            action()
        rounds.append((time.perf_counter() - start) / turns)
    taken[what] = min(rounds)
print(json.dumps(taken))
"""


def rows() -> Iterator[Line]:
    peer = os.environ.get("MIXDESK_PEER_PYTHON")
    for accounts in SIZES:
        with home() as place:
            _write(place, accounts)
            theirs = _peer(peer, place, accounts) if peer else {}
            with as_user_of(place), mp.Workspace() as ws:
                yield from _rows(ws, accounts, theirs)
    if not peer:
        yield Skipped("the same, the peer", "MIXDESK_PEER_PYTHON names no Python that has it")


def _rows(ws: mp.Workspace, accounts: int, theirs: dict[str, float]) -> Iterator[Line]:
    turn = itertools.count(1)
    actions: dict[str, Callable[[], object]] = {
        "project": lambda: ws.use(project=str(next(turn))),
        "workspace": lambda: ws.use(workspace=next(turn)),
        "account": lambda: ws.use(account=f"a{next(turn) % accounts:05}"),
        "browser account": lambda: ws.use(account=f"b{next(turn) % 2}"),
        "target": lambda: ws.use(target=f"t{next(turn) % accounts:05}"),
    }
    measured = in_turns(ROUNDS, *map(_per_call, actions.values()))
    for what, taken in zip(actions, measured, strict=True):
        beside = f"peer: {theirs[what] * 1e6:,.1f} µs" if what in theirs else ""
        name = f"Workspace.use {what}, {accounts:,} accounts"
        # Of microseconds the least counts: what else the machine does only adds to them.
        yield Row(name, min(taken) * 1e6, "µs", BUDGETS[what], beside=beside)


def _per_call(action: Callable[[], object]) -> Callable[[], float]:
    return lambda: seconds(lambda: [action() for _ in range(TURNS)]) / TURNS


def _write(place: Path, accounts: int) -> None:
    """The accounts, two of which have logged in; files that have not changed for a while."""
    config = write_config(place, accounts)
    with config.open("a") as file:
        file.writelines(_LOGGED_IN.format(number=number) for number in range(2))
    for number in range(2):
        tokens = place / ".mp" / "accounts" / f"b{number}" / "tokens.json"
        tokens.parent.mkdir(mode=0o700, parents=True)
        tokens.parent.parent.chmod(0o700)
        tokens.touch(mode=0o600)
        tokens.write_text(json.dumps(_TOKENS))
        os.utime(tokens, (time.time(), time.time() - 60))
    os.utime(config, (time.time(), time.time() - 60))


def _peer(python: str, place: Path, accounts: int) -> dict[str, float]:
    """How long one switch takes there, in seconds."""
    environ = environment(place)
    environ.pop("PYTHONPATH", None)
    command = [python, "-c", _PEER, str(PEER_TURNS[accounts]), str(accounts)]
    taken: dict[str, float] = json.loads(subprocess.check_output(command, env=environ))
    return taken
