"""Running a login from a program that is not asynchronous."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from mixdesk.oauth.finishing import fulfil

Result = TypeVar("Result")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end, also where a loop is running already (then on a thread).

    Args:
        work: What to run.

    Returns:
        What it returns.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    return _run_elsewhere(work)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C end what blocks; ``asyncio`` puts the first one off until its loop runs again."""
    handler = signal.getsignal(signal.SIGINT)
    owner = getattr(getattr(handler, "func", None), "__self__", None)
    is_here = threading.current_thread() is threading.main_thread()
    if not is_here or not isinstance(owner, asyncio.Runner):
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def _run_elsewhere(work: Coroutine[Any, Any, Result]) -> Result:
    """Run it on a thread of its own; whatever ends the waiting for it cancels it, too."""
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = Future()
    result: Future[Result] = Future()

    async def begin() -> Result:
        task = asyncio.current_task()
        assert task is not None
        started.set_result((asyncio.get_running_loop(), task))
        return await work

    thread = threading.Thread(
        target=fulfil, args=(result, lambda: asyncio.run(begin())), name="mixdesk-login"
    )
    with interruptible():
        try:
            thread.start()
            return result.result()
        finally:
            # The interruption may come while the thread starts: what has not begun never does.
            if result.cancel():
                work.close()
            else:
                either: tuple[Future[Any], ...] = (started, result)
                wait(either, return_when=FIRST_COMPLETED)
                if started.done():
                    loop, task = started.result()
                    with suppress(RuntimeError):  # it has ended by itself, and its loop is closed
                        loop.call_soon_threadsafe(task.cancel)
                thread.join()
