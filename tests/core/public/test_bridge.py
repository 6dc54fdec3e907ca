"""A bridge from one machine to another, each with its own home, against one server."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import mixdesk as mp
from mixdesk import auth_types
from mixdesk.model.secret import Secret
from mixdesk.sandbox.server import SandboxServer
from mixdesk.store.storage import Storage
from mixdesk.store.tokens import TokenEntry, read_tokens, write_tokens

ACCOUNT = {"name": "bot", "type": "oauth_token", "region": "us", "token": "t"}
TOKENS = {
    "access_token": "a",
    "refresh_token": "r",
    "expires_at": "2033-05-18T05:33:20+02:00",
    "client_id": "c1",
}
BROWSER = {"name": "ana", "type": "oauth_browser", "region": "eu"}


def put(path: Path, **fields: Any) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({"version": 2, "account": ACCOUNT, **fields}))
    return path


class TestLoading:
    def test_gives_the_documented_model(self, tmp_path: Path) -> None:
        path = put(tmp_path / "b.json", account=BROWSER, tokens=TOKENS, project="5", workspace=7)
        bridge = auth_types.load_bridge(path)
        assert bridge == auth_types.BridgeFile(
            account=mp.OAuthBrowserAccount(name="ana", region="eu"),
            tokens=auth_types.OAuthTokens(
                access_token=SecretStr("a"),
                refresh_token=SecretStr("r"),
                expires_at=datetime(2033, 5, 18, 3, 33, 20, tzinfo=UTC),
            ),
            project="5",
            workspace=7,
        )
        assert "'r'" not in repr(bridge)

    def test_gives_none_where_there_is_none(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert auth_types.load_bridge() is None
        assert auth_types.load_bridge(tmp_path / "nowhere.json") is None
        monkeypatch.setenv("MP_AUTH_FILE", str(tmp_path / "nowhere.json"))
        assert auth_types.load_bridge() is None

    def test_takes_the_first_there_is(
        self, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(home / ".claude/mixpanel/auth.json", project="1")
        put(home / "mixpanel_auth.json", project="2")
        put(tmp_path / "named.json", project="3")

        def project() -> str | None:
            bridge = auth_types.load_bridge()
            return bridge.project if bridge else None

        assert project() == "1"
        (home / ".claude/mixpanel/auth.json").unlink()
        assert project() == "2"
        monkeypatch.setenv("MP_AUTH_FILE", str(tmp_path / "named.json"))
        assert project() == "3"

    def test_refuses_what_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(mp.ConfigError, match="version 1"):
            auth_types.load_bridge(put(tmp_path / "b.json", version=1))
        put(tmp_path / "b.json").chmod(0o644)
        with pytest.raises(mp.StoreError, match="0644"):
            auth_types.load_bridge(tmp_path / "b.json")


def test_exporting_returns_the_path_as_it_was_given(home: Path) -> None:
    mp.accounts.add("bot", type="oauth_token", region="us", token="t")
    assert mp.accounts.export_bridge(to=Path("b.json")) == Path("b.json")
    assert mp.accounts.export_bridge(to=home / "b.json", account="bot") == home / "b.json"
    assert auth_types.load_bridge(home / "b.json") is not None
    assert mp.accounts.remove_bridge(at=Path("b.json")) is True
    assert mp.accounts.remove_bridge() is False


def test_every_option_of_exporting_has_its_effect(home: Path) -> None:
    options = {*inspect.signature(mp.accounts.export_bridge).parameters} - {"to"}
    effects: dict[str, tuple[dict[str, Any], str]] = {
        "account": ({"account": "nobody"}, "no account 'nobody'"),
        "project": ({"project": "x"}, "no project id"),
        "workspace": ({"workspace": 0}, "no workspace id"),
        "access_only": ({"access_only": True}, "--access-only is about"),
        "move_grant": ({"move_grant": True}, "--move-grant is about"),
        "force": ({"force": False}, "git work tree"),
    }
    assert set(effects) == options
    mp.accounts.add("bot", type="oauth_token", region="us", token="t")
    for given, words in effects.values():
        (home / ".git").touch()
        with pytest.raises(mp.ConfigError, match=words):
            mp.accounts.export_bridge(to=home / "b.json", **{"force": True, **given})
    mp.accounts.export_bridge(to=home / "b.json", force=True)


# --- against a server -----------------------------------------------------------------------


@pytest.fixture
def server(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxServer]:
    """A server at which acme-corp has logged in from here; the access token has ended."""
    with SandboxServer() as server:
        monkeypatch.setenv("MP_API_BASE_URL", server.base_url)
        mp.accounts.add("acme-corp", type="oauth_browser", region="us", default_project="3713224")
        login = server.oauth.issue("acme-corp", client_id="made-up-client-us")
        entry = TokenEntry(
            Secret(login.access_token),
            (datetime.now(UTC) - timedelta(hours=1)).timestamp(),
            Secret(login.refresh_token),
            client_id="made-up-client-us",
        )
        write_tokens(Storage.at(home / ".mp").account("acme-corp", "tokens.json"), entry)
        yield server
        server.wait_until_idle()


@pytest.fixture
def carried(tmp_path: Path) -> Path:
    return tmp_path / "stick" / "auth.json"


def own(home: Path) -> TokenEntry:
    """The tokens of this machine."""
    tokens = read_tokens(Storage.at(home / ".mp").account("acme-corp", "tokens.json"))
    assert tokens is not None
    return tokens


def ask_elsewhere(carried: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ask from a machine that has nothing but the bridge."""
    elsewhere = carried.parent.parent / "elsewhere"
    elsewhere.mkdir(mode=0o700, exist_ok=True)
    with monkeypatch.context() as there:
        there.setenv("HOME", str(elsewhere))
        there.setenv("MP_AUTH_FILE", str(carried))
        with mp.Workspace() as ws:
            found = ws.events()
    assert not (elsewhere / ".mp" / "accounts").exists()
    return found


def test_access_alone_is_renewed_before_it_travels_and_the_grant_stays_alive_here(
    home: Path, server: SandboxServer, carried: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mp.accounts.export_bridge(to=carried, access_only=True)
    assert server.oauth.refreshes == 1
    tokens = json.loads(carried.read_text())["tokens"]
    assert "refresh_token" not in tokens
    assert own(home).access_token.get_secret_value() == tokens["access_token"]
    assert ask_elsewhere(carried, monkeypatch)
    kept = own(home).refresh_token
    assert kept is not None
    assert server.oauth.is_alive(kept.get_secret_value())
    assert kept.get_secret_value() not in carried.read_text()


def test_a_grant_that_moved_is_renewed_where_it_went(
    home: Path, server: SandboxServer, carried: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mp.accounts.export_bridge(to=carried, move_grant=True)
    assert own(home).refresh_token is None
    assert ask_elsewhere(carried, monkeypatch)
    assert server.oauth.refreshes == 1
    renewed = json.loads(carried.read_text())["tokens"]["refresh_token"]
    assert server.oauth.is_alive(renewed)
    with pytest.raises(mp.OAuthError, match="does not renew by itself"):
        mp.accounts.export_bridge(to=carried, access_only=True)
    assert server.oauth.is_alive(renewed)
