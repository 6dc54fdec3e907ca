"""``mp workspace use``."""

from __future__ import annotations

import click

from mixdesk.ops.finding import find_workspace
from mixdesk.ops.switching import pin_workspace
from mixdesk.ops.viewer import Viewer, list_workspaces, saved_viewer
from mixdesk.resolve.resolver import no_project
from mixdesk_cli import looking, outcome
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.terminal import is_interactive
from mixdesk_cli.verb import Verb
from mixdesk_cli.views import workspace


@click.command(
    "use",
    cls=Verb,
    examples=(
        "mp workspace use 3448414",
        "mp workspace use Console",
        "mp workspace use --none",
        "mp workspace use                     (on a terminal: choose from a list)",
    ),
)
@click.argument(
    "wanted", metavar="[WORKSPACE]", required=False, shell_complete=suggest.home_workspaces
)
@click.option("--none", "is_none", is_flag=True, help="Pin none: the first call chooses.")
@looking.refresh_option
@pass_call
def command(call: Call, wanted: str | None, is_none: bool, refresh: bool) -> None:
    """Pin a workspace, by its id or its name, of the active account's home project."""
    if is_none and wanted is not None:
        raise click.UsageError("--none is instead of WORKSPACE, not beside.")
    if is_none:
        pin_workspace(call.context, None)
    else:
        _pin(call, wanted, refresh=refresh)
    outcome.tell(call)


def _pin(call: Call, wanted: str | None, *, refresh: bool) -> None:
    viewer = saved_viewer(call.context)
    project = viewer.entry.default_project
    if project is None:
        raise no_project(viewer.entry.name)
    looking.announce(call, viewer, refresh=refresh)
    if wanted is None:
        wanted = _pick(call, viewer, project, refresh=refresh)
        refresh = False
    found = find_workspace(call.context, viewer, project, wanted, refresh=refresh, trust=True)
    pin_workspace(call.context, int(found.id))
    looking.doubt(call, found.doubt)


def _pick(call: Call, viewer: Viewer, project: str, *, refresh: bool) -> str:
    if not is_interactive():
        raise click.UsageError("Which workspace? Give its id or its name: mp workspace list")
    from mixdesk_cli.picker import Item, pick

    pinned = call.context.config.get_active().workspace
    listing = list_workspaces(call.context, viewer, project, pinned=pinned, refresh=refresh)
    if not listing.rows:
        raise looking.no_workspace(listing)
    items = [
        Item(str(row.workspace.id), workspace.cells(row), row.is_current) for row in listing.rows
    ]
    return pick(f"Workspaces of project {project}", items, call.environ, workspace.SHAPE)
