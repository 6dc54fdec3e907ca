"""Status as lines: how what it says is laid out on a screen of any width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mixdesk_tui import phrases
from mixdesk_tui.attention import Attention
from mixdesk_tui.commands.base import key_words
from mixdesk_tui.commands.status import AddBearerAccount, AddServiceAccount, LogIn, LookAround
from mixdesk_tui.phrases import TokenLife
from mixdesk_tui.screens.status.state import AxisLine, StatusState
from mixdesk_tui.spans import (
    Line,
    Span,
    beside,
    crop,
    cut,
    line_width,
    name,
    shortened,
    width,
    wrap,
)

WIDE = 120
"""From this width on, attention and lately stand beside the session."""
SIDE = 44
"""Cells of the right column then."""
ROOMY = 72
"""Below this width the bar is half as long."""
BAR_CELLS = 20


class Page(NamedTuple):
    """The lines of Status, and where the marked problem stands among them."""

    lines: list[Line]
    marked: int | None = None


def page(state: StatusState, room: int) -> Page:
    """Return Status as lines of ``room`` cells."""
    if state.is_empty:
        return _empty_page(state, room)
    if room < WIDE:
        blocks = [_session(state, room), *_side(state, room)]
        lines = [(), *_stacked([block for block in blocks if block])]
    else:
        left = [(), *_session(state, room - SIDE - 2)]
        right = [(), *_stacked([block for block in _side(state, SIDE) if block])]
        lines = beside(left, right, room - SIDE)
    return Page(lines, _marked_line(lines))


def _marked_line(lines: Sequence[Line]) -> int | None:
    for index, line in enumerate(lines):
        if any("cursor" in span.tone for span in line):
            return index
    return None


def _stacked(blocks: Sequence[Sequence[Line]]) -> list[Line]:
    """Blocks below each other, a blank line between two."""
    lines: list[Line] = []
    for block in blocks:
        lines += [(), *block] if lines else block
    return lines


def details_in(axis: AxisLine, room: int) -> str:
    """Return as many of the details as fit."""
    kept = list(axis.details)
    while len(kept) > 1 and width(" · ".join(kept)) > room:
        kept.pop()
    return cut(" · ".join(kept), room)


def _session(state: StatusState, room: int) -> list[Line]:
    lines: list[Line] = []
    cells = _columns(state.axes, room)
    for axis in state.axes:
        lines += _axis_lines(axis, cells, room)
    if state.token is not None:
        lines += [(), _token_line(state.token, room)]
    return lines


LABEL = 12
"""Cells of a label with its margin."""


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


def _axis_lines(axis: AxisLine, cells: tuple[int, int, int], room: int) -> list[Line]:
    label = Span(f"  {axis.label}".ljust(LABEL), "muted")
    if not axis.is_set:
        return [(label, Span(cut(axis.value, room - LABEL), "muted"))]
    value, detail, source = cells
    spans = [label, *_cell(axis.value, value, "strong")]
    if detail:
        spans += _cell(details_in(axis, detail), detail, "muted", " · ".join(axis.details))
    end = line_width(spans) + source + 2
    spans += [shortened(axis.source, source, "accent" if axis.hides else "")]
    if not axis.hides:
        return [tuple(spans)]
    if end + width(axis.hides) < room:
        fill = " " * (end - line_width(spans))
        return [(*spans, Span(fill), Span(axis.hides, "muted"))]
    below = cut(axis.hides, room - LABEL - 1)
    return [tuple(spans), (Span(" " * LABEL), Span(below, "muted", None, axis.hides))]


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


def _side(state: StatusState, room: int) -> tuple[list[Line], list[Line]]:
    return _attention(state, room), _lately(state, room)


def _attention(state: StatusState, room: int) -> list[Line]:
    if not state.problems:
        return []
    lines: list[Line] = [(Span("  attention", "muted"),)]
    for index, problem in enumerate(state.problems):
        lines += _problem_lines(problem, index, room, is_marked=index == state.marked)
    return lines


def _problem_lines(problem: Attention, index: int, room: int, *, is_marked: bool) -> list[Line]:
    """The problem, and for the marked one what to do and what enter does."""
    action = f"screen.mend({index})"
    tone = "cursor" if is_marked else ""
    mark = " › ! " if is_marked else "   ! "
    first, *rest = wrap(problem.text, room - 6) or [""]
    if not is_marked:
        text = cut(problem.text, room - 6)
        return [(Span(mark, "warning"), Span(text, "", action, problem.text))]
    lines: list[Line] = [
        (Span(mark, f"warning strong {tone}"), Span(first, tone, action, problem.hint))
    ]
    lines += [(Span("     "), Span(more, tone, action)) for more in rest]
    lines += [(Span("     "), Span(more, "muted")) for more in wrap(problem.hint, room - 6)]
    lines.append((Span("     "), Span("enter", "key", action), Span(f"  {problem.step}")))
    return lines


def _lately(state: StatusState, room: int) -> list[Line]:
    if not state.events:
        return []
    cells = max(width(event.when) for event in state.events)
    lines: list[Line] = [(Span("  lately", "muted"),)]
    for event in state.events:
        when = Span(f"     {event.when.rjust(cells)}  ", "muted")
        lines.append((when, name(event.what, room - cells - 8)))
    return lines


def _empty_page(state: StatusState, room: int) -> Page:
    ways = (
        (LogIn, "log in with your browser", "the usual way"),
        (AddServiceAccount, "add a service account", "for scripts and CI"),
        (AddBearerAccount, "use a bearer token", "from an environment variable"),
        (LookAround, "look around first", "the sandbox, nothing of yours is touched"),
    )
    lines: list[Line] = [(), (Span("  No account yet.", "strong"),), ()]
    for command, what, why in ways if state.has_demo else ways[:-1]:
        action = f"screen.{command.action()}"
        shown = [
            Span(f"    {key_words(command.key)}   ", "key", action),
            Span(what.ljust(30), "", action),
            Span(why, "muted"),
        ]
        lines.append(crop(shown, room))
    lines += [(), *(_attention(state, room))]
    return Page(lines, _marked_line(lines))
