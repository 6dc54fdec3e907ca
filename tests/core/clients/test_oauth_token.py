"""An OAuthToken: what it takes, what it says of itself, and the header it makes."""

from __future__ import annotations

import dataclasses
import json
import math
import traceback
from typing import Any

import pytest

from mixdesk.clients import OAuthToken
from mixdesk.clients.oauth_token import decode, decode_refresh, encode, lifetime, usable_for
from mixdesk.exceptions import OAuthError
from tests.core.clients.renewing import NOW, stored


def test_a_token_is_made_as_documented() -> None:
    token = OAuthToken("canary", 3600)
    assert (token.access_token, token.expires_in) == ("canary", 3600)
    assert (token.refresh_token, token.token_type) == (None, "Bearer")
    assert OAuthToken("canary", 60, "more", "DPoP") == OAuthToken(
        access_token="canary", expires_in=60, refresh_token="more", token_type="DPoP"
    )
    names = [field.name for field in dataclasses.fields(OAuthToken)]
    assert names == ["access_token", "expires_in", "refresh_token", "token_type"]


def test_a_token_shows_no_secret() -> None:
    token = OAuthToken("canary", 3600, "canary")
    assert "canary" not in f"{token!r}{token}{[token]}"
    assert "3600" in repr(token)


def test_the_answer_of_a_token_endpoint_makes_a_token() -> None:
    answer = {"access_token": "canary", "expires_in": "600", "scope": "read", "refresh_token": "r"}
    assert OAuthToken.from_dict(answer) == OAuthToken("canary", 600, "r")
    assert OAuthToken.from_dict({"access_token": "canary"}).expires_in == 3600


@pytest.mark.parametrize(
    "cached", [None, 5, "canary", [], {}, {"access_token": None}, {"access_token": "can ary"}]
)
def test_what_holds_no_token_makes_none(cached: Any) -> None:
    with pytest.raises(OAuthError) as caught:
        OAuthToken.from_dict(cached)
    assert caught.value.code == "OAUTH_TOKEN_ERROR"
    assert "canary" not in str(caught.value)


def test_the_header_is_ready_for_a_request() -> None:
    assert OAuthToken("canary", 1).serialize_as_header() == {"Authorization": "Bearer canary"}
    assert OAuthToken("canary", 1, None, "bearer").serialize_as_header() == {
        "Authorization": "Bearer canary"
    }
    assert OAuthToken("c", 1, None, "DPoP").serialize_as_header() == {"Authorization": "DPoP c"}


BREAKING = [
    "",
    "can\r\nX-Evil: 1",
    "can\nary",
    "can ary",
    "can\0ary",
    "canäry",
    "\x1b[2J",
    b"canary",
]


@pytest.mark.parametrize("value", BREAKING)
def test_a_token_cannot_break_its_header(value: Any) -> None:
    with pytest.raises(OAuthError) as caught:
        OAuthToken(value, 3600).serialize_as_header()
    shown = "".join(traceback.format_exception(caught.value)) + str(caught.value.to_dict())
    assert "ary" not in shown.replace("canary-", "")


@pytest.mark.parametrize("kind", ["Bearer\r\nX-Evil: 1", "two words", "é", 7, ["Bearer"]])
def test_a_type_cannot_break_the_header(kind: Any) -> None:
    with pytest.raises(OAuthError):
        OAuthToken("canary", 3600, None, kind).serialize_as_header()


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [
        (3600, 3600),
        (0.5, 0.5),
        ("3600", 3600),
        (0, 0),
        (-1, 0),
        (-math.inf, 0),
        ("0", 0),
        ("-5", 0),
        (math.nan, 3600),
        (math.inf, 3600),
        (None, 3600),
        (True, 3600),
        (False, 3600),
        ("soon", 3600),
        ({}, 3600),
        (10**400, 3650 * 86400),
        ("9" * 5000, 3650 * 86400),
        (1e300, 3650 * 86400),
    ],
)
def test_any_lifetime_is_a_number_of_seconds(expires_in: Any, seconds: float) -> None:
    assert lifetime(expires_in) == seconds


def test_a_token_is_used_until_shortly_before_its_end() -> None:
    assert usable_for(3600) == 3570
    assert usable_for(10) == 9
    assert usable_for(0) == 0


def test_a_token_comes_back_from_a_cache_with_what_it_has_left() -> None:
    content = encode(OAuthToken("canary", 3600, "not here"), NOW)
    assert decode(content, NOW + 100) == OAuthToken("canary", 3500)
    assert decode(content.encode(), NOW) == OAuthToken("canary", 3600)
    assert decode(json.loads(content), NOW) == OAuthToken("canary", 3600)
    assert "not here" not in content
    assert decode(content, NOW + 3569) is not None
    assert decode(content, NOW + 3570) is None


def test_a_token_from_the_future_is_not_used() -> None:
    assert decode(stored("canary", issued_at=NOW + 20), NOW) is not None
    assert decode(stored("canary", issued_at=NOW + 3600), NOW) is None


@pytest.mark.parametrize(
    "content",
    [
        *(None, 7, 1.5, object(), [], {}, "", "canary", "[]", "null", "{", '{"access_token": 1}'),
        *(b"\xff\xfe", "[" * 100_000, '{"access_token": "c", "issued_at": NaN, "expires_in": 9}'),
        stored("can\r\nary"),
        stored("canary", expires_in=-1),
        json.dumps({**json.loads(stored("canary")), "expires_in": "3600"}),
        json.dumps({**json.loads(stored("canary")), "token_type": "Bearer\nX: 1"}),
        json.dumps({**json.loads(stored("canary")), "token_type": 3}),
    ],
)
def test_what_makes_no_sense_in_a_cache_is_no_token(content: Any) -> None:
    assert decode(content, NOW) is None


@pytest.mark.parametrize(
    ("content", "token"),
    [
        *(("more", "more"), (b"more", "more")),
        *((None, None), (7, None), ("", None), ("mo\nre", None), (b"\xff", None)),
    ],
)
def test_a_refresh_token_is_text_that_can_be_sent(content: Any, token: str | None) -> None:
    assert decode_refresh(content) == token
