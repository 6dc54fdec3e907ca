"""What deserves attention now, and where each of it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from mixdesk.exceptions import MixdeskError
from mixdesk.model.records import Axis, Problem, SessionView
from mixdesk_tui import phrases
from mixdesk_tui.spans import cut_middle, safe
from mixdesk_tui.words import wording
from mixdesk_tui.world import World

Place = Literal[
    "account",
    "account form",
    "login",
    "target",
    "target form",
    "projects",
    "workspaces",
    "environment",
    "bridge",
    "file",
]
"""Where enter goes: to a row, to its form, to a screen, or to a dialog that says how."""


NAME = 40
"""Cells of a name that is shown in a sentence and may be anything."""


class Goal(NamedTuple):
    """Where enter leads from a line."""

    place: Place
    step: str
    """What enter does, in a few words."""
    name: str = ""
    """The account or target (as in the file), the variable, or the path with its line."""


class Attention(NamedTuple):
    """One thing that needs the user, and the way to it."""

    text: str
    """What is wrong: one sentence, safe to show."""
    hint: str
    """What to do about it: one sentence, safe to show."""
    goal: Goal
    is_severe: bool = False
    """Whether calls fail until it is mended."""


def attention(world: World, now: float) -> tuple[Attention, ...]:
    """Return all that needs the user, the most pressing first."""
    unread = (_unread(world.error, world.overview.config_path),) if world.error else ()
    session = world.overview.session
    if session is None:
        problems = (*world.overview.problems, *world.comfort)
        return (*unread, *(_from_problem(problem) for problem in problems))
    found = (
        *unread,
        *_credential(world, session, now),
        *_hidden(session),
        *_elsewhere(world),
        *(_from_problem(problem) for problem in session.problems),
        *(_from_problem(problem) for problem in world.comfort),
    )
    return tuple(sorted(found, key=_urgency))


def _urgency(found: Attention) -> int:
    """What does not work comes first, and what a variable hides: it explains what else is odd."""
    return 0 if found.is_severe or found.goal.place == "environment" else 1


def _unread(error: MixdeskError, path: str) -> Attention:
    """The files could not be read: what they said before is all there is."""
    said = wording(error)
    if variable := error.details.get("variable"):
        goal = Goal("environment", "how to clear it", safe(str(variable)))
        text = f"{goal.name} has a value that cannot be"
        return Attention(text, said.step, goal, is_severe=True)
    where, line = error.details.get("path") or path, error.details.get("line")
    goal = Goal("file", "how to mend it", safe(f"{where}:{line}" if line else str(where)))
    return Attention(said.title, said.step, goal, is_severe=True)


def _hidden(session: SessionView) -> Iterator[Attention]:
    """What the environment hides of the saved choice."""
    resolution = session.resolution
    axes = {
        "account": resolution.account,
        "project": resolution.project,
        "workspace": resolution.workspace,
    }
    for word, axis in axes.items():
        if axis.source == "env" and _differs(axis):
            variable = safe(axis.origin)
            yield Attention(
                f"{variable} in your shell hides the {word} you saved",
                f"Unset it to work with the saved {word}.",
                Goal("environment", "how to clear it", variable),
            )


def _differs(axis: Axis) -> bool:
    """Whether what is hidden would have made a difference."""
    return any(hidden.value != axis.value for hidden in axis.shadowed)


def _elsewhere(world: World) -> Iterator[Attention]:
    """What makes commands in this shell act as somebody else than this app."""
    overview = world.overview
    agreeing = {("MP_ACCOUNT", row.name) for row in overview.accounts if row.is_active}
    agreeing |= {("MP_TARGET", row.name) for row in overview.targets if row.is_active}
    for variable, value in world.commands_as:
        if (variable, value) not in agreeing:
            yield Attention(
                f"{variable} in your shell chooses {cut_middle(safe(value), NAME)} for commands",
                "This app shows and changes what is saved, whatever that variable says.",
                Goal("environment", "how to clear it", variable),
            )


def _credential(world: World, session: SessionView, now: float) -> Iterator[Attention]:
    """A credential of the session that does not work, or will not for long."""
    axis = session.resolution.account
    if axis.value is None:
        return
    name = str(axis.value)
    token = phrases.token_of_session(session, now)
    rows = (row for row in world.overview.accounts if row.name == name)
    row = next(rows, None) if axis.source not in ("env", "bridge") else None
    is_severe = True
    if token.is_trouble:
        what = f"its token {token.text}" if token.share is not None else token.text
        hint = "Calls fail until this is mended."
    elif row is not None and row.status == "needs_login":
        what, hint = "Mixpanel does not take its login any more", "Calls fail until you log in."
    elif token.is_ending:
        what, hint, is_severe = "its token ends soon", "It does not renew by itself.", False
    else:
        return
    text = f"Account {safe(name)}: {what}"
    if row is not None and row.type == "oauth_browser":
        goal = Goal("login", "log in again", name)
    else:
        goal = Goal("account", "look at it", name)
    yield Attention(text, hint, goal, is_severe)


def _from_problem(problem: Problem) -> Attention:
    text, hint = safe(problem.summary), safe(problem.hint)
    return Attention(text, hint, _goal(problem), is_severe=problem.section[:1] == ("active",))


def _goal(problem: Problem) -> Goal:
    """Where a problem is mended: in a form, where the app has one for it, else in the file."""
    kind, name = (*problem.section, "", "")[:2]
    if problem.code == "incomplete_environment":
        return Goal("environment", "how to clear it", safe(problem.key or ""))
    if problem.code == "foreign_workspace":
        if problem.path.startswith("MP_"):
            return Goal("environment", "how to clear it", safe(problem.path))
        return Goal("workspaces", "choose another")
    if problem.kind == "reference" and kind == "targets" and name:
        return Goal("target form", "repair", name)
    if problem.kind == "reference" and kind == "active":
        return Goal("account", "choose another")
    return Goal("file", "where it is", safe(problem.place))
