"""Work that Ctrl-C must not cut in two."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

T = TypeVar("T")


def run_to_its_end(work: Callable[[], T]) -> T:
    """Run something that is worse half done than not begun.

    Ctrl-C reaches the main thread alone; there, the work is done on another one, and the
    interruption waits until it is over.

    Args:
        work: What to do; it ends in time by itself.

    Returns:
        What ``work`` returns; what it raises is raised.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    outcome: Future[T] = Future()
    try:
        threading.Thread(target=fulfil, args=(outcome, work), name="mixdesk-finishing").start()
        return outcome.result()
    finally:
        # The interruption may come while the thread starts: what has not begun by now never does.
        if not outcome.cancel():
            wait([outcome])


def fulfil(outcome: Future[T], work: Callable[[], T]) -> None:
    """Do something in a thread of its own, unless it was cancelled before the thread began.

    Args:
        outcome: Takes what comes back, or what is raised, for whoever waits.
        work: What to do.
    """
    if not outcome.set_running_or_notify_cancel():
        return
    try:
        outcome.set_result(work())
    except BaseException as error:  # noqa: BLE001 - whoever waits raises it
        outcome.set_exception(error)
