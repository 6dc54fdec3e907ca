"""Times and states in words."""

from __future__ import annotations

import pytest

from mixdesk.model.records import AccountRow
from mixdesk_cli import words

_ROW = AccountRow("a", "service_account", "us")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (90_000, "1 d")],
)
def test_a_span_is_told_in_its_largest_unit(seconds: float, said: str) -> None:
    assert words.span(seconds) == said


def test_a_moment_ahead_is_no_negative_age() -> None:
    assert words.ago(100.0, 40.0) == "just now"
    assert words.ago(None, 40.0) == ""


@pytest.mark.parametrize("at", [None, 1e20, -1e20, float("inf"), float("nan")])
def test_a_time_beyond_the_calendar_is_none(at: float | None) -> None:
    assert words.iso(at) is None


def test_times_are_iso_in_utc() -> None:
    assert words.iso(0.9) == "1970-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (_ROW, "not tested"),
        (_ROW._replace(status="ok", status_at=940.0), "ok, 1 min ago"),
        (_ROW._replace(status="needs_token"), "needs token"),
        (_ROW._replace(token_env="X", token_env_set=False, status="ok"), "variable not set"),
        (_ROW._replace(type="oauth_browser", has_tokens=False), "needs login"),
        (_ROW._replace(type="oauth_browser", token_expires_at=999.0, status="ok"), "needs login"),
        (
            _ROW._replace(type="oauth_browser", token_expires_at=9.0, can_refresh=True),
            "not tested",
        ),
    ],
)
def test_the_state_of_an_account(row: AccountRow, said: str) -> None:
    assert words.account_state(row, 1000.0)[0] == said
