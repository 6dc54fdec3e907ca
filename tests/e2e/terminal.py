"""A real terminal for tests: a pseudo-terminal, and a screen that reads what is sent to it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

PATIENCE = 30.0
"""Seconds after which a program that says nothing is stuck."""


class Terminal:
    """Runs a program in a terminal of its own.

    Args:
        command: The program and its arguments.
        environ: Its environment.
        columns: Width of the terminal.
        rows: Its height.
    """

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        columns: int = 100,
        rows: int = 30,
    ) -> None:
        self._ours, self._its = pty.openpty()
        self._open = [self._ours, self._its]
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.sent = b""
        """Everything the program wrote."""
        self._set_size(columns, rows)
        self.before = termios.tcgetattr(self._its)
        self.start(command, environ)

    def start(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        """Run a program; another one may have been killed here, and what it showed is gone."""
        self._screen.reset()
        self.process = subprocess.Popen(
            command,
            stdin=self._its,
            stdout=self._its,
            stderr=self._its,
            env=dict(environ),
            start_new_session=True,
        )

    @property
    def text(self) -> str:
        """What is on the screen."""
        return text_of(self._screen)

    @property
    def is_restored(self) -> bool:
        """Whether the terminal is as the program found it: mode, screen, cursor, mouse."""
        mouse = self.sent.rfind(b"\x1b[?1003l") > self.sent.rfind(b"\x1b[?1003h")
        return self.is_as_before and mouse

    @property
    def hears_as_before(self) -> bool:
        """Whether what is typed is taken as the program found it: by lines, and shown."""
        return termios.tcgetattr(self._its) == self.before

    @property
    def is_as_before(self) -> bool:
        """Whether it is restored, for a program that never asks for the mouse."""
        left = self.sent.rfind(b"\x1b[?1049l") > self.sent.rfind(b"\x1b[?1049h")
        cursor = self.sent.rfind(b"\x1b[?25h") > self.sent.rfind(b"\x1b[?25l")
        return self.hears_as_before and left and cursor

    def until(self, *texts: str, gone: str | None = None) -> None:
        """Wait until all ``texts`` are on the screen and ``gone`` is not."""

        def holds() -> bool:
            shown = self.text
            return all(text in shown for text in texts) and not (gone and gone in shown)

        self._wait(holds, texts)

    def until_line(self, start: str, holds: str) -> None:
        """Wait until the line that begins with ``start`` has ``holds`` in it."""
        self.until_match(f"(?m)^(?={re.escape(start)}).*{re.escape(holds)}")

    def until_match(self, pattern: str) -> re.Match[str]:
        """Wait until the screen has what a pattern describes, and return that."""
        self._wait(lambda: re.search(pattern, self.text) is not None, pattern)
        found = re.search(pattern, self.text)
        assert found is not None
        return found

    def until_more(self, text: str, *, than: int) -> None:
        """Wait until a text is on the screen more often ``than`` so many times."""
        self._wait(lambda: self.text.count(text) > than, text)

    def until_sent(self, part: bytes, times: int = 1) -> None:
        """Wait until the program has written ``part`` so many times."""
        self._wait(lambda: self.sent.count(part) >= times, part)

    def until_there(self, path: Path) -> str:
        """Wait until a file is moved to its place, and return what it says."""
        self._wait(path.exists, path)
        return path.read_text()

    def press(self, keys: str) -> None:
        """Send keys as a keyboard does, in one piece."""
        os.write(self._ours, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the window."""
        self._set_size(columns, rows)
        self._screen.resize(rows, columns)
        self.process.send_signal(signal.SIGWINCH)

    def finish(self) -> int:
        """Wait for the end and return the exit code."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"it does not end, showing:\n{self.text}"
            self._read(0.05)
        while self._read(0.0):
            pass
        return int(self.process.returncode)

    def vanish(self) -> int:
        """Close the window, which tells the program nothing; return its exit code."""
        self._close_both()
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        """Leave nothing behind."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._close_both()

    def _close_both(self) -> None:
        for descriptor in self._open:
            os.close(descriptor)
        self._open = []

    def _wait(self, holds: Callable[[], bool], what: object) -> None:
        deadline = time.monotonic() + PATIENCE
        while not holds():
            has_ended = self.process.poll() is not None
            has_more = self._read(0.05)
            assert has_more or not has_ended, f"it ended without {what!r}, showing:\n{self.text}"
            assert time.monotonic() < deadline, f"no {what!r} on:\n{self.text}"

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._ours], [], [], seconds)
        if not ready:
            return False
        data = os.read(self._ours, 65536)
        self.sent += data
        self._stream.feed(data)
        return True

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._its, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def text_of(screen: pyte.Screen) -> str:
    """What is on a screen; ``display`` fails on the second half of a letter that is overwritten."""
    cells = ((screen.buffer[y][x].data for x in range(screen.columns)) for y in range(screen.lines))
    return "\n".join("".join(row).rstrip() for row in cells)
