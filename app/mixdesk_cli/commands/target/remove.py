"""``mp target remove``."""

from __future__ import annotations

import click

from mixdesk.ops import targets
from mixdesk_cli import ask
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.terminal import is_interactive
from mixdesk_cli.verb import Verb


@click.command("remove", cls=Verb, examples=("mp target remove old", "mp target remove old --yes"))
@click.argument("name", shell_complete=suggest.targets)
@click.option("-y", "--yes", "--force", is_flag=True, help="Do not ask.")
@pass_call
def command(call: Call, name: str, yes: bool) -> None:
    """Remove a target. Its account stays. Asks on a terminal."""
    if not yes and is_interactive():
        row = targets.get_target(call.context, name)
        ask.confirm(f"Remove target {row.name} (account {row.account}, project {row.project})?")
    targets.remove_target(call.context, name)
    call.console.say(f"Target {name} is removed.")
