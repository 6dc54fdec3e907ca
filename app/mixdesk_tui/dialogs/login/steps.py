"""The steps of a login, each on its line from the beginning to the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from mixdesk.model.rules import REGIONS, Region
from mixdesk_tui.dialogs.login.state import LoginState
from mixdesk_tui.spans import Line, Span, cut, safe, width

Mark = Literal["todo", "now", "done", "failed", "off"]

MARKS: dict[Mark, Span] = {
    "todo": Span("·", "muted"),
    "now": Span("…", "accent strong"),
    "done": Span("✓", "good"),
    "failed": Span("!", "error strong"),
    "off": Span("–", "muted"),
}
TEXT = 17
"""The cell in which the texts begin: those of the steps, and what stands below them."""

_ANSWERS = {0: "no answer", 200: "yes", 401: "does not know it", 403: "may not say who it is"}


class Step(NamedTuple):
    """One line: how far it is, what it is, and what there is to say of it."""

    label: str
    mark: Mark
    text: str = ""
    short: str = ""
    """What is said instead where the text does not fit."""


def steps(state: LoginState) -> tuple[Step, ...]:
    """Return all steps of the login, those to come included."""
    listed = [*(_web(state) if state.is_web else _regions(state)), _who(state)]
    if state.again is None:
        listed += [_project(state), _name(state)]
    return tuple(_in_order(listed, has_failed=state.page == "failed"))


def step_lines(state: LoginState, room: int) -> list[Line]:
    """Return the steps as lines."""
    return [_line(step, room) for step in steps(state)]


def step_line(state: LoginState, room: int) -> list[Line]:
    """Return the one step that is under way, where there is no room for all."""
    listed = steps(state)
    now = next((each for each in listed if each.mark in ("now", "failed")), listed[-1])
    return [_line(now, room)]


def clock(seconds: float) -> str:
    """Return a time that is left, to the second."""
    whole = max(int(seconds), 0)
    return f"{whole // 60}:{whole % 60:02}"


def _line(step: Step, room: int) -> Line:
    tone = "muted" if step.mark in ("todo", "off") else "strong" if step.mark == "now" else ""
    label = Span(f" {step.label}".ljust(TEXT - 3), "muted" if step.mark != "now" else "")
    free = max(room - TEXT - 1, 1)
    text = step.text if width(step.text) <= free else cut(step.short or step.text, free)
    return (Span("  "), MARKS[step.mark], label, Span(text, tone))


def _in_order(listed: list[Step], *, has_failed: bool) -> Iterator[Step]:
    """Mark the first step that is not done as the one under way, or as the one that failed."""
    is_reached = False
    for step in listed:
        if is_reached or step.mark in ("done", "off"):
            yield step if step.mark in ("done", "off") else step._replace(text="")
            continue
        is_reached = True
        yield step._replace(mark="failed", text="") if has_failed else step._replace(mark="now")


def _step(label: str, is_done: bool, text: str, short: str = "") -> Step:
    return Step(label, "done" if is_done else "todo", text, short)


def _web(state: LoginState) -> list[Step]:
    seen = state.seen
    known = "registered with Mixpanel" if seen.is_registered else "known to Mixpanel"
    parts = [
        f"listening on port {seen.port}" if seen.port is not None else "",
        known if seen.is_known else "",
    ]
    ready = " · ".join(filter(None, parts)) or "finding the way to Mixpanel"
    left = f"{clock(seen.seconds_left)} left" if seen.seconds_left is not None else ""
    waiting = ", ".join(filter(None, ("waiting for you", left)))
    said = "you have said yes" if seen.is_answered else waiting
    return [
        _step("ready", bool(seen.url), ready, parts[0]),
        _step("your yes", seen.is_answered, said, "" if seen.is_answered else f"waiting, {left}"),
    ]


def _regions(state: LoginState) -> list[Step]:
    """The regions in which a credential is looked for; the one it was said to be good in."""
    asked = dict(state.seen.tried)
    if state.place is not None:
        text = "the credential is good there" if state.seen.is_proven else "asking"
        return [_step(state.place, state.seen.is_proven, text)]
    return [_region(region, asked, is_over=state.seen.is_proven) for region in REGIONS]


def _region(region: Region, asked: dict[Region, int], *, is_over: bool) -> Step:
    if region not in asked:
        return Step(region, "off", "not asked") if is_over else Step(region, "todo", "asking")
    status = asked[region]
    text = _ANSWERS.get(status, f"no ({status})")
    return Step(region, "done" if status == 200 else "off", text)


def _who(state: LoginState) -> Step:
    seen = state.seen
    if not seen.is_proven:
        asking = seen.is_asking or seen.is_answered
        return Step("who you are", "todo", "asking Mixpanel" if asking else "")
    count = f"{seen.sees:,} project{'' if seen.sees == 1 else 's'}"
    saving = "saving" if state.again is not None and seen.is_saving else ""
    who = " · ".join(filter(None, (seen.email, count, saving)))
    return _step("who you are", not saving, who)


def _project(state: LoginState) -> Step:
    seen = state.seen
    if seen.saved is not None:
        chosen = safe(seen.saved.project_name or seen.saved.project or "")
        return Step("project", "done" if chosen else "off", chosen or "none yet")
    if seen.projects is None:
        return Step("project", "off", "the only one") if seen.names else Step("project", "todo")
    asking = "choose one" if state.page == "project" else ""
    return _step("project", bool(seen.project), seen.project or asking)


def _name(state: LoginState) -> Step:
    seen = state.seen
    if seen.saved is not None:
        return Step("name", "done", safe(seen.saved.account))
    if seen.name:
        return Step("name", "todo", f"{seen.name} · saving")
    return Step("name", "todo", "what will you call it?" if seen.names else "")
