"""A Token: what it holds, when it is over, and what it says of itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from mixdesk.clients import Token

END = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_token_is_made_as_documented() -> None:
    token = Token("canary", END)
    assert (token.token, token.expiration) == ("canary", END)
    assert Token("canary").expiration is None
    assert Token(token="canary", expiration=END) == token


def test_a_token_shows_no_secret() -> None:
    token = Token("canary", END)
    assert "canary" not in f"{token}{token!r}{[token]}{Token('canary')}"
    assert str(token) == "Token('**********', expiration=2030-01-02T03:04:05+00:00)"
    assert str(Token.empty()) == "Token(empty)"


def test_a_token_is_over_at_its_end() -> None:
    now = datetime.now(UTC)
    assert Token("canary", now).is_expired()
    assert not Token("canary", now + timedelta(hours=1)).is_expired()
    assert not Token("canary").is_expired()


def test_a_zone_makes_no_difference_and_none_is_utc() -> None:
    elsewhere = END.astimezone(timezone(timedelta(hours=9)))
    assert Token("canary", elsewhere) == Token("canary", END)
    assert Token("canary", END.replace(tzinfo=None)) == Token("canary", END)
    assert Token("canary", END.replace(year=2020, tzinfo=None)).is_expired()


def test_an_empty_token_is_none() -> None:
    assert Token.empty().is_empty()
    assert not Token("canary").is_empty()


def test_a_token_goes_into_a_dictionary_and_comes_back() -> None:
    for token in (Token("canary", END), Token("canary"), Token.empty()):
        assert Token.from_dict(token.to_dict()) == token
    assert Token("canary", END).to_dict() == {"token": "canary", "expires_at": 1893553445}
    assert Token.from_dict({}) == Token.empty()


@pytest.mark.parametrize(
    "data",
    [
        *(None, [], "canary", 7, {"token": 7}, {"token": ["canary"]}),
        *({"token": "canary", "expires_at": "soon"}, {"token": "canary", "expires_at": True}),
        *({"token": "canary", "expires_at": 10**30}, {"token": "canary", "expires_at": 1.5}),
    ],
)
def test_what_is_no_token_is_refused(data: Any) -> None:
    with pytest.raises(ValueError) as caught:
        Token.from_dict(data)
    assert "canary" not in str(caught.value)


def test_tokens_are_compared_by_what_they_hold() -> None:
    assert Token("canary") != Token("other")
    assert Token("canary") != Token("canary", END)
    assert Token("canary") != "canary"
    assert len({Token("canary"), Token("canary"), Token("other")}) == 2
