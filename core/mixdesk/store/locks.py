"""One lock per file, beside it, fair, released by the kernel when its holder dies.

``filelock`` polls, and a poller starves: with 8 writers it waits up to 6 s where a blocking
``flock(2)`` waits 0.1 s. So the wait is a blocking ``flock`` in a helper thread, with a timeout.
The lock file is never deleted (two processes could otherwise each lock their own), and holds the
owner's pid for the error message.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mixdesk.exceptions import StoreError
from mixdesk.store.files import (
    FILE_LIMIT,
    Place,
    close,
    make_private,
    open_directory,
    refuse_unsafe,
    unsafe,
    writing_failed,
)

CONFIG_WAIT = 10.0
"""Seconds to wait for the lock of ``config.toml``."""

ACCOUNT_WAIT = 60.0
"""Seconds to wait for an account's lock; longer than the 20 s that a token request may take."""

_OPEN = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_WITHOUT_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


@contextmanager
def locked(place: Place, *, wait: float, create: bool = True) -> Iterator[None]:
    """Hold the lock of a file while the body runs; other threads and processes wait.

    Args:
        place: The file that is protected (its lock is ``FILE.lock`` beside it).
        wait: Longest wait, in seconds.
        create: Whether to make missing directories; without, one that is gone is an error.

    Raises:
        StoreError: ``STORE_LOCKED`` with the holder's pid after ``wait`` seconds, ``STORE_IO``
            when the filesystem knows no locks or cannot be written.
    """
    lock = place.sibling(place.name + ".lock")
    descriptor = _acquire(place, lock, wait, create)
    try:
        _write_pid(descriptor)
        yield
    finally:
        close(descriptor)


@contextmanager
def locked_now(place: Place) -> Iterator[bool]:
    """Hold the lock of a file if it is free, without waiting; yield whether it is held."""
    try:
        descriptor = _open(place.sibling(place.name + ".lock"))
    except (OSError, StoreError):
        yield False
        return
    try:
        try:
            held = _try(descriptor)
        except OSError:
            held = False
        yield held
    finally:
        close(descriptor)


def _acquire(place: Place, lock: Place, wait: float, create: bool) -> int:
    """Return a descriptor that holds the lock."""
    while True:
        try:
            descriptor = _open(lock, create=create)
        except OSError as error:
            raise writing_failed(place.path, error) from None
        is_ours = True
        try:
            held = _try(descriptor)
            if not held:
                # Until the lock comes in time, the helper thread owns the descriptor.
                is_ours = False
                held = is_ours = _wait(descriptor, wait)
            if held and _is_current(descriptor, lock):
                return descriptor
        except OSError as error:
            close(descriptor)
            raise _no_locks(place, error) from None
        except BaseException:  # Ctrl-C must not leave a lock that nobody lets go
            if is_ours:
                close(descriptor)
            raise
        if not held:
            raise _still_locked(place, lock, wait)
        close(descriptor)


def _open(lock: Place, *, create: bool = True) -> int:
    with open_directory(lock, create=create) as directory:
        try:
            descriptor = os.open(lock.name, _OPEN, 0o600, dir_fd=directory)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise unsafe(lock.path, "is a link", "link") from None
            raise
    try:
        make_private(descriptor)
        refuse_unsafe(lock.path, os.fstat(descriptor), FILE_LIMIT)
    except BaseException:
        close(descriptor)
        raise
    return descriptor


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait(descriptor: int, wait: float) -> bool:
    """Wait for the lock in a helper thread, which lets go at once if it comes too late."""
    decided = threading.Lock()
    finished = threading.Event()
    late = False
    failure: OSError | None = None

    def take() -> None:
        nonlocal failure
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as error:
            failure = error
        with decided:
            if late:
                close(descriptor)
            finished.set()

    helper = threading.Thread(target=take, name="mixdesk-lock", daemon=True)
    try:
        helper.start()
        finished.wait(wait)
    except BaseException:
        with decided:
            late = True
            if finished.is_set():
                close(descriptor)
        raise
    with decided:
        late = not finished.is_set()
    if failure is not None:
        raise failure
    return not late


def _is_current(descriptor: int, lock: Place) -> bool:
    """Whether the locked file is still the one at that path (somebody may have cleaned up)."""
    try:
        there = os.stat(lock.path, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(descriptor), there)


def _write_pid(descriptor: int) -> None:
    """Leave our pid for the message of whoever has to wait too long."""
    with contextlib.suppress(OSError):
        # Of fixed width: cutting the file each time would cost a journal entry.
        os.pwrite(descriptor, f"{os.getpid():<19}\n".encode(), 0)


def _holder(lock: Place) -> int | None:
    try:
        with open(lock.path, "rb") as file:
            return int(file.read(20))
    except (OSError, ValueError):
        return None


def _still_locked(place: Place, lock: Place, wait: float) -> StoreError:
    pid = _holder(lock)
    who = f"process {pid}" if pid else "another process"
    return StoreError(
        f"{place.path} has been locked by {who} for more than {wait:g} seconds.",
        code="STORE_LOCKED",
        path=place.path,
        hint=f"See what it is doing (ps -p {pid}), end it if it hangs, and try again."
        if pid
        else "Wait for it to finish and try again.",
        details={"pid": pid, "waited": wait},
    )


def _no_locks(place: Place, error: OSError) -> StoreError:
    if error.errno not in _WITHOUT_LOCKS:
        return writing_failed(place.path, error)
    return StoreError(
        f"The filesystem of {place.path} cannot lock files, so nothing is written there.",
        code="STORE_IO",
        path=place.path,
        hint="Keep the files on a local disk: export MP_STORAGE_DIR=/path/on/a/local/disk",
        details={"errno": errno.errorcode.get(error.errno or 0, error.errno)},
    )
