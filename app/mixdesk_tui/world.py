"""The one picture that every screen is drawn from."""

from __future__ import annotations

from typing import NamedTuple

from mixdesk.exceptions import MixdeskError
from mixdesk.model.records import Overview, Problem


class World(NamedTuple):
    """The last good look at the files, and why there is no newer one."""

    overview: Overview
    error: MixdeskError | None = None
    comfort: tuple[Problem, ...] = ()
    """What is wrong with the user's own keys and looks: none of it stands in the way."""
    commands_as: tuple[tuple[str, str], ...] = ()
    """The variables by which commands in this shell act as another than what is saved."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nobody to be yet: a new machine, an environment without credentials."""
        session = self.overview.session
        nobody = session is None or session.resolution.account.value is None
        return self.error is None and not self.overview.accounts and nobody

    @property
    def has_content(self) -> bool:
        """Whether there is anything to show, be it old."""
        overview = self.overview
        return bool(overview.session or overview.accounts or overview.targets)


NOWHERE = World(Overview(None, (), (), (), (), None, "", 0.0))
"""Before anything was read."""


def first_look(overview: Overview, commands_as: tuple[tuple[str, str], ...] = ()) -> World:
    """Return the world as it is seen when the app starts.

    Args:
        overview: What was read.
        commands_as: The variables that choose for commands, each with what it names.
    """
    return World(overview, overview.error, (), commands_as)


def next_look(world: World, overview: Overview) -> World:
    """Return the world after another look: what could not be read stays as it was.

    Args:
        world: What is on screen.
        overview: What was read now, perhaps with an error.

    Returns:
        The new world; its fingerprint is always the new one.
    """
    if overview.error is None:
        return world._replace(overview=overview, error=None)
    last = world.overview
    kept = overview._replace(
        session=overview.session or last.session,
        accounts=overview.accounts or last.accounts,
        targets=overview.targets or last.targets,
        activity=overview.activity or last.activity,
        problems=overview.problems or last.problems,
    )
    return world._replace(overview=kept, error=overview.error)
