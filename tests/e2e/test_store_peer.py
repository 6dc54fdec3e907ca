"""mixpanel_headless reads and changes what we wrote, and we what it wrote, in turns."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mixdesk import accounts, auth_types
from mixdesk.exceptions import ConfigError
from mixdesk.model.secret import Secret
from mixdesk.ops.accounts import remove_account
from mixdesk.ops.context import Context
from mixdesk.ops.undo import undo
from mixdesk.store.bridge import read_bridge
from mixdesk.store.changes import recording
from mixdesk.store.clients import ClientEntry, read_client, write_client
from mixdesk.store.config import ConfigManager
from mixdesk.store.files import Place
from mixdesk.store.me_cache import read_index, read_me, write_me
from mixdesk.store.storage import Storage
from mixdesk.store.tokens import TokenEntry, write_tokens

pytestmark = pytest.mark.peer

PEER_SIDE = Path(__file__).parent.parent / "fakes" / "peer_side.py"
NEVER = 4_000_000_000.0
"""A moment that no test lives to see, in seconds since the epoch."""


class Peer:
    """The other package in its own interpreter."""

    def __init__(self, python: Path, environ: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [str(python), str(PEER_SIDE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environ,
        )

    def __call__(self, order: str, *args: object, **fields: object) -> Any:
        """Give an order and take the answer; an error of the peer fails the test."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([order, args, fields]) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["answer"]

    def close(self) -> None:
        """End the interpreter."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture
def storage(home: Path) -> Storage:
    return Storage.from_environment(os.environ)


@pytest.fixture
def config(storage: Storage) -> ConfigManager:
    return ConfigManager(storage=storage)


@pytest.fixture
def peer(peer_python: Path, home: Path) -> Iterator[Peer]:
    environ = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    other = Peer(peer_python, environ)
    yield other
    other.close()


def fields_of(record: Any) -> dict[str, Any]:
    """A record's fields with its secrets in the open, without those that are not set."""
    values = record._asdict().items()
    return {
        key: value.get_secret_value() if isinstance(value, Secret) else value
        for key, value in values
        if value is not None
    }


def our_view(config: ConfigManager) -> dict[str, Any]:
    """Everything we see in the config, in the peer's words."""
    header = config.get_custom_header()
    assert config.problems() == ()
    return {
        "accounts": {account.name: fields_of(account) for account in config.list_accounts()},
        "targets": {target.name: fields_of(target) for target in config.list_targets()},
        "active": fields_of(config.get_active()),
        "header": list(header) if header else None,
    }


def test_what_the_other_package_wrote_meanwhile_outlives_an_undo(
    config: ConfigManager, storage: Storage, peer: Peer
) -> None:
    for name in ("team", "ci"):
        config.add_account(name, type="oauth_browser", region="us", default_project="1")
    config.add_target("ecom", account="ci", project="2", workspace=3)
    write_tokens(storage.account("ci", "tokens.json"), TokenEntry(Secret("a"), NEVER, None))
    before, ctx = our_view(config), Context.from_environment()
    with recording() as recorder:
        remove_account(ctx, "ci", force=True)
    peer("change", "update_account", "team", region="eu")
    assert recorder.change is not None
    undo(ctx, recorder.change)
    before["accounts"]["team"]["region"] = "eu"
    assert our_view(config) == peer("view") == before
    assert peer("token", "ci", "us") == "a"


def test_a_switch_of_the_other_package_is_told_not_taken_back(
    config: ConfigManager, peer: Peer
) -> None:
    for name in ("team", "ci", "personal"):
        config.add_account(name, type="oauth_browser", region="us", default_project="1")
    config.apply_session(account="ci", project="7")
    peer("change", "apply_session", account="personal")
    before = config.path.read_bytes()
    with pytest.raises(ConfigError, match="the active account is personal, not ci") as caught:
        config.go_back()
    assert caught.value.code == "SWITCH_OVERTAKEN"
    assert config.path.read_bytes() == before

    config.apply_session(account="team", workspace=5)
    peer("change", "update_account", "ci", region="eu")  # nothing that a switch is about
    assert config.go_back() == ("personal", None)
    assert peer("view")["active"] == {"account": "personal"}
    assert config.go_back() == ("team", 5)


