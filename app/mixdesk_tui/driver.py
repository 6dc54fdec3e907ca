"""What draws on the terminal, also on one that is gone."""

from __future__ import annotations

from contextlib import suppress
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
        with suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()


class TerminalDriver(LinuxDriver):
    """Textual's own, whose thread that writes ends with the first write that fails.

    The app would then wait for that thread for ever, as soon as some thirty writes wait for it:
    where a window was closed while a key was held down, before anybody looked for the terminal.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._file: Any = Lasting(self._file)
