"""How the login dialog is drawn, from its state: lines, with what a click on them does."""

from __future__ import annotations

from mixdesk_tui.commands.base import Command
from mixdesk_tui.commands.login import CopyAddress, OpenAgain, PasteAddress, ShowCode
from mixdesk_tui.dialogs.login.progress import Progress
from mixdesk_tui.dialogs.login.state import WAYS, LoginState, Way
from mixdesk_tui.dialogs.login.steps import TEXT
from mixdesk_tui.spans import (
    Line,
    Span,
    crop,
    cut,
    cut_middle,
    fitting,
    line_width,
    safe,
    shortened,
    spread,
    wrap,
)
from mixdesk_tui.words import wording

TITLES: dict[Way, str] = {
    "browser": "in this browser",
    "device": "on another device",
    "service_account": "service account",
    "oauth_token": "bearer token",
}
_WHY: dict[Way, tuple[str, str]] = {
    "browser": ("the usual way", ""),
    "device": ("a code to type there; no browser is needed here", "with a code to type there"),
    "service_account": ("username and secret, for scripts and CI", "for scripts and CI"),
    "oauth_token": ("the token itself, or the variable that holds it", "itself, or its variable"),
}
"""What each way is good for, in two lengths."""
LABEL = 21
"""Cells of the name of a way in the menu."""
MARGIN = " " * 4
"""What stands before the lines of a text whose first line has a mark."""
SPELLED = 12
"""A code up to this length is spelled, a blank between two letters."""


def title_line(state: LoginState, room: int) -> Line:
    """Return what the login is about, and its region."""
    again = state.again
    title = f"Log in again as {safe(again.name)}" if again is not None else "Log in to Mixpanel"
    if not state.is_web and again is None and state.page != "ways":
        title += f" · {TITLES[state.way]}"
    place = (state.place or state.seen.found) if state.page != "ways" else None
    right = (Span(place, "muted"), Span(" ")) if place else ()
    shown = cut(title, room - line_width(right) - 3)
    return spread((Span(f" {shown}", "accent strong"),), right, room)


def menu_lines(state: LoginState, room: int) -> list[Line]:
    """Return the ways to log in, and the region below them."""
    lines = [_way_line(way, room, is_chosen=way == state.way) for way in WAYS]
    regions: list[Span] = [Span("    region".ljust(LABEL + 2), "muted")]
    for region in state.regions:
        is_chosen = region == state.place
        mark = "●" if is_chosen else "○"
        tone = "accent strong" if is_chosen else "muted"
        action = f"screen.choose_region({region or ''!r})"
        regions += [Span(f"{mark} {region or 'auto'}", tone, action), Span("   ")]
    hint = "where your data lives" if state.is_web else "auto asks us, eu and in, in this order"
    below = (Span(" " * (LABEL + 2)), Span(hint, "muted"))
    return [*lines, (), crop(regions, room), crop(below, room)]


def way_lines(state: LoginState, room: int) -> list[Line]:
    """Return the ways to say yes: always the same lines, whatever is known yet."""
    if not state.is_waiting:
        return [(), (), (), ()]
    seen = state.seen
    free = room - TEXT - 1
    code = seen.code
    return [
        (_label("browser"), *_browser_words(seen, free)),
        (_label(""), shortened(seen.url, free, "muted", action="screen.copy_address")),
        (_label("device"), *_device_words(seen, free)),
        (_label(""), *_code_words(code.text, free)) if code is not None else (),
    ]


def paste_hint(room: int) -> str:
    """Return what the field for a pasted address says while it is empty."""
    key = PasteAddress.key_words()
    whole = f"{key}, or paste here the address that a browser ended on"
    return whole if len(whole) < room else f"{key}, or just paste"


def said_lines(state: LoginState, room: int, *, is_brief: bool = False) -> list[Line]:
    """Return what is said below: what went wrong, or how it ended."""
    if state.page == "failed":
        return _failure_lines(state, room)
    if state.page == "done":
        return _closing_lines(state, room)
    problem = state.seen.paste_problem or state.seen.code_problem
    if problem is not None and state.is_waiting:
        said = wording(problem)
        whole = " ".join(filter(None, (said.sentence, said.step)))
        return _warning(said.title if is_brief else whole, room)
    return [line for note in state.seen.notes for line in _warning(note, room)]


