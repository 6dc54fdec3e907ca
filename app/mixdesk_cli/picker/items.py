"""What can be picked, and which of it a filter leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mixdesk.model.matching import fold, match
from mixdesk.model.text import clean
from mixdesk_cli.table import Cell


class Item(NamedTuple):
    """Something to pick."""

    key: str
    cells: Sequence[Cell]
    """How it is shown, in columns."""
    is_current: bool = False
    """Whether the cursor begins on it."""


def labels(items: Sequence[Item]) -> tuple[str, ...]:
    """What the filter looks in: all that is shown of each item, folded."""
    return tuple(
        fold(clean(" ".join(f"{cell.text}{cell.tail}" for cell in item.cells))) for item in items
    )


def narrowed(folded: Sequence[str], query: str, among: Sequence[int]) -> tuple[int, ...]:
    """The items that match a query: those that hold its words first, then letter by letter.

    Args:
        folded: The labels of all items.
        query: What was typed.
        among: The items to look through.
    """
    words = fold(query).split()
    strong, weak = [], []
    for index in among:
        label = folded[index]
        if all(word in label for word in words):
            strong.append(index)
        elif match(query, label) is not None:
            weak.append(index)
    return (*strong, *weak)
