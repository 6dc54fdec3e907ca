"""Status as data: what it says of the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import NamedTuple

from mixdesk.model.records import Activity, Axis, Overview, SessionView
from mixdesk_tui import phrases
from mixdesk_tui.attention import Attention, attention
from mixdesk_tui.phrases import TokenLife
from mixdesk_tui.spans import safe
from mixdesk_tui.world import World

LATEST = 8
"""Lines of activity that are shown."""


class AxisLine(NamedTuple):
    """One line of the session: what it is, and why."""

    label: str
    value: str
    details: tuple[str, ...] = ()
    """What else is known of it; the last ones go where there is no room."""
    source: str = ""
    hides: str = ""
    is_set: bool = True


class Event(NamedTuple):
    """One line of the recent activity."""

    when: str
    what: str


class StatusState(NamedTuple):
    """All that Status shows."""

    axes: tuple[AxisLine, ...] = ()
    token: TokenLife | None = None
    problems: tuple[Attention, ...] = ()
    marked: int = 0
    """Which problem enter mends."""
    events: tuple[Event, ...] = ()
    is_empty: bool = False
    has_demo: bool = True
    """Whether there is a demo to look at first."""

    def moved(self, by: int) -> StatusState:
        """Return the state with another problem marked."""
        last = max(len(self.problems) - 1, 0)
        return self._replace(marked=max(0, min(self.marked + by, last)))

    @property
    def problem(self) -> Attention | None:
        """The marked problem."""
        return self.problems[self.marked] if self.problems else None


def status_of(
    world: World, now: float, zone: tzinfo | None, before: StatusState | None = None
) -> StatusState:
    """Return the state for a world; the mark stays on the problem it was on.

    Args:
        world: What there is.
        now: Seconds since the epoch.
        zone: The zone in which times are shown.
        before: The state until now.
    """
    session = world.overview.session
    problems = attention(world, now)
    return StatusState(
        axes=_axes(session, now) if session is not None else (),
        token=_token(session, now),
        problems=problems,
        marked=_mark(before, problems),
        events=_events(world.overview, now, zone),
        is_empty=world.is_empty,
    )


def _axes(session: SessionView, now: float) -> tuple[AxisLine, ...]:
    resolution = session.resolution
    lines = [
        _account(session),
        _project(session),
        _workspace(session),
    ]
    if session.user_email:
        since = f"/me, {phrases.ago(now - session.user_at)}" if session.user_at else "/me"
        lines.append(AxisLine("user", safe(session.user_email), (), since))
    headers = resolution.headers.value
    if isinstance(headers, Mapping) and headers:
        names = safe(", ".join(str(key) for key in headers))
        lines.append(AxisLine("headers", names, (), phrases.source(resolution.headers)))
    if session.bridge_path:
        lines.append(AxisLine("bridge", safe(session.bridge_path), (), "from another machine"))
    return tuple(lines)


def _account(session: SessionView) -> AxisLine:
    axis = session.resolution.account
    kind = phrases.KINDS[session.account_type] if session.account_type else ""
    return _line("account", axis, None, (kind, session.region), "no account yet")


def _project(session: SessionView) -> AxisLine:
    axis = session.resolution.project
    details = (session.organization, session.timezone)
    return _line("project", axis, session.project_name, details, "none chosen")


def _workspace(session: SessionView) -> AxisLine:
    axis = session.resolution.workspace
    return _line("workspace", axis, session.workspace_name, (), "chosen at first use")


def _line(
    label: str, axis: Axis, known: str | None, details: Sequence[str | None], unset: str
) -> AxisLine:
    """A line for an axis: its name where it is known, then its id among the details."""
    if axis.value is None:
        return AxisLine(label, unset, is_set=False)
    hidden = [each for each in axis.shadowed if each.value != axis.value]
    hides = ", ".join(f"{safe(str(each.value))} ({phrases.source(each)})" for each in hidden)
    found = (str(axis.value), *details) if known else details
    return AxisLine(
        label,
        safe(known or str(axis.value)),
        tuple(safe(each) for each in found if each),
        phrases.source(axis),
        f"hides {hides}" if hides else "",
    )


def _token(session: SessionView | None, now: float) -> TokenLife | None:
    if session is None or session.resolution.account.value is None:
        return None
    return phrases.token_of_session(session, now)


def _mark(before: StatusState | None, problems: Sequence[Attention]) -> int:
    if before is None or before.problem is None:
        return 0
    same = [index for index, each in enumerate(problems) if each == before.problem]
    return same[0] if same else min(before.marked, max(len(problems) - 1, 0))


def _events(overview: Overview, now: float, zone: tzinfo | None) -> tuple[Event, ...]:
    return tuple(
        Event(phrases.moment(each.at, now, zone), _what(each))
        for each in overview.activity[:LATEST]
    )


_VERBS = {
    "use": "in use",
    "add": "added",
    "update": "changed",
    "remove": "removed",
    "rename": "renamed",
    "login": "logged in",
    "logout": "logged out",
}


def _what(activity: Activity) -> str:
    noun, _, verb = activity.verb.partition(".")
    names = " → ".join(safe(each) for each in activity.names)
    return " ".join(filter(None, (safe(noun), names, _VERBS.get(verb, safe(verb)))))
