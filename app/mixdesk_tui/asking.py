"""The real services that ask Mixpanel: they block, they can be stopped, they load httpx."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from mixdesk.api.stopping import Stop, StoppableClock
from mixdesk.model.records import AccountTest, ProjectList

if TYPE_CHECKING:
    from mixdesk.api.transport import Transport
    from mixdesk.model.secret import Secret
    from mixdesk.ops.context import Context

RECENT = 12
"""Projects that are remembered as recently chosen."""


class Picked(NamedTuple):
    """All that the picker shows: what an account sees, and what the user likes of it."""

    listing: ProjectList
    favourites: tuple[str, ...] = ()
    recents: tuple[str, ...] = ()
    """Ids, the last one chosen first."""


def list_projects(ctx: Context) -> Picked:
    """Return what the active account sees, without a network."""
    from mixdesk.ops import projects
    from mixdesk.store.preferences import read_preferences

    liked = read_preferences(ctx.storage.preferences)
    return Picked(projects.list_projects(ctx), liked.favourite_projects, liked.recent_projects)


def refresh_projects(ctx: Context, account: str, stop: Stop) -> None:
    """Ask Mixpanel what an account sees, and keep the answer."""
    from mixdesk.ops.me import refresh_me

    with _transport(ctx, stop) as transport:
        refresh_me(ctx, account, transport)


def use_project(ctx: Context, account: str, project: str, workspace: int | None) -> None:
    """Choose a project, and remember that; that it cannot be remembered spoils nothing."""
    from mixdesk.exceptions import StoreError
    from mixdesk.ops import projects
    from mixdesk.store.preferences import change_preferences, read_preferences

    projects.use_project(ctx, project, workspace=workspace, account=account)
    place = ctx.storage.preferences
    before = read_preferences(place).recent_projects
    recents = (project, *(each for each in before if each != project))[:RECENT]
    with suppress(StoreError):
        change_preferences(place, recent_projects=recents)


def set_favourite(ctx: Context, project: str, is_favourite: bool) -> None:
    """Put a project among the favourites, or take it away."""
    from mixdesk.store.preferences import change_preferences, read_preferences

    place = ctx.storage.preferences
    others = tuple(each for each in read_preferences(place).favourite_projects if each != project)
    favourites = (*others, project) if is_favourite else others
    change_preferences(place, favourite_projects=favourites)


def test_accounts(
    ctx: Context, names: Sequence[str], tell: Callable[[AccountTest], None], stop: Stop
) -> None:
    """Test accounts side by side.

    Args:
        ctx: Where the files are.
        names: The accounts.
        tell: Is given each result as it comes, in any thread.
        stop: Ends it; nothing is told or written any more then.
    """
    from mixdesk.ops import testing

    testing.test_accounts(ctx, names, tell, stop)


def access_token(ctx: Context, name: str) -> Secret:
    """Return the bearer token of an account, renewed if it has ended."""
    from mixdesk.exceptions import ConfigError
    from mixdesk.model.secret import Secret
    from mixdesk.ops.credentials import bearer_token

    token = bearer_token(ctx, name)
    if token is None:
        raise ConfigError(
            f"Account {name!r} is a service account: it has no access token.",
            hint=f"To hand its secret to a command: mp exec -a {name} -- COMMAND",
        )
    return Secret(token)


@contextmanager
def _transport(ctx: Context, stop: Stop) -> Iterator[Transport]:
    """A transport whose requests end when it is over."""
    from mixdesk.api.transport import Transport

    with Transport(clock=StoppableClock(ctx.clock, stop)) as transport:
        stop.attach(transport)
        try:
            yield transport
        finally:
            stop.forget()
