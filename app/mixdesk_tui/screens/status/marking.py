"""The mark of Status: a line that is marked looks like the row under a list's cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mixdesk_tui.screens.status.state import StatusState
from mixdesk_tui.spans import Line, Span, line_width

MARKED = "cursor"
"""The tone of a marked line."""


class Block(NamedTuple):
    """Lines that belong together, and those of them that are marked."""

    lines: list[Line]
    marked: tuple[int, int] | None = None
    """The first marked line and the one after the last."""

    def below(self, other: Block, gap: int = 1) -> Block:
        """Return this block with another one under it, some blank lines between the two."""
        if not self.lines or not other.lines:
            return self if self.lines else other
        start = len(self.lines) + gap
        moved = other.marked and (other.marked[0] + start, other.marked[1] + start)
        return Block([*self.lines, *[()] * gap, *other.lines], self.marked or moved)


NOTHING = Block([])


def line_of(state: StatusState, key: str, line: Sequence[Span], room: int) -> Line:
    """Return a line that can be clicked, as wide as the screen where it is marked.

    Args:
        state: What says which one is marked.
        key: The key of the line's spot.
        line: What it says.
        room: Cells of a line.
    """
    place = state.place_of(key)
    if place is None:
        return tuple(line)
    action = f"screen.follow_line({place})"
    spans = [span if span.action else span._replace(action=action) for span in line]
    if place != state.marked:
        return tuple(spans)
    spans.append(Span(" " * max(room - line_width(spans), 0), "", action))
    return tuple(span._replace(tone=f"{MARKED} {span.tone}".strip()) for span in spans)
