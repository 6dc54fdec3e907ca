"""Status as data: what it says of the world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import NamedTuple

from mixdesk.model.records import Activity, Axis, Overview, SessionView
from mixdesk_tui import phrases
from mixdesk_tui.attention import Attention, Goal, attention
from mixdesk_tui.phrases import TokenLife
from mixdesk_tui.spans import safe
from mixdesk_tui.world import World

LATEST = 8
"""Lines of activity that are shown."""


class Spot(NamedTuple):
    """A line that can be marked: enter goes somewhere from it."""

    key: str
    """What it is: the same after everything was read again."""
    goal: Goal
    text: str = ""
    hint: str = ""
    copy: str = ""
    """What is copied from it; empty where there is nothing."""
    what: str = ""
    """What the copy is called, at the beginning of a sentence."""
    is_problem: bool = False


class AxisLine(NamedTuple):
    """One line of the session: what it is, and why."""

    label: str
    value: str
    details: tuple[str, ...] = ()
    """What else is known of it; the last ones go where there is no room."""
    source: str = ""
    hides: str = ""
    is_set: bool = True
    goal: Goal | None = None
    copy: str = ""
    brief: str = ""
    """The first detail where there is no room for it."""


class Event(NamedTuple):
    """One line of the recent activity."""

    when: str
    what: str


class StatusState(NamedTuple):
    """All that Status shows."""

    axes: tuple[AxisLine, ...] = ()
    token: TokenLife | None = None
    problems: tuple[Attention, ...] = ()
    spots: tuple[Spot, ...] = ()
    """Every line that can be marked, in reading order: axes, token, problems."""
    marked: int = 0
    """Which of them enter follows."""
    events: tuple[Event, ...] = ()
    undo: str = ""
    """The change of this run that would be undone now."""
    is_empty: bool = False
    has_demo: bool = True
    """Whether there is a demo to look at first."""

    def moved(self, by: int) -> StatusState:
        """Return the state with another line marked."""
        last = max(len(self.spots) - 1, 0)
        return self._replace(marked=max(0, min(self.marked + by, last)))

    @property
    def spot(self) -> Spot | None:
        """The marked line."""
        return self.spots[self.marked] if self.spots else None

    @property
    def problem(self) -> Attention | None:
        """The marked problem, where it is one."""
        index = self.marked - self.first_problem
        return self.problems[index] if 0 <= index < len(self.problems) else None

    @property
    def first_problem(self) -> int:
        """The place of the first problem among the spots."""
        return len(self.spots) - len(self.problems)

    def place_of(self, key: str) -> int | None:
        """Return where a line is among the spots."""
        return next((index for index, spot in enumerate(self.spots) if spot.key == key), None)


def status_of(
    world: World, now: float, zone: tzinfo | None, before: StatusState | None = None
) -> StatusState:
    """Return the state for a world; the mark stays on the line it was on.

    Args:
        world: What there is.
        now: Seconds since the epoch.
        zone: The zone in which times are shown.
        before: The state until now.
    """
    session = world.overview.session
    state = StatusState(
        axes=_axes(session, world.overview, now) if session is not None else (),
        token=_token(session, now),
        problems=attention(world, now),
        events=_events(world.overview, now, zone),
        is_empty=world.is_empty,
    )
    state = state._replace(spots=tuple(_spots(state, session)))
    return state._replace(marked=_mark(before, state))


TOKEN = "token"


def _spots(state: StatusState, session: SessionView | None) -> Iterator[Spot]:
    if not state.is_empty:
        for axis in state.axes:
            if axis.goal is not None:
                what = f"{axis.label.capitalize()} {axis.copy}"
                yield Spot(axis.label, axis.goal, copy=axis.copy, what=what)
        if state.token is not None and session is not None:
            yield Spot(TOKEN, _token_goal(session))
    for each in state.problems:
        name = each.goal.name
        what = f"{name[:1].upper()}{name[1:]}"
        key = f"! {each.text}"
        yield Spot(key, each.goal, each.text, each.hint, name, what, is_problem=True)


def _token_goal(session: SessionView) -> Goal:
    """Where a credential is renewed."""
    axis, name = session.resolution.account, str(session.resolution.account.value)
    if axis.source == "bridge":
        return Goal("bridge", "what it is", session.bridge_path or axis.origin)
    if axis.source == "env":
        return Goal("environment", "how to clear it", axis.origin)
    if session.account_type == "oauth_browser":
        return Goal("login", "log in again", name)
    return Goal("account", "look at it", name)


def _axes(session: SessionView, overview: Overview, now: float) -> tuple[AxisLine, ...]:
    resolution = session.resolution
    account = _saved_account(resolution.account)
    lines = [
        _account(session),
        _project(session),
        _workspace(session),
    ]
    if session.user_email:
        since = f"/me, {phrases.ago(now - session.user_at)}" if session.user_at else "/me"
        mail = safe(session.user_email)
        goal = Goal("account", "look at the account", account)
        lines.append(AxisLine("user", mail, (), since, goal=goal, copy=mail))
    headers = resolution.headers.value
    if isinstance(headers, Mapping) and headers:
        names = safe(", ".join(str(key) for key in headers))
        goal = Goal("file", "where they are", safe(overview.config_path))
        source = phrases.source(resolution.headers)
        lines.append(AxisLine("headers", names, (), source, goal=goal, copy=names))
    if session.bridge_path:
        path = safe(session.bridge_path)
        goal = Goal("bridge", "what it is", path)
        lines.append(AxisLine("bridge", path, (), "from another machine", goal=goal, copy=path))
    return tuple(lines)


def _saved_account(axis: Axis) -> str:
    """The name of the account in use, where it is one of the list."""
    is_saved = axis.value is not None and axis.source not in ("env", "bridge")
    return str(axis.value) if is_saved else ""


def _account(session: SessionView) -> AxisLine:
    axis = session.resolution.account
    kind = phrases.KINDS[session.account_type] if session.account_type else ""
    line = _line("account", axis, None, (kind, session.region), "no account yet")
    goal = Goal("account", "choose another", _saved_account(axis))
    brief = phrases.SHORT_KINDS[session.account_type] if session.account_type else ""
    return line._replace(goal=goal, brief=brief)


def _project(session: SessionView) -> AxisLine:
    axis = session.resolution.project
    details = (session.organization, session.timezone)
    line = _line("project", axis, session.project_name, details, "none chosen")
    return line._replace(goal=Goal("projects", "choose another"))


def _workspace(session: SessionView) -> AxisLine:
    axis = session.resolution.workspace
    line = _line("workspace", axis, session.workspace_name, (), "chosen at first use")
    return line._replace(goal=Goal("workspaces", "choose another"))


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
        copy=safe(str(axis.value)),
    )


def _token(session: SessionView | None, now: float) -> TokenLife | None:
    if session is None or session.resolution.account.value is None:
        return None
    return phrases.token_of_session(session, now)


def _mark(before: StatusState | None, state: StatusState) -> int:
    """Where the mark is: on the line it was on, at first on what needs the user most."""
    spot = before.spot if before is not None else None
    if before is None or spot is None:
        return state.first_problem if state.problems else 0
    place = state.place_of(spot.key)
    if place is not None:
        return place
    if not spot.is_problem or not state.problems:
        return 0
    index = min(before.marked - before.first_problem, len(state.problems) - 1)
    return state.first_problem + index


def _events(overview: Overview, now: float, zone: tzinfo | None) -> tuple[Event, ...]:
    known = _known(overview)
    return tuple(
        Event(phrases.moment(each.at, now, zone), _what(each, known))
        for each in overview.activity[:LATEST]
    )


def _known(overview: Overview) -> dict[str, str]:
    """What ids are called, as far as the files tell: of projects and workspaces in use."""
    found: dict[str, str | None] = {}
    for target in overview.targets:
        found[str(target.project)] = target.project_name
        found[str(target.workspace)] = target.workspace_name
    for account in overview.accounts:
        found[str(account.default_project)] = account.project_name
    if overview.session is not None:
        resolution = overview.session.resolution
        found[str(resolution.project.value)] = overview.session.project_name
        found[str(resolution.workspace.value)] = overview.session.workspace_name
    return {id: name for id, name in found.items() if name}


_VERBS = {
    "use": "in use",
    "add": "added",
    "update": "changed",
    "remove": "removed",
    "rename": "renamed",
    "login": "logged in",
    "logout": "logged out",
}


def _what(activity: Activity, known: Mapping[str, str]) -> str:
    noun, _, verb = activity.verb.partition(".")
    if noun == "undo":
        what = _what(activity._replace(verb=verb), known) if verb else ""
        return f"undone: {what}" if what else "undone"
    if activity.verb == "session.clear":
        return "no workspace chosen any more"
    if activity.verb == "session.use":
        where = " › ".join(safe(known.get(each, each)) for each in activity.names)
        return f"{where} in use"
    names = " → ".join(safe(each) for each in activity.names)
    return " ".join(filter(None, (safe(noun), names, _VERBS.get(verb, safe(verb)))))
