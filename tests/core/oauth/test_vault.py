"""Where tokens live: what is on the disk, what is only in memory, and who may touch it."""

from __future__ import annotations

import errno
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mixdesk.exceptions import OAuthError, StoreError
from mixdesk.model.records import AccountEntry
from mixdesk.model.secret import Secret
from mixdesk.oauth import file_vault, vault
from mixdesk.oauth.file_vault import Client
from mixdesk.oauth.vault import AccountVault, BridgeVault, vault_of
from mixdesk.ops import credentials
from mixdesk.ops.context import Context
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from mixdesk.store.bridge import read_bridge
from mixdesk.store.clients import ClientEntry, write_client
from mixdesk.store.files import Place
from mixdesk.store.storage import Storage
from mixdesk.store.tokens import TokenEntry, iso, read_tokens, write_tokens
from tests.core.oauth.logins import TOKEN_PATH, Crowd, HandClock, Login, Meanwhile, all_at_once
from tests.core.store.faults import DISK_ERRORS, fails_with, faulty, temporaries

OLD = TokenEntry(Secret("old"), 1e9, Secret("spent"), scope="s", client_id="c1")
NEW = TokenEntry(Secret("new"), 2e9, Secret("good"), scope="s", client_id="c1")
THEIRS = TokenEntry(Secret("theirs"), 3e9, Secret("theirs too"))


@pytest.fixture
def storage(home: Path) -> Storage:
    return Storage.from_environment(os.environ)


@pytest.fixture
def own(storage: Storage) -> AccountVault:
    """An account whose tokens are about to be replaced."""
    found = AccountVault(storage, "ana", "us")
    write_tokens(found.place, OLD)
    return found


def client(client_id: str, issuer: str | None = None) -> ClientEntry:
    uri = "http://localhost:19284/callback"
    return ClientEntry(client_id, "us", uri, "projects", "2026-01-01T00:00:00Z", issuer)


def as_another_process() -> None:
    """Forget what is only in memory."""
    file_vault._unsaved.clear()


class TestAnAccount:
    def test_has_no_tokens_before_a_login(self, storage: Storage) -> None:
        assert AccountVault(storage, "ana", "us").read() is None
        assert list(Path(storage.base).iterdir()) == []

    def test_s_tokens_are_replaced_with_all_else_kept(self, own: AccountVault) -> None:
        path = Path(own.place.path)
        theirs = {"theirs": {"a": [1, None]}, "id_token": "i"}
        path.write_text(json.dumps({**json.loads(path.read_bytes()), **theirs}))
        assert own.replace(OLD, NEW) == own.read()
        fields = json.loads(path.read_bytes())
        assert (fields["access_token"], fields["refresh_token"]) == ("new", "good")
        assert {key: fields[key] for key in theirs} == theirs

    @pytest.mark.parametrize("spent", [OLD, NEW])
    def test_s_tokens_that_somebody_else_has_stored_are_left_alone(
        self, own: AccountVault, spent: TokenEntry
    ) -> None:
        write_tokens(own.place, THEIRS)
        assert own.replace(spent, NEW) == THEIRS
        assert own.read() == THEIRS
        assert read_tokens(own.place) == THEIRS

    def test_s_tokens_that_were_removed_are_not_made_anew(self, own: AccountVault) -> None:
        Path(own.place.path).unlink()
        assert own.replace(OLD, NEW) is None
        assert own.read() is None
        assert not Path(own.place.path).exists()

    def test_s_tokens_that_somebody_has_spoilt_are_not_overwritten(self, own: AccountVault) -> None:
        Path(own.place.path).write_text("{ half a fi")
        with pytest.raises(StoreError) as caught:
            own.replace(OLD, NEW)
        assert caught.value.code == "STORE_CORRUPT"
        assert Path(own.place.path).read_text() == "{ half a fi"

    def test_s_lock_makes_no_directory(self, storage: Storage) -> None:
        gone = AccountVault(storage, "gone", "us")
        with pytest.raises(StoreError), gone.locked():
            raise AssertionError("a lock without a directory")
        assert not storage.account_directory("gone").exists()

    def test_s_next_step_is_a_login(self, own: AccountVault) -> None:
        assert "mp account login ana" in own.next_step


