"""How wide each column of a table is: pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

GAP = 2
"""Blank cells between two columns."""


class Column(NamedTuple):
    """A column: what stands above it and how it gives way."""

    title: str
    least: int = 4
    """Never narrower than this; then it is left out."""
    most: int = 200
    """Never wider than this."""
    keep: int = 0
    """Where there is no room for all, the column with the smallest ``keep`` goes first."""
    right: bool = False
    """Whether it is aligned to the right."""
    cut_end: bool = False
    """Whether what does not fit loses its end: sentences. Names lose their middle."""


def fit(columns: Sequence[Column], natural: Sequence[int], room: int) -> list[int]:
    """Return the width of each column, 0 for one that is left out.

    Args:
        columns: The columns.
        natural: The widest cell of each, its title included.
        room: Cells that they share, gaps included.

    Returns:
        Widths that fit: columns go while even the least widths do not, then the widest shrink.
    """
    wanted = [min(max(size, 1), column.most) for column, size in zip(columns, natural, strict=True)]
    shown = list(range(len(columns)))
    while len(shown) > 1 and _least(columns, wanted, shown) > room:
        shown.remove(min(shown, key=lambda index: (columns[index].keep, -index)))
    widths = [wanted[index] if index in shown else 0 for index in range(len(columns))]
    excess = sum(widths) + GAP * (len(shown) - 1) - room
    for _ in range(excess):
        loose = [i for i in shown if widths[i] > min(columns[i].least, wanted[i])]
        if not loose:
            break
        widths[max(loose, key=lambda index: widths[index])] -= 1
    return widths


def _least(columns: Sequence[Column], wanted: Sequence[int], shown: Sequence[int]) -> int:
    """What the columns take when every one is as narrow as it may be."""
    cells = sum(min(columns[index].least, wanted[index]) for index in shown)
    return cells + GAP * (len(shown) - 1)
