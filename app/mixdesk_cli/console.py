"""What is said beside the data: notes, warnings and errors, all on stderr.

Data goes to stdout and nowhere else, so a pipe carries data and nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TextIO

from mixdesk.model.text import clean

_LONGEST = 2000

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "reverse": "7"}


def may_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether colour is welcome on ``stream``: a terminal that knows it, and no ``NO_COLOR``."""
    if environ.get("NO_COLOR") or environ.get("TERM", "") in ("", "dumb"):
        return False
    return stream.isatty()


def paint(text: str, style: str | None, colour: bool) -> str:
    """Put ``text`` in a style, one of the keys of the codes above, or leave it."""
    if not colour or style is None or not text.strip():
        return text
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m"


class Console:
    """Writes to stderr, one line a sentence.

    Args:
        environ: Where ``NO_COLOR`` and ``TERM`` are looked up.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.quiet = False

    def say(self, text: str, hint: str | None = None) -> None:
        """Tell what was done, and in ``hint`` what comes next. Silent under ``--quiet``."""
        if not self.quiet:
            self._write(None, text, hint)

    def insist(self, text: str) -> None:
        """Tell what cannot be done without, such as an address to open; also under ``--quiet``."""
        self._write(None, text)

    def note(self, text: str) -> None:
        """Tell something worth knowing that needs no action. Silent under ``--quiet``."""
        if not self.quiet:
            self._write(("note: ", "dim"), text)

    def warn(self, text: str, hint: str | None = None) -> None:
        """Tell what deserves attention. Silent under ``--quiet``."""
        if not self.quiet:
            self._write(("warning: ", "yellow"), text, hint)

    def error(self, text: str, hint: str | None = None) -> None:
        """Tell why it failed."""
        self._write(("error: ", "red"), text, hint)

    def _write(self, mark: tuple[str, str] | None, text: str, hint: str | None = None) -> None:
        start = paint(*mark, may_colour(sys.stderr, self.environ)) if mark else ""
        lines = [start + clean(text, _LONGEST)]
        lines += [f"  {_indented(line)}" for line in (hint or "").splitlines()]
        sys.stderr.write("\n".join(lines) + "\n")


def _indented(line: str) -> str:
    text = line.lstrip(" ")
    return " " * (len(line) - len(text)) + clean(text, _LONGEST)
