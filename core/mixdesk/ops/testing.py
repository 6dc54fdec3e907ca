"""Testing many accounts side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from mixdesk.api.stopping import Stop, StoppableClock
from mixdesk.api.transport import Transport
from mixdesk.exceptions import ConfigError
from mixdesk.model.records import AccountTest
from mixdesk.ops.context import Context
from mixdesk.ops.me import test_account

AT_ONCE = 16
"""Accounts that are tested at a time."""


def test_accounts(
    ctx: Context, names: Sequence[str], tell: Callable[[AccountTest], None], stop: Stop
) -> None:
    """Find out of several accounts whether their credentials are accepted.

    Args:
        ctx: Where the files are.
        names: The accounts.
        tell: Is given each result as it comes, in any thread.
        stop: Ends it early; nothing is told any more then.
    """

    def test(name: str) -> None:
        if not stop.is_set:
            result = test_account(ctx, name, transport)
            if not stop.is_set:
                tell(result)

    try:
        transport = Transport(clock=StoppableClock(ctx.clock, stop))
    except ConfigError as error:
        for name in names:
            tell(AccountTest(name, error=error))
        return
    with transport:
        stop.attach(transport)
        try:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(test, names))
        finally:
            stop.forget()
