"""Verbs of the command line, from the start of the process to its end."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from functools import partial

from bench.machine import MP, cold, environment, home, write_config
from bench.measure import in_turns, median
from bench.report import Line, Skipped, ratio

ACCOUNTS = 100
ROUNDS = 20
BARE = [sys.executable, "-c", "pass"]
VERBS: dict[str, tuple[list[str], float]] = {
    "mp session": (["session"], 8),
    "mp account list": (["account", "list"], 8),
    "mp account use": (["account", "use", "a{turn:05}"], 12),
    "mp target use": (["target", "use", "t{turn:05}"], 12),
    "mp use": (["use", "t{turn:05}"], 12),
    "completion of a name": (["completion", "bash", "--answer", "--", "mp use t0", "t0"], 10),
}


def rows() -> Iterator[Line]:
    if not MP.exists():
        yield from (
            Skipped(f"cold {verb}", "no mp is installed beside this Python") for verb in VERBS
        )
        return
    with home() as place:
        write_config(place, ACCOUNTS)
        environ = environment(place)
        measures = [_verb(arguments, environ) for arguments, _ in VERBS.values()]
        bare, *taken = in_turns(ROUNDS, partial(cold, BARE, environ), *measures)
    for (verb, (_, budget)), times in zip(VERBS.items(), taken, strict=True):
        yield ratio(
            f"cold {verb}, {ACCOUNTS} accounts",
            median(times),
            median(bare),
            budget,
            name="python -c pass",
        )


def _verb(arguments: list[str], environ: dict[str, str]) -> Callable[[], float]:
    """A verb that changes something each time it is measured."""
    turn = itertools.count(1)

    def measure() -> float:
        number = next(turn) % ACCOUNTS
        return cold([str(MP), *(word.format(turn=number) for word in arguments)], environ)

    return measure
