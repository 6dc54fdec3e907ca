"""Accounts: what a row tells, and what each change does to the files."""

from __future__ import annotations

import os
from typing import Any

import pytest

from mixdesk.exceptions import (
    AccountExistsError,
    AccountInUseError,
    AccountNotFoundError,
    ConfigError,
    InvalidArgumentError,
    StoreError,
)
from mixdesk.model.records import AccountRow
from mixdesk.model.secret import Secret
from mixdesk.ops import accounts, targets
from mixdesk.ops.session import recent_activity, view_session

from .world import CONFIG, NOW, World


def row(world: World, name: str) -> AccountRow:
    return accounts.get_account(world.ctx, name)


class TestAList:
    def test_of_nothing_is_empty_and_makes_no_file(self, world: World) -> None:
        assert accounts.list_accounts(world.ctx) == ()
        assert list(world.home.iterdir()) == []

    def test_is_by_name_with_the_facts_of_the_file(self, world: World) -> None:
        rows = accounts.list_accounts(world.write_config())
        assert [r.name for r in rows] == ["ana", "ci", "team"]
        ana, ci, team = rows
        assert [r.type for r in rows] == ["oauth_browser", "oauth_token", "service_account"]
        assert [r.region for r in rows] == ["eu", "in", "us"]
        assert [r.default_project for r in rows] == ["22", None, "11"]
        assert [r.is_active for r in rows] == [False, False, True]
        assert (ana.targets, ci.targets, team.targets) == (("berlin",), (), ("ecom", "home"))
        assert (team.username, ci.token_env) == ("team.x", "CI_TOKEN")
        assert {r.problem for r in rows} == {None}

    def test_of_files_that_nobody_wrote_says_nothing_of_them(self, world: World) -> None:
        world.write_config()
        ana = row(world, "ana")
        assert (ana.status, ana.status_at, ana.user_email) == ("untested", None, None)
        assert (ana.has_tokens, ana.can_refresh, ana.token_expires_at) == (False, False, None)
        assert ana.project_name is None

    def test_has_one_row_for_each_that_get_gives(self, world: World) -> None:
        world.write_config()
        world.write_tokens("ana")
        rows = accounts.list_accounts(world.ctx)
        assert rows == tuple(row(world, r.name) for r in rows)


class TestAListAsked:
    """Again, with the file as it was: what stands beside the file is looked at each time."""

    def test_again_is_the_same(self, world: World) -> None:
        ctx = world.write_config()
        assert accounts.list_accounts(ctx) == accounts.list_accounts(ctx)

    def test_again_sees_files_that_came_and_went(self, world: World) -> None:
        ctx = world.write_config()
        before = accounts.list_accounts(ctx)
        world.write_tokens("ana")
        world.write_status("team", "ok")
        during = accounts.list_accounts(ctx)
        assert [(r.has_tokens, r.status) for r in during] == [
            (True, "untested"),
            (None, "untested"),
            (None, "ok"),
        ]
        for account in ("ana", "team"):
            for file in world.directory(account).iterdir():
                file.unlink()
        assert accounts.list_accounts(ctx) == before

    def test_again_sees_another_environment(self, world: World) -> None:
        world.write_config()
        before = row(world, "ci")
        world.environ["CI_TOKEN"] = "t"
        assert [r.token_env_set for r in accounts.list_accounts(world.ctx)] == [None, True, None]
        del world.environ["CI_TOKEN"]
        assert row(world, "ci") == before

    def test_again_sees_another_file(self, world: World) -> None:
        first = accounts.list_accounts(world.write_config())
        world.environ["MP_CONFIG_PATH"] = str(world.home / "other.toml")
        assert accounts.list_accounts(world.ctx) == ()
        del world.environ["MP_CONFIG_PATH"]
        assert accounts.list_accounts(world.ctx) == first

    def test_after_a_change_sees_it(self, world: World) -> None:
        accounts.list_accounts(world.write_config())
        accounts.use_account(world.ctx, "ana")
        assert [r.name for r in accounts.list_accounts(world.ctx) if r.is_active] == ["ana"]


