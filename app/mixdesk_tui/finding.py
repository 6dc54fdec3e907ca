"""Finding a few among very many names: all are folded once, and a key costs milliseconds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from mixdesk_tui.matching import fold, match

START, WORD, WITHIN, ID, LETTERS = range(0, 500, 100)
"""How well a word is found, the best first: the name begins with it, a word of the name does, it is
in the name, it is in the id, its letters are in the name in order."""

_LOOSEST = 99


class Names:
    """Names and ids that are searched together.

    Args:
        names: The names.
        ids: The id of each.
    """

    def __init__(self, names: Iterable[str], ids: Iterable[str]) -> None:
        self._names = [fold(name) for name in names]
        self._ids = list(ids)
        self._last: tuple[str, Sequence[int]] = ("", range(len(self._names)))

    def __len__(self) -> int:
        return len(self._names)

    def find(self, query: str) -> Sequence[int]:
        """Return the places of all that match, the best first, else in their own order.

        Args:
            query: What was typed: every word must be found, in the name as it stands or letter by
                letter, or in the id as it stands.
        """
        folded = fold(query)
        words = folded.split()
        if not words:
            return range(len(self))
        before, kept = self._last
        # Who types on can only lose: what did not match before does not match now.
        found = dict.fromkeys(kept if folded.startswith(before) else range(len(self)), 0)
        for word in words:
            found = self._narrow(word, found)
        self._last = (folded, tuple(found))
        return _by_rank(found)

    def _narrow(self, word: str, found: dict[int, int]) -> dict[int, int]:
        """Keep what this word matches too, its rank added."""
        names, ids = self._names, self._ids
        letters = _letters(word)
        kept: dict[int, int] = {}
        for place, rank in found.items():
            name = names[place]
            start = name.find(word)
            if start >= 0:
                kept[place] = rank + _rank(word, name, start)
            elif word in ids[place]:
                kept[place] = rank + ID
            elif letters is not None and (hit := letters(name)) is not None:
                kept[place] = rank + LETTERS + _looseness(name, *hit.span())
        return kept


def marks(query: str, name: str, id: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the positions in a name and in its id that the words of a query match."""
    in_name: set[int] = set()
    in_id: set[int] = set()
    for word in query.split():
        positions = match(word, name)
        start = id.find(fold(word))
        if positions is not None and (start < 0 or fold(word) in fold(name)):
            in_name.update(positions)
        elif start >= 0:
            in_id.update(range(start, start + len(word)))
    return tuple(sorted(in_name)), tuple(sorted(in_id))


def _letters(word: str) -> Callable[[str], re.Match[str] | None] | None:
    """Return what finds the letters of a word in order; one letter alone is found as it stands."""
    if len(word) < 2:
        return None
    head, *rest = (re.escape(char) for char in word)
    return re.compile(head + "".join(f"[^{char}]*{char}" for char in rest)).search


def _by_rank(found: dict[int, int]) -> list[int]:
    """The places, the lowest rank first; those of one rank stay in their order."""
    ranks: dict[int, list[int]] = {}
    for place, rank in found.items():
        ranks.setdefault(rank, []).append(place)
    return [place for rank in sorted(ranks) for place in ranks[rank]]


def _rank(word: str, name: str, start: int) -> int:
    if start == 0:
        return START
    return WORD if _begins_word(name, start) or f" {word}" in name else WITHIN


def _looseness(name: str, first: int, end: int) -> int:
    """How far the letters are apart; of two alike, the one that begins a word is the closer."""
    return min(2 * (end - first) + (not _begins_word(name, first)), _LOOSEST)


def _begins_word(name: str, place: int) -> bool:
    return place == 0 or not name[place - 1].isalnum()
