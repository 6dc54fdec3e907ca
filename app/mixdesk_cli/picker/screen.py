"""The picker on a real terminal: keys come raw, and whatever ends it, the terminal is as before."""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from mixdesk_cli.console import may_colour
from mixdesk_cli.picker.drawing import FRAME, Drawing
from mixdesk_cli.picker.items import Item, labels
from mixdesk_cli.picker.keys import INTERRUPT, Keys
from mixdesk_cli.picker.state import Done, begin, press, scrolled
from mixdesk_cli.table import Table
from mixdesk_cli.terminal import error_size, tidy_when_told_to_go

_ENTER = "\x1b[?1049h\x1b[?25l"
_LEAVE = "\x1b[?25h\x1b[?1049l"
_ESCAPE_WAIT = 0.1
"""Seconds in which the rest of a key follows its escape, over a slow line too."""


def choose(
    title: str, items: Sequence[Item], environ: Mapping[str, str], shape: Table
) -> int | None:
    """Have one item chosen; arguments as :func:`mixdesk_cli.picker.pick`.

    Returns:
        Its place, or None.
    """
    if not items:
        return None
    drawing = Drawing(title, items, shape)
    current = next((index for index, item in enumerate(items) if item.is_current), 0)
    state = begin(labels(items), current)
    colour = may_colour(sys.stderr, environ)
    with tidy_when_told_to_go(), _raw(sys.stdin.fileno()) as terminal:
        while True:
            width, height = error_size()
            state = scrolled(state, height - FRAME)
            _show(drawing.lines(state, width, height, colour=colour))
            for key in terminal.pressed():
                if key == INTERRUPT:
                    raise KeyboardInterrupt
                step = press(state, key, max(1, error_size()[1] - FRAME))
                if isinstance(step, Done):
                    return step.item
                state = step


class _Terminal:
    """A terminal that sends keys as they are pressed.

    Args:
        fd: The terminal.
        wake: Becomes readable when a signal has come.
    """

    def __init__(self, fd: int, wake: int) -> None:
        self._fd = fd
        self._wake = wake
        self._keys = Keys()

    def pressed(self) -> Iterator[str]:
        """Wait for something to happen; the keys that came, none for a change of the window."""
        wait = _ESCAPE_WAIT if self._keys.is_waiting else None
        ready, _, _ = select.select([self._fd, self._wake], [], [], wait)
        if not ready:
            yield from self._keys.settle()
        if self._wake in ready:
            os.read(self._wake, 64)
        if self._fd in ready:
            data = _read(self._fd)
            yield from self._keys.feed(data) if data else ["end-of-input"]


@contextmanager
def _raw(fd: int) -> Iterator[_Terminal]:
    """Take the terminal over, and give it back."""
    usual = termios.tcgetattr(fd)
    reading, writing = os.pipe()
    os.set_blocking(writing, False)

    def again(number: int, frame: object) -> None:
        # A shell that had stopped us has put its own mode back meanwhile.
        termios.tcsetattr(fd, termios.TCSADRAIN, _unbuffered(usual))

    # One that comes right before we wait would not be heard otherwise.
    woken_before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    before = {number: signal.signal(number, again) for number in (signal.SIGWINCH, signal.SIGCONT)}
    try:
        termios.tcsetattr(fd, termios.TCSADRAIN, _unbuffered(usual))
        _write(_ENTER)
        yield _Terminal(fd, reading)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(woken_before)
        with suppress(OSError, termios.error):  # a terminal that is gone needs nothing
            _write(_LEAVE)
            termios.tcsetattr(fd, termios.TCSADRAIN, usual)
        os.close(reading)
        os.close(writing)


def _unbuffered(usual: list[int | list[bytes | int]]) -> list[int | list[bytes | int]]:
    """The mode in which every key comes at once, and none of them does anything by itself."""
    mode = list(usual)
    local, special = mode[3], mode[6]
    assert isinstance(local, int)
    assert isinstance(special, list)
    special = list(special)
    special[termios.VMIN], special[termios.VTIME] = 1, 0
    unwanted = termios.ICANON | termios.ECHO | termios.IEXTEN | termios.ISIG
    mode[3], mode[6] = local & ~unwanted, special
    return mode


def _read(fd: int) -> bytes:
    try:
        return os.read(fd, 4096)
    except OSError:
        return b""


def _show(lines: Sequence[str]) -> None:
    # Erased first: behind a full line it would be the last character that goes.
    body = "\r\n".join(f"\x1b[2K{line}" for line in lines)
    _write(f"\x1b[H{body}\x1b[J")


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