class TestTokens:
    def test_are_told_by_when_they_end_and_whether_they_renew(self, world: World) -> None:
        world.write_config()
        world.write_tokens("ana", ends=NOW + 90)
        ana = row(world, "ana")
        assert (ana.has_tokens, ana.can_refresh, ana.token_expires_at) == (True, True, NOW + 90)

    def test_without_a_refresh_token_do_not_renew(self, world: World) -> None:
        world.write_config()
        world.write_tokens("ana", refresh=None)
        assert row(world, "ana").can_refresh is False

    def test_that_ended_are_still_told(self, world: World) -> None:
        world.write_config()
        world.write_tokens("ana", ends=NOW - 90)
        assert row(world, "ana").token_expires_at == NOW - 90

    def test_lie_only_with_accounts_that_log_in_with_a_browser(self, world: World) -> None:
        world.write_config()
        world.write_tokens("team")
        team = row(world, "team")
        assert (team.has_tokens, team.token_expires_at) == (None, None)

    @pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"access_token": 1}'])
    def test_that_are_none_count_as_missing_and_are_a_problem(
        self, world: World, content: str
    ) -> None:
        world.write_config()
        world.write_tokens("ana")
        (world.directory("ana") / "tokens.json").write_text(content)
        assert row(world, "ana").has_tokens is False
        problems = view_session(world.ctx).problems
        assert [(p.code, p.section) for p in problems] == [("store_corrupt", ("accounts", "ana"))]

    def test_that_others_can_read_are_not_used_and_are_a_problem(self, world: World) -> None:
        world.write_config()
        world.write_tokens("ana")
        (world.directory("ana") / "tokens.json").chmod(0o644)
        assert row(world, "ana").has_tokens is False
        (problem,) = view_session(world.ctx).problems
        assert (problem.code, problem.kind) == ("store_unsafe_path", "safety")
        assert "chmod 600" in problem.hint


class TestTheVariableOfABearer:
    @pytest.mark.parametrize(("value", "is_set"), [(None, False), ("", False), ("t", True)])
    def test_is_told_to_be_set_or_not(self, world: World, value: str | None, is_set: bool) -> None:
        world.write_config()
        if value is not None:
            world.environ["CI_TOKEN"] = value
        assert row(world, "ci").token_env_set is is_set

    def test_is_nothing_to_other_accounts(self, world: World) -> None:
        world.write_config()
        assert (row(world, "team").token_env, row(world, "team").token_env_set) == (None, None)


class TestWhatMeAndTheLastTestSaid:
    def test_names_the_user_and_the_home_project(self, world: World) -> None:
        world.write_config()
        world.write_me("ana")
        ana = row(world, "ana")
        assert (ana.user_email, ana.project_name) == ("ana@example.com", "Twenty-two")

    def test_is_each_accounts_own(self, world: World) -> None:
        world.write_config()
        world.write_me("ana")
        assert (row(world, "team").user_email, row(world, "team").project_name) == (None, None)

    def test_is_read_anew_when_the_other_package_asked_again(self, world: World) -> None:
        world.write_config()
        world.write_me("ana")
        row(world, "ana")
        path = world.directory("ana") / "me.json"
        path.write_text(path.read_text().replace("Twenty-two", "Renamed since"))
        assert row(world, "ana").project_name == "Renamed since"

    @pytest.mark.parametrize("status", ["ok", "needs_login", "needs_token"])
    def test_is_the_status_with_its_time(self, world: World, status: Any) -> None:
        world.write_config()
        world.write_status("ana", status, "tester@example.com")
        ana = row(world, "ana")
        assert (ana.status, ana.status_at) == (status, NOW - 30)
        assert ana.user_email == "tester@example.com"

    @pytest.mark.parametrize("content", ["{", "[]", '{"status": "fine"}', '{"status": 1}'])
    def test_is_untested_when_it_makes_no_sense(self, world: World, content: str) -> None:
        world.write_config()
        world.write_status("ana", "ok")
        (world.directory("ana") / "status.json").write_text(content)
        assert row(world, "ana").status == "untested"


