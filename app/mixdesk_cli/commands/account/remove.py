"""``mp account remove``."""

from __future__ import annotations

import click

from mixdesk.model.records import AccountRow
from mixdesk.ops import accounts
from mixdesk_cli import ask
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.terminal import is_interactive
from mixdesk_cli.verb import Verb


@click.command(
    "remove", cls=Verb, examples=("mp account remove old", "mp account remove old --force")
)
@click.argument("name", shell_complete=suggest.accounts)
@click.option("-y", "--yes", is_flag=True, help="Do not ask. Fails when targets refer to it.")
@click.option("--force", is_flag=True, help="Do not ask, and leave its targets broken.")
@pass_call
def command(call: Call, name: str, yes: bool, force: bool) -> None:
    """Remove an account, its tokens and what is remembered about it.

    Asks on a terminal. In a script an account that targets refer to needs --force.
    """
    if not (yes or force) and is_interactive():
        _ask(accounts.get_account(call.context, name))
        # Who says yes has seen the targets.
        force = True
    orphans = accounts.remove_account(call.context, name, force=force)
    call.console.say(f"Account {name} is removed.")
    if orphans:
        call.console.warn(
            f"Targets without an account now: {', '.join(orphans)}.",
            "Point them elsewhere: mp target update TARGET -a ACCOUNT\n"
            "or remove them: mp target remove TARGET",
        )


def _ask(row: AccountRow) -> None:
    referring = f" Targets that refer to it: {', '.join(row.targets)}." if row.targets else ""
    ask.confirm(f"Remove account {row.name} and its tokens?{referring}")
