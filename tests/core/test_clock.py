"""The clock of an event loop, and the one that tests have in its place."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from mixdesk.clock import AsyncClock, SystemAsyncClock, SystemClock
from tests.fakes.async_clock import FakeAsyncClock


async def test_this_machine_has_one_time_for_threads_and_loops() -> None:
    clock, other = SystemAsyncClock(), SystemClock()
    assert clock.now() == pytest.approx(other.now(), abs=60)
    assert clock.monotonic() <= other.monotonic() <= clock.monotonic()


async def test_a_wait_lets_others_run_and_can_be_cancelled() -> None:
    clock: AsyncClock = SystemAsyncClock()
    waiting = asyncio.create_task(clock.sleep(3600))
    await clock.sleep(0)
    assert not waiting.done()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_who_only_reads_the_time_loads_no_event_loop() -> None:
    code = "import sys, mixdesk.clock; sys.exit('asyncio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_a_moved_clock_wakes_sleepers_in_turn_each_at_its_own_time() -> None:
    clock: FakeAsyncClock = FakeAsyncClock(now=100.0)
    seen: list[tuple[str, float]] = []

    async def every(name: str, seconds: float) -> None:
        while True:
            await clock.sleep(seconds)
            seen.append((name, clock.monotonic()))

    tasks = [asyncio.create_task(every("a", 4.0)), asyncio.create_task(every("b", 3.0))]
    await clock.until_sleeping()
    assert (clock.sleeping, clock.slept) == ([3.0, 4.0], [4.0, 3.0])
    await clock.advance(8.5)
    assert seen == [("b", 3.0), ("a", 4.0), ("b", 6.0), ("a", 8.0)]
    assert (clock.now(), clock.monotonic(), clock.sleeping) == (108.5, 8.5, [0.5, 3.5])
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert clock.sleeping == []


async def test_a_clock_that_is_set_back_ends_no_wait_sooner_or_later() -> None:
    clock = FakeAsyncClock(now=100.0)
    waiting = asyncio.create_task(clock.sleep(5))
    await clock.until_sleeping()
    clock.step(-3600)
    await clock.advance(4)
    assert (clock.now(), waiting.done()) == (-3496.0, False)
    await clock.advance(1)
    assert waiting.done()