def named_lines(error: str, room: int) -> list[Line]:
    """Return what is said of a name: what is wrong with it, or what belongs there."""
    if error:
        return [crop((Span("  ! ", "error strong"), Span(error, "error")), room)]
    hint = "What you call the account: letters, digits, _ and -"
    return [crop((Span(MARGIN), Span(hint, "muted")), room)]


def closing_words(state: LoginState) -> str:
    """Return the closing line: who is what now."""
    saved = state.seen.saved
    if saved is None:
        return ""
    where = " · ".join(
        safe(each) for each in (saved.account, saved.project_name or saved.project) if each
    )
    email = safe(saved.user_email or "")
    return f"{email} is now {where}" if email else f"{where} is active now"


def _way_line(way: Way, room: int, *, is_chosen: bool) -> Line:
    action = f"screen.choose_way({way!r})"
    mark = Span("  › " if is_chosen else "    ", "accent strong")
    name = Span(TITLES[way].ljust(LABEL - 2), "accent strong" if is_chosen else "", action)
    whys = (Span(why, "muted", action) for why in _WHY[way])
    return fitting(room, *((mark, name, why) for why in whys))


def _label(text: str) -> Span:
    return Span(f"    {text}".ljust(TEXT), "muted")


def _key(command: type[Command], words: str) -> Line:
    """A key and what it does, for a click too."""
    action = command.call()
    return (Span(command.key_words(), "key", action), Span(f" {words}", "muted", action))


def _browser_words(seen: Progress, room: int) -> Line:
    copies = _key(CopyAddress, "copies the address")
    if seen.is_opening:
        return (Span("opening…"),)
    if seen.is_opened:
        again = _key(OpenAgain, "opens it again")
        return fitting(room, (Span("opened; if nothing happens, "), *again), again)
    if seen.no_browser:
        why = Span(f"not opened: {seen.no_browser}; ", "warning")
        brief = Span("not opened; ", "warning")
        short = _key(CopyAddress, "copies")
        return fitting(room, (why, *copies), (why, *short), (brief, *copies), (brief, *short))
    words = ("opens this address here", "opens it")
    return fitting(room, *(_key(OpenAgain, each) for each in words))


def _device_words(seen: Progress, room: int) -> Line:
    if seen.code is not None:
        shown = seen.code.url.removeprefix("https://")
        at = Span("at ", "muted")
        return (at, shortened(shown, room - 3, "strong", action="screen.copy_code_address"))
    if seen.is_code_asked:
        return (Span("asking for a code…"),)
    words = ("shows a code to type on another one", "shows a code")
    if seen.code_problem is not None:
        words = ("asks once more for a code", "asks once more")
    return fitting(room, *(_key(ShowCode, each) for each in words))


def _code_words(text: str, room: int) -> Line:
    """A code as large as letters get."""
    spelled = " ".join(text) if len(text) <= SPELLED else text
    shown = spelled if len(spelled) + 4 <= room else text
    return (Span(f"  {cut_middle(shown, max(room - 4, 1))}  ", "code"),)


def _failure_lines(state: LoginState, room: int) -> list[Line]:
    error = state.seen.error
    if error is None:
        return []
    said = wording(error)
    lines: list[Line] = [
        crop((Span("  ! ", "error strong"), Span(said.title, "error strong")), room)
    ]
    lines += [(Span(MARGIN), Span(part)) for part in wrap(said.sentence, room - 5)]
    return lines + [(Span(MARGIN), Span(part, "muted")) for part in wrap(said.step, room - 5)]


def _closing_lines(state: LoginState, room: int) -> list[Line]:
    first, *rest = wrap(closing_words(state), room - 5) or [""]
    lines: list[Line] = [(Span("  ✓ ", "good"), Span(first, "strong"))]
    lines += [(Span(MARGIN), Span(more, "strong")) for more in rest]
    for note in state.seen.notes:
        lines += [(), *_warning(note, room)]
    return lines


def _warning(text: str, room: int) -> list[Line]:
    first, *rest = wrap(text, room - 5) or [""]
    lines: list[Line] = [(Span("  ! ", "warning strong"), Span(first, "warning"))]
    return lines + [(Span(MARGIN), Span(more, "warning")) for more in rest]
