"""Times, tokens and sources in words."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone

import pytest

from mixdesk.model.records import AccountRow, Axis
from mixdesk_tui import phrases
from tests.app.fakes import NOW, account, bearer, browser, session


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0:00"),
        (0, "0:00"),
        (59, "0:59"),
        (299, "4:59"),
        (300, "5 min"),
        (42 * 60, "42 min"),
        (119 * 60, "119 min"),
        (2 * 3600, "2 h"),
        (47 * 3600, "47 h"),
        (48 * 3600, "2 days"),
    ],
)
def test_time_left(seconds: float, words: str) -> None:
    assert phrases.left(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-30, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (7199, "119 min ago"),
        (7200, "2 h ago"),
        (3 * 86400, "3 days ago"),
    ],
)
def test_time_since(seconds: float, words: str) -> None:
    assert phrases.ago(seconds) == words


def test_a_moment_depends_on_the_day_where_the_user_is() -> None:
    assert phrases.moment(NOW - 60, NOW, UTC) == "14:12"
    assert phrases.moment(NOW - 86400, NOW, UTC) == "yesterday"
    assert phrases.moment(NOW - 3 * 86400, NOW, UTC) == "2026-09-18"
    east = timezone(timedelta(hours=9, minutes=55))
    assert phrases.moment(NOW - 15 * 60, NOW, east) == "yesterday"


@pytest.mark.parametrize("share", [-1.0, 0.0, 0.01, 0.5, 0.99, 1.0, 7.0])
def test_a_bar_has_its_length(share: float) -> None:
    assert len(phrases.bar(share, 10)) == 12


def test_a_bar_fills_up() -> None:
    assert phrases.bar(0, 4) == "▕░░░░▏"
    assert phrases.bar(0.5, 4) == "▕██░░▏"
    assert phrases.bar(1, 4) == "▕████▏"


@pytest.mark.parametrize(
    ("row", "text", "is_trouble"),
    [
        (account("a"), "username and secret, without an end", False),
        (browser("b", 42), "42 min left", False),
        (browser("b", -2), "ended 2 min ago", False),
        (browser("b", -2, can_refresh=False), "ended 2 min ago", True),
        (browser("b", has_tokens=False), "not logged in", True),
        (bearer("c", "MP_CI", is_set=True), "from MP_CI", False),
        (bearer("c", "MP_CI", is_set=False), "MP_CI is not set", True),
        (account("d", type="oauth_token"), "says no end", False),
        (account("e", type=None), "–", False),
    ],
)
def test_the_life_of_a_credential(row: AccountRow, text: str, is_trouble: bool) -> None:
    token = phrases.token_of_account(row, NOW)
    assert token.text == text
    assert token.is_trouble is is_trouble


def test_a_token_that_ends_soon_warns_only_when_it_does_not_renew() -> None:
    soon = NOW + 120
    assert phrases.token_of_session(session(token_expires_at=soon), NOW).tone == ""
    view = session(token_expires_at=soon, can_refresh=False)
    ending = phrases.token_of_session(view, NOW)
    assert (ending.tone, ending.mark, ending.is_ending) == ("warning", "! ", True)


def test_a_token_that_renews_stays_calm_after_its_end_too() -> None:
    token = phrases.token_of_session(session(token_expires_at=NOW - 3600), NOW)
    assert (token.tone, token.mark, token.short) == ("", "", "renews")
    assert token.note == "renews at the next call"


@pytest.mark.parametrize(
    ("axis", "words"),
    [
        (Axis("x", "active", "[active].account"), "active"),
        (Axis("x", "account_default", "account a"), "this account's own"),
        (Axis("x", "env", "MP_PROJECT_ID"), "MP_PROJECT_ID"),
        (Axis("x", "target", "target e\x1bcom"), "target eom"),
        (Axis(None, "unset", ""), "not chosen"),
    ],
)
def test_sources(axis: Axis, words: str) -> None:
    assert phrases.source(axis) == words
