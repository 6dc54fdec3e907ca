"""``mp account use``."""

from __future__ import annotations

import click

from mixdesk.ops import accounts
from mixdesk_cli import outcome
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.verb import Verb


@click.command("use", cls=Verb, examples=("mp account use team",))
@click.argument("name", shell_complete=suggest.accounts)
@pass_call
def command(call: Call, name: str) -> None:
    """Make an account the active one. The project is its own; the workspace is forgotten."""
    accounts.use_account(call.context, name)
    outcome.tell(call)
