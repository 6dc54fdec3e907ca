"""``mp account token``."""

from __future__ import annotations

import sys

import click

from mixdesk.exceptions import ConfigError
from mixdesk.ops import accounts
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.named import named_account
from mixdesk_cli.verb import Verb


@click.command(
    "token",
    cls=Verb,
    axes=("account",),
    axis_helps={"account": "The account, as NAME."},
    examples=(
        "mp account token",
        'printf \'header = "Authorization: Bearer %s"\' "$(mp account token)" | curl -K - URL',
    ),
)
@click.argument("name", required=False, shell_complete=suggest.accounts)
@pass_call
def command(call: Call, name: str | None) -> None:
    """Print an account's bearer token, renewed if it has ended; the active one's without NAME.

    It is the only thing on stdout. To hand a credential to a command, mp exec is safer.
    """
    row = accounts.get_account(call.context, named_account(call, name))
    if row.type == "service_account":
        raise ConfigError(
            f"Account {row.name!r} is a service account: it has a username and a secret, and no "
            "bearer token.",
            hint=f"To hand them to a command: mp exec -a {row.name} -- COMMAND",
            details={"account": row.name, "type": row.type},
        )
    from mixdesk.ops.credentials import bearer_token  # httpx

    token = bearer_token(call.context, row.name)
    sys.stdout.write(f"{token}\n")
