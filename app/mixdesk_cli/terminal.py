"""What kind of place this runs in."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping


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
