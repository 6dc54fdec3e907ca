"""``mp account add``."""

from __future__ import annotations

import click

from mixdesk.exceptions import InvalidArgumentError
from mixdesk.model.records import AccountEntry, AccountRow
from mixdesk.model.rules import ACCOUNT_TYPES, REGIONS, AccountType, Region
from mixdesk.model.secret import Secret
from mixdesk.ops import accounts
from mixdesk_cli import secrets
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.verb import Verb

_ANY_NAME = "new"
"""Stands in for a name until Mixpanel has told one."""


@click.command(
    "add",
    cls=Verb,
    axes=("project",),
    axis_helps={"project": "The account's home project."},
    examples=(
        "mp account add team --type service_account --region us --username team.x",
        "pass show mp | mp account add team --region us --username team.x --secret-stdin",
        "mp account add ci --type oauth_token --region eu --token-env CI_TOKEN -p 3713224",
        "mp account add me --type oauth_browser --region in",
        "mp account add --derive-name --region us --username team.x",
    ),
)
@click.argument("name", required=False)
@click.option(
    "--type",
    "kind",
    type=click.Choice(ACCOUNT_TYPES),
    help="What it logs in with; --username and --token-env tell it too.",
)
@click.option("--region", type=click.Choice(REGIONS), required=True, help="Where the data lives.")
@click.option("--username", help="Of a service account; else MP_USERNAME.")
@click.option("--token-env", metavar="VAR", help="The variable that holds the bearer token.")
@click.option("--secret-stdin", is_flag=True, help="Read the secret from stdin.")
@click.option("--derive-name", is_flag=True, help="Ask Mixpanel, and name it after its company.")
@pass_call
def command(
    call: Call,
    name: str | None,
    kind: AccountType | None,
    region: Region,
    username: str | None,
    token_env: str | None,
    secret_stdin: bool,
    derive_name: bool,
) -> None:
    """Add an account. The first one becomes active.

    The secret is never an argument: it comes from stdin (--secret-stdin), else from MP_SECRET
    (service account) or MP_OAUTH_TOKEN (bearer), else it is asked for without being shown.
    """
    if (name is None) is not derive_name:
        raise click.UsageError("Give either a NAME or --derive-name.")
    kind = kind or _told_by(username, token_env)
    _refuse_nameless(kind, derive_name)
    _refuse_strangers(kind, username, token_env, secret_stdin)
    if kind == "service_account":
        username = username or call.environ.get("MP_USERNAME")
    secret = _secret(call, kind, username, token_env, secret_stdin)
    entry = AccountEntry(
        name=_ANY_NAME if name is None else name,
        type=kind,
        region=region,
        default_project=call.line.project,
        username=username,
        secret=secret if kind == "service_account" else None,
        token=secret if kind == "oauth_token" else None,
        token_env=token_env,
    )
    name = _derived(call, entry) if name is None else name
    row = accounts.add_account(call.context, **entry._replace(name=name)._asdict())
    _tell(call, row)


def _derived(call: Call, entry: AccountEntry) -> str:
    from mixdesk.ops.adding import derive_name  # httpx

    return derive_name(call.context, entry)


def _refuse_nameless(kind: AccountType, derive_name: bool) -> None:
    """Refuse a name that only a login can tell."""
    if derive_name and kind == "oauth_browser":
        raise InvalidArgumentError(
            "A browser account gets its name when it logs in.",
            violation="derive_name",
            detected_auth_type=kind,
            hint="Log in: mp login. Or give a NAME.",
        )


def _told_by(username: str | None, token_env: str | None) -> AccountType:
    if username is not None and token_env is None:
        return "service_account"
    if token_env is not None and username is None:
        return "oauth_token"
    raise InvalidArgumentError(
        "What does the account log in with?",
        violation="type_missing",
        hint=f"Say --type, one of {', '.join(ACCOUNT_TYPES)}.",
    )


def _refuse_strangers(
    kind: AccountType, username: str | None, token_env: str | None, secret_stdin: bool
) -> None:
    """Refuse what this type has no use for, before a secret is asked for."""
    strangers = {
        "--username": username is not None and kind != "service_account",
        "--token-env": token_env is not None and kind != "oauth_token",
        "--secret-stdin": secret_stdin and (kind == "oauth_browser" or token_env is not None),
    }
    for flag, given in strangers.items():
        if given:
            raise InvalidArgumentError(
                f"{flag} means nothing for this account ({kind}).",
                violation="stray_argument",
                detected_auth_type=kind,
                hint="Leave it away, or choose another --type.",
            )


def _secret(
    call: Call, kind: AccountType, username: str | None, token_env: str | None, stdin: bool
) -> Secret | None:
    if kind == "oauth_browser" or token_env is not None:
        return None
    if kind == "service_account" and not username:
        raise InvalidArgumentError(
            "A service account has a username.",
            violation="username_missing",
            detected_auth_type=kind,
            hint="Say --username, or set MP_USERNAME.",
        )
    return secrets.obtain(call, kind, username=username, stdin=stdin)


def _tell(call: Call, row: AccountRow) -> None:
    active = " It is the active one." if row.is_active else f" Use it: mp account use {row.name}"
    call.console.say(f"Account {row.name} is added.{active}")
    if row.token_env is not None and not row.token_env_set:
        call.console.note(f"{row.token_env} is not set in this shell.")
    if row.has_tokens is False:
        call.console.say("It has no tokens yet.", f"Log in: mp account login {row.name}")
