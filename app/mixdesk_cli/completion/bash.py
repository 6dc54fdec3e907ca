"""What bash needs to be told: it splits the line and quotes what is inserted only half.

The rest of a word replaces what readline takes for the word: from its last break (a colon, an
equals sign) or from behind its opening quote. The closing quote is readline's to add.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_SPECIAL = re.compile(r"([ !\"#$&'()*;<>?\[\\\]`{|}~])")
"""What bash reads anything into, outside of quotes."""

_OPERATORS = ";|&()<>\n"
_IN_DOUBLE = '\\"$`'


class Split(NamedTuple):
    """A command line up to the cursor."""

    words: list[str]
    """Those before the last, as a program would get them."""
    last: str
    """The last word, likewise; perhaps empty."""
    raw: str
    """The last word as it was typed."""
    quote: str = ""
    """The quote that is open at the cursor."""


_NOTHING = Split([], "", "")


def split(line: str) -> Split:
    """Split a line as bash does; an open quote is as good as a closed one.

    Variables and patterns are left as they stand.
    """
    words: list[str] = []
    word, start, quote = "", None, ""
    place = 0
    while place < len(line):
        char = line[place]
        if start is None and not char.isspace():
            start = place
        if char == "\\" and quote != "'":
            place += 1
            word += _escaped(line[place : place + 1], quote)
        elif char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        elif not quote and char in _OPERATORS:
            words, word, start = [], "", None
        elif not quote and char.isspace():
            if start is not None:
                words.append(word)
            word, start = "", None
        else:
            word += char
        place += 1
    return Split(words, word, line[start:] if start is not None else "", quote)


def reply(value: str, before: str) -> str | None:
    """What bash is to put in the place of what readline takes for the word.

    Args:
        value: The whole word, as a program is to get it.
        before: What stands before that place and belongs to the word, as it was typed.

    Returns:
        The text, quoted for where it goes; None when the value does not continue the word.
    """
    known = split(before) if before else _NOTHING
    if not value.startswith(known.last):
        return None
    rest = value[len(known.last) :]
    if known.quote:
        quoted = "".join(map(_in_double if known.quote == '"' else _in_single, rest))
        # What ends in such a quote is closed here: readline takes that one for the closing.
        return quoted + known.quote if quoted.endswith(known.quote) else quoted
    return _SPECIAL.sub(r"\\\1", rest)


def _in_single(char: str) -> str:
    return "'\\''" if char == "'" else char


def _in_double(char: str) -> str:
    if char == "!":  # bash would look for an old line, and a backslash would stay
        return '"\\!"'
    return f"\\{char}" if char in _IN_DOUBLE else char


def _escaped(char: str, quote: str) -> str:
    return f"\\{char}" if quote and char not in _IN_DOUBLE else char
