"""The keys of this terminal, read while the login goes on: nothing here blocks the loop."""

from __future__ import annotations

import asyncio
import os
import sys
import termios
from collections.abc import Callable

from mixdesk_cli.terminal import is_interactive

Heard = Callable[[str | None], None]
"""Is told each line; None is the end of all input."""

_CHUNK = 65536
_LONGEST = 65536
"""Bytes of a line that are kept; an address is shorter."""

_ENTER = (b"\r", b"\n")
_RUBOUT = (b"\x7f", b"\x08")
_KILL = b"\x15"


class Keyboard:
    """What is typed or pasted, line by line.

    Args:
        fd: The terminal.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._usual = termios.tcgetattr(fd)
        self._heard: Heard | None = None
        self._is_hidden = False
        self._typed = b""

    @classmethod
    def here(cls) -> Keyboard | None:
        """The keyboard of whoever sits here; None when nobody does."""
        if not is_interactive():
            return None
        try:
            fd = sys.stdin.fileno()
            return cls(fd) if _is_in_front(fd) else None
        except (OSError, ValueError, termios.error):
            return None

    def listen(self, heard: Heard, *, hidden: bool = False) -> None:
        """Tell ``heard`` every line from now on.

        Args:
            heard: Is told.
            hidden: Whether what is typed stays invisible.
        """
        self.stop()
        self._heard, self._is_hidden, self._typed = heard, hidden, b""
        if hidden:
            termios.tcsetattr(self._fd, termios.TCSANOW, _unseen(self._usual))
        asyncio.get_running_loop().add_reader(self._fd, self._take)

    def stop(self) -> None:
        """Listen no more, and leave the terminal as it was. Twice is once."""
        if self._heard is None:
            return
        self._heard = None
        asyncio.get_running_loop().remove_reader(self._fd)
        if self._is_hidden:
            # Half an address must not become the answer to the next question.
            termios.tcsetattr(self._fd, termios.TCSAFLUSH, self._usual)

    async def line(self) -> str | None:
        """Wait for one line; None when there are no more."""
        answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

        def heard(line: str | None) -> None:
            self.stop()
            if not answer.done():
                answer.set_result(line)

        self.listen(heard)
        try:
            return await answer
        finally:
            self.stop()

    def _take(self) -> None:
        try:
            data = os.read(self._fd, _CHUNK)
        except OSError:
            data = b""
        if not data:
            # It would be readable for ever.
            asyncio.get_running_loop().remove_reader(self._fd)
            self._tell(None)
            return
        for byte in (data[index : index + 1] for index in range(len(data))):
            self._key(byte)

    def _key(self, byte: bytes) -> None:
        if byte in _ENTER:
            line, self._typed = self._typed, b""
            self._tell(line.decode(errors="replace"))
        elif self._is_hidden and byte in _RUBOUT:
            self._typed = self._typed[:-1]
        elif self._is_hidden and byte == _KILL:
            self._typed = b""
        elif len(self._typed) < _LONGEST:
            self._typed += byte

    def _tell(self, line: str | None) -> None:
        if self._heard is not None:
            self._heard(line)


def _is_in_front(fd: int) -> bool:
    """Whether the terminal is ours: whoever reads it from the background is stopped by it."""
    try:
        return os.tcgetpgrp(fd) == os.getpgrp()
    except OSError:
        return True  # nobody's jobs are controlled from it


def _unseen(usual: list[int | list[bytes | int]]) -> list[int | list[bytes | int]]:
    """The same terminal without echo, and without the limit on the length of a line.

    Ctrl-C and its like keep their meaning.
    """
    mode = list(usual)
    local = mode[3]
    if isinstance(local, int):
        mode[3] = local & ~(termios.ECHO | termios.ICANON)
    special = mode[6]
    if isinstance(special, list):
        special = list(special)
        special[termios.VMIN], special[termios.VTIME] = 1, 0
        mode[6] = special
    return mode
