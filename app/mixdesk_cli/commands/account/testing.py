"""``mp account test``."""

from __future__ import annotations

import click

from mixdesk.exceptions import MixdeskError
from mixdesk.model.records import AccountTest
from mixdesk.ops import accounts
from mixdesk_cli import start
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.errors import DONE, REFUSED, exit_code
from mixdesk_cli.named import named_account
from mixdesk_cli.render import format_option, show
from mixdesk_cli.verb import Verb
from mixdesk_cli.views import account_test


@click.command(
    "test",
    cls=Verb,
    axes=("account",),
    axis_helps={"account": "The account, as NAME."},
    examples=(
        "mp account test",
        "mp account test --all",
        "mp account test --all -f json | jq -r '.[] | select(.ok | not).account_name'",
    ),
)
@click.argument("name", required=False, shell_complete=suggest.accounts)
@click.option("--all", "all_", is_flag=True, help="All accounts, side by side.")
@format_option
@pass_call
def command(call: Call, name: str | None, all_: bool, format_: str | None) -> int:
    """Find out whether an account's credentials are accepted; the active one's without NAME.

    What is found is kept as the account's status. With --all it exits 2 when one is not accepted.
    """
    if all_ and (name or call.line.account):
        raise click.UsageError("--all is instead of NAME, not beside.")
    return _test_all(call, format_) if all_ else _test_one(call, name, format_)


def _test_one(call: Call, name: str | None, format_: str | None) -> int:
    from mixdesk_cli.testing import test  # httpx

    wanted = named_account(call, name)
    try:
        row = accounts.get_account(call.context, wanted)
    except MixdeskError as error:
        result = AccountTest(wanted or "", error=error)
    else:
        (result,) = test(call, [row.name])
    show(account_test.one(result), format_, call.environ)
    if result.error is None:
        return DONE
    call.console.error(result.error.summary, result.error.hint)
    return exit_code(result.error)


def _test_all(call: Call, format_: str | None) -> int:
    from mixdesk_cli.testing import test  # httpx

    names = [row.name for row in accounts.list_accounts(call.context)]
    results = test(call, names)
    if results or format_ is not None:
        show(account_test.many(results), format_, call.environ)
    if not results:
        start.explain(call.console)
        return DONE
    failed = [f"{each.name}: {each.error.summary}" for each in results if each.error is not None]
    accepted = len(results) - len(failed)
    call.console.say(f"{accepted} of {len(results)} accounts are accepted.", "\n".join(failed))
    return REFUSED if failed else DONE
