"""``mp target use``."""

from __future__ import annotations

import click

from mixdesk.ops import targets
from mixdesk_cli import outcome
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.protected import make_sure
from mixdesk_cli.verb import Verb


@click.command("use", cls=Verb, examples=("mp target use ecom", "mp target use prod --yes"))
@click.argument("name", shell_complete=suggest.targets)
@click.option("-y", "--yes", is_flag=True, help="Do not ask, protected or not.")
@pass_call
def command(call: Call, name: str, yes: bool) -> None:
    """Make a target's account, project and workspace the current ones.

    A protected target asks for its name to be typed.
    """
    make_sure(call, name, yes=yes)
    targets.use_target(call.context, name)
    outcome.tell(call)
