"""Exporting an account to a bridge: what travels, what stays, and what is said about it."""

from __future__ import annotations

import errno
import json
import os
import traceback
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from mixdesk.exceptions import (
    AccountNotFoundError,
    ConfigError,
    InvalidArgumentError,
    MixdeskError,
    OAuthError,
    StoreError,
)
from mixdesk.model.secret import Secret
from mixdesk.ops import bridge, credentials
from mixdesk.ops.bridge import BridgeExport, export_bridge, remove_bridge
from mixdesk.ops.session import recent_activity, view_session
from mixdesk.store import bridge_writing
from mixdesk.store.bridge import BridgeEntry, find_bridge, place_at, read_bridge
from mixdesk.store.clients import ClientEntry, write_client
from mixdesk.store.files import Place, writing_failed
from mixdesk.store.locks import locked_now
from mixdesk.store.tokens import TokenEntry, read_tokens, write_tokens
from tests.core.store.faults import in_a_child, temporaries

from .world import CONFIG, NOW, World

CANARY = "canary-7f3a"
ANA = TokenEntry(
    Secret(f"access-{CANARY}"),
    NOW + 600,
    Secret(f"refresh-{CANARY}"),
    scope="projects",
    client_id="own",
    extra={"id_token": CANARY},
)
HEADER = '\n[settings]\ncustom_header = { name = "X-Cluster", value = "one" }\n'


@pytest.fixture
def to(tmp_path: Path) -> Path:
    """Where a bridge goes."""
    return tmp_path / "stick" / "auth.json"


@pytest.fixture
def world(world: World) -> World:
    """Three accounts, one of each type; the browser account has logged in."""
    world.write_config()
    write_tokens(world.ctx.storage.account("ana", "tokens.json"), ANA)
    return world


