"""The session as lines: per axis what it is, what is known of it, and why."""

from __future__ import annotations

from collections.abc import Sequence

from mixdesk_tui import phrases
from mixdesk_tui.phrases import TokenLife
from mixdesk_tui.screens.status.marking import NOTHING, Block, line_of
from mixdesk_tui.screens.status.state import TOKEN, AxisLine, StatusState
from mixdesk_tui.spans import Line, Span, crop, cut, line_width, shortened, width

LABEL = 12
"""Cells of a label with its margin."""
ROOMY = 68
"""Below this width the bar is half as long."""
BAR_CELLS = 20


def session_block(state: StatusState, room: int) -> Block:
    """Return the session: a line an axis, then how long its credential holds."""
    block = NOTHING
    cells = _columns(state.axes, room)
    for axis in state.axes:
        block = block.below(_axis_block(state, axis, cells, room), gap=0)
    if state.token is not None:
        line = line_of(state, TOKEN, _token_line(state.token, room), room)
        block = block.below(_marked(state, TOKEN, [line]), gap=1 if room >= ROOMY else 0)
    return block


def details_in(axis: AxisLine, room: int) -> str:
    """Return as many of the details as fit."""
    kept = list(axis.details)
    while len(kept) > 1 and width(" · ".join(kept)) > room:
        kept.pop()
    if axis.brief and width(kept[0]) > room:
        return cut(axis.brief, room)
    return cut(" · ".join(kept), room)


def _marked(state: StatusState, key: str, lines: list[Line]) -> Block:
    spot = state.spot
    is_marked = spot is not None and spot.key == key
    return Block(lines, (0, len(lines)) if is_marked else None)


def _columns(axes: Sequence[AxisLine], room: int) -> tuple[int, int, int]:
    """How wide value, details and source are: the details give way first."""
    free = room - LABEL - 1
    source = min(max((width(axis.source) for axis in axes), default=0), max(free // 3, 18))
    detail = max((width(" · ".join(axis.details)) for axis in axes), default=0)
    value = max((width(axis.value) for axis in axes if axis.source), default=0)
    reserved = source + 2 + (min(detail, 9) + 2 if detail else 0)
    value = max(min(value, free - reserved), 8)
    detail = min(detail, free - value - source - 4)
    return value, detail if detail >= 6 else 0, source


def _axis_block(
    state: StatusState, axis: AxisLine, cells: tuple[int, int, int], room: int
) -> Block:
    label = Span(f"  {axis.label}".ljust(LABEL), "muted")
    if not axis.is_set:
        unset = [label, Span(cut(axis.value, room - LABEL), "muted")]
        return _marked(state, axis.label, [line_of(state, axis.label, unset, room)])
    value, detail, source = cells
    spans = [label, *_cell(axis.value, value, "strong")]
    if detail:
        spans += _cell(details_in(axis, detail), detail, "muted", " · ".join(axis.details))
    spans += [shortened(axis.source, source, "accent" if axis.hides else "")]
    below: list[Span] = []
    if axis.hides:
        gap = Span(" " * (source - width(spans[-1].text) + 2))
        if line_width(spans) + width(gap.text) + width(axis.hides) < room:
            spans += [gap, Span(axis.hides, "muted")]
        else:
            hides = Span(cut(axis.hides, room - LABEL - 1), "muted", None, axis.hides)
            below = [Span(" " * LABEL), hides]
    lines = [line_of(state, axis.label, spans, room)]
    lines += [line_of(state, axis.label, below, room)] if below else []
    return _marked(state, axis.label, lines)


def _cell(text: str, room: int, tone: str, tip: str = "") -> list[Span]:
    span = shortened(text, room, tone)
    if tip and tip != text:
        span = span._replace(tip=tip)
    return [span, Span(" " * (room - width(span.text) + 2))]


def _token_line(token: TokenLife, room: int) -> Line:
    label = Span("  token".ljust(LABEL), "muted")
    spans = [label, Span(f"{token.mark}{token.text}", token.tone or "strong")]
    if token.share is not None:
        bar = phrases.bar(token.share, BAR_CELLS if room >= ROOMY else BAR_CELLS // 2)
        spans += [Span("  "), Span(bar, token.tone or "accent")]
    if token.note:
        spans += [Span("  "), Span(token.note, "muted")]
    return crop(spans, room)
