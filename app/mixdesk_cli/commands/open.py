"""``mp open``."""

from __future__ import annotations

import sys

import click

from mixdesk.ops.finding import find_project
from mixdesk.ops.viewer import list_known, project_url
from mixdesk.resolve.resolver import require
from mixdesk_cli import looking
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.verb import Verb


@click.command(
    "open",
    cls=Verb,
    axes=("account", "project", "target"),
    axis_helps={
        "account": "The account that looks.",
        "project": "The project, as PROJECT.",
        "target": "Its project.",
    },
    examples=(
        "mp open",
        "mp open E-Commerce",
        "mp open -t ecom",
        "mp open --no-browser | pbcopy",
    ),
)
@click.argument("wanted", metavar="[PROJECT]", required=False, shell_complete=suggest.projects)
@click.option("--no-browser", is_flag=True, help="Print the address instead.")
@pass_call
def command(call: Call, wanted: str | None, no_browser: bool) -> None:
    """Open a project, by its id or its name, in the browser; without PROJECT the current one.

    Where no browser can be started its address is printed on stdout.
    """
    viewer, resolution = looking.viewer(call)
    if wanted is None:
        require(resolution)
        wanted = str(resolution.project.value)
        rows = list_known(call.context, viewer).rows
        row = next((row for row in rows if row.project.id == wanted), None)
    else:
        looking.announce(call, viewer, refresh=False)
        found = find_project(call.context, viewer, wanted, trust=True)
        wanted, row = found.id, found.row
    url = project_url(viewer, wanted, row)
    if not no_browser and _open(call, url):
        call.console.say(f"Opened {url}")
    else:
        sys.stdout.write(f"{url}\n")


def _open(call: Call, url: str) -> bool:
    """Open an address; says why not, where none can be opened."""
    import asyncio

    from mixdesk.oauth.browser import SystemBrowser, why_none

    why = why_none(call.environ)
    if why is None and asyncio.run(SystemBrowser(call.environ).open(url)):
        return True
    call.console.note(f"no browser was opened: {why or 'none could be started'}.")
    return False
