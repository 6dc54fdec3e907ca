"""``mp workspace list`` and ``mp workspace show``."""

from __future__ import annotations

import click

from mixdesk.model.records import WorkspaceRow
from mixdesk.ops.finding import find_workspace
from mixdesk.ops.viewer import Viewer, known, list_workspaces
from mixdesk.resolve.resolver import require
from mixdesk_cli import looking
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.render import format_option, show
from mixdesk_cli.verb import Verb
from mixdesk_cli.views import workspace

_AXES = ("account", "project", "workspace", "target")
_HELPS = {
    "account": "The account that looks.",
    "project": "The project; else the current one.",
    "target": "Its account, project and workspace.",
}


@click.command(
    "list",
    cls=Verb,
    axes=_AXES,
    axis_helps={**_HELPS, "workspace": "The one to mark as pinned."},
    examples=("mp workspace list", "mp workspace list -p 3018488 -f json"),
)
@looking.refresh_option
@format_option
@pass_call
def list_all(call: Call, refresh: bool, format_: str | None) -> None:
    """List the workspaces of a project, the one that is used when none is pinned first.

    Shows what Mixpanel said when it was last asked; an account that never asked does so now.
    """
    viewer, resolution = looking.viewer(call)
    require(resolution)
    looking.announce(call, viewer, refresh=refresh)
    listing = list_workspaces(
        call.context,
        viewer,
        resolution.project.value,
        pinned=resolution.workspace.value,
        refresh=refresh,
    )
    if listing.rows or format_ is not None:
        show(workspace.many(listing), format_, call.environ)
    looking.tell_age(call, listing)
    if not listing.rows:
        said = f"Account {listing.account} sees no workspace in project {listing.project}."
        call.console.say(said)


@click.command(
    "show",
    cls=Verb,
    axes=_AXES,
    axis_helps={**_HELPS, "workspace": "The workspace, as WORKSPACE."},
    examples=("mp workspace show", "mp workspace show Console -p 3018488"),
)
@click.argument("wanted", metavar="[WORKSPACE]", required=False, shell_complete=suggest.workspaces)
@looking.refresh_option
@format_option
@pass_call
def show_one(call: Call, wanted: str | None, refresh: bool, format_: str | None) -> None:
    """Show one workspace of a project, by its id or its name.

    Without WORKSPACE the one that calls run with: the pinned one, or the one that is chosen when
    none is.
    """
    viewer, resolution = looking.viewer(call)
    require(resolution)
    project: str = resolution.project.value
    pinned: int | None = resolution.workspace.value
    if wanted is not None:
        looking.announce(call, viewer, refresh=refresh)
        found = find_workspace(
            call.context, viewer, project, wanted, pinned=pinned, refresh=refresh
        )
        row, number = found.row, int(found.id)
    else:
        row, number = _current(call, viewer, project, pinned, refresh=refresh)
    show(workspace.one(row, number, project), format_, call.environ)


def _current(
    call: Call, viewer: Viewer, project: str, pinned: int | None, *, refresh: bool
) -> tuple[WorkspaceRow | None, int]:
    if pinned is not None and known(call.context, viewer).cached_at is None and not refresh:
        call.console.note("its name is not known yet. To ask for it: --refresh")
        return None, pinned
    looking.announce(call, viewer, refresh=refresh)
    listing = list_workspaces(call.context, viewer, project, pinned=pinned, refresh=refresh)
    looking.tell_age(call, listing)
    row = next((row for row in listing.rows if row.is_current), None)
    if row is not None:
        return row, row.workspace.id
    if pinned is not None:
        call.console.warn(f"Project {project} is not known to have workspace {pinned}.")
        return None, pinned
    raise looking.no_workspace(listing)
