"""Eight processes that change one file at once: how long does the unluckiest change wait?"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.machine import ROOT, environment, home, write_config
from bench.measure import median, percentile
from bench.report import Line, ms, ratio
from mixdesk.store.config import ConfigManager

WRITERS = 8
CHANGES = 100
BUDGET = 3.0


def rows() -> Iterator[Line]:
    with home() as place:
        path = write_config(place, WRITERS)
        taken, waits = _race(path, place)
        _refuse_losses(path, place)
    fair = taken / CHANGES  # one change of each writer
    note = f"p99 {ms(percentile(waits, 0.99))}, median {ms(median(waits))}"
    yield ratio(
        f"worst wait, {WRITERS} writers × {CHANGES} changes",
        max(waits),
        fair,
        BUDGET,
        name="fair share",
        note=note,
    )


def _race(path: Path, place: Path) -> tuple[float, list[float]]:
    """Let the writers go together; return the time of all and of every change, in seconds."""
    command = [sys.executable, "-m", "bench.scenarios.writers", str(path)]
    writers = [
        subprocess.Popen(
            [*command, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment(place),
        )
        for number in range(WRITERS)
    ]
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.readline()  # it is ready
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    answers = [json.loads(writer.communicate()[0]) for writer in writers]
    taken = max(answer["end"] for answer in answers) - min(answer["start"] for answer in answers)
    return taken, [wait for answer in answers for wait in answer["waits"]]


def _refuse_losses(path: Path, place: Path) -> None:
    """Speed without the changes would be nothing."""
    accounts = ConfigManager(path, environ={"HOME": str(place)}).list_accounts()
    last = [str(CHANGES) for _ in range(WRITERS)]
    if [account.default_project for account in accounts] != last:
        raise RuntimeError("a change was lost")


def _write(path: str, number: int) -> None:
    """One writer: wait for the word, change the own account again and again, tell the times."""
    manager = ConfigManager(path)
    manager.update_account(f"a{number:05}", username="warm")  # everything is imported
    print("ready", flush=True)
    sys.stdin.readline()
    waits = []
    start = time.monotonic()
    for change in range(1, CHANGES + 1):
        before = time.monotonic()
        manager.update_account(f"a{number:05}", default_project=str(change))
        waits.append(time.monotonic() - before)
    print(json.dumps({"start": start, "end": time.monotonic(), "waits": waits}))


if __name__ == "__main__":
    _write(sys.argv[1], int(sys.argv[2]))
