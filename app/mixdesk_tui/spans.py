"""Text with a tone: all that the line-drawn widgets paint is made of it.

A span is plain text that has been made safe; its tone is the name of a style, never a colour, and
nothing in it is ever read as markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len, chop_cells

from mixdesk.model.text import clean

ELLIPSIS = "…"


class Span(NamedTuple):
    """A run of text on one line."""

    text: str
    tone: str = ""
    """Names of tones, separated by blanks: see ``TONES``."""
    action: str | None = None
    """The action that a click on it runs."""
    tip: str | None = None
    """What a tooltip says while the mouse rests on it."""


Line = tuple[Span, ...]

TONES = (
    "muted",
    "strong",
    "accent",
    "good",
    "warning",
    "error",
    "key",
    "match",
    "tab",
    "title",
    "cursor",
    "hover",
    "code",
    "paper",
    "ink",
)


_UNSURE = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")
"""What asks for another picture of the character before it. Terminals disagree whether that makes
it wider, and where ours is another width than theirs, the rest of the line lands in wrong cells."""


def safe(text: str) -> str:
    """Return text from outside as one harmless line; ours passes through unchanged."""
    cleaned = clean(text)
    return cleaned if cleaned.isascii() else _UNSURE.sub("", cleaned)


def width(text: str) -> int:
    """Return how many cells ``text`` takes."""
    return len(text) if text.isascii() else cell_len(text)


def line_width(line: Iterable[Span]) -> int:
    """Return how many cells a line takes."""
    return sum(width(span.text) for span in line)


def cut(text: str, room: int) -> str:
    """Return ``text``, ending in ``…`` where it does not fit into ``room`` cells."""
    if width(text) <= room:
        return text
    if room <= 0:
        return ""
    return _head(text, room - 1).rstrip() + ELLIPSIS


def cut_middle(text: str, room: int) -> str:
    """Return ``text`` with its middle replaced by ``…`` where it does not fit.

    Names that differ at their ends stay apart.
    """
    if width(text) <= room:
        return text
    if room < 5:
        return cut(text, room)
    head = room * 3 // 5
    return _head(text, head).rstrip() + ELLIPSIS + _tail(text, room - 1 - head).lstrip()


def name(text: str, room: int, tone: str = "", *, action: str | None = None) -> Span:
    """Return a name from outside, cut in the middle, whole in its tooltip."""
    return shortened(safe(text), room, tone, action=action)


def shortened(whole: str, room: int, tone: str = "", *, action: str | None = None) -> Span:
    """Return a text that is safe already, cut in the middle, whole in its tooltip."""
    shown = cut_middle(whole, room)
    return Span(shown, tone, action, None if shown == whole else whole)


def spread(left: Sequence[Span], right: Sequence[Span], room: int) -> Line:
    """Return ``left`` and ``right`` at the two ends of a line of ``room`` cells."""
    gap = room - line_width(left) - line_width(right)
    return (*left, Span(" " * max(gap, 1)), *right)


def crop(line: Iterable[Span], room: int) -> Line:
    """Return the part of ``line`` that fits, with ``…`` where something is missing."""
    kept: list[Span] = []
    left = room
    for span in line:
        size = width(span.text)
        if size > left:
            kept.append(span._replace(text=cut(span.text, left)))
            break
        kept.append(span)
        left -= size
    return tuple(kept)


def fitting(room: int, *choices: Sequence[Span]) -> Line:
    """Return the first of several wordings that fits; the last one is cut where none does."""
    for line in choices:
        if line_width(line) <= room:
            return tuple(line)
    return crop(choices[-1], room)


def beside(left: Sequence[Line], right: Sequence[Line], column: int) -> list[Line]:
    """Return two blocks of lines next to each other, the right one from cell ``column``."""
    height = max(len(left), len(right))
    rows: list[Line] = []
    for index in range(height):
        first = left[index] if index < len(left) else ()
        second = right[index] if index < len(right) else ()
        fill = column - line_width(first)
        between = (Span(" " * fill),) if second and fill > 0 else ()
        rows.append((*first, *between, *second))
    return rows


def wrap(text: str, room: int) -> list[str]:
    """Return ``text`` as lines of at most ``room`` cells, broken at blanks where there are any."""
    room = max(room, 1)
    lines: list[str] = []
    current = ""
    for word in text.split():
        joined = f"{current} {word}" if current else word
        if width(joined) <= room:
            current = joined
            continue
        if current:
            lines.append(current)
        *full, current = chop_cells(word, room)
        lines.extend(full)
    return [*lines, current] if current else lines


def plain(lines: Iterable[Line]) -> str:
    """Return the text of ``lines`` without their tones."""
    return "\n".join("".join(span.text for span in line).rstrip() for line in lines)


def _head(text: str, room: int) -> str:
    """The longest start of ``text`` that fits."""
    return chop_cells(text, room)[0] if room > 0 and text else ""


def _tail(text: str, room: int) -> str:
    """The longest end of ``text`` that fits."""
    size = 0
    for index in range(len(text) - 1, -1, -1):
        size += cell_len(text[index])
        if size > room:
            return text[index + 1 :]
    return text
