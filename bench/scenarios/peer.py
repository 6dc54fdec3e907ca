"""The same with ``mixpanel_headless``, where MIXDESK_PEER_PYTHON names a Python that has it."""

from __future__ import annotations

import itertools
import os
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.machine import cold, environment, home, write_config
from bench.measure import in_turns, median
from bench.report import Line, Row, Skipped, ratio

ACCOUNTS = 100
MANY = 1000
ROUNDS = 3
_TIMED = """
import statistics, time, mixpanel_headless as mp
def timed(action):
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
mp.accounts.list()
print(statistics.median(timed(lambda: {action}) for n in range(9)) * 1000)
"""
_ACTIONS = {
    "accounts.list()": "mp.accounts.list()",
    "a change, not durable": 'mp.accounts.use(f"a{n:05}")',
}


def rows() -> Iterator[Line]:
    peer = os.environ.get("MIXDESK_PEER_PYTHON")
    if not peer:
        yield Skipped("mixpanel_headless", "MIXDESK_PEER_PYTHON names no Python that has it")
        return
    command = str(Path(peer).with_name("mp"))
    with home() as place:
        write_config(place, ACCOUNTS)
        environ = environment(place)
        environ.pop("PYTHONPATH", None)
        turn = itertools.count(1)
        bare, listed, switched = in_turns(
            ROUNDS,
            partial(cold, [peer, "-c", "pass"], environ),
            partial(cold, [command, "account", "list"], environ),
            lambda: cold([command, "account", "use", f"a{next(turn):05}"], environ),
        )
    for what, taken in (("account list", listed), ("account use", switched)):
        yield ratio(
            f"peer: cold mp {what}, {ACCOUNTS} accounts",
            median(taken),
            median(bare),
            None,
            name="python -c pass",
        )
    with home() as place:
        write_config(place, MANY)
        environ = environment(place)
        environ.pop("PYTHONPATH", None)
        for what, action in _ACTIONS.items():
            program = _TIMED.replace("{action}", action)
            value = float(subprocess.check_output([peer, "-c", program], env=environ))
            yield Row(f"peer: {what}, {MANY:,} accounts", value, "ms", None)
