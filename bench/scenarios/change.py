"""One durable change of ``config.toml``, beside the least that a durable change can be."""

from __future__ import annotations

import itertools
import os
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.machine import home, write_config
from bench.measure import in_turns, median, seconds
from bench.report import Line, ratio
from mixdesk.ops.accounts import use_account
from mixdesk.ops.context import Context
from mixdesk.ops.targets import use_target

BUDGET = 1.3
ROUNDS = {10: 60, 100: 40, 1000: 20}


def rows() -> Iterator[Line]:
    for accounts, rounds in ROUNDS.items():
        with home() as place:
            yield from _rows(place, accounts, rounds)


def _rows(place: Path, accounts: int, rounds: int) -> Iterator[Line]:
    content = write_config(place, accounts).read_bytes()
    ctx = Context.from_environment({"HOME": str(place)}, directory=None)
    turn = itertools.count(1)
    bare, account, target = in_turns(
        rounds,
        _timed(lambda: bare_change(place / "bare.toml", content)),
        _timed(lambda: use_account(ctx, f"a{next(turn) % accounts:05}")),
        _timed(lambda: use_target(ctx, f"t{next(turn) % accounts:05}")),
    )
    for what, taken in (("account use", account), ("target use", target)):
        yield ratio(
            f"{what}, {accounts:,} accounts and targets",
            median(taken),
            median(bare),
            BUDGET,
            name="write, fsync, rename, fsync, tomllib",
        )


def bare_change(path: Path, content: bytes) -> None:
    """Write the same bytes durably and read them once: what no honest change can do without."""
    beside = f"{path}.new"
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(descriptor, content)
    os.fsync(descriptor)
    os.close(descriptor)
    os.rename(beside, path)
    directory = os.open(path.parent, os.O_RDONLY)
    os.fsync(directory)
    os.close(directory)
    tomllib.loads(path.read_text())


def _timed(action: Callable[[], object]) -> Callable[[], float]:
    return lambda: seconds(action)