class TestABrokenAccount:
    text = CONFIG.replace('region = "eu"', 'region = "euu"')

    def test_has_a_row_with_its_problem_and_place(self, world: World) -> None:
        world.write_config(self.text)
        ana = row(world, "ana")
        assert (ana.type, ana.region, ana.targets) == (None, None, ("berlin",))
        assert ana.problem is not None
        assert ana.problem.line == self.text[: self.text.index('"euu"')].count("\n") + 1
        assert ana.problem.suggestion == "eu"

    def test_breaks_no_other_row(self, world: World) -> None:
        rows = accounts.list_accounts(world.write_config(self.text))
        assert [r.name for r in rows if r.problem is None] == ["ci", "team"]

    def test_is_not_used(self, world: World) -> None:
        world.write_config(self.text)
        with pytest.raises(ConfigError, match="euu"):
            accounts.use_account(world.ctx, "ana")
        assert world.text == self.text

    def test_can_be_removed(self, world: World) -> None:
        world.write_config(self.text)
        assert accounts.remove_account(world.ctx, "ana", force=True) == ("berlin",)
        assert "ana" not in [r.name for r in accounts.list_accounts(world.ctx)]


class TestGet:
    def test_without_a_name_is_the_active_one(self, world: World) -> None:
        assert accounts.get_account(world.write_config()).name == "team"

    def test_without_a_name_and_an_active_one_says_how_to_choose(self, world: World) -> None:
        with pytest.raises(ConfigError, match="mp account use"):
            accounts.get_account(world.ctx)

    @pytest.mark.parametrize("name", ["tema", "", "../team"])
    def test_of_an_unknown_name_is_not_found(self, world: World, name: str) -> None:
        with pytest.raises(AccountNotFoundError) as caught:
            accounts.get_account(world.write_config(), name)
        assert caught.value.details["known"] == ["ana", "ci", "team"]

    def test_of_an_active_one_that_is_gone_is_not_found(self, world: World) -> None:
        world.write_config('[active]\naccount = "gone"\n')
        with pytest.raises(AccountNotFoundError, match="gone"):
            accounts.get_account(world.ctx)


class TestAdd:
    def test_makes_the_first_one_active_and_only_that(self, world: World) -> None:
        first = accounts.add_account(world.ctx, "one", type="oauth_browser", region="us")
        second = accounts.add_account(world.ctx, "two", type="oauth_browser", region="eu")
        assert (first.is_active, second.is_active) == (True, False)

    def test_returns_the_row_as_saved(self, world: World) -> None:
        added = accounts.add_account(
            world.ctx,
            "bot",
            type="service_account",
            region="in",
            default_project="5",
            username="bot.x",
            secret=Secret("s"),
        )
        assert added == row(world, "bot")
        assert (added.type, added.region, added.username) == ("service_account", "in", "bot.x")

    def test_refuses_a_name_that_is_taken(self, world: World) -> None:
        world.write_config()
        with pytest.raises(AccountExistsError):
            accounts.add_account(world.ctx, "ana", type="oauth_browser", region="us")
        assert world.text == CONFIG

    @pytest.mark.parametrize("name", ["", "a b", "../x", "a.b", "é", "x" * 65])
    def test_refuses_what_is_no_name(self, world: World, name: str) -> None:
        with pytest.raises(InvalidArgumentError):
            accounts.add_account(world.ctx, name, type="oauth_browser", region="us")
        assert not world.config.exists()

    @pytest.mark.parametrize(
        "fields",
        [
            {"type": "service_account", "username": "u"},
            {"type": "service_account", "secret": Secret("s")},
            {"type": "service_account", "username": "u", "secret": Secret("s"), "token_env": "T"},
            {"type": "oauth_token"},
            {"type": "oauth_token", "token": Secret("t"), "token_env": "T"},
            {"type": "oauth_browser", "username": "u"},
            {"type": "oauth_browser", "default_project": "x1"},
            {"type": "oauth_browser", "region": "mars"},
            {"type": "password"},
        ],
    )
    def test_refuses_what_makes_no_account(self, world: World, fields: dict[str, Any]) -> None:
        with pytest.raises(InvalidArgumentError):
            accounts.add_account(world.ctx, "new", **{"region": "us", **fields})
        assert not world.config.exists()


