"""Listing many accounts again, when nothing has changed since the last time."""

from __future__ import annotations

from collections.abc import Iterator

import mixdesk as mp
from bench.machine import as_user_of, home, write_config
from bench.measure import in_turns, median, seconds
from bench.report import Line, Row
from mixdesk.ops.accounts import list_accounts
from mixdesk.ops.context import Context

ACCOUNTS = 1000
ROUNDS = 30
BUDGET_MS = 2.0


def rows() -> Iterator[Line]:
    with home() as place, as_user_of(place):
        write_config(place, ACCOUNTS)
        ctx = Context.from_environment()
        documented, plain = in_turns(
            ROUNDS,
            lambda: seconds(mp.accounts.list),
            lambda: seconds(lambda: list_accounts(ctx)),
        )
    what = f"accounts.list(), {ACCOUNTS:,} accounts"
    yield Row(what, median(documented) * 1000, "ms", BUDGET_MS)
    yield Row(f"the same in plain records, {ACCOUNTS:,} accounts", median(plain) * 1000, "ms", None)
