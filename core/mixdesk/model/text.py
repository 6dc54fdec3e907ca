"""Text from outside, made safe to show.

Names of projects, organizations and users come from servers; names of targets and settings from
a file that others may have written. Everything that is shown passes :func:`clean` once, where it
enters. Ids are never cleaned: they are checked by pattern instead.
"""

from __future__ import annotations

import re
from unicodedata import category

MAX_LENGTH = 256
"""Longest text kept, in characters. Mixpanel's own limit for a project name is 255."""

_ELLIPSIS = "…"

# CSI, OSC, DCS, SOS, PM and APC sequences, in their 7-bit and 8-bit forms (ECMA-48, section 5),
# with the text they carry: a window title is not part of a name.
_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)

# Marks that reorder, hide or join what stands beside them: the bidi controls (UAX #9), zero-width
# characters, invisible operators, tags, variation selectors beyond the emoji one, unassigned fill,
# and every other format character (category Cf).
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0"
    "\ufff0-\ufffc\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)

# Surrogates cannot be encoded, private-use characters have no meaning here.
_UNSHOWABLE = re.compile("[\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff]")

_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")

_SAFE = re.compile(r"[!-~](?:[ -~]*[!-~])?")


def clean(text: str, limit: int = MAX_LENGTH) -> str:
    """Return ``text`` as one line that can only be read, not obeyed.

    Escape sequences, control characters, bidi and zero-width marks go; every run of white space
    becomes one space; more than three combining marks on a character are dropped; what is longer
    than ``limit`` ends in ``…``.

    Args:
        text: Anything, from anyone.
        limit: Longest result, in characters.

    Returns:
        Printable text without line breaks, at most ``limit`` characters.
    """
    if len(text) <= limit and _SAFE.fullmatch(text) and "  " not in text:
        return text
    # A generous cut first: what is thrown away later need not be looked at.
    text = text[: limit * 16]
    text = _SEQUENCES.sub("", text)
    text = _INVISIBLE.sub("", text)
    text = _UNSHOWABLE.sub("\ufffd", text)
    text = _SPACES.sub(" ", text)
    text = _limit_marks(text).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + _ELLIPSIS


def _limit_marks(text: str) -> str:
    """Drop combining marks past the third on one character."""
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if category(char) in ("Mn", "Me") else 0
        if marks <= 3:
            kept.append(char)
    return "".join(kept)