def test_each_reads_and_changes_what_the_other_wrote_for_several_rounds(
    config: ConfigManager, peer: Peer
) -> None:
    def agree() -> dict[str, Any]:
        ours = our_view(config)
        assert peer("view") == ours
        return ours

    assert agree() == {"accounts": {}, "targets": {}, "active": {}, "header": None}
    config.add_account(
        "team",
        type="service_account",
        region="us",
        default_project="3713224",
        username="team.x",
        secret=Secret('s"3\\cr\u00ebt\t'),
    )
    config.add_account("personal", type="oauth_browser", region="eu")
    config.add_account("ci", type="oauth_token", region="in", token_env="MP_CI_TOKEN")
    config.add_account("bot", type="oauth_token", region="us", token=Secret("t0ken"))
    config.add_target("ecom", account="team", project="3018488", workspace=3448414)
    config.set_custom_header(name="X-Mixpanel-Cluster", value="internal-1")
    config.set_active(workspace=5)
    assert len(agree()["accounts"]) == 4
    for turn in range(4):
        name = f"theirs-{turn}"
        peer("change", "add_account", name, type="oauth_browser", region="eu")
        peer("change", "add_target", f"t {turn}", account=name, project=f"{turn}1", workspace=7)
        peer("change", "update_account", "team", region="in", secret=f"new {turn}")
        peer("change", "update_account", "bot", token=f"b{turn}")
        peer("change", "set_custom_header", name="X-Turn", value=f"{turn}")
        peer("change", "apply_target", f"t {turn}")
        assert agree()["active"] == {"account": name, "workspace": 7}

        config.update_account("team", region="us", default_project=f"{turn}5")
        config.update_account("ci", token_env=f"MP_T{turn}")
        config.rename_account(name, f"ours-{turn}")
        config.rename_target(f"t {turn}", f"t{turn}")
        assert agree()["targets"][f"t{turn}"]["account"] == f"ours-{turn}"
        config.apply_target("ecom")
        assert agree()["active"] == {"account": "team", "workspace": 3448414}

        peer("change", "apply_session", account="ci", project=f"{turn}9", clear_workspace=True)
        assert agree()["active"] == {"account": "ci"}
        peer("change", "remove_account", f"ours-{turn}", force=True)
        config.update_target(f"t{turn}", account="bot")
        agree()
        if turn % 2:
            config.remove_target(f"t{turn}")
            agree()
    peer("change", "remove_account", "ci")
    assert agree()["active"] == {}
    config.remove_account("team", force=True)
    config.remove_target("ecom")
    assert set(agree()["accounts"]) == {"personal", "bot"}


def test_the_peer_refreshes_with_the_tokens_and_clients_we_wrote(
    config: ConfigManager, storage: Storage, peer: Peer
) -> None:
    config.add_account("me", type="oauth_browser", region="eu")
    write_tokens(
        storage.account("me", "tokens.json"),
        TokenEntry(Secret("acc\u00ebss"), NEVER, Secret("refresh"), client_id="c1"),
    )
    assert peer("token", "me", "eu") == "acc\u00ebss"
    client = ClientEntry(
        client_id="c1",
        region="eu",
        redirect_uri="http://localhost:19284/callback",
        scope="projects",
        created_at="2026-01-01T00:00:00Z",
        issuer="https://eu.mixpanel.com/oauth/",
    )
    write_client(storage.account("me", "client.json"), client)
    write_client(storage.region_client("eu"), client)
    for found in (peer("client", "eu"), peer("client", "eu", "me")):
        assert found["client_id"] == "c1"
        assert found["redirect_uri"] == "http://localhost:19284/callback"


def test_we_read_the_client_that_the_peer_registered(storage: Storage, peer: Peer) -> None:
    peer(
        "save_client",
        client_id="theirs",
        region="us",
        redirect_uri="http://localhost:19285/callback",
        scope="projects events",
        created_at="2026-01-01T00:00:00+00:00",
    )
    found = read_client(storage.region_client("us"))
    assert found is not None
    assert (found.client_id, found.issuer) == ("theirs", None)
    assert found.redirect_uri == "http://localhost:19285/callback"


ME: dict[str, Any] = {
    "user_id": 7,
    "user_email": "ada@example.com",
    "user_name": "Ada",
    "organizations": {"100": {"id": 100, "name": "Acme"}},
    "projects": {
        "5": {"name": "Shop \u2013 \u00fc", "organization_id": 100, "domain": "mixpanel.com"}
    },
    "workspaces": {
        "9": {"id": 9, "name": "All", "project_id": 5, "is_global": True, "member_list": ["x"]}
    },
}


def test_each_reads_the_me_answer_that_the_other_cached(storage: Storage, peer: Peer) -> None:
    place = storage.account("team", "me.json")
    write_me(place, ME, NEVER)
    theirs = peer("me", "team")
    assert theirs["user_email"] == "ada@example.com"
    assert theirs["projects"]["5"]["name"] == "Shop \u2013 \u00fc"
    assert theirs["workspaces"]["9"]["is_global"] is True

    assert read_index(place).user_name == "Ada"
    peer("save_me", "team", {**ME, "user_name": "Bob"})
    assert read_index(place).user_name == "Bob"
    assert read_index(place).projects["5"].organization == "Acme"
    answer = read_me(place)
    assert answer is not None
    assert "member_list" not in answer["workspaces"]["9"]


def test_both_read_the_same_bridge(home: Path, peer: Peer) -> None:
    path = home / "auth.json"
    account = {"name": "team", "type": "service_account", "region": "us"}
    account |= {"username": "u", "secret": "s", "default_project": "5"}
    path.write_text(json.dumps({"version": 2, "account": account, "headers": {"X-A": "1"}}))
    path.chmod(0o600)
    bridge = read_bridge(Place(str(path), str(home)))
    assert bridge is not None
    assert fields_of(bridge.account) == peer("bridge", str(path)) == account


