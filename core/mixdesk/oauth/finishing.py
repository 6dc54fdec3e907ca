"""Work that Ctrl-C must not cut in two."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
    with ThreadPoolExecutor(1, "mixdesk-finishing") as worker:  # left only when all is done
        return worker.submit(work).result()
