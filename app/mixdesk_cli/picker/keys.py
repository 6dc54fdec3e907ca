"""Keys, read out of the bytes that a terminal sends."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

ESCAPE = "escape"
INTERRUPT = "interrupt"

_NAMED = {
    "\r": "enter",
    "\n": "enter",
    "\t": "down",
    "\x7f": "backspace",
    "\x08": "backspace",
    "\x0e": "down",
    "\x10": "up",
    "\x06": "page-down",
    "\x02": "page-up",
    "\x15": "clear",
    "\x17": "clear",
    "\x03": INTERRUPT,
    "\x04": "end-of-input",
}

_SEQUENCES = {
    "A": "up",
    "B": "down",
    "H": "home",
    "F": "end",
    "Z": "up",
    "1~": "home",
    "7~": "home",
    "4~": "end",
    "8~": "end",
    "5~": "page-up",
    "6~": "page-down",
}

# CSI and SS3 sequences, whole (ECMA-48, section 5.4), and the beginnings of them.
_WHOLE = re.compile(r"\x1b(?:\[([0-?]*)[ -/]*([@-~])|O([@-~]))")
_BEGUN = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|O)?")


class Keys:
    """Turns bytes into names of keys and characters, however the bytes are cut."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._pending = ""

    @property
    def is_waiting(self) -> bool:
        """Whether an escape has come that may be a key, or the beginning of one."""
        return bool(self._pending)

    def feed(self, data: bytes) -> Iterator[str]:
        """The keys in what has come."""
        text = self._pending + self._decoder.decode(data)
        self._pending = ""
        while text:
            if text[0] != "\x1b":
                yield from _plain(text[0])
                text = text[1:]
            elif whole := _WHOLE.match(text):
                yield from _sequence(whole)
                text = text[whole.end() :]
            elif _BEGUN.fullmatch(text):
                self._pending, text = text, ""
            else:
                # Escape, and then something else; or Alt with a key, which means as much.
                yield ESCAPE
                text = text[1:]

    def settle(self) -> Iterator[str]:
        """The key that was waiting, now that nothing has followed."""
        if self._pending:
            self._pending = ""
            yield ESCAPE


def _plain(char: str) -> Iterator[str]:
    if char in _NAMED:
        yield _NAMED[char]
    elif char.isprintable():
        yield char


def _sequence(found: re.Match[str]) -> Iterator[str]:
    parameters, final, single = found.groups()
    name = single or (f"{parameters.split(';')[0]}~" if final == "~" else final)
    if name in _SEQUENCES:
        yield _SEQUENCES[name]
