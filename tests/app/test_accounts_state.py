"""How an account is, in a few words."""

from __future__ import annotations

import pytest

from mixdesk.model.records import AccountRow
from mixdesk_tui.screens.accounts.state import state_words, table_rows
from mixdesk_tui.screens.list_state import ListState
from tests.app.fakes import NOW, browser

ENDING = browser("acme", 2, can_refresh=False, status="ok")


@pytest.mark.parametrize(
    ("row", "words", "tone"),
    [
        (browser("a", 42, status="ok"), "ok", ""),
        (browser("b", 2, status="ok"), "ok", ""),
        (browser("c", -90, status="ok"), "ok", ""),
        (ENDING, "ends in 2:00, then log in again", "warning"),
        (browser("d", 2, can_refresh=False), "ends in 2:00, then log in again", "warning"),
        (browser("e", -90, can_refresh=False), "ended 90 min ago, log in again", "warning"),
        (browser("f", 2, status="needs_login"), "needs a login", "warning"),
        (browser("g", -90, status="needs_login"), "ended 90 min ago, log in again", "warning"),
    ],
    ids=["long", "soon", "next call", "ends", "untested", "ended", "revoked", "revoked and ended"],
)
def test_a_token_warns_before_it_ends_unless_it_renews(
    row: AccountRow, words: str, tone: str
) -> None:
    assert state_words(row, NOW) == (words, tone)


def test_a_warning_has_a_mark_and_is_short_where_there_is_little_room() -> None:
    (row,) = table_rows(ListState((ENDING,), now=NOW))
    assert row.mark.text == "!"
    assert row.cells[-1].short == "ends in 2:00"