def fields(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def read(world: World, path: Path) -> BridgeEntry:
    found = read_bridge(place_at(str(path), world.environ))
    assert found is not None
    return found


def stored(world: World, account: str = "ana") -> TokenEntry | None:
    return read_tokens(world.ctx.storage.account(account, "tokens.json"))


def client(client_id: str) -> ClientEntry:
    return ClientEntry(client_id, "eu", "http://localhost", "s", "2026-01-01T00:00:00Z")


class TestWhatTravels:
    def test_is_the_active_account_when_none_is_named(self, world: World, to: Path) -> None:
        exported = export_bridge(world.ctx, to=to)
        assert exported == BridgeExport(path=str(to), account="team")
        assert fields(to) == {
            "version": 2,
            "account": {
                "name": "team",
                "type": "service_account",
                "region": "us",
                "default_project": "11",
                "username": "team.x",
                "secret": "s",
            },
            "headers": {},
        }

    def test_is_what_is_pinned_and_the_header_of_the_settings(self, world: World, to: Path) -> None:
        world.write_config(CONFIG + HEADER)
        export_bridge(world.ctx, to=to, account="team", project="12", workspace=72)
        found = read(world, to)
        assert (found.project, found.workspace) == ("12", 72)
        assert found.headers == {"X-Cluster": "one"}

    def test_is_a_session_on_the_other_machine(self, world: World, to: Path) -> None:
        export_bridge(world.ctx, to=to, account="ana", project="33", workspace=9)
        other = World(to.parent)
        other.environ["MP_AUTH_FILE"] = str(to)
        view = view_session(other.ctx)
        assert view.resolution.account.value == "ana"
        assert (view.resolution.project.value, view.resolution.workspace.value) == ("33", 9)
        assert (view.token_expires_at, view.can_refresh) == (NOW + 600, True)

    def test_is_the_value_of_a_variable_and_not_its_name(self, world: World, to: Path) -> None:
        world.environ["CI_TOKEN"] = "the-value"
        exported = export_bridge(world.ctx, to=to, account="ci")
        assert exported.token_env == "CI_TOKEN"
        assert fields(to)["account"] == {
            "name": "ci",
            "type": "oauth_token",
            "region": "in",
            "token": "the-value",
        }

    @pytest.mark.parametrize("value", [None, ""])
    def test_is_nothing_where_the_variable_is_not_set(
        self, world: World, to: Path, value: str | None
    ) -> None:
        world.environ |= {} if value is None else {"CI_TOKEN": value}
        with pytest.raises(OAuthError, match="CI_TOKEN is not set"):
            export_bridge(world.ctx, to=to, account="ci")
        assert not to.parent.exists()

    @pytest.mark.parametrize("value", [CANARY + "\n", CANARY + "\udcff", CANARY + "\x00"])
    def test_is_no_value_that_could_not_be_sent(self, world: World, to: Path, value: str) -> None:
        world.environ["CI_TOKEN"] = value
        with pytest.raises(OAuthError, match="CI_TOKEN holds what cannot be sent") as caught:
            export_bridge(world.ctx, to=to, account="ci")
        assert CANARY not in f"{caught.value!r}{caught.value.details}"
        assert not to.parent.exists()

    def test_of_a_browser_account_is_its_whole_grant(self, world: World, to: Path) -> None:
        exported = export_bridge(world.ctx, to=to, account="ana")
        assert exported == BridgeExport(str(to), "ana", NOW + 600, carries_grant=True)
        tokens = read(world, to).tokens
        assert tokens is not None
        assert tokens.access_token == ANA.access_token
        assert tokens.refresh_token == ANA.refresh_token
        assert (tokens.client_id, tokens.scope, tokens.extra) == ("own", "projects", {})
        assert stored(world) == ANA

    def test_may_have_ended_when_it_can_be_renewed(self, world: World, to: Path) -> None:
        world.write_tokens("ana", ends=NOW - 600)
        assert export_bridge(world.ctx, to=to, account="ana").expires_at == NOW - 600

    def test_is_no_login_that_has_ended_for_good(self, world: World, to: Path) -> None:
        world.write_tokens("ana", ends=NOW - 1, refresh=None)
        with pytest.raises(OAuthError, match="'ana' has a login that has ended") as caught:
            export_bridge(world.ctx, to=to, account="ana")
        assert "mp account login ana" in (caught.value.hint or "")
        assert not to.parent.exists()

    def test_is_no_login_that_never_was(self, world: World, to: Path) -> None:
        (world.directory("ana") / "tokens.json").unlink()
        modes: list[dict[str, Any]] = [{}, {"access_only": True}, {"move_grant": True}]
        for mode in modes:
            with pytest.raises(OAuthError, match="'ana' has not logged in yet"):
                export_bridge(world.ctx, to=to, account="ana", **mode)
        assert not to.parent.exists()

    def test_replaces_the_last_one_whole(self, world: World, to: Path) -> None:
        export_bridge(world.ctx, to=to, account="ana", project="33")
        export_bridge(world.ctx, to=to, account="team")
        assert {*fields(to)} == {"version", "account", "headers"}


class TestTheClient:
    """The other machine refreshes with the client that the tokens were issued to."""

    def exported(self, world: World, to: Path, tokens: TokenEntry) -> str | None:
        write_tokens(world.ctx.storage.account("ana", "tokens.json"), tokens)
        export_bridge(world.ctx, to=to, account="ana")
        found = read(world, to).tokens
        assert found is not None
        return found.client_id

    def test_is_the_one_that_the_tokens_name(self, world: World, to: Path) -> None:
        write_client(world.ctx.storage.region_client("eu"), client("of-the-region"))
        assert self.exported(world, to, ANA) == "own"

    def test_is_the_one_of_the_region_for_tokens_that_name_none(
        self, world: World, to: Path
    ) -> None:
        unnamed = TokenEntry(Secret("a"), NOW + 600, Secret("r"))
        assert self.exported(world, to, unnamed) is None
        write_client(world.ctx.storage.account("ana", "client.json"), client("of-the-account"))
        assert self.exported(world, to, unnamed) == "of-the-account"
        write_client(world.ctx.storage.region_client("eu"), client("of-the-region"))
        assert self.exported(world, to, unnamed) == "of-the-region"
        write_client(world.ctx.storage.region_client("us"), client("of-another"))
        assert self.exported(world, to, unnamed) == "of-the-region"
        kept = stored(world)
        assert kept is not None
        assert kept.client_id is None

    def test_is_of_no_use_without_a_refresh_token(self, world: World, to: Path) -> None:
        write_client(world.ctx.storage.region_client("eu"), client("of-the-region"))
        assert self.exported(world, to, TokenEntry(Secret("a"), NOW + 600)) is None


class TestAccessOnly:
    def test_carries_no_grant(self, world: World, to: Path) -> None:
        exported = export_bridge(world.ctx, to=to, account="ana", access_only=True)
        assert exported == BridgeExport(str(to), "ana", NOW + 600)
        assert {*fields(to)["tokens"]} == {"access_token", "expires_at", "scope", "token_type"}
        assert stored(world) == ANA

    def test_carries_a_token_that_has_life_left(
        self, world: World, to: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world.write_tokens("ana", ends=NOW - 600)
        renewed = TokenEntry(Secret("renewed"), NOW + 3600, Secret("r2"))
        monkeypatch.setattr(credentials, "fresh_tokens", lambda ctx, entry: renewed)
        exported = export_bridge(world.ctx, to=to, account="ana", access_only=True)
        assert exported.expires_at == NOW + 3600
        assert fields(to)["tokens"]["access_token"] == "renewed"
        assert "refresh_token" not in fields(to)["tokens"]

    def test_carries_nothing_when_there_is_no_life(self, world: World, to: Path) -> None:
        world.write_tokens("ana", ends=NOW - 1, refresh=None)
        with pytest.raises(OAuthError) as caught:
            export_bridge(world.ctx, to=to, account="ana", access_only=True)
        assert caught.value.code == "OAUTH_REFRESH_ERROR"
        assert not to.parent.exists()


class TestMoveGrant:
    def test_takes_the_refresh_token_away_from_here(self, world: World, to: Path) -> None:
        exported = export_bridge(world.ctx, to=to, account="ana", move_grant=True)
        assert exported == BridgeExport(str(to), "ana", NOW + 600, carries_grant=True, moved=True)
        tokens = read(world, to).tokens
        assert tokens is not None
        assert tokens.refresh_token == ANA.refresh_token
        own = fields(world.directory("ana") / "tokens.json")
        assert "refresh_token" not in own
        assert own["access_token"] == ANA.access_token.get_secret_value()
        assert (own["client_id"], own["id_token"]) == ("own", CANARY)
        assert view_session(world.ctx, account="ana").can_refresh is False

    def test_happens_while_no_refresh_can(
        self, world: World, to: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        held = []
        real = bridge_writing.write_bridge

        def write(entry: BridgeEntry, *, force: bool) -> None:
            with locked_now(world.ctx.storage.account("ana", "tokens.json")) as is_free:
                held.append(not is_free)
            real(entry, force=force)

        monkeypatch.setattr(bridge_writing, "write_bridge", write)
        export_bridge(world.ctx, to=to, account="ana", move_grant=True)
        assert held == [True]
        assert export_bridge(world.ctx, to=to, account="ana").carries_grant is False
        assert held == [True, True]

    def test_needs_a_grant(self, world: World, to: Path) -> None:
        world.write_tokens("ana", refresh=None)
        with pytest.raises(OAuthError, match="no grant to move") as caught:
            export_bridge(world.ctx, to=to, account="ana", move_grant=True)
        assert "mp account login ana" in (caught.value.hint or "")
        assert not to.parent.exists()

    def test_loses_nothing_when_the_bridge_cannot_be_written(self, world: World, to: Path) -> None:
        to.parent.write_text("a file")
        with pytest.raises(StoreError):
            export_bridge(world.ctx, to=to, account="ana", move_grant=True)
        assert stored(world) == ANA

    def test_says_when_this_machine_could_not_let_go(
        self, world: World, to: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full_disk(place: Place, entry: TokenEntry) -> None:
            raise writing_failed(place.path, OSError(errno.ENOSPC, "No space left"))

        with monkeypatch.context() as patch:
            patch.setattr(bridge, "replace_tokens", full_disk)
            with pytest.raises(StoreError, match="may still have the grant") as caught:
                export_bridge(world.ctx, to=to, account="ana", move_grant=True)
        assert str(to) in caught.value.summary
        assert "--move-grant" in (caught.value.hint or "")
        assert caught.value.path == str(world.directory("ana") / "tokens.json")
        assert stored(world) == ANA
        assert export_bridge(world.ctx, to=to, account="ana", move_grant=True).moved
        assert stored(world) == ANA.replace(refresh_token=None)

    def test_killed_at_any_call_loses_no_grant(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        states = set()
        for at in count():
            (tmp_path / str(at)).mkdir(mode=0o700)
            world, to = World(tmp_path / str(at)), tmp_path / str(at) / "to" / "auth.json"
            world.write_config()
            own = world.ctx.storage.account("ana", "tokens.json")
            write_tokens(own, ANA)
            move = partial(export_bridge, world.ctx, to=to, account="ana", move_grant=True)
            status = in_a_child(monkeypatch, at, move)
            here, carried = read_tokens(own), read_bridge(place_at(str(to), world.environ))
            assert here is not None
            there = carried.tokens if carried else None
            has_grant = (here.refresh_token is not None, there is not None)
            assert any(has_grant)
            assert there is None or there.refresh_token == ANA.refresh_token
            assert here.access_token == ANA.access_token
            states.add(has_grant)
            if has_grant[0]:
                assert move().moved
                assert temporaries(tmp_path / str(at)) == []
            if status == 0:
                break
        assert states == {(True, False), (True, True), (False, True)}


class TestRefused:
    def check(
        self, world: World, to: Path, error: type[MixdeskError], words: str, **options: Any
    ) -> MixdeskError:
        """Exporting fails in words and makes nothing."""
        with pytest.raises(error, match=words) as caught:
            export_bridge(world.ctx, **{"to": to, **options})
        assert caught.value.hint
        assert not to.parent.exists()
        assert stored(world) == ANA
        assert recent_activity(world.ctx) == ()
        return caught.value

    def test_is_an_account_that_is_not_there(self, world: World, to: Path) -> None:
        self.check(world, to, AccountNotFoundError, "no account 'nobody'", account="nobody")

    def test_is_no_account_at_all(self, world: World, to: Path) -> None:
        world.write_config(CONFIG.replace('account = "team"\nworkspace = 71\n', "", 1))
        self.check(world, to, ConfigError, "No account is active")

    def test_is_a_broken_account(self, world: World, to: Path) -> None:
        world.write_config(CONFIG.replace('secret = "s"', "secret = 5"))
        self.check(world, to, ConfigError, "secret")

    @pytest.mark.parametrize(
        "options", [{"project": "x"}, {"workspace": 0}, {"workspace": 1 << 63}]
    )
    def test_is_an_id_that_is_none(self, world: World, to: Path, options: dict[str, Any]) -> None:
        error = self.check(world, to, InvalidArgumentError, "is no", **options)
        assert error.details["violation"] in options

    def test_is_both_modes_together(self, world: World, to: Path) -> None:
        options = {"account": "ana", "access_only": True, "move_grant": True}
        self.check(world, to, InvalidArgumentError, "no grant", **options)

    @pytest.mark.parametrize("mode", ["access_only", "move_grant"])
    @pytest.mark.parametrize(
        ("account", "type"), [("team", "service_account"), ("ci", "oauth_token")]
    )
    def test_is_a_mode_that_the_account_has_not(
        self, world: World, to: Path, mode: str, account: str, type: str
    ) -> None:
        world.environ["CI_TOKEN"] = "t"
        words = f"--{mode.replace('_', '-')} is about the grant"
        error = self.check(world, to, InvalidArgumentError, words, account=account, **{mode: True})
        assert error.details["violation"] == mode
        assert error.details["detected_auth_type"] == type

    @pytest.mark.parametrize("name", ["~", "~/auth.json", "~/.claude/mixpanel/auth.json"])
    def test_is_a_path_that_nobody_has_expanded(self, world: World, name: str) -> None:
        for path in (name, Path(name)):
            with pytest.raises(InvalidArgumentError, match="not expanded") as caught:
                export_bridge(world.ctx, to=path)
            assert str(world.home) in (caught.value.hint or "")
        assert not (world.home / "~").exists()

    def test_is_a_directory(self, world: World) -> None:
        for path in (world.home, ""):
            with pytest.raises(InvalidArgumentError, match=f"{world.home} is a directory"):
                export_bridge(world.ctx, to=path)
        assert [*world.home.iterdir()] == [world.home / ".mp"]

    def test_is_a_git_work_tree_unless_insisted(self, world: World, to: Path) -> None:
        (to.parent.parent / ".git").mkdir()
        self.check(world, to, ConfigError, "git work tree")
        assert export_bridge(world.ctx, to=to, force=True).path == str(to)

    def test_is_a_file_that_is_no_bridge_before_a_token_is_renewed(
        self, world: World, to: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(credentials, "fresh_tokens", lambda *args: pytest.fail("renewed"))
        to.parent.mkdir()
        to.write_text("precious")
        to.chmod(0o600)
        with pytest.raises(ConfigError, match="no bridge"):
            export_bridge(world.ctx, to=to, account="ana", access_only=True)
        assert [*to.parent.iterdir()] == [to]
        assert to.read_text() == "precious"


class TestThePlace:
    def test_may_be_relative(self, world: World, tmp_path: Path) -> None:
        os.chdir(tmp_path)
        exported = export_bridge(world.ctx, to="auth.json")
        assert exported.path == str(tmp_path / "auth.json")
        assert (tmp_path / "auth.json").exists()

    def test_is_told_when_this_machine_looks_there_too(self, world: World, to: Path) -> None:
        def is_used_here(path: Path) -> bool:
            return export_bridge(world.ctx, to=path).is_used_here

        in_home = world.home / ".claude/mixpanel/auth.json"
        assert is_used_here(in_home)
        assert is_used_here(Path("mixpanel_auth.json"))
        assert not is_used_here(to)
        world.environ["MP_AUTH_FILE"] = str(to)
        assert is_used_here(to)
        assert not is_used_here(in_home)

    def test_in_the_home_directory_is_one_that_is_read_back(self, world: World) -> None:
        (world.home / "dotfiles").mkdir(mode=0o700)
        (world.home / ".claude").symlink_to("dotfiles")
        with pytest.raises(StoreError) as caught:
            export_bridge(world.ctx, to=world.home / ".claude/mixpanel/auth.json")
        assert caught.value.details["reason"] == "link"
        assert [*(world.home / "dotfiles").iterdir()] == []


class TestRemoving:
    def test_takes_the_one_that_is_named(self, world: World, to: Path) -> None:
        export_bridge(world.ctx, to=to)
        assert remove_bridge(world.ctx, at=to) is True
        assert not to.exists()
        assert remove_bridge(world.ctx, at=to) is False

    def test_takes_the_one_that_the_environment_names_and_no_other(
        self, world: World, to: Path
    ) -> None:
        in_home = world.home / ".claude/mixpanel/auth.json"
        export_bridge(world.ctx, to=to)
        export_bridge(world.ctx, to=in_home)
        world.environ["MP_AUTH_FILE"] = str(to)
        assert remove_bridge(world.ctx) is True
        assert remove_bridge(world.ctx) is False
        assert not to.exists()
        assert in_home.exists()

    def test_takes_the_first_that_is_used_here(self, world: World) -> None:
        in_home = world.home / ".claude/mixpanel/auth.json"
        here = world.home / "mixpanel_auth.json"
        export_bridge(world.ctx, to=in_home)
        export_bridge(world.ctx, to=here)
        assert remove_bridge(world.ctx) is True
        assert (in_home.exists(), here.exists()) == (False, True)
        assert remove_bridge(world.ctx) is True
        assert not here.exists()
        assert remove_bridge(world.ctx) is False

    def test_leaves_what_is_no_bridge(self, world: World, to: Path) -> None:
        to.parent.mkdir()
        to.write_text("precious")
        to.chmod(0o600)
        with pytest.raises(ConfigError, match="no bridge, so it is not removed"):
            remove_bridge(world.ctx, at=to)
        assert to.read_text() == "precious"


def test_the_log_holds_what_was_done_and_names_alone(world: World, to: Path) -> None:
    world.environ["CI_TOKEN"] = CANARY
    for account in ("ana", "ci"):
        export_bridge(world.ctx, to=to, account=account)
    export_bridge(world.ctx, to=to, account="ana", move_grant=True)
    remove_bridge(world.ctx, at=to)
    remove_bridge(world.ctx, at=to)
    found = [(each.verb, each.names, each.at) for each in recent_activity(world.ctx)]
    assert found == [
        ("bridge.remove", (str(to),), NOW),
        ("bridge.export", ("ana", str(to)), NOW),
        ("bridge.export", ("ci", str(to)), NOW),
        ("bridge.export", ("ana", str(to)), NOW),
    ]
    assert CANARY not in (world.home / ".mp" / "activity.jsonl").read_text()


# --- the canary -----------------------------------------------------------------------------


def _over(content: str) -> Callable[[World, Path], object]:
    def fail(world: World, to: Path) -> object:
        to.parent.mkdir()
        to.write_text(content)
        to.chmod(0o600)
        return export_bridge(world.ctx, to=to, account="ana")

    return fail


def _removing(content: str) -> Callable[[World, Path], object]:
    def fail(world: World, to: Path) -> object:
        to.parent.mkdir()
        to.write_text(content)
        to.chmod(0o600)
        return remove_bridge(world.ctx, at=to)

    return fail


def _below_a_file(world: World, to: Path) -> object:
    to.parent.write_text("a file")
    return export_bridge(world.ctx, to=to, account="ana", move_grant=True)


def _variable(value: str) -> Callable[[World, Path], object]:
    def fail(world: World, to: Path) -> object:
        world.environ["CI_TOKEN"] = value
        return export_bridge(world.ctx, to=to, account="ci")

    return fail


FAILURES: dict[str, Callable[[World, Path], object]] = {
    "over a file that is no bridge": _over(f'["{CANARY}"]'),
    "over half a bridge": _over(f'{{"version": 2, "account": {{"secret": "{CANARY}'),
    "removing what is no bridge": _removing(f'{{"account": "{CANARY}"}}'),
    "no directory": _below_a_file,
    "a variable that cannot be sent": _variable(CANARY + "\n"),
    "a mode of another account": lambda world, to: export_bridge(
        world.ctx, to=to, account="team", move_grant=True
    ),
}


@pytest.mark.parametrize("fail", FAILURES.values(), ids=FAILURES)
def test_no_error_shows_a_secret(
    world: World, to: Path, fail: Callable[[World, Path], object]
) -> None:
    with pytest.raises(MixdeskError) as caught:
        fail(world, to)
    error = caught.value
    shown = [repr(error), str(error), repr(error.args), json.dumps(error.to_dict())]
    shown += [repr(vars(error)), "".join(traceback.format_exception(error))]
    assert not any(CANARY in text for text in shown)


def test_no_record_shows_a_secret(world: World, to: Path) -> None:
    exported = export_bridge(world.ctx, to=to, account="ana")
    world.environ["MP_AUTH_FILE"] = str(to)
    found = find_bridge(world.environ, None)
    assert CANARY in to.read_text()
    for value in (exported, found, found.tokens if found else None, view_session(world.ctx)):
        assert CANARY not in f"{value!r}{value}"
