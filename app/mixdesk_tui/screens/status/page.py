"""Status as lines: how what it says is laid out on a screen of any width."""

from __future__ import annotations

from mixdesk_tui.commands.frame import Undo
from mixdesk_tui.commands.status import (
    AddBearerAccount,
    AddServiceAccount,
    LogIn,
    LookAround,
    MendAttention,
)
from mixdesk_tui.screens.status.marking import NOTHING, Block, line_of
from mixdesk_tui.screens.status.session import session_block
from mixdesk_tui.screens.status.state import Spot, StatusState
from mixdesk_tui.spans import Line, Span, crop, cut, line_width, name, spread, width, wrap

WIDE = 120
"""From this width on, attention and lately stand beside the session."""
ROOMY = 68
"""From this width on, what enter does stands at the right end of a problem's line."""
WRAPPED = 12
"""Up to so many problems beside the session are told in whole sentences."""


def page(state: StatusState, room: int, *, is_wide: bool = False) -> Block:
    """Return Status as lines of ``room`` cells: where it is wide, what stands at the left."""
    if state.is_empty:
        return _headed(_ways(state, room).below(_attention(state, room, is_side=False)), room)
    if is_wide:
        return _headed(session_block(state, room), room)
    below = _attention(state, room, is_side=False).below(_lately(state, room))
    return _headed(session_block(state, room).below(below), room)


def side(state: StatusState, room: int) -> Block:
    """Return what stands at the right where there is room for it."""
    if state.is_empty:
        return NOTHING
    return _headed(_attention(state, room, is_side=True).below(_lately(state, room)), WIDE)


def _headed(block: Block, room: int) -> Block:
    """Leave a line free under the header, where the screen is not a small one."""
    return Block([()]).below(block, gap=0) if room >= ROOMY else block


def _attention(state: StatusState, room: int, *, is_side: bool) -> Block:
    block = Block([(Span("  attention", "muted"),)])
    if not state.problems:
        if state.is_empty:
            return NOTHING
        calm = (Span("   ✓ ", "good"), Span("nothing needs you"))
        return block.below(Block([calm]), gap=0)
    wraps = is_side and len(state.problems) <= WRAPPED
    for index in range(state.first_problem, len(state.spots)):
        problem = _problem(state, index, room, wraps=wraps)
        block = block.below(problem, gap=0)
    return block


def _problem(state: StatusState, index: int, room: int, *, wraps: bool) -> Block:
    """A problem; the marked one whole, with what to do about it and what enter does."""
    spot = state.spots[index]
    is_marked = index == state.marked
    tone = "strong" if is_marked else ""
    step = _step(spot, is_marked=is_marked)
    has_room = room >= ROOMY
    free = room - 6 - (line_width(step) + 2 if has_room else 0)
    texts = (wrap(spot.text, free) or [""]) if is_marked or wraps else [cut(spot.text, free)]
    spans = [_mark_of(state, index), Span(texts[0], tone, None, spot.text)]
    if has_room:
        spans = [*spans, Span(" " * (room - 1 - line_width([*spans, *step]))), *step]
    lines = [line_of(state, spot.key, spans, room)]
    for more in texts[1:]:
        lines.append(line_of(state, spot.key, (Span("     "), Span(more, tone)), room))
    if not is_marked:
        return Block(lines)
    lines += [(Span("     "), Span(more, "muted")) for more in wrap(spot.hint, room - 6)]
    if not has_room:
        action = f"screen.follow_line({index})"
        lines.append((Span("     "), *(span._replace(action=action) for span in step)))
    return Block(lines, (0, len(lines)))


def _mark_of(state: StatusState, index: int) -> Span:
    """``!`` before what needs somebody, ``✗`` before what does not work until then."""
    is_severe = state.problems[index - state.first_problem].is_severe
    return Span("   ✗ ", "error strong") if is_severe else Span("   ! ", "warning strong")


def _step(spot: Spot, *, is_marked: bool) -> list[Span]:
    key = MendAttention.key_words()
    shown = Span(key if is_marked else " " * width(key), "key")
    return [shown, Span(f"  {spot.goal.step}", "" if is_marked else "muted")]


def _lately(state: StatusState, room: int) -> Block:
    if not state.events and not state.undo:
        return NOTHING
    cells = max((width(event.when) for event in state.events), default=0)
    lines: list[Line] = [_lately_heading(state, room)]
    for event in state.events:
        when = Span(f"   {event.when.rjust(cells)}  ", "muted")
        lines.append((when, name(event.what, room - cells - 6)))
    return Block(lines)


def _lately_heading(state: StatusState, room: int) -> Line:
    heading = Span("  lately", "muted")
    if not state.undo:
        return (heading,)
    return spread((heading,), (*_undo(state, room - 12, "  "), Span(" ")), room)


def _undo(state: StatusState, room: int, gap: str) -> Line:
    """The key and what it would undo."""
    action = f"app.{Undo.action()}"
    what = cut(f"undo: {state.undo}", room - width(gap) - 1)
    key = Span(f"{Undo.key_words()}{gap}", "key", action, Undo.tip)
    return (key, Span(what, "muted", action, state.undo))


def _ways(state: StatusState, room: int) -> Block:
    """What a machine without an account offers."""
    ways = (
        (LogIn, "log in with your browser", "the usual way"),
        (AddServiceAccount, "add a service account", "for scripts and CI"),
        (AddBearerAccount, "use a bearer token", "from an environment variable"),
        (LookAround, "look around first", "nothing of yours is touched"),
    )
    edge, gap = ("    ", "   ") if room >= ROOMY else ("  ", "  ")
    lines: list[Line] = [(Span("  No account yet.", "strong"),), ()]
    for command, what, why in ways if state.has_demo else ways[:-1]:
        action = f"screen.{command.action()}"
        shown = [
            Span(f"{edge}{command.key_words()}{gap}", "key", action, command.tip),
            Span(f"{what:24}{gap}", "", action, command.tip),
            Span(why, "muted", action, command.tip),
        ]
        lines.append(crop(shown, room))
    if state.undo:
        lines += [(), (Span(edge), *_undo(state, room - len(edge), gap))]
    return Block(lines)
