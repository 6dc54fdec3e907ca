"""A clock for the event loop that only a test moves: whoever sleeps, sleeps until it is moved."""

from __future__ import annotations

import asyncio
import itertools
from typing import NamedTuple

NOW = 1_760_000_000.0

_TURNS = 50
"""Turns of the loop after which everything that waits for no clock and no socket has happened."""


class _Sleeper(NamedTuple):
    due: float
    number: int
    seconds: float
    woken: asyncio.Future[None]


class FakeAsyncClock:
    """Stands still until a test moves it.

    Args:
        now: What time it is, in seconds since the epoch.

    Attributes:
        slept: Every wait that was begun, in seconds and in order.
    """

    def __init__(self, now: float = NOW) -> None:
        self.slept: list[float] = []
        self._begin = now
        self._elapsed = 0.0
        self._numbers = itertools.count()
        self._sleepers: list[_Sleeper] = []
        self._someone_sleeps = asyncio.Event()

    def now(self) -> float:
        return self._begin + self._elapsed

    def monotonic(self) -> float:
        return self._elapsed

    @property
    def sleeping(self) -> list[float]:
        """What is left of each wait, in seconds, the next to end being first."""
        return [sleeper.due - self._elapsed for sleeper in sorted(self._sleepers)]

    def step(self, seconds: float) -> None:
        """Set the time of day forward or back, as a user may; no wait is shorter for it."""
        self._begin += seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        sleeper = _Sleeper(self._elapsed + seconds, next(self._numbers), seconds, woken)
        self._sleepers.append(sleeper)
        self._someone_sleeps.set()
        try:
            await woken
        finally:
            self._forget(sleeper)

    async def advance(self, seconds: float) -> None:
        """Move on: every wait that ends meanwhile ends at its own moment, one after the other."""
        end = self._elapsed + seconds
        await self.settle()
        while self._sleepers and (first := min(self._sleepers)).due <= end:
            self._elapsed = max(self._elapsed, first.due)
            self._forget(first)
            if not first.woken.done():
                first.woken.set_result(None)
            await self.settle()
        self._elapsed = end

    async def until_sleeping(self, *, within: float = 60.0) -> None:
        """Wait until somebody sleeps: what came before may have gone over a real socket.

        Args:
            within: Seconds, real ones, to wait at most.
        """
        async with asyncio.timeout(within):
            await self._someone_sleeps.wait()
        await self.settle()

    async def settle(self) -> None:
        """Let everything happen that waits for no clock and no socket."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    def _forget(self, sleeper: _Sleeper) -> None:
        if sleeper in self._sleepers:
            self._sleepers.remove(sleeper)
        if not self._sleepers:
            self._someone_sleeps.clear()
