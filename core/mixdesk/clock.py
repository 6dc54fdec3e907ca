"""The time, as an argument: nothing else in the core asks the system for it."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """What the core needs to know about time."""

    def now(self) -> float:
        """Seconds since the epoch (UTC). May step, also backwards."""
        ...

    def monotonic(self) -> float:
        """Seconds since some fixed point. Never steps back; for measuring waits."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait for ``seconds``."""
        ...


class AsyncClock(Protocol):
    """The same for what runs on an event loop: a login never blocks the screen it is seen on."""

    def now(self) -> float:
        """Seconds since the epoch (UTC). May step, also backwards."""
        ...

    def monotonic(self) -> float:
        """Seconds since some fixed point. Never steps back; for measuring waits."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for ``seconds``, or until the waiting task is cancelled."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> float:
        """Seconds since the epoch (UTC)."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since some fixed point."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block the calling thread for ``seconds``."""
        time.sleep(seconds)


class SystemAsyncClock:
    """The clock of this machine, for an event loop."""

    def now(self) -> float:
        """Seconds since the epoch (UTC)."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since some fixed point."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let others run for ``seconds``."""
        import asyncio  # only for those who have a loop

        await asyncio.sleep(seconds)
