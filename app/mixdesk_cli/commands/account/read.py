"""``mp account list`` and ``mp account show``."""

from __future__ import annotations

import click

from mixdesk.ops import accounts
from mixdesk_cli import start
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.named import named_account
from mixdesk_cli.render import format_option, show
from mixdesk_cli.verb import Verb
from mixdesk_cli.views import account, problem


@click.command(
    "list", cls=Verb, examples=("mp account list", "mp account list -f json | jq '.[].name'")
)
@format_option
@pass_call
def list_accounts(call: Call, format_: str | None) -> None:
    """List the accounts, broken ones included."""
    rows = accounts.list_accounts(call.context)
    if rows or format_ is not None:
        show(account.many(rows, call.context.clock.now()), format_, call.environ)
    problem.warn(call.console, problem.outside_lists(call.context.config.problems()))
    if not rows:
        start.explain(call.console)


@click.command(
    "show",
    cls=Verb,
    axes=("account",),
    axis_helps={"account": "The account, as NAME."},
    examples=("mp account show", "mp account show team -f json"),
)
@click.argument("name", required=False, shell_complete=suggest.accounts)
@format_option
@pass_call
def show_account(call: Call, name: str | None, format_: str | None) -> None:
    """Show one account; the active one without NAME."""
    row = accounts.get_account(call.context, named_account(call, name))
    show(account.one(row, call.context.clock.now()), format_, call.environ)
