"""The overview: everything the screens show, from one reading, and what tells when it changed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mixdesk.ops import accounts, targets
from mixdesk.ops.overview import fingerprint, read_overview
from mixdesk.ops.session import view_session
from mixdesk.store.preferences import change_preferences

from .world import CONFIG, NOW, World


class TestAnOverview:
    def test_says_what_the_single_verbs_say(self, world: World) -> None:
        world.write_config()
        world.write_tokens("ana")
        world.write_me("team")
        world.protect("ecom")
        accounts.use_account(world.ctx, "ana")
        overview = read_overview(world.ctx)
        assert overview.accounts == accounts.list_accounts(world.ctx)
        assert overview.targets == targets.list_targets(world.ctx)
        assert overview.session == view_session(world.ctx)
        assert [a.names for a in overview.activity] == [("ana",)]
        assert (overview.error, overview.config_path, overview.at) == (
            None,
            str(world.config),
            NOW,
        )

    def test_of_nothing_is_empty_and_no_error(self, world: World) -> None:
        overview = read_overview(world.ctx)
        assert (overview.accounts, overview.targets, overview.activity) == ((), (), ())
        assert overview.session is not None
        assert overview.error is None
        assert list(world.home.iterdir()) == []

    def test_is_of_one_reading_of_the_file(self, world: World) -> None:
        """Session and rows agree on who is active."""
        overview = read_overview(world.write_config())
        assert overview.session is not None
        active = [row.name for row in overview.accounts if row.is_active]
        assert active == [overview.session.resolution.account.value]

    def test_has_the_problems_of_the_file_in_its_order(self, world: World) -> None:
        text = CONFIG.replace('region = "eu"', 'region = "x"').replace('"12"', '"y"')
        overview = read_overview(world.write_config(text))
        assert [p.section for p in overview.problems] == [("accounts", "ana"), ("targets", "ecom")]


class TestItNeverRaises:
    @pytest.mark.parametrize(
        ("text", "code"),
        [("[active\n", "STORE_CORRUPT"), ("a = " + "[" * 5000, "STORE_CORRUPT")],
    )
    def test_for_a_file_that_is_not_toml(self, world: World, text: str, code: str) -> None:
        overview = read_overview(world.write_config(text))
        assert overview.error is not None
        assert overview.error.code == code
        assert (overview.session, overview.accounts, overview.targets) == (None, (), ())

    def test_for_a_directory_in_the_place_of_the_file(self, world: World) -> None:
        world.config.mkdir(parents=True)
        overview = read_overview(world.ctx)
        assert overview.error is not None
        assert overview.error.code == "STORE_UNSAFE_PATH"

    @pytest.mark.parametrize(
        ("variable", "value"), [("MP_REGION", "xx"), ("MP_AUTH_FILE", "/nowhere/bridge.json")]
    )
    def test_for_an_environment_that_makes_no_sense(
        self, world: World, variable: str, value: str
    ) -> None:
        world.write_config()
        world.environ[variable] = value
        overview = read_overview(world.ctx)
        assert overview.error is not None
        assert variable in overview.error.message
        assert overview.session is None
        assert len(overview.accounts) == 3

    def test_for_files_of_an_account_that_make_no_sense(self, world: World) -> None:
        world.write_config()
        for account in ("ana", "team"):
            world.write_status(account, "ok")
            for file in ("tokens.json", "me.json", "me.index.json", "status.json", "client.json"):
                path = world.directory(account) / file
                path.write_bytes(b'{"at": "\xff')
                path.chmod(0o600)
        overview = read_overview(world.ctx)
        assert (overview.error, len(overview.accounts)) == (None, 3)

    def test_for_directories_in_the_places_of_files(self, world: World) -> None:
        world.write_config()
        for file in ("tokens.json", "me.json", "me.index.json", "status.json"):
            (world.directory("ana") / file).mkdir(parents=True)
        (world.home / ".mp" / "ui.toml").mkdir()
        overview = read_overview(world.ctx)
        assert (overview.error, len(overview.accounts)) == (None, 3)

    def test_for_sections_that_are_no_tables(self, world: World) -> None:
        text = 'accounts = 1\ntargets = "x"\nactive = []\nsettings = 2.5\n'
        overview = read_overview(world.write_config(text))
        assert overview.error is None
        assert len(overview.problems) == 4


def _touch_config(world: World) -> None:
    world.config.write_text(world.text + "# a comment of the user's\n")


def _use(world: World) -> None:
    accounts.use_account(world.ctx, "ana")


def _tokens(world: World) -> None:
    world.write_tokens("ana", ends=NOW + 7)


def _first_tokens(world: World) -> None:
    world.write_tokens("ci")


def _status(world: World) -> None:
    world.write_status("ana", "needs_login")


def _me(world: World) -> None:
    world.write_me("team")


def _preferences(world: World) -> None:
    change_preferences(world.ctx.storage.preferences, theme="other")


def _no_preferences(world: World) -> None:
    (world.home / ".mp" / "ui.toml").unlink()


def _no_account_files(world: World) -> None:
    (world.directory("ana") / "tokens.json").unlink()


def _no_config(world: World) -> None:
    world.config.unlink()


def _from_another_program(world: World) -> None:
    """As every careful program writes: a new file, renamed over the old one."""
    beside = world.directory("ana") / "tokens.json.new"
    beside.write_text((world.directory("ana") / "tokens.json").read_text())
    os.replace(beside, world.directory("ana") / "tokens.json")


CHANGES: list[Callable[[World], None]] = [
    _touch_config,
    _use,
    _tokens,
    _first_tokens,
    _status,
    _me,
    _preferences,
    _no_preferences,
    _no_account_files,
    _no_config,
    _from_another_program,
]


class TestTheFingerprint:
    @pytest.fixture
    def world(self, world: World) -> World:
        """Files that changed long ago: a change now has another time, whatever the clock's tick."""
        world.write_config()
        world.write_tokens("ana")
        world.write_me("team")
        world.protect("ecom")
        read_overview(world.ctx)
        for path in [world.home / ".mp", *(world.home / ".mp").rglob("*")]:
            if path.name != "me.json":  # whose time its index knows
                os.utime(path, (NOW - 9e8, NOW - 9e8))
        return world

    @pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
    def test_changes_with_every_kind_of_change(
        self, world: World, change: Callable[[World], None]
    ) -> None:
        before = fingerprint(world.ctx)
        change(world)
        assert fingerprint(world.ctx) != before

    def test_stays_while_everything_is_only_read(self, world: World) -> None:
        before = fingerprint(world.ctx)
        for _ in range(2):
            read_overview(world.ctx)
            view_session(world.ctx, account="team")
            accounts.get_account(world.ctx, "ana")
            targets.list_targets(world.ctx)
        assert fingerprint(world.ctx) == before

    def test_stays_when_a_change_is_refused_before_it_is_made(self, world: World) -> None:
        world.write_bridge()  # which lies elsewhere
        before = fingerprint(world.ctx)
        with pytest.raises(ValueError, match="nobody"):
            view_session(world.ctx, account="nobody")
        assert fingerprint(world.ctx) == before

    def test_stays_for_a_use_of_what_is_in_force(self, world: World) -> None:
        accounts.use_account(world.ctx, "ana")
        before = fingerprint(world.ctx)
        accounts.use_account(world.ctx, "ana")
        assert fingerprint(world.ctx) == before

    def test_is_the_one_in_the_overview(self, world: World) -> None:
        assert read_overview(world.ctx).fingerprint == fingerprint(world.ctx)

    def test_of_nothing_is_the_same_each_time(self, tmp_path: Path) -> None:
        nowhere = World(tmp_path / "nowhere").ctx
        assert fingerprint(nowhere) == fingerprint(nowhere)
        assert hash(fingerprint(nowhere)) == hash(fingerprint(nowhere))
