"""``mp target remove``."""

from __future__ import annotations

import click

from mixdesk.ops import targets
from mixdesk_cli import ask
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.protected import make_sure
from mixdesk_cli.terminal import is_interactive
from mixdesk_cli.verb import Verb


@click.command("remove", cls=Verb, examples=("mp target remove old", "mp target remove old --yes"))
@click.argument("name", shell_complete=suggest.targets)
@click.option("-y", "--yes", "--force", is_flag=True, help="Do not ask.")
@pass_call
def command(call: Call, name: str, yes: bool) -> None:
    """Remove a target. Its account stays. Asks on a terminal.

    A protected target asks for its name to be typed; in a script it needs --yes.
    """
    row = targets.get_target(call.context, name)
    if row.is_protected:
        make_sure(call, name, yes=yes)
    elif not yes and is_interactive():
        ask.confirm(f"Remove target {row.name} (account {row.account}, project {row.project})?")
    targets.remove_target(call.context, name)
    call.console.say(f"Target {name} is removed.")
