"""What kind of place this runs in."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


def can_show_app(environ: Mapping[str, str]) -> bool:
    """Whether this is a terminal that the app can draw on."""
    if environ.get("TERM", "") in ("", "dumb"):
        return False
    return sys.stdin.isatty() and sys.stdout.isatty()


def is_interactive() -> bool:
    """Whether somebody can be asked: a person types and reads."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def error_size() -> tuple[int, int]:
    """Columns and rows of the terminal on stderr; 80 and 24 when it does not say."""
    try:
        columns, rows = os.get_terminal_size(sys.stderr.fileno())
    except (OSError, ValueError):
        return 80, 24
    return columns or 80, rows or 24


def terminal_width(environ: Mapping[str, str]) -> int:
    """Columns of the terminal on stdout: ``COLUMNS`` when set, 80 when it does not say."""
    given = environ.get("COLUMNS", "")
    if given.isascii() and given.isdigit() and len(given) < 6 and int(given) > 0:
        return int(given)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


@contextmanager
def tidy_when_told_to_go() -> Iterator[None]:
    """Let a closed window or a ``kill`` end the body the orderly way, so that it can tidy up."""

    def leave(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
