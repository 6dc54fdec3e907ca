"""The picker on a terminal that only prints: numbers beside the items, and a question."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from mixdesk_cli import ask
from mixdesk_cli.picker.items import Item, labels, narrowed
from mixdesk_cli.table import Cell, Table, layout
from mixdesk_cli.terminal import error_size

_QUESTION = "Number, or words to look for (nothing leaves):"
_FEWEST = 5
_ROOM = 3
"""Lines that stay free beside the list."""


def choose(
    title: str, items: Sequence[Item], environ: Mapping[str, str], shape: Table
) -> int | None:
    """Have one item chosen; arguments as :func:`mixdesk_cli.picker.pick`.

    Returns:
        Its place, or None.
    """
    folded = labels(items)
    found: Sequence[int] = range(len(items))
    sys.stderr.write(f"{title}\n")
    while found:
        shown = found[: max(_FEWEST, error_size()[1] - _ROOM)]
        _list(items, shown, len(found))
        text = ask.line(_QUESTION)
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) < 10 and 0 < int(text) <= len(shown):
            return shown[int(text) - 1]
        narrower = narrowed(folded, text, range(len(items)))
        if not narrower:
            sys.stderr.write("Nothing matches.\n")
        found = narrower or found
    return None


def _list(items: Sequence[Item], shown: Sequence[int], count: int) -> None:
    rows = [[Cell(str(number)), *items[index].cells] for number, index in enumerate(shown, start=1)]
    sys.stderr.write(layout(Table(rows), error_size()[0], colour=False))
    if count > len(shown):
        sys.stderr.write(f"… and {count - len(shown)} more: type words to find them.\n")
