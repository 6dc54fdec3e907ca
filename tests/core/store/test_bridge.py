"""A bridge file: what it must hold, where it is looked for."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mixdesk.exceptions import ConfigError, MixdeskError, StoreError
from mixdesk.model.secret import Secret
from mixdesk.store import bridge as bridges
from mixdesk.store.bridge import BridgeEntry, bridge_places, find_bridge, place_at, read_bridge
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
    assert bridge.place == place


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
        ({**BRIDGE, "tokens": TOKENS}, "only a browser account has"),
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


def test_a_named_one_has_to_be_there(tmp_path: Path, home: Path) -> None:
    put(home / ".claude/mixpanel/auth.json", BRIDGE)
    environ = {"HOME": str(home), "MP_AUTH_FILE": str(tmp_path / "gone.json")}
    with pytest.raises(ConfigError, match=r"gone\.json, which is not there") as caught:
        find_bridge(environ, None)
    assert caught.value.details["variable"] == "MP_AUTH_FILE"
    assert "unset MP_AUTH_FILE" in (caught.value.hint or "")


@pytest.mark.parametrize("environ", [{}, {"HOME": ""}])
def test_without_a_variable_the_home_directory_is_the_users(
    home: Path, environ: dict[str, str]
) -> None:
    put(home / ".claude/mixpanel/auth.json", BRIDGE)
    assert find_bridge(environ, None) is not None


def test_where_there_is_none_each_place_is_looked_at_once_and_nothing_is_opened(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_bridge({"HOME": str(home)}, ".")  # what a killed writer left is looked for once
    looked_at = []
    real = os.path.lexists

    def lexists(path: str) -> bool:
        looked_at.append(path)
        return real(path)

    monkeypatch.setattr("os.path.lexists", lexists)
    monkeypatch.setattr(bridges, "read_json", lambda place: pytest.fail("opened"))
    assert find_bridge({"HOME": str(home)}, ".") is None
    assert looked_at == [f"{home}/.claude/mixpanel/auth.json", "./mixpanel_auth.json"]


def test_a_working_directory_that_was_removed_has_none(tmp_path: Path, home: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    environ = {"HOME": str(home)}
    assert find_bridge(environ, ".") is None
    assert [place.path for place in bridge_places(environ, ".")] == [
        f"{home}/.claude/mixpanel/auth.json"
    ]


def test_one_in_the_working_directory_keeps_its_place_when_that_is_left(
    tmp_path: Path, home: Path
) -> None:
    put(home / "mixpanel_auth.json", BRIDGE)
    bridge = find_bridge({"HOME": str(home)}, ".")
    os.chdir(tmp_path)
    assert bridge is not None
    assert bridge.place == Place(str(home / "mixpanel_auth.json"), str(home))


def test_one_in_the_home_directory_is_trusted_below_it_whoever_names_it(home: Path) -> None:
    in_home = Place(str(home / ".claude/mixpanel/auth.json"), str(home))
    environ = {"HOME": str(home)}
    put(Path(in_home.path), BRIDGE)
    bridge = find_bridge(environ, None)
    assert bridge is not None
    assert bridge.place == in_home == place_at(in_home.path, environ)
    assert place_at("x.json", environ) == Place(str(home / "x.json"), str(home))


def test_what_a_killed_writer_left_is_removed_by_the_next_look(home: Path) -> None:
    left = home / ".claude/mixpanel/.auth.json.4242-0123456789ab.tmp"
    put(left, "half a secret")
    assert find_bridge({"HOME": str(home)}, None) is None
    assert not left.exists()


def by_another_owner(file: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(file, 65534, 65534)


def by_link(file: Path) -> None:
    file.rename(file.with_name("elsewhere"))
    file.symlink_to("elsewhere")


def by_fifo(file: Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)


UNSAFE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a link": (by_link, "is a link"),
    "a second name": (lambda file: os.link(file, f"{file}.2"), "has a second name (a hard link)"),
    "a FIFO": (by_fifo, "is not a regular file"),
    "another owner": (by_another_owner, "belongs to another user (uid 65534)"),
    "a group bit": (lambda file: file.chmod(0o640), "read or changed by others (mode 0640)"),
    "a world bit": (lambda file: file.chmod(0o604), "read or changed by others (mode 0604)"),
    "2 MiB": (lambda file: os.truncate(file, 2 << 20), "is larger than 1,048,576 bytes"),
}


@pytest.mark.parametrize(("spoil", "words"), UNSAFE.values(), ids=UNSAFE)
@pytest.mark.parametrize("name", ["named.json", ".claude/mixpanel/auth.json", "mixpanel_auth.json"])
def test_one_that_is_not_safe_is_refused_in_words_of_its_own(
    home: Path, name: str, spoil: Callable[[Path], object], words: str
) -> None:
    environ = {"HOME": str(home)}
    if name == "named.json":
        environ["MP_AUTH_FILE"] = str(home / name)
    put(home / name, BRIDGE)
    assert find_bridge(environ, str(home)) is not None
    spoil(home / name)
    with pytest.raises(StoreError) as caught:
        find_bridge(environ, str(home))
    assert caught.value.code == "STORE_UNSAFE_PATH"
    assert f"{home / name} " in caught.value.summary
    assert words in caught.value.summary
    assert caught.value.hint


def test_one_behind_a_linked_directory_is_refused_with_a_way_out(home: Path) -> None:
    put(home / "dotfiles/mixpanel/auth.json", BRIDGE)
    (home / ".claude").symlink_to("dotfiles")
    environ = {"HOME": str(home)}
    with pytest.raises(StoreError) as caught:
        find_bridge(environ, None)
    assert caught.value.details["reason"] == "link"
    assert caught.value.hint is not None
    variable, _, path = caught.value.hint.rpartition(" ")[2].partition("=")
    assert find_bridge({**environ, variable: path}, None) is not None