class TestTheClient:
    def test_is_the_one_that_the_tokens_name(self, own: AccountVault, storage: Storage) -> None:
        assert own.client(OLD) == Client("c1")
        write_client(storage.account("ana", "client.json"), client("c1", "https://issuer"))
        write_client(storage.region_client("us"), client("of the region"))
        assert own.client(OLD) == Client("c1", "https://issuer")

    def test_of_another_login_says_nothing_about_the_issuer(
        self, own: AccountVault, storage: Storage
    ) -> None:
        write_client(storage.account("ana", "client.json"), client("c0", "https://issuer"))
        assert own.client(OLD) == Client("c1")

    def test_is_the_region_s_for_tokens_that_name_none(
        self, own: AccountVault, storage: Storage
    ) -> None:
        assert own.client(THEIRS) is None
        write_client(storage.account("ana", "client.json"), client("c1", "https://issuer"))
        assert own.client(THEIRS) == Client("c1", "https://issuer")
        write_client(storage.region_client("eu"), client("of another region"))
        assert own.client(THEIRS) == Client("c1", "https://issuer")
        write_client(storage.region_client("us"), client("of the region"))
        assert own.client(THEIRS) == Client("of the region")


def calls_of_a_replacement(own: AccountVault, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many calls of the system it takes to replace tokens."""
    with faulty(monkeypatch, None, fails_with(errno.EIO)) as system:
        own.replace(OLD, NEW)
    write_tokens(own.place, OLD)
    return len(system.calls)


@pytest.mark.parametrize("code", DISK_ERRORS, ids=errno.errorcode.get)
def test_a_disk_that_fails_at_any_call_loses_no_token(
    own: AccountVault, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    calls = calls_of_a_replacement(own, monkeypatch)
    failures: list[StoreError] = []
    assert calls > 10
    for at in range(calls):
        write_tokens(own.place, OLD)
        with faulty(monkeypatch, at, fails_with(code)):
            try:
                own.replace(OLD, NEW)
            except StoreError as error:
                failures.append(error)
        assert read_tokens(own.place) in (OLD, NEW)
        assert own.read() == NEW, "this process goes on with what it was given"
        own.save()
        assert temporaries(Path(own.place.base)) == []
        as_another_process()
        assert own.read() == NEW, "it was stored as soon as the disk was better"
    assert len(failures) > 5
    assert not any("new" in error.message for error in failures)


class TestWhatCouldNotBeStored:
    @pytest.fixture
    def unsaved(self, own: AccountVault, monkeypatch: pytest.MonkeyPatch) -> AccountVault:
        self.fail_to_store(own, OLD, NEW, monkeypatch)
        return own

    def fail_to_store(
        self, own: AccountVault, old: TokenEntry, new: TokenEntry, patch: pytest.MonkeyPatch
    ) -> None:
        with patch.context() as context:
            context.setattr(vault, "replace_tokens", fails_with_a_full_disk)
            with pytest.raises(StoreError):
                own.replace(old, new)
        assert own.read() == new

    def test_is_what_this_process_refreshes_next(
        self, unsaved: AccountVault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.fail_to_store(unsaved, NEW, THEIRS, monkeypatch)
        newest = TokenEntry(Secret("newest"), 4e9, Secret("r"))
        assert unsaved.replace(THEIRS, newest) == newest
        as_another_process()
        assert unsaved.read() == newest

    def test_gives_way_to_what_somebody_else_has_stored(self, unsaved: AccountVault) -> None:
        write_tokens(unsaved.place, THEIRS)
        assert unsaved.read() == THEIRS
        unsaved.save()
        assert read_tokens(unsaved.place) == THEIRS

    def test_is_gone_after_a_logout(self, unsaved: AccountVault) -> None:
        Path(unsaved.place.path).unlink()
        assert unsaved.read() is None
        unsaved.save()
        assert not Path(unsaved.place.path).exists()

    def test_makes_no_directory_when_the_account_is_gone(
        self, unsaved: AccountVault, storage: Storage
    ) -> None:
        storage.account_directory("ana").rename(storage.root / "gone")
        unsaved.save()
        assert not storage.account_directory("ana").exists()

    def test_waits_for_nobody(self, unsaved: AccountVault) -> None:
        with unsaved.locked():
            unsaved.save()
        assert read_tokens(unsaved.place) == OLD
        unsaved.save()
        assert read_tokens(unsaved.place) == NEW


def fails_with_a_full_disk(place: Place, tokens: TokenEntry) -> None:
    raise StoreError("full", code="STORE_IO", path=place.path, details={"errno": "ENOSPC"})


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def server(clock: HandClock) -> Iterator[SandboxServer]:
    with SandboxServer(now=clock.now) as running:
        yield running


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A filesystem of its own."""
    place = tmp_path / "disk"
    place.mkdir(mode=0o700)
    command = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "none", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no filesystem can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill(disk: Path) -> None:
    with open(disk / "filler", "wb", buffering=0) as filler:
        try:
            while True:
                filler.write(b"x" * 4096)
        except OSError:
            pass


class TestADiskOfItsOwn:
    def test_that_is_full_costs_one_error_and_no_login(
        self, server: SandboxServer, disk: Path, clock: HandClock
    ) -> None:
        login = Login(server, disk, clock)
        before = login.path.read_bytes()
        fill(disk)
        with pytest.raises(StoreError) as caught:
            login.fresh()
        assert (caught.value.code, caught.value.details["errno"]) == ("STORE_IO", "ENOSPC")
        assert login.path.read_bytes() == before
        tokens = login.fresh()
        assert login.is_let_in(tokens)
        assert server.oauth.refreshes == 1
        (disk / "filler").unlink()
        assert login.fresh() == tokens
        assert login.stored == tokens, "it is stored as soon as there is room"
        assert login.is_alive

    def test_that_is_read_only_spends_no_refresh_token(
        self, server: SandboxServer, disk: Path, clock: HandClock
    ) -> None:
        login = Login(server, disk, clock)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(StoreError) as caught:
            login.fresh()
        assert caught.value.details["errno"] == "EROFS"
        assert (login.asked, login.is_alive) == (0, True)


class Bridge:
    """A bridge file with a browser login, on a machine with an account of the same name."""

    def __init__(self, directory: Path, login: Login) -> None:
        self.login = login
        self.path = directory / "bridge.json"
        self.issued = login.issue(60)
        self.fields: dict[str, Any] = {
            "version": 2,
            "account": {
                "name": "ana",
                "type": "oauth_browser",
                "region": "us",
                "default_project": "7",
            },
            "tokens": {
                "access_token": self.issued.access_token,
                "refresh_token": self.issued.refresh_token,
                "expires_at": iso(login.clock.now() - 1),
                "scope": "projects",
                "token_type": "Bearer",
                "client_id": self.issued.client_id,
                "theirs": {"a": 1},
            },
            "project": "7",
            "workspace": 9,
            "headers": {"X-Mixpanel-Cluster": "internal-1"},
        }
        self.put(self.fields)

    def put(self, fields: dict[str, Any]) -> None:
        self.path.touch(mode=0o600)
        self.path.write_text(json.dumps(fields))

    @property
    def ctx(self) -> Context:
        return self.login.ctx

    @property
    def vault(self) -> BridgeVault:
        entry = read_bridge(Place(str(self.path), str(self.path.parent)))
        assert entry is not None
        return BridgeVault(self.ctx.storage, entry)

    def fresh(self) -> TokenEntry:
        bridge = read_bridge(Place(str(self.path), str(self.path.parent)))
        assert bridge is not None
        return credentials.fresh_tokens(self.ctx, bridge.account, bridge)

    @property
    def stored(self) -> dict[str, Any]:
        fields: dict[str, Any] = json.loads(self.path.read_bytes())
        return fields


@pytest.fixture
def login(server: SandboxServer, home: Path, clock: HandClock) -> Login:
    """The machine's own account."""
    return Login(server, home, clock)


@pytest.fixture
def bridge(login: Login, tmp_path: Path) -> Bridge:
    place = tmp_path / "bridges"
    place.mkdir(mode=0o700)
    return Bridge(place, login)


def files_of(login: Login) -> dict[Path, bytes]:
    """Everything below the machine's own storage root."""
    root = login.home / ".mp"
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


class TestABridge:
    def test_is_rewritten_with_everything_else_in_it(self, bridge: Bridge, login: Login) -> None:
        before = files_of(login)
        tokens = bridge.fresh()
        assert login.is_let_in(tokens)
        fields = bridge.stored
        assert fields["tokens"].pop("access_token") == tokens.access_token.get_secret_value()
        assert tokens.refresh_token is not None
        assert fields["tokens"].pop("refresh_token") == tokens.refresh_token.get_secret_value()
        assert fields["tokens"].pop("expires_at") == iso(tokens.expires_at)
        expected = json.loads(json.dumps(bridge.fields))
        for key in ("access_token", "refresh_token", "expires_at"):
            del expected["tokens"][key]
        expected["tokens"]["scope"] = bridge.issued.scope
        assert fields == expected
        assert self.path_modes(bridge) == (0o600, 0o600)
        assert files_of(login) == before, "the machine's own account of that name is another one"

    @staticmethod
    def path_modes(bridge: Bridge) -> tuple[int, int]:
        lock = bridge.path.with_name("bridge.json.lock")
        return bridge.path.stat().st_mode & 0o777, lock.stat().st_mode & 0o777

    def test_is_refreshed_once_by_all_who_wait(self, bridge: Bridge, login: Login) -> None:
        login.server.faults.add(TOKEN_PATH, Fault("late", gate=Crowd(7), times=1))
        tokens = all_at_once(8, bridge.fresh)
        assert len({each.access_token for each in tokens}) == 1
        assert login.outcomes == ["ok"]

    def test_that_is_over_says_where_to_get_another_and_changes_no_account(
        self, bridge: Bridge, login: Login
    ) -> None:
        before = files_of(login)
        login.server.oauth.revoke(bridge.issued.refresh_token)
        with pytest.raises(OAuthError) as caught:
            bridge.fresh()
        assert caught.value.code == "OAUTH_REFRESH_REVOKED"
        assert "mp account export-bridge" in caught.value.message
        assert files_of(login) == before

    def test_that_is_removed_meanwhile_is_not_made_anew(self, bridge: Bridge, login: Login) -> None:
        login.server.faults.add(TOKEN_PATH, Fault("late", gate=Meanwhile(bridge.path.unlink)))
        with pytest.raises(OAuthError) as caught:
            bridge.fresh()
        assert caught.value.code == "OAUTH_TOKEN_ERROR"
        assert str(bridge.path) in caught.value.message
        assert not bridge.path.exists()

    @pytest.mark.parametrize("other", [{"name": "ben"}, {"region": "eu"}], ids=["name", "region"])
    def test_of_another_account_by_now_gives_its_tokens_to_nobody(
        self, bridge: Bridge, login: Login, other: dict[str, str]
    ) -> None:
        kept = bridge.vault
        bridge.put({**bridge.fields, "account": {**bridge.fields["account"], **other}})
        assert kept.read() is None
        assert kept.replace(OLD, NEW) is None
        assert bridge.stored["tokens"] == bridge.fields["tokens"]

    def test_that_another_program_replaced_meanwhile_is_left_alone(
        self, bridge: Bridge, login: Login
    ) -> None:
        theirs = login.issue(3600)
        tokens = {**bridge.fields["tokens"], "access_token": theirs.access_token}
        tokens["expires_at"] = iso(login.clock.now() + 3600)
        newer = {**bridge.fields, "tokens": tokens}
        gate = Meanwhile(lambda: bridge.put(newer))
        login.server.faults.add(TOKEN_PATH, Fault("late", gate=gate))
        assert bridge.fresh().access_token.get_secret_value() == theirs.access_token
        assert bridge.stored == newer

    def test_without_a_client_is_refreshed_with_the_one_of_the_region(
        self, bridge: Bridge, login: Login
    ) -> None:
        fields = json.loads(json.dumps(bridge.fields))
        del fields["tokens"]["client_id"]
        bridge.put(fields)
        write_client(login.ctx.storage.region_client("us"), client(bridge.issued.client_id))
        assert login.is_let_in(bridge.fresh())
        assert "client_id" not in bridge.stored["tokens"]


class TestAReadOnlyBridge:
    @pytest.fixture
    def bridge(self, disk: Path, login: Login) -> Bridge:
        bridge = Bridge(disk, login)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        return bridge

    def test_is_refreshed_in_memory(self, bridge: Bridge, login: Login) -> None:
        before, machine = bridge.path.read_bytes(), files_of(login)
        first = bridge.fresh()
        assert login.is_let_in(first)
        assert bridge.fresh() == first
        login.clock.forward(2 * 3600)
        second = bridge.fresh()
        assert second.access_token != first.access_token
        assert login.is_let_in(second)
        assert login.outcomes == ["ok", "ok"]
        assert bridge.path.read_bytes() == before
        assert files_of(login) == machine

    def test_is_refreshed_once_by_all_threads(self, bridge: Bridge, login: Login) -> None:
        tokens = all_at_once(8, bridge.fresh)
        assert len({each.access_token for each in tokens}) == 1
        assert login.outcomes == ["ok"]


def test_a_bridge_that_may_not_be_written_is_told_from_a_full_disk(
    bridge: Bridge, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(place: Place, fields: object) -> None:
        raise StoreError("no", code="STORE_IO", path=place.path, details={"errno": code})

    monkeypatch.setattr(vault, "write_json", refuse)
    code = "ENOSPC"
    with pytest.raises(StoreError):
        bridge.fresh()
    first = bridge.fresh()
    assert login.is_let_in(first)
    login.clock.forward(2 * 3600)
    code = "EACCES"
    second = bridge.fresh()
    assert bridge.fresh() == second
    assert login.outcomes == ["ok", "ok"]


def test_the_vault_is_the_bridge_s_when_the_account_came_from_one(
    bridge: Bridge, storage: Storage
) -> None:
    entry = AccountEntry("ana", "oauth_browser", "us")
    assert isinstance(vault_of(storage, entry, None), AccountVault)
    found = read_bridge(bridge.vault.place)
    assert isinstance(vault_of(storage, entry, found), BridgeVault)