class TestUpdate:
    def test_changes_what_is_given_and_nothing_else(self, world: World) -> None:
        world.write_config()
        updated = accounts.update_account(world.ctx, "team", region="eu", username="new.x")
        assert (updated.region, updated.username, updated.default_project) == ("eu", "new.x", "11")
        expected = CONFIG.replace('region = "us"', 'region = "eu"').replace("team.x", "new.x")
        assert world.text == expected

    def test_of_the_active_accounts_project_leaves_its_workspace(self, world: World) -> None:
        world.write_config()
        accounts.update_account(world.ctx, "team", default_project="12")
        active = world.ctx.config.get_active()
        assert (active.account, active.workspace) == ("team", None)

    def test_of_another_accounts_project_keeps_the_workspace(self, world: World) -> None:
        world.write_config()
        accounts.update_account(world.ctx, "ana", default_project="12")
        assert world.ctx.config.get_active().workspace == 71

    def test_can_take_the_project_away(self, world: World) -> None:
        world.write_config()
        updated = accounts.update_account(world.ctx, "ana", clear_default_project=True)
        assert updated.default_project is None

    @pytest.mark.parametrize(
        ("fields", "is_kept", "status"),
        [
            ({"username": "new.x"}, False, "untested"),
            ({"region": "eu"}, False, "untested"),
            ({"secret": Secret("new")}, True, "untested"),
            ({"default_project": "12"}, True, "ok"),
            ({"username": "team.x"}, True, "ok"),
        ],
    )
    def test_forgets_what_was_said_of_somebody_else(
        self, world: World, fields: dict[str, Any], is_kept: bool, status: str
    ) -> None:
        world.write_config()
        world.write_me("team")
        world.write_status("team", "ok")
        updated = accounts.update_account(world.ctx, "team", **fields)
        assert (world.directory("team") / "me.json").exists() is is_kept
        assert updated.status == status
        assert (updated.user_email is not None) is is_kept

    def test_puts_a_token_in_the_place_of_its_variable(self, world: World) -> None:
        world.write_config()
        updated = accounts.update_account(world.ctx, "ci", token=Secret("t"))
        assert updated.token_env is None
        assert accounts.update_account(world.ctx, "ci", token_env="T").token_env == "T"

    @pytest.mark.parametrize(
        ("name", "fields"),
        [
            ("ana", {"username": "u"}),
            ("team", {"token": Secret("t")}),
            ("ci", {"token": Secret("t"), "token_env": "T"}),
            ("ci", {"secret": Secret("t")}),
        ],
    )
    def test_refuses_what_the_type_does_not_have(
        self, world: World, name: str, fields: dict[str, Any]
    ) -> None:
        world.write_config()
        with pytest.raises(InvalidArgumentError):
            accounts.update_account(world.ctx, name, **fields)
        assert world.text == CONFIG

    @pytest.mark.parametrize("fields", [{"region": "mars"}, {"default_project": "x"}])
    def test_refuses_a_wrong_value(self, world: World, fields: dict[str, Any]) -> None:
        world.write_config()
        with pytest.raises(ConfigError):
            accounts.update_account(world.ctx, "ana", **fields)
        assert world.text == CONFIG

    def test_of_an_unknown_name_is_not_found(self, world: World) -> None:
        with pytest.raises(AccountNotFoundError):
            accounts.update_account(world.write_config(), "tema", region="eu")


