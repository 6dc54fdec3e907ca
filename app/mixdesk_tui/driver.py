"""What draws on the terminal, also on one that is gone."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from textual.drivers.linux_driver import LinuxDriver


class Lasting:
    """A file that takes what is written to it, and loses it where it cannot be written.

    Args:
        file: The file itself.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, text: str) -> None:
        with self._surviving():
            self._file.write(text)

    def flush(self) -> None:
        with self._surviving():
            self._file.flush()

    @contextmanager
    def _surviving(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno == errno.EIO:
                _forget(self._file)


def _forget(file: TextIO) -> None:
    """Point a file to nowhere: Python's last flush would fail, and take the exit code's place."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, file.fileno())
    os.close(nowhere)


class TerminalDriver(LinuxDriver):
    """Textual's own, whose thread that writes ends with the first write that fails.

    The app would then wait for that thread for ever, as soon as some thirty writes wait for it:
    where a window was closed while a key was held down, before anybody looked for the terminal.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._file: Any = Lasting(self._file)
