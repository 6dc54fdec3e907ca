"""``mp login``."""

from __future__ import annotations

from dataclasses import replace

import click

from mixdesk.exceptions import AccountNotFoundError, InvalidArgumentError
from mixdesk.login.request import LoginRequest, check_request, detect_kind
from mixdesk.model.records import AccountEntry
from mixdesk.model.rules import REGIONS, AccountType, Region
from mixdesk_cli import ask, secrets
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.login import done
from mixdesk_cli.report import report_option
from mixdesk_cli.terminal import is_interactive
from mixdesk_cli.verb import Verb


@click.command(
    "login",
    cls=Verb,
    axes=("project",),
    axis_helps={"project": "The account's home project."},
    examples=(
        "mp login",
        "mp login --region eu --project 3713224",
        "mp login --no-browser                        (the browser is on another machine)",
        "pass show mp | MP_USERNAME=team.x mp login -S --secret-stdin --name team",
        "mp login --token-env CI_TOKEN --name ci",
    ),
)
@click.option("--name", help="What the account is called; one of that name logs in again.")
@click.option("--region", type=click.Choice(REGIONS), help="Where the data lives.")
@click.option("-S", "--service-account", is_flag=True, help="Log in with username and secret.")
@click.option("--token-env", metavar="VAR", help="Log in with the bearer token in VAR.")
@click.option("--no-browser", is_flag=True, help="Show the address, start no browser.")
@click.option("--device", is_flag=True, help="Show a code to type on another device.")
@click.option("--secret-stdin", is_flag=True, help="Read a service account's secret from stdin.")
@report_option
@pass_call
def command(
    call: Call,
    name: str | None,
    region: Region | None,
    service_account: bool,
    token_env: str | None,
    no_browser: bool,
    device: bool,
    secret_stdin: bool,
    format_: str | None,
) -> None:
    """Log in: add an account, or log one in again, and make it the active one.

    With a browser, unless MP_USERNAME and MP_SECRET or MP_OAUTH_TOKEN are set, an option says
    otherwise, or the account of that name logs in in another way. Project and name are asked for
    on a terminal; elsewhere say --project and --name where there is a choice. Nothing is saved
    before everything is known.
    """
    if service_account and token_env is not None:
        raise InvalidArgumentError(
            "--service-account and --token-env exclude each other.",
            violation="mutually_exclusive",
            hint="Give one of them.",
        )
    known = _known(call, name)
    told: AccountType | None = "service_account" if service_account else None
    kind = detect_kind(call.environ, told, token_env, known)
    request = LoginRequest(
        kind=kind,
        name=name,
        region=region,
        project=call.line.project,
        open_browser=not no_browser,
        device=device,
        token_env=token_env,
    )
    # Before a secret is asked for: what cannot be shall not cost the typing.
    check_request(request, known)
    if kind == "service_account":
        request = _with_secret(call, request, known, secret_stdin)
    elif secret_stdin:
        raise InvalidArgumentError(
            "Only a service account has a secret.",
            violation="secret_stdin_misuse",
            detected_auth_type=kind,
            hint="To log one in: mp login --service-account --secret-stdin",
        )
    done.log_in(call, request, format_)


def _known(call: Call, name: str | None) -> AccountEntry | None:
    """The account that logs in again, if there is one of this name."""
    if name is None:
        return None
    try:
        return call.context.config.get_account(name)
    except AccountNotFoundError:
        return None


def _with_secret(
    call: Call, request: LoginRequest, known: AccountEntry | None, stdin: bool
) -> LoginRequest:
    username = call.environ.get("MP_USERNAME") or (known.username if known else None)
    if not username:
        if not is_interactive():
            raise InvalidArgumentError(
                "A service account has a username.",
                violation="username_missing",
                detected_auth_type="service_account",
                hint="Set it in this shell: export MP_USERNAME=…",
            )
        username = ask.text("Username")
    secret = secrets.obtain(call, "service_account", username=username, stdin=stdin)
    return replace(request, username=username, secret=secret)
