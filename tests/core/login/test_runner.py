"""Where a loop is running already, a coroutine has a thread, and ends with whoever waits for it."""

from __future__ import annotations

import asyncio
import threading

import pytest

from mixdesk.login.runner import run


@pytest.mark.parametrize("has_begun", [True, False])
async def test_an_interruption_while_the_thread_starts_ends_it(
    has_begun: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[bool] = []

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    start = threading.Thread.start

    def interrupted(thread: threading.Thread) -> None:
        if has_begun:
            start(thread)
        raise KeyboardInterrupt

    threads = set(threading.enumerate())
    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(forever())
    assert ended == [True] * has_begun
    assert set(threading.enumerate()) <= threads


async def test_what_it_raises_is_raised() -> None:
    async def fail() -> None:
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        run(fail())