class TestRename:
    def test_takes_targets_the_active_choice_and_files_along(self, world: World) -> None:
        world.write_config()
        world.write_status("team", "ok")
        renamed = accounts.rename_account(world.ctx, "team", "crew")
        assert (renamed.name, renamed.is_active) == ("crew", True)
        assert (renamed.targets, renamed.status) == (("ecom", "home"), "ok")
        assert world.ctx.config.get_active().workspace == 71
        assert not world.directory("team").exists()
        with pytest.raises(AccountNotFoundError):
            row(world, "team")

    def test_takes_the_tokens_of_a_browser_account_along(self, world: World) -> None:
        world.write_config()
        world.write_tokens("ana")
        assert accounts.rename_account(world.ctx, "ana", "ana2").token_expires_at == NOW + 600

    def test_changes_only_the_names_in_the_file(self, world: World) -> None:
        world.write_config()
        accounts.rename_account(world.ctx, "team", "crew")
        assert world.text == CONFIG.replace('"team"', '"crew"').replace("s.team]", "s.crew]")

    def test_to_its_own_name_changes_nothing(self, world: World) -> None:
        world.write_config()
        assert accounts.rename_account(world.ctx, "team", "team").name == "team"
        assert world.text == CONFIG
        assert recent_activity(world.ctx) == ()

    def test_of_an_unknown_name_is_not_found(self, world: World) -> None:
        with pytest.raises(AccountNotFoundError):
            accounts.rename_account(world.write_config(), "tema", "x")

    def test_to_a_name_that_is_taken_changes_nothing(self, world: World) -> None:
        world.write_config()
        world.write_status("team", "ok")
        with pytest.raises(AccountExistsError):
            accounts.rename_account(world.ctx, "team", "ana")
        assert world.text == CONFIG
        assert row(world, "team").status == "ok"

    @pytest.mark.parametrize("new_name", ["", ".", "..", "a b", "../x", "x" * 65])
    def test_to_what_is_no_name_is_refused(self, world: World, new_name: str) -> None:
        world.write_config()
        world.write_status("team", "ok")
        with pytest.raises(InvalidArgumentError):
            accounts.rename_account(world.ctx, "team", new_name)
        assert world.text == CONFIG
        assert row(world, "team").status == "ok"

    @pytest.mark.parametrize("has_files", [True, False])
    def test_never_adopts_what_an_account_of_that_name_has_left(
        self, world: World, has_files: bool
    ) -> None:
        world.write_config()
        if has_files:
            world.write_tokens("ana")
        world.write_tokens("ben")
        with pytest.raises(AccountExistsError):
            accounts.rename_account(world.ctx, "ana", "ben")
        assert world.text == CONFIG
        assert row(world, "ana").has_tokens is has_files

    def test_is_taken_back_when_the_files_cannot_follow(self, world: World) -> None:
        world.write_config()
        world.write_tokens("ana")
        # A link to nowhere is in the way: a directory cannot be moved there, not even by root.
        world.directory("ben").symlink_to(world.home / "nowhere")
        with pytest.raises(StoreError) as caught:
            accounts.rename_account(world.ctx, "ana", "ben")
        assert caught.value.code == "STORE_IO"
        assert world.text == CONFIG
        assert row(world, "ana").has_tokens is True


