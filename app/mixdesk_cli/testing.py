"""Testing accounts side by side, with a line for each that changes when its answer is there."""

from __future__ import annotations

import queue
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from mixdesk.api.stopping import Stop
from mixdesk.model.records import AccountTest
from mixdesk.ops.testing import test_accounts
from mixdesk_cli.call import Call
from mixdesk_cli.console import may_colour
from mixdesk_cli.table import Cell, Table, layout
from mixdesk_cli.terminal import error_size
from mixdesk_cli.views.account_test import state


def test(call: Call, names: Sequence[str]) -> list[AccountTest]:
    """Test accounts, and show on a terminal how it goes.

    Args:
        call: Where the files are.
        names: The accounts.

    Returns:
        A result each, in the same order.

    Raises:
        KeyboardInterrupt: Ctrl-C; requests under way have been ended.
    """
    done: queue.SimpleQueue[AccountTest | None] = queue.SimpleQueue()
    stop = Stop()
    live = _Live(call, names)
    results: dict[str, AccountTest] = {}

    with ThreadPoolExecutor(1) as aside:
        try:
            # Ctrl-C may come while the thread starts: then nobody waits for it, and it ends, too.
            work = aside.submit(test_accounts, call.context, names, done.put, stop)
            work.add_done_callback(lambda _: done.put(None))
            live.draw(results)
            while (result := done.get()) is not None:
                results[result.name] = result
                live.draw(results)
        finally:
            stop.set()
            live.clear()
    work.result()
    return [results[name] for name in names]


class _Live:
    """Lines on stderr that are written over, and taken away at the end."""

    def __init__(self, call: Call, names: Sequence[str]) -> None:
        self._names = names
        self._environ = call.environ
        self._height = 0
        knows = call.environ.get("TERM", "") not in ("", "dumb")
        self._is_shown = (
            knows
            and not call.console.quiet
            and sys.stderr.isatty()
            and len(names) < error_size()[1]
        )

    def draw(self, results: dict[str, AccountTest]) -> None:
        if not self._is_shown:
            return
        rows = [
            [Cell(name), Cell(*state(results[name])) if name in results else Cell("…", "dim")]
            for name in self._names
        ]
        text = layout(Table(rows), error_size()[0] - 1, may_colour(sys.stderr, self._environ))
        sys.stderr.write(self._back() + text)
        sys.stderr.flush()
        self._height = len(rows)

    def clear(self) -> None:
        if self._height:
            sys.stderr.write(self._back())
            sys.stderr.flush()
            self._height = 0

    def _back(self) -> str:
        """To the first line, and away with all below."""
        return f"\x1b[{self._height}A\r\x1b[J" if self._height else ""
