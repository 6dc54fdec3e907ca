"""An operating system that fails, or ends the process, at the call it is told to."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from mixdesk.store import account_files, activity, files, locks, snapshot

DISK = (
    "chmod close fchmod fstat fsync listdir mkdir open pwrite read rename scandir stat unlink write"
)
CALLS = frozenset((*DISK.split(" "), "flock"))
"""Every function by which the store reaches the disk."""


class FaultySystem:
    """Stands in for ``os`` and ``fcntl``; counts the calls and breaks the one numbered ``at``."""

    def __init__(self, at: int | None, breaks: Callable[[str], object]) -> None:
        self.at = at
        self.breaks = breaks
        self.calls: list[str] = []

    def over(self, module: Any) -> Any:
        """The module with its calls counted."""
        return _Counted(module, self)

    def reached(self, name: str) -> None:
        """Called before each call of the system."""
        self.calls.append(name)
        if len(self.calls) - 1 == self.at:
            self.breaks(name)


class _Counted:
    def __init__(self, module: Any, system: FaultySystem) -> None:
        self._module = module
        self._system = system

    def __getattr__(self, name: str) -> Any:
        function = getattr(self._module, name)
        if name not in CALLS:
            return function

        def counted(*args: Any, **kwargs: Any) -> Any:
            if name == "close":  # one that fails has closed its descriptor all the same
                function(*args, **kwargs)
                return self._system.reached(name)
            self._system.reached(name)
            return function(*args, **kwargs)

        return counted


@contextmanager
def faulty(
    monkeypatch: pytest.MonkeyPatch, at: int | None, breaks: Callable[[str], object]
) -> Iterator[FaultySystem]:
    """Put the faulty system under the store."""
    system = FaultySystem(at, breaks)
    with monkeypatch.context() as patch:
        for module in (account_files, files, locks, snapshot, activity):
            patch.setattr(module, "os", system.over(os))
        patch.setattr(locks, "fcntl", system.over(fcntl))
        yield system


def fails_with(code: int) -> Callable[[str], NoReturn]:
    """Raise as the system would."""

    def fail(name: str) -> NoReturn:
        raise OSError(code, os.strerror(code), name)

    return fail


def ends_the_process(name: str) -> NoReturn:
    """End without any tidying up, as SIGKILL does."""
    os._exit(9)


def temporaries(directory: Path) -> list[str]:
    """Unfinished files anywhere below a directory."""
    return sorted(str(path) for path in directory.rglob("*.tmp"))


DISK_ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES, errno.EDQUOT)


def in_a_child(monkeypatch: pytest.MonkeyPatch, at: int, run: Callable[[], object]) -> int:
    """Run in a forked process that ends at a call; return its exit code."""
    child = os.fork()
    if child == 0:
        with faulty(monkeypatch, at, ends_the_process):
            try:
                run()
            except BaseException:  # noqa: BLE001 - a child of the test must not go on as pytest
                os._exit(1)
            os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 9)
    return code
