"""A terminal that notes when bytes come and draws them later: drawing costs the program nothing."""

from __future__ import annotations

import fcntl
import os
import pty
import queue
import signal
import struct
import sys
import termios
import threading
import time
from collections.abc import Callable, Sequence

import pyte

ROWS, COLUMNS = 32, 110
PATIENCE = 30.0
_MIB = 1024 if sys.platform != "darwin" else 1024 * 1024


class Terminal:
    """Runs a program in a pseudoterminal.

    Args:
        argv: The program.
        environ: Its environment.
    """

    def __init__(self, argv: list[str], environ: dict[str, str]) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._arrived: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        self._start = time.perf_counter()
        self._pid, self._descriptor = pty.fork()
        if self._pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.execve(argv[0], argv, environ)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def screen(self) -> Sequence[str]:
        """What is drawn until now."""
        lines: Sequence[str] = self._screen.display
        return lines

    def wait(self, holds: Callable[[Sequence[str]], bool]) -> float:
        """Wait until something holds of the screen.

        Returns:
            When the bytes came that made it so, in seconds since the start.

        Raises:
            TimeoutError: It never did; the message shows the screen.
        """
        deadline = time.monotonic() + PATIENCE
        while (left := deadline - time.monotonic()) > 0:
            try:
                at, data = self._arrived.get(timeout=left)
            except queue.Empty:
                break
            if not data:
                break
            self._stream.feed(data)
            if holds(self._screen.display):
                return at - self._start
        raise TimeoutError("\n".join(line.rstrip() for line in self._screen.display))

    def press(self, key: str) -> float:
        """Press a key; return when, in seconds since the start."""
        os.write(self._descriptor, key.encode())
        return time.perf_counter() - self._start

    def close(self) -> float:
        """End the program; return the most memory it ever had, in MiB."""
        os.kill(self._pid, signal.SIGKILL)
        _, _, usage = os.wait4(self._pid, 0)
        self._reader.join(PATIENCE)
        os.close(self._descriptor)
        return usage.ru_maxrss / _MIB

    def _read(self) -> None:
        """Note when each piece came; it is drawn later, in another thread."""
        while True:
            try:
                data = os.read(self._descriptor, 1 << 16)
            except OSError:
                data = b""
            self._arrived.put((time.perf_counter(), data))
            if not data:
                return
