"""What every verb that logs in does last: it runs the login, and says who is who now."""

from __future__ import annotations

from mixdesk.login.request import LoginRequest
from mixdesk.ops import accounts
from mixdesk_cli import outcome
from mixdesk_cli.call import Call
from mixdesk_cli.render import show
from mixdesk_cli.views import account


def log_in(call: Call, request: LoginRequest, format_: str | None) -> None:
    """Log in, warn of what hides the result, and print the account if a format was asked for.

    Raises:
        MixdeskError: It failed, and every file is as it was.
    """
    from mixdesk_cli.login.running import run  # httpx: after what can be refused without it

    ended = run(call, request)
    outcome.warn(call)
    if format_ is not None:
        row = accounts.get_account(call.context, ended.account)
        show(account.one(row, call.context.clock.now()), format_, call.environ)
