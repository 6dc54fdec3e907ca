"""``mp account remove``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from mixdesk.model.records import AccountRow
from mixdesk.ops import accounts, targets
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
@click.option("--with-targets", is_flag=True, help="Remove its targets too, but protected ones.")
@pass_call
def command(call: Call, name: str, yes: bool, force: bool, with_targets: bool) -> None:
    """Remove an account, its tokens and what is remembered about it.

    Asks on a terminal. In a script an account that targets refer to needs --force, or
    --with-targets where none of them is protected.
    """
    gone = _open_targets(call, name) if with_targets else ()
    if not (yes or force) and is_interactive():
        _ask(accounts.get_account(call.context, name), gone)
        # Who says yes has seen the targets.
        force = True
    orphans = accounts.remove_account(call.context, name, force=force, with_targets=gone)
    call.console.say(f"Account {name} is removed.")
    if orphans:
        call.console.warn(
            f"Targets without an account now: {', '.join(orphans)}.",
            "Point them elsewhere: mp target update TARGET -a ACCOUNT\n"
            "or remove them: mp target remove TARGET",
        )


def _open_targets(call: Call, name: str) -> tuple[str, ...]:
    """The targets of an account that are not protected."""
    rows = targets.list_targets(call.context)
    return tuple(row.name for row in rows if row.account == name and not row.is_protected)


def _ask(row: AccountRow, gone: Sequence[str]) -> None:
    with_it = f" Targets that go with it: {', '.join(gone)}." if gone else ""
    left = [name for name in row.targets if name not in gone]
    referring = f" Targets that refer to it: {', '.join(left)}." if left else ""
    ask.confirm(f"Remove account {row.name} and its tokens?{with_it}{referring}")
