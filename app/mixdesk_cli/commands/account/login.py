"""``mp account login`` and ``mp account logout``."""

from __future__ import annotations

import click

from mixdesk.exceptions import InvalidArgumentError
from mixdesk.login.request import LoginRequest
from mixdesk.model.records import AccountEntry
from mixdesk.model.rules import AccountType
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.login import done
from mixdesk_cli.named import named_account
from mixdesk_cli.render import show
from mixdesk_cli.report import report_option, upright
from mixdesk_cli.verb import Verb

_KIND: AccountType = "oauth_browser"


@click.command(
    "login",
    cls=Verb,
    examples=("mp account login acme-corp", "mp account login acme-corp --device"),
)
@click.argument("name", shell_complete=suggest.accounts)
@click.option("--no-browser", is_flag=True, help="Show the address, start no browser.")
@click.option("--device", is_flag=True, help="Show a code to type on another device.")
@report_option
@pass_call
def log_in(call: Call, name: str, no_browser: bool, device: bool, format_: str | None) -> None:
    """Log a browser account in again, and make it the active one.

    It keeps its project; one without gets the first that it sees.
    """
    _refuse_other(call.context.config.get_account(name))
    request = LoginRequest(
        kind=_KIND,
        name=name,
        open_browser=not no_browser,
        device=device,
        take_first_project=True,
    )
    done.log_in(call, request, format_)


def _refuse_other(entry: AccountEntry) -> None:
    """Refuse an account that logs in without a browser."""
    if entry.type != _KIND:
        raise InvalidArgumentError(
            f"Account {entry.name!r} is a {entry.type}: it does not log in with a browser.",
            violation="login",
            detected_auth_type=entry.type,
            hint=f"To log it in with its own credential: mp login --name {entry.name}",
        )


@click.command(
    "logout",
    cls=Verb,
    axes=("account",),
    axis_helps={"account": "The account, as NAME."},
    examples=("mp account logout", "mp account logout acme-corp"),
)
@click.argument("name", required=False, shell_complete=suggest.accounts)
@report_option
@pass_call
def log_out(call: Call, name: str | None, format_: str | None) -> None:
    """End an account's login, at Mixpanel and here; the active one's without NAME.

    Its tokens are gone from this machine even if Mixpanel could not be told.
    """
    from mixdesk.ops import login  # httpx

    ended = login.log_out(call.context, named_account(call, name))
    if not ended.had_tokens:
        call.console.say(f"Account {ended.account} was not logged in.")
    elif ended.error is None:
        call.console.say(f"Account {ended.account} is logged out, at Mixpanel and here.")
    else:
        call.console.warn(
            f"Account {ended.account} is logged out here, and Mixpanel could not be told: "
            f"{ended.error.summary}",
            ended.error.hint,
        )
    if format_ is not None:
        answer = upright(
            {
                "account": ended.account,
                "had_tokens": ended.had_tokens,
                "revoked": ended.had_tokens and ended.error is None,
                "error": ended.error.message if ended.error else None,
                "error_code": ended.error.code if ended.error else None,
            }
        )
        show(answer, format_, call.environ)
