"""One piece of work for all who ask while it is done: coroutines, loops and threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import Any, Generic, TypeVar
from weakref import WeakValueDictionary

from mixdesk.exceptions import OAuthError

T = TypeVar("T")

_ATTEMPTS = 3
"""How often whoever waits begins anew after those who worked for him were cancelled."""


class _AbandonedError(Exception):
    """Whoever did the work was cancelled, or his loop has ended."""


class _Work(Generic[T]):
    """Something that is being done, and how many wait for it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T]) -> None:
        self.loop = loop
        self.task = loop.create_task(_later(work))
        self.waiting = 0
        self.must_end = False
        # Belongs to no loop. Running, so that nobody who stops waiting for it cancels it.
        self.outcome: Future[T] = Future()
        self.outcome.set_running_or_notify_cancel()


async def _later(work: Coroutine[Any, Any, T]) -> T:
    """Let whoever asked first be counted: some loops begin a task before they return it."""
    await asyncio.sleep(0)
    return await work


class Shared(Generic[T]):
    """Does one thing at a time; whoever asks meanwhile gets what comes of it.

    Args:
        owner: What it is done to.
    """

    def __init__(self, owner: object = None) -> None:
        self._owner = owner  # as long as this lives, nothing else has its id
        self._lock = threading.Lock()
        self._current: _Work[T] | None = None

    async def run(
        self,
        work: Callable[[], Coroutine[Any, Any, T]],
        blocked: asyncio.AbstractEventLoop | None = None,
    ) -> T:
        """Begin, or wait for what has begun.

        Whoever is cancelled leaves the others unharmed; when nobody waits any more, the work is
        cancelled too.

        Args:
            work: What to do, on the loop of whoever asks first.
            blocked: A loop that stands still until this returns; its work is not waited for.

        Returns:
            What the work returns; what it raises, everybody who waits gets.
        """
        for _ in range(_ATTEMPTS):
            current = self._join(work, blocked)
            if current is None:
                return await work()
            try:
                return await asyncio.wrap_future(current.outcome)
            except _AbandonedError:
                continue
            finally:
                self._leave(current)
        raise OAuthError("Getting a token was cancelled each time.", code="OAUTH_TOKEN_ERROR")

    @property
    def is_here(self) -> bool:
        """Whether this is asked inside the work that is shared, and not in some for one alone."""
        current = self._current
        return current is not None and current.task is asyncio.current_task()

    @contextmanager
    def to_its_end(self) -> Iterator[None]:
        """Inside the work: let this part of it end also when nobody waits for it any more."""
        current = self._current
        if current is None or not self.is_here:
            yield
            return
        current.must_end = True
        try:
            yield
        finally:
            with self._lock:
                current.must_end = False
            if self._gave_up(current):
                raise asyncio.CancelledError

    def _join(
        self,
        work: Callable[[], Coroutine[Any, Any, T]],
        blocked: asyncio.AbstractEventLoop | None,
    ) -> _Work[T] | None:
        with self._lock:
            current = self._current
            if current is not None and current.loop is blocked:
                return None
            if current is None:
                current = self._current = self._begin(work())
            current.waiting += 1
            return current

    def _begin(self, work: Coroutine[Any, Any, T]) -> _Work[T]:
        begun = _Work(asyncio.get_running_loop(), work)
        begun.task.add_done_callback(lambda _: self._ended(begun))
        return begun

    def _leave(self, current: _Work[T]) -> None:
        with self._lock:
            current.waiting -= 1
        if self._gave_up(current):
            with suppress(RuntimeError):  # its loop has ended, and the work with it
                current.loop.call_soon_threadsafe(current.task.cancel)

    def _gave_up(self, current: _Work[T]) -> bool:
        """Whether nobody waits any more; then the next who asks begins anew."""
        with self._lock:
            if current.waiting or current.must_end or current.outcome.done():
                return False
            self._forget(current)
            return True

    def _ended(self, current: _Work[T]) -> None:
        with self._lock:
            self._forget(current)
        task = current.task
        error = _AbandonedError() if task.cancelled() else task.exception()
        if error is None:
            current.outcome.set_result(task.result())
        else:
            is_ordinary = isinstance(error, Exception)
            current.outcome.set_exception(error if is_ordinary else _AbandonedError())

    def _forget(self, current: _Work[T]) -> None:
        if self._current is current:
            self._current = None


_known: WeakValueDictionary[tuple[int, str], Shared[Any]] = WeakValueDictionary()
_known_lock = threading.Lock()


def shared_at(owner: object, key: str) -> Shared[Any]:
    """The work that is shared by all who do it to the same object under the same key."""
    with _known_lock:
        found = _known.get((id(owner), key))
        if found is None:
            found = _known[id(owner), key] = Shared(owner)
        return found
