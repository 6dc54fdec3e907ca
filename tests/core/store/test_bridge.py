"""A bridge file: what it must hold, where it is looked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mixdesk.exceptions import ConfigError, MixdeskError, StoreError
from mixdesk.model.secret import Secret
from mixdesk.store.bridge import BridgeEntry, find_bridge, read_bridge
from mixdesk.store.files import Place

ACCOUNT = {
    "name": "team",
    "type": "service_account",
    "region": "us",
    "username": "u",
    "secret": "s",
}
BROWSER = {"name": "me", "type": "oauth_browser", "region": "eu"}
TOKENS = {
    "access_token": "access",
    "refresh_token": "refresh",
    "expires_at": "2033-05-18T03:33:20Z",
    "scope": "projects",
    "token_type": "Bearer",
}
BRIDGE: dict[str, Any] = {"version": 2, "account": ACCOUNT}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(str(tmp_path / "auth.json"), str(tmp_path))


def put(path: Path, value: object) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    path.chmod(0o600)


def read(place: Place, value: object) -> BridgeEntry:
    put(Path(place.path), value)
    bridge = read_bridge(place)
    assert bridge is not None
    return bridge


def test_a_service_account_travels_with_its_secret(place: Place) -> None:
    bridge = read(place, {**BRIDGE, "project": "5", "workspace": 7, "headers": {"X-A": "1"}})
    assert bridge.account.name == "team"
    assert bridge.account.secret == Secret("s")
    assert (bridge.project, bridge.workspace) == ("5", 7)
    assert dict(bridge.headers) == {"X-A": "1"}
    assert bridge.path == place.path


def test_a_browser_account_travels_with_its_tokens(place: Place) -> None:
    bridge = read(place, {"version": 2, "account": BROWSER, "tokens": TOKENS})
    assert bridge.tokens is not None
    assert bridge.tokens.access_token == Secret("access")
    assert bridge.tokens.expires_at == 2_000_000_000.0


def test_a_null_says_as_little_as_a_missing_key(place: Place) -> None:
    nothing = {"tokens": None, "project": None, "workspace": None, "headers": None}
    assert read(place, {**BRIDGE, **nothing}) == read(place, BRIDGE)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("{", "not a JSON object"),
        ("[]", "not a JSON object"),
        ("", "not a JSON object"),
        ({}, "version"),
        ({**BRIDGE, "version": 1}, "is version 1; version 2 is needed"),
        ({**BRIDGE, "version": "2"}, "version 2 is needed"),
        ({**BRIDGE, "version": True}, "version 2 is needed"),
        ({**BRIDGE, "version": 10**4000}, "a huge number"),
        ({**BRIDGE, "acount": 1}, "did you mean 'account'"),
        ({**BRIDGE, "x\x1b[2J": 1}, "means nothing here"),
        ({"version": 2}, "no account"),
        ({"version": 2, "account": "team"}, "no account"),
        ({"version": 2, "account": {**ACCOUNT, "name": 5}}, "no account"),
        ({"version": 2, "account": {**ACCOUNT, "name": "../x"}}, "cannot name an account"),
        ({"version": 2, "account": {**ACCOUNT, "region": "moon"}}, "region"),
        ({"version": 2, "account": {**ACCOUNT, "colour": "red"}}, "colour"),
        ({"version": 2, "account": {**ACCOUNT, "secret": None}}, "secret"),
        ({"version": 2, "account": BROWSER}, "without its tokens"),
        ({"version": 2, "account": BROWSER, "tokens": {}}, "tokens that are none"),
        ({"version": 2, "account": BROWSER, "tokens": [1]}, "tokens that are none"),
        ({**BRIDGE, "project": 5}, "project"),
        ({**BRIDGE, "project": "5a"}, "project"),
        ({**BRIDGE, "workspace": 0}, "workspace"),
        ({**BRIDGE, "workspace": "7"}, "workspace"),
        ({**BRIDGE, "headers": ["X"]}, "headers"),
        ({**BRIDGE, "headers": {"X": 5}}, "headers"),
        ({**BRIDGE, "headers": {"X": "a\r\nY: b"}}, "headers"),
        ({**BRIDGE, "headers": {"X Y": "a"}}, "headers"),
    ],
)
def test_what_is_no_bridge_is_refused_in_words(place: Place, value: object, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(place, value)
    error = caught.value
    assert words in error.summary
    assert place.path in error.summary
    assert error.summary.isprintable()
    assert error.hint


def test_no_secret_is_in_an_error(place: Place) -> None:
    canary = "c4nary"
    for value in (
        {"version": 2, "account": {**ACCOUNT, "secret": canary, "region": "moon"}},
        {"version": 2, "account": {**ACCOUNT, "secret": [canary]}},
        {"version": 2, "account": BROWSER, "tokens": {**TOKENS, "access_token": [canary]}},
        {"version": 2, "account": {**BROWSER, "token": canary}, "tokens": TOKENS},
        {**BRIDGE, "headers": {"X": canary + "\n"}},
        '{"account": "' + canary,
    ):
        with pytest.raises(MixdeskError) as caught:
            read(place, value)
        assert canary not in f"{caught.value}{caught.value.details}{caught.value!r}"


def test_the_one_that_the_environment_names_comes_first(tmp_path: Path, home: Path) -> None:
    put(tmp_path / "named.json", {**BRIDGE, "project": "1"})
    put(home / ".claude/mixpanel/auth.json", {**BRIDGE, "project": "2"})
    put(tmp_path / "here/mixpanel_auth.json", {**BRIDGE, "project": "3"})
    environ = {"HOME": str(home), "MP_AUTH_FILE": str(tmp_path / "named.json")}
    here = str(tmp_path / "here")

    def project() -> str | None:
        bridge = find_bridge(environ, here)
        return bridge.project if bridge else None

    assert project() == "1"
    del environ["MP_AUTH_FILE"]
    assert project() == "2"
    (home / ".claude/mixpanel/auth.json").unlink()
    assert project() == "3"
    (tmp_path / "here/mixpanel_auth.json").unlink()
    assert project() is None


def test_a_broken_one_is_not_passed_over_for_the_next(tmp_path: Path, home: Path) -> None:
    put(home / ".claude/mixpanel/auth.json", "{")
    put(tmp_path / "mixpanel_auth.json", BRIDGE)
    with pytest.raises(ConfigError):
        find_bridge({"HOME": str(home)}, str(tmp_path))


def test_one_that_is_past_a_mebibyte_is_refused(place: Place) -> None:
    with pytest.raises(StoreError) as caught:
        read(place, {**BRIDGE, "headers": {"X": "x" * (1 << 20)}})
    assert caught.value.details["reason"] == "size"
