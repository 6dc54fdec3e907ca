"""A Workspace whose account came in a bridge: its own login, never this machine's."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import mixdesk as mp

from .desk import Desk, axes, seen_by

CARRIED = "Seen by carried-personal in project"
"""What the sandbox says to the bridge's login; the machine's own is plain ``personal``."""


@pytest.fixture
def bridge(desk: Desk) -> Path:
    """A bridge with another login of an account that this machine has too."""
    return desk.carry(project="998812", headers={"X-Bridge": "b"})


def own_files(desk: Desk) -> dict[Path, bytes]:
    """The machine's accounts and choices."""
    return {
        path: path.read_bytes()
        for path in desk.root.rglob("*")
        if path.is_file() and not path.name.endswith(".lock")
    }


def edit(path: Path, part: str, **fields: Any) -> None:
    content = json.loads(path.read_text())
    content[part].update(fields)
    path.write_text(json.dumps(content))


class TestItsLogin:
    def test_is_that_of_the_bridge(self, desk: Desk, bridge: Path) -> None:
        ws = desk.open().use(project="998812")
        assert seen_by(ws.events()) == f"{CARRIED} 998812"
        assert ws.session.bridge_path == str(bridge)
        assert desk.server.requests[-1].headers["x-bridge"] == "b"

    @pytest.mark.parametrize("switch", [{"project": "998815"}, {"workspace": 5988120}, {}], ids=str)
    def test_stays_in_another_project_or_workspace(
        self, desk: Desk, bridge: Path, switch: dict[str, Any]
    ) -> None:
        ws = desk.open().use(project="998812").use(**switch)
        assert seen_by(ws.events()).startswith(CARRIED)

    def test_goes_along_with_a_session(self, desk: Desk, bridge: Path) -> None:
        session = desk.open().session
        moved = session.replace(project=mp.Project(id="998815"), workspace=None)
        assert moved.bridge_path == str(bridge)
        desk.patch.delenv("MP_AUTH_FILE")
        assert seen_by(desk.open(session=moved).events()) == f"{CARRIED} 998815"

    def test_does_not_go_along_with_another_account(self, desk: Desk, bridge: Path) -> None:
        session = desk.open().session
        team = desk.open(account="team").account
        other = session.replace(account=team, project=mp.Project(id="3713224"), workspace=None)
        assert other.bridge_path is None
        assert seen_by(desk.open(session=other).events()) == "Seen by team in project 3713224"

    def test_needs_none_of_this_machine(self, desk: Desk, bridge: Path) -> None:
        for path in (desk.root / "accounts" / "personal").iterdir():
            path.unlink()
        desk.config.unlink()
        assert seen_by(desk.open().events()) == f"{CARRIED} 998812"

    def test_that_has_ended_is_renewed_in_the_bridge_once_for_all(
        self, desk: Desk, bridge: Path
    ) -> None:
        edit(bridge, "tokens", expires_at="2020-01-01T00:00:00+00:00")
        session, before = desk.open().session, own_files(desk)
        keys = [str(998812 + number) for number in range(10)]

        def ask(key: str) -> str:
            moved = session.replace(project=mp.Project(id=key), workspace=None)
            with mp.Workspace(session=moved) as ws:
                return seen_by(ws.events())

        with ThreadPoolExecutor(len(keys)) as pool:
            assert list(pool.map(ask, keys)) == [f"{CARRIED} {key}" for key in keys]
        assert desk.server.oauth.refreshes == 1
        renewed = json.loads(bridge.read_text())
        assert desk.server.oauth.is_alive(renewed["tokens"]["refresh_token"])
        assert renewed["headers"] == {"X-Bridge": "b"}
        assert own_files(desk) == before

    def test_that_is_over_names_where_it_came_from(self, desk: Desk, bridge: Path) -> None:
        edit(bridge, "tokens", expires_at="2020-01-01T00:00:00+00:00")
        desk.server.oauth.revoke(json.loads(bridge.read_text())["tokens"]["refresh_token"])
        before = own_files(desk)
        with pytest.raises(mp.OAuthError, match="export-bridge") as caught:
            desk.open().events()
        assert caught.value.code == "OAUTH_REFRESH_REVOKED"
        assert own_files(desk) == before

    def test_that_a_server_refuses_is_renewed_and_tried_again(
        self, desk: Desk, bridge: Path
    ) -> None:
        desk.server.identities.revoke_token(
            json.loads(bridge.read_text())["tokens"]["access_token"]
        )
        ws = desk.open().use(project="998812")
        assert seen_by(ws.events()) == f"{CARRIED} 998812"
        assert desk.server.oauth.refreshes == 1