TYPES: dict[str, dict[str, Any]] = {
    "team": {"type": "service_account", "username": "u", "secret": Secret('s"\u00e9')},
    "bot": {"type": "oauth_token", "token": Secret("t0ken")},
    "ci": {"type": "oauth_token", "token_env": "MP_CI_TOKEN"},
    "me": {"type": "oauth_browser"},
}


@pytest.fixture
def travellers(config: ConfigManager, storage: Storage, monkeypatch: pytest.MonkeyPatch) -> Storage:
    """An account of each type, and the header that travels with each of them."""
    for name, fields in TYPES.items():
        config.add_account(name, region="eu", default_project="5", **fields)
    config.set_custom_header(name="X-Mixpanel-Cluster", value="internal-1")
    monkeypatch.setenv("MP_CI_TOKEN", "of-the-variable")
    write_tokens(
        storage.account("me", "tokens.json"),
        TokenEntry(Secret("acc\u00ebss"), NEVER, Secret("refresh"), scope="a b", client_id="c1"),
    )
    return storage


def our_bridge(path: Path) -> dict[str, Any]:
    """Everything we see in a bridge file, in the peer's words."""
    bridge = read_bridge(Place(str(path), str(path.parent)))
    assert bridge is not None
    tokens = bridge.tokens
    return {
        "account": fields_of(bridge.account),
        "tokens": tokens
        and {
            "access_token": tokens.access_token.get_secret_value(),
            "expires_at": tokens.expires_at,
            "scope": tokens.scope,
            "token_type": tokens.token_type,
            **(
                {"refresh_token": tokens.refresh_token.get_secret_value()}
                if tokens.refresh_token
                else {}
            ),
        },
        "project": bridge.project,
        "workspace": bridge.workspace,
        "headers": dict(bridge.headers),
    }


@pytest.mark.parametrize("pinned", [{}, {"project": "7", "workspace": 9}], ids=["bare", "pinned"])
@pytest.mark.parametrize("name", TYPES)
def test_each_reads_the_bridge_that_the_other_exported(
    travellers: Storage, peer: Peer, tmp_path: Path, name: str, pinned: dict[str, Any]
) -> None:
    ours, theirs = tmp_path / "ours" / "auth.json", tmp_path / "theirs" / "auth.json"
    accounts.export_bridge(to=ours, account=name, **pinned)
    peer("export", str(theirs), account=name, **pinned)
    for path in (ours, theirs):
        found = peer("carried", str(path))
        assert our_bridge(path) == found
        assert found["headers"] == {"X-Mixpanel-Cluster": "internal-1"}
        assert (found["project"], found["workspace"]) == (
            pinned.get("project"),
            pinned.get("workspace"),
        )
        assert auth_types.load_bridge(path) is not None
    if name != "ci":  # where the peer carries the name of the variable, and we its value
        assert our_bridge(ours) == our_bridge(theirs)


@pytest.mark.parametrize(
    ("mode", "carries_grant"), [({"access_only": True}, False), ({"move_grant": True}, True)]
)
def test_the_peer_reads_a_bridge_with_access_alone_and_one_with_the_grant(
    travellers: Storage, peer: Peer, tmp_path: Path, mode: dict[str, Any], carries_grant: bool
) -> None:
    path = tmp_path / "auth.json"
    accounts.export_bridge(to=path, account="me", **mode)
    found = peer("carried", str(path))
    assert our_bridge(path) == found
    assert ("refresh_token" in found["tokens"]) == carries_grant
    assert peer("token", "me", "eu") == "acc\u00ebss"


def test_each_replaces_and_removes_the_bridge_of_the_other(
    travellers: Storage, peer: Peer, tmp_path: Path
) -> None:
    path = tmp_path / "auth.json"
    for name in ("team", "me", "bot"):
        peer("export", str(path), account=name)
        accounts.export_bridge(to=path, account=name)
        assert peer("bridge", str(path))["name"] == name
        peer("export", str(path), account="ci")
        assert our_bridge(path)["account"]["name"] == "ci"
    assert accounts.remove_bridge(at=path) is True
    assert peer("remove", str(path)) is False
    accounts.export_bridge(to=path, account="me")
    assert peer("remove", str(path)) is True
    assert accounts.remove_bridge(at=path) is False


def test_a_change_of_the_peer_during_one_of_ours_is_kept(config: ConfigManager, peer: Peer) -> None:
    config.add_account("ours", type="oauth_browser", region="us")
    meddled = []
    locate = config.transaction

    def run() -> None:
        with locate() as change:
            change.document.set_value(("accounts", "ours"), "region", "eu")
            peer("change", "add_account", "theirs", type="oauth_browser", region="in")
            meddled.append(True)

    with pytest.raises(Exception, match="changed by another program"):
        run()
    assert meddled
    config.update_account("ours", region="eu")
    assert peer("view") == our_view(config)
    assert set(our_view(config)["accounts"]) == {"ours", "theirs"}
