"""``mp use``: another account or target, or back."""

from __future__ import annotations

from collections.abc import Sequence

import click

from mixdesk.exceptions import InvalidArgumentError
from mixdesk.model.records import AccountRow, TargetRow
from mixdesk.model.text import clean
from mixdesk.ops import switching
from mixdesk.ops.accounts import list_accounts, use_account
from mixdesk.ops.switching import Named
from mixdesk.ops.targets import list_targets, use_target
from mixdesk_cli import outcome, protected, start
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.terminal import is_interactive
from mixdesk_cli.verb import Verb

_SHOWN = 12


@click.command(
    "use",
    cls=Verb,
    examples=(
        "mp use ecom",
        "mp use -                     (back to where you were; again: forth)",
        "mp use account:team          (the account, where a target has that name too)",
        "mp use                       (on a terminal: choose from a list)",
    ),
)
@click.argument("name", required=False, shell_complete=suggest.switches)
@click.option("-y", "--yes", is_flag=True, help="Do not ask, protected or not.")
@pass_call
def command(call: Call, name: str | None, yes: bool) -> None:
    """Make a target's account, project and workspace the current ones, or an account.

    NAME is a target or an account; a target comes first. `-` takes the last switch back, whichever
    program of mixdesk made it: account, project and workspace are as they were.
    """
    if name == "-":
        _go_back(call, yes=yes)
    elif name is None:
        _use(call, _pick(call), yes=yes)
    else:
        _use(call, switching.find_name(call.context, name), yes=yes)
    outcome.tell(call)


def _use(call: Call, named: Named, *, yes: bool) -> None:
    name = named.name
    if named.is_both:
        shown = clean(name)
        call.console.note(f"{shown} is an account too. To use that: mp use account:{shown}")
    if named.kind == "account":
        use_account(call.context, name)
    else:
        protected.make_sure(call, name, yes=yes)
        use_target(call.context, name)


def _go_back(call: Call, *, yes: bool) -> None:
    switch, target = switching.last_switch(call.context)
    if target is not None:
        protected.make_sure(call, target, yes=yes)
    switching.go_back(call.context, switch)


def _pick(call: Call) -> Named:
    targets, accounts = list_targets(call.context), list_accounts(call.context)
    if not accounts and not targets:
        start.explain(call.console)
        raise click.exceptions.Exit(3)
    if not is_interactive():
        raise _unnamed(targets, accounts)
    from mixdesk_cli.picker import pick
    from mixdesk_cli.views.switch import SHAPE, items

    key = pick("Switch to", items(targets, accounts), call.environ, SHAPE)
    return switching.find_name(call.context, key)


def _unnamed(targets: Sequence[TargetRow], accounts: Sequence[AccountRow]) -> InvalidArgumentError:
    """Build the error for no name, and nobody to choose one."""
    lines = []
    for kind, names in (
        ("targets", [clean(row.name) for row in targets]),
        ("accounts", [clean(row.name) for row in accounts]),
    ):
        if names:
            more = ", …" if len(names) > _SHOWN else ""
            lines.append(f"{kind}: {', '.join(names[:_SHOWN])}{more}")
    return InvalidArgumentError(
        "Whom to switch to? Give a NAME, or - to go back.",
        violation="name_missing",
        hint="\n".join(lines),
    )