class TestLeavingIt:
    def test_for_the_machines_account_of_that_name(self, desk: Desk, bridge: Path) -> None:
        ws = desk.open().use(account="personal")
        assert axes(ws) == ("personal", "998812", None)
        assert ws.session.bridge_path is None
        assert seen_by(ws.events()) == "Seen by personal in project 998812"

    def test_takes_the_accounts_own_project(self, desk: Desk, bridge: Path) -> None:
        assert axes(desk.open().use(account="team")) == ("team", "3713224", None)

    def test_for_an_account_that_only_the_bridge_has_is_none(
        self, desk: Desk, bridge: Path
    ) -> None:
        edit(bridge, "account", name="visitor")
        ws = desk.open()
        with pytest.raises(mp.AccountNotFoundError):
            ws.use(account="visitor")
        assert ws.account.name == "visitor"

    def test_for_a_target_takes_its_account(self, desk: Desk, bridge: Path) -> None:
        ws = desk.open().use(target="berlin").use(project="998814")
        assert seen_by(ws.events()) == "Seen by personal in project 998814"

    def test_keeps_the_headers(self, desk: Desk, bridge: Path) -> None:
        ws = desk.open().use(account="team")
        assert dict(ws.session.headers) == {"X-Cluster": "one", "X-Bridge": "b"}

    def test_saves_the_machines_account(self, desk: Desk, bridge: Path) -> None:
        desk.open().use(account="personal", project="998815", persist=True)
        assert mp.session.show() == mp.ActiveSession(account="personal")
        assert mp.accounts.show("personal").project_id == "998815"


class TestABridgeThatChanges:
    def test_that_is_gone_ends_its_sessions(self, desk: Desk, bridge: Path) -> None:
        ws = desk.open().use(project="998812")
        session = ws.session
        bridge.unlink()
        with pytest.raises(mp.ConfigError, match="is gone") as caught:
            mp.Workspace(session=session)
        assert caught.value.details == {"account": "personal", "path": str(bridge)}
        with pytest.raises(mp.OAuthError, match="export-bridge"):
            ws.events()
        assert len(desk.server.requests) == 0

    @pytest.mark.parametrize("other", [{"name": "visitor"}, {"region": "us"}], ids=str)
    def test_that_carries_somebody_else_is_nobodys(
        self, desk: Desk, bridge: Path, other: dict[str, str]
    ) -> None:
        session = desk.open().session
        edit(bridge, "account", **other)
        with pytest.raises(mp.ConfigError, match="carries another account"):
            mp.Workspace(session=session)

    def test_that_got_a_home_project_still_carries_the_same_account(
        self, desk: Desk, bridge: Path
    ) -> None:
        session = desk.open().use(project="998812").session
        edit(bridge, "account", default_project="998815")
        assert seen_by(desk.open(session=session).events()) == f"{CARRIED} 998812"

    def test_others_could_have_written_is_refused(self, desk: Desk, bridge: Path) -> None:
        session = desk.open().session
        bridge.chmod(0o644)
        with pytest.raises(mp.StoreError) as caught:
            mp.Workspace(session=session)
        assert caught.value.code == "STORE_UNSAFE_PATH"

    def test_that_carried_a_pair_is_needed_no_more(self, desk: Desk) -> None:
        path = mp.accounts.export_bridge(to=desk.home / "pair.json", account="team")
        desk.patch.setenv("MP_AUTH_FILE", str(path))
        session = desk.open().session
        assert session.bridge_path == str(path)
        path.unlink()
        moved = session.replace(project=mp.Project(id="3713230"), workspace=None)
        assert seen_by(desk.open(session=moved).events()) == "Seen by team in project 3713230"
