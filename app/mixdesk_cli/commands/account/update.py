"""``mp account update`` and ``mp account rename``."""

from __future__ import annotations

import click

from mixdesk.exceptions import InvalidArgumentError
from mixdesk.model.rules import REGIONS, Region
from mixdesk.model.secret import Secret
from mixdesk.ops import accounts
from mixdesk_cli import ask
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.verb import Verb


@click.command(
    "update",
    cls=Verb,
    axes=("project",),
    axis_helps={"project": "Another home project."},
    examples=(
        "mp account update team -p 3713224",
        "pass show mp | mp account update team --secret-stdin",
    ),
)
@click.argument("name", shell_complete=suggest.accounts)
@click.option("--region", type=click.Choice(REGIONS), help="Another region.")
@click.option("--no-project", is_flag=True, help="Forget the home project.")
@click.option("--username", help="Another username (service account).")
@click.option("--token-env", metavar="VAR", help="Another variable for the bearer token.")
@click.option("--secret-stdin", is_flag=True, help="Read a new secret from stdin, or ask for it.")
@pass_call
def update(
    call: Call,
    name: str,
    region: Region | None,
    no_project: bool,
    username: str | None,
    token_env: str | None,
    secret_stdin: bool,
) -> None:
    """Change what an account is made of. What is not given stays."""
    project = call.line.project
    if no_project and project is not None:
        raise click.UsageError("--no-project is instead of -p, not beside.")
    if not (region or no_project or username or token_env or secret_stdin or project):
        raise click.UsageError("Nothing to change was given.")
    secret, token = _new_secret(call, name, secret_stdin)
    accounts.update_account(
        call.context,
        name,
        region=region,
        default_project=project,
        clear_default_project=no_project,
        username=username,
        secret=secret,
        token=token,
        token_env=token_env,
    )
    call.console.say(f"Account {name} is changed.")


@click.command("rename", cls=Verb, examples=("mp account rename team growth",))
@click.argument("name", shell_complete=suggest.accounts)
@click.argument("new_name")
@pass_call
def rename(call: Call, name: str, new_name: str) -> None:
    """Give an account another name. Its targets follow."""
    row = accounts.rename_account(call.context, name, new_name)
    count = len(row.targets)
    followed = f" {count} {'target follows' if count == 1 else 'targets follow'}." if count else ""
    call.console.say(f"Account {name} is now {new_name}.{followed}")


def _new_secret(call: Call, name: str, stdin: bool) -> tuple[Secret | None, Secret | None]:
    """Read a secret and put it where this account keeps it: (secret, token)."""
    if not stdin:
        return None, None
    # Before the secret is asked for: what cannot be shall not cost the typing.
    row = accounts.get_account(call.context, name)
    if row.type == "oauth_browser":
        raise InvalidArgumentError(
            f"Account {name!r} logs in with a browser: it has no secret.",
            violation="stray_argument",
            detected_auth_type=row.type,
        )
    value = ask.from_stdin("Bearer token" if row.type == "oauth_token" else "Secret")
    return (None, value) if row.type == "oauth_token" else (value, None)
