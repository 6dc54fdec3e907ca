"""Carrying a change of a text over to a text that somebody has changed meanwhile."""

from __future__ import annotations

from difflib import SequenceMatcher

MOST = 5_000
"""Lines above which it is not tried: the time grows with the square."""


def carried_over(base: str, changed: str, other: str) -> str | None:
    """Make in ``other`` what turns ``base`` into ``changed``.

    Args:
        base: What both texts come from.
        changed: The text with the change.
        other: The text with other changes.

    Returns:
        The text with both; None where they touch each other. What it means is not looked at.
    """
    if other == base:
        return changed
    old, new, there = (text.splitlines(keepends=True) for text in (base, changed, other))
    if max(len(old), len(new), len(there)) > MOST:
        return None
    same = SequenceMatcher(None, old, there, autojunk=False).get_matching_blocks()
    result = list(there)
    edits = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for tag, start, end, first, last in reversed(edits):
        if tag == "equal":
            continue
        # The lines on both sides must be there too, next to what is changed.
        low, high = max(start - 1, 0), min(end + 1, len(old))
        block = next((b for b in same if b.a <= low and high <= b.a + b.size), None)
        if block is None:
            return None
        offset = block.b - block.a
        result[start + offset : end + offset] = new[first:last]
    return "".join(result)
