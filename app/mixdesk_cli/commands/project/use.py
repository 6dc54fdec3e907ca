"""``mp project use``."""

from __future__ import annotations

import click

from mixdesk.ops.finding import find_project, find_workspace, refuse_elsewhere
from mixdesk.ops.projects import use_project
from mixdesk.ops.viewer import Viewer, list_seen, saved_viewer
from mixdesk_cli import looking, outcome
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.terminal import is_interactive
from mixdesk_cli.verb import Verb
from mixdesk_cli.views import project


@click.command(
    "use",
    cls=Verb,
    axes=("account", "workspace"),
    axis_helps={
        "account": "Another account than the active one; it becomes active too.",
        "workspace": "Pin a workspace of the project too.",
    },
    examples=(
        "mp project use 3018488",
        "mp project use E-Commerce",
        "mp project use 998812 -a acme-eu -w 5988121",
        "mp project use                       (on a terminal: choose from a list)",
    ),
)
@click.argument("wanted", metavar="[PROJECT]", required=False, shell_complete=suggest.home_projects)
@looking.refresh_option
@pass_call
def command(call: Call, wanted: str | None, refresh: bool) -> None:
    """Make a project, by its id or its name, the account's home project.

    The workspace of the last one is forgotten. A project of another region than the account's is
    refused.
    """
    account, workspace = call.line.account, call.line.workspace
    viewer = saved_viewer(call.context, account)
    looking.announce(call, viewer, refresh=refresh)
    if wanted is None:
        wanted = _pick(call, viewer, refresh=refresh)
        refresh = False
    found = find_project(call.context, viewer, wanted, refresh=refresh, trust=True)
    if found.row is not None:
        refuse_elsewhere(call.context, viewer, found.row)
    if workspace is not None:
        find_workspace(call.context, viewer, found.id, str(workspace), trust=True)
    use_project(call.context, found.id, workspace=workspace, account=account)
    looking.doubt(call, found.doubt)
    outcome.tell(call)


def _pick(call: Call, viewer: Viewer, *, refresh: bool) -> str:
    if not is_interactive():
        raise click.UsageError("Which project? Give its id or its name: mp project list")
    from mixdesk_cli.picker import Item, pick

    listing = list_seen(call.context, viewer, refresh=refresh)
    if not listing.rows:
        raise looking.no_project(listing)
    current = viewer.entry.default_project
    items = [
        Item(row.project.id, project.cells(row, current), is_current=row.project.id == current)
        for row in listing.rows
    ]
    return pick(f"What {viewer.entry.name} sees", items, call.environ, project.SHAPE)