class TestRemove:
    def test_takes_the_files_along_and_nobody_elses(self, world: World) -> None:
        world.write_config()
        for name in ("ana", "ci"):
            world.write_status(name, "ok")
        assert accounts.remove_account(world.ctx, "ci") == ()
        assert not world.directory("ci").exists()
        assert row(world, "ana").status == "ok"

    def test_is_refused_while_targets_refer_to_it(self, world: World) -> None:
        world.write_config()
        world.write_status("team", "ok")
        with pytest.raises(AccountInUseError) as caught:
            accounts.remove_account(world.ctx, "team")
        assert caught.value.referenced_by == ["ecom", "home"]
        assert world.text == CONFIG
        assert row(world, "team").status == "ok"

    def test_by_force_leaves_the_targets_broken_and_names_them(self, world: World) -> None:
        world.write_config()
        assert accounts.remove_account(world.ctx, "team", force=True) == ("ecom", "home")
        broken = [t for t in targets.list_targets(world.ctx) if t.problem]
        assert [(t.name, t.problem.code) for t in broken if t.problem] == [
            ("ecom", "dangling_account"),
            ("home", "dangling_account"),
        ]

    def test_takes_those_of_its_targets_along_that_are_named(self, world: World) -> None:
        world.write_config()
        world.protect("ecom", "berlin")
        gone = ("ecom", "berlin")
        left = accounts.remove_account(world.ctx, "team", force=True, with_targets=gone)
        assert left == ("home",)
        names = [t.name for t in targets.list_targets(world.ctx)]
        assert names == ["berlin", "home"]  # berlin refers to another account
        assert targets.get_target(world.ctx, "berlin").is_protected

    def test_with_all_of_its_targets_needs_no_force(self, world: World) -> None:
        world.write_config()
        accounts.remove_account(world.ctx, "team", with_targets=("ecom", "home"))
        assert [t.name for t in targets.list_targets(world.ctx)] == ["berlin"]

    def test_of_the_active_one_clears_the_whole_choice(self, world: World) -> None:
        world.write_config()
        accounts.remove_account(world.ctx, "team", force=True)
        active = world.ctx.config.get_active()
        assert (active.account, active.workspace) == (None, None)

    def test_of_an_unknown_name_is_not_found_and_deletes_nothing(self, world: World) -> None:
        world.write_config()
        world.write_status("old", "ok")
        with pytest.raises(AccountNotFoundError):
            accounts.remove_account(world.ctx, "old")
        assert (world.directory("old") / "status.json").exists()

    def test_follows_no_link(self, world: World) -> None:
        world.write_config()
        precious = world.home / "precious"
        precious.mkdir()
        (precious / "file").touch()
        world.directory("ci").parent.mkdir(mode=0o700)
        world.directory("ci").symlink_to(precious)
        accounts.remove_account(world.ctx, "ci")
        assert (precious / "file").exists()

    @pytest.mark.parametrize("name", ["", ".", "..", "../..", "../../precious", "ana/../ana"])
    def test_of_a_block_whose_name_is_a_path_deletes_nothing_there(
        self, world: World, name: str
    ) -> None:
        world.write_config(CONFIG + f"[accounts.'{name}']\n")
        world.write_status("ana", "ok")
        precious = world.home / "precious"
        precious.mkdir()
        accounts.remove_account(world.ctx, name)
        assert precious.is_dir()
        assert row(world, "ana").status == "ok"
        assert name not in [r.name for r in accounts.list_accounts(world.ctx)]


class TestUse:
    def test_leaves_the_workspace_of_the_last_one_behind(self, world: World) -> None:
        world.write_config()
        accounts.use_account(world.ctx, "ana")
        active = world.ctx.config.get_active()
        assert (active.account, active.workspace) == ("ana", None)

    def test_is_noted_once(self, world: World) -> None:
        world.write_config()
        accounts.use_account(world.ctx, "ana")
        (activity,) = recent_activity(world.ctx)
        assert (activity.verb, activity.names) == ("account.use", ("ana",))
        assert (activity.at, activity.pid) == (NOW, os.getpid())

    @pytest.mark.parametrize("name", ["tema", "", "ecom"])
    def test_of_an_unknown_name_is_not_found(self, world: World, name: str) -> None:
        with pytest.raises(AccountNotFoundError):
            accounts.use_account(world.write_config(), name)
        assert world.text == CONFIG
