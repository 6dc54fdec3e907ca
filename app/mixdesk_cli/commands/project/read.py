"""``mp project list`` and ``mp project show``."""

from __future__ import annotations

import click

from mixdesk.model.records import ProjectRow
from mixdesk.ops.finding import find_project
from mixdesk.ops.viewer import Viewer, list_known, list_seen
from mixdesk.resolve.resolver import require
from mixdesk_cli import looking
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.render import format_option, show
from mixdesk_cli.verb import Verb
from mixdesk_cli.views import project

_HELPS = {"account": "The account that looks.", "target": "Its account, and its project."}


@click.command(
    "list",
    cls=Verb,
    axes=("account", "project", "target"),
    axis_helps={**_HELPS, "project": "The one to mark as current."},
    examples=(
        "mp project list",
        "mp project list -a team --refresh",
        "mp project list -f json | jq -r '.[] | select(.region == \"eu\").id'",
    ),
)
@looking.refresh_option
@format_option
@pass_call
def list_projects(call: Call, refresh: bool, format_: str | None) -> None:
    """List the projects that an account sees, by organization.

    Shows what Mixpanel said when it was last asked; an account that never asked does so now.
    """
    viewer, resolution = looking.viewer(call)
    looking.announce(call, viewer, refresh=refresh)
    listing = list_seen(call.context, viewer, refresh=refresh)
    if listing.rows or format_ is not None:
        show(project.many(listing, resolution.project.value), format_, call.environ)
    looking.tell_age(call, listing)
    if not listing.rows:
        call.console.say(f"Account {listing.account} sees no project.")


@click.command(
    "show",
    cls=Verb,
    axes=("account", "project", "target"),
    axis_helps={**_HELPS, "project": "The project, as PROJECT."},
    examples=("mp project show", "mp project show E-Commerce", "mp project show 3018488 -f json"),
)
@click.argument("wanted", metavar="[PROJECT]", required=False, shell_complete=suggest.projects)
@looking.refresh_option
@format_option
@pass_call
def show_project(call: Call, wanted: str | None, refresh: bool, format_: str | None) -> None:
    """Show one project, by its id or its name; the current one without PROJECT."""
    viewer, resolution = looking.viewer(call)
    current: str | None = resolution.project.value
    if wanted is None:
        require(resolution)
        wanted, row = _current(call, viewer, current or "", refresh=refresh)
    else:
        looking.announce(call, viewer, refresh=refresh)
        found = find_project(call.context, viewer, wanted, refresh=refresh)
        wanted, row = found.id, found.row
    show(project.one(row, wanted, viewer, current), format_, call.environ)


def _current(
    call: Call, viewer: Viewer, current: str, *, refresh: bool
) -> tuple[str, ProjectRow | None]:
    """The session's project, which has an id whether or not anything else is known of it."""
    if refresh:
        looking.announce(call, viewer, refresh=refresh)
        listing = list_seen(call.context, viewer, refresh=refresh)
    else:
        listing = list_known(call.context, viewer)
    if listing.asked_at is None:
        call.console.note("its name is not known yet. To ask for it: --refresh")
        return current, None
    row = next((row for row in listing.rows if row.project.id == current), None)
    if row is None:
        call.console.warn(f"Account {viewer.entry.name} did not see project {current}.")
    looking.tell_age(call, listing)
    return current, row
