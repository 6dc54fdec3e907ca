"""What deserves attention now, and where each of it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from mixdesk.model.records import Axis, Problem, SessionView
from mixdesk_tui import phrases
from mixdesk_tui.spans import safe
from mixdesk_tui.world import World

Place = Literal["account", "login", "target", "environment", "file"]


class Attention(NamedTuple):
    """One thing that needs the user, and the way to it."""

    text: str
    """What is wrong: one sentence, safe to show."""
    hint: str
    """What to do about it: one sentence, safe to show."""
    step: str
    """What enter does, in a few words."""
    place: Place
    name: str = ""
    """The account or target (as in the file), or the variable."""


def attention(world: World, now: float) -> tuple[Attention, ...]:
    """Return all that needs the user, the most pressing first."""
    session = world.overview.session
    if session is None:
        return tuple(_from_problem(problem) for problem in world.overview.problems)
    return (
        *_hidden(session),
        *_credential(world, session, now),
        *(_from_problem(problem) for problem in session.problems),
    )


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
                "how to clear it",
                "environment",
                variable,
            )


def _differs(axis: Axis) -> bool:
    """Whether what is hidden would have made a difference."""
    return any(hidden.value != axis.value for hidden in axis.shadowed)


def _credential(world: World, session: SessionView, now: float) -> Iterator[Attention]:
    """A credential of the session that does not work, or will not for long."""
    axis = session.resolution.account
    if axis.value is None:
        return
    name = str(axis.value)
    token = phrases.token_of_session(session, now)
    rows = (row for row in world.overview.accounts if row.name == name)
    row = next(rows, None) if axis.source not in ("env", "bridge") else None
    if token.is_trouble:
        what, hint = token.text, "Calls fail until this is mended."
    elif row is not None and row.status == "needs_login":
        what, hint = "Mixpanel does not take its login any more", "Calls fail until you log in."
    elif token.is_ending:
        what, hint = "its token ends soon", "It does not renew by itself."
    else:
        return
    text = f"account {safe(name)}: {what}"
    if row is not None and row.type == "oauth_browser":
        yield Attention(text, hint, "log in again", "login", name)
    else:
        yield Attention(text, hint, "look at it", "account", name)


def _from_problem(problem: Problem) -> Attention:
    kind, name = (*problem.section, "", "")[:2]
    text, hint = safe(problem.summary), safe(problem.hint)
    if kind == "accounts" and name:
        return Attention(text, hint, "repair", "account", name)
    if kind == "targets" and name:
        return Attention(text, hint, "repair", "target", name)
    if kind == "active" and problem.kind == "reference":
        return Attention(text, hint, "choose another", "account", "")
    return Attention(text, hint, "more about it", "file", safe(problem.place))
