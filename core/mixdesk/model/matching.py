"""Does a name match what was typed, and where."""

from __future__ import annotations


def match(query: str, text: str) -> tuple[int, ...] | None:
    """Return the positions in ``text`` that ``query`` matches, or None.

    Every word of the query must be found, in any order: as it stands, or letter by letter in order
    (``aic`` finds ``acme-inc``). Upper and lower case are the same.

    Args:
        query: What was typed.
        text: What is shown.

    Returns:
        Sorted positions, empty for an empty query; None when a word is not found.
    """
    folded = fold(text)
    found: set[int] = set()
    for word in fold(query).split():
        positions = _substring(word, folded) or _subsequence(word, folded)
        if positions is None:
            return None
        found.update(positions)
    return tuple(sorted(found))


def closeness(query: str, text: str) -> int:
    """Return how well ``query`` matches: 2 as it stands, 1 letter by letter, 0 not at all."""
    if match(query, text) is None:
        return 0
    folded = fold(text)
    return 2 if all(word in folded for word in fold(query).split()) else 1


def fold(text: str) -> str:
    """Return ``text`` in lower case, one character for one, so that positions stay true."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(char.lower()[:1] or char for char in text)


def _substring(word: str, text: str) -> range | None:
    start = text.find(word)
    return None if start < 0 else range(start, start + len(word))


def _subsequence(word: str, text: str) -> list[int] | None:
    positions: list[int] = []
    start = 0
    for char in word:
        start = text.find(char, start) + 1
        if start == 0:
            return None
        positions.append(start - 1)
    return positions
