"""The session view: who you are and why, with every name that is known without a network."""

from __future__ import annotations

import json

import pytest

from mixdesk.exceptions import (
    AccountNotFoundError,
    ConfigError,
    InvalidArgumentError,
    StoreError,
    TargetNotFoundError,
)
from mixdesk.ops import accounts
from mixdesk.ops.session import recent_activity, use_session, view_session

from .world import CONFIG, NOW, World


class TestAView:
    def test_of_nothing_is_unset_and_no_error(self, world: World) -> None:
        view = view_session(world.ctx)
        axes = (view.resolution.account, view.resolution.project, view.resolution.workspace)
        assert {axis.source for axis in axes} == {"unset"}
        assert (view.region, view.account_type, view.problems) == (None, None, ())
        assert list(world.home.iterdir()) == []

    def test_has_the_names_that_me_told(self, world: World) -> None:
        world.write_config()
        world.write_me("team")
        view = view_session(world.ctx)
        assert (view.project_name, view.workspace_name) == ("Eleven", "All of eleven")
        assert (view.organization, view.timezone) == ("Acme", "UTC")
        assert (view.user_email, view.user_at) == ("ana@example.com", NOW - 60)
        assert (view.region, view.account_type, view.username) == (
            "us",
            "service_account",
            "team.x",
        )

    def test_has_the_life_of_the_token(self, world: World) -> None:
        world.write_config()
        world.write_tokens("ana", ends=NOW + 5)
        view = view_session(world.ctx, account="ana")
        assert (view.has_tokens, view.can_refresh, view.token_expires_at) == (True, True, NOW + 5)

    def test_of_a_browser_account_without_tokens_says_so(self, world: World) -> None:
        world.write_config()
        assert view_session(world.ctx, account="ana").has_tokens is False
        assert view_session(world.ctx, account="team").has_tokens is None

    def test_names_the_variable_of_a_bearer(self, world: World) -> None:
        world.write_config()
        assert view_session(world.ctx, account="ci").token_env == "CI_TOKEN"

    def test_follows_a_target(self, world: World) -> None:
        world.write_config()
        world.write_me("team")
        view = view_session(world.ctx, target="ecom")
        assert (view.project_name, view.workspace_name) == ("Twelve", "All of twelve")

    def test_of_unknown_names_is_refused(self, world: World) -> None:
        world.write_config()
        with pytest.raises(AccountNotFoundError):
            view_session(world.ctx, account="tema")
        with pytest.raises(TargetNotFoundError):
            view_session(world.ctx, target="ecm")
        with pytest.raises(ValueError, match="excludes"):
            view_session(world.ctx, target="ecom", account="team")


class TestABridge:
    def test_is_who_you_are_before_the_active_account(self, world: World) -> None:
        world.write_config()
        path = world.write_bridge(project="44")
        view = view_session(world.ctx)
        assert (view.resolution.account.value, view.bridge_path) == ("carried", str(path))
        assert view.resolution.project.value == "44"

    def test_brings_its_own_tokens(self, world: World) -> None:
        account = {"name": "ana", "type": "oauth_browser", "region": "us"}
        tokens = {"access_token": "a", "expires_at": "2030-01-01T00:00:00Z", "refresh_token": "r"}
        world.write_config()
        world.write_tokens("ana", ends=NOW + 5)
        world.write_bridge(account=account, tokens=tokens)
        view = view_session(world.ctx)
        assert (view.has_tokens, view.can_refresh) == (True, True)
        assert view.token_expires_at == 1_893_456_000

    def test_borrows_no_names_of_this_machines_account_of_that_name(self, world: World) -> None:
        account = {"name": "team", "type": "oauth_token", "region": "us", "token": "t"}
        world.write_config()
        world.write_me("team")
        world.write_bridge(account=account, project="11")
        view = view_session(world.ctx)
        assert (view.project_name, view.user_email) == (None, None)

    def test_lies_in_the_working_directory_of_the_context_or_nowhere(self, world: World) -> None:
        world.write_bridge().rename(world.home / "mixpanel_auth.json")
        del world.environ["MP_AUTH_FILE"]
        assert view_session(world.ctx).resolution.account.value == "carried"
        without = world.ctx.__class__.from_environment(world.environ, directory=None)
        assert view_session(without).bridge_path is None

    def test_that_is_named_and_not_there_is_an_error(self, world: World) -> None:
        world.environ["MP_AUTH_FILE"] = str(world.home / "nothing.json")
        with pytest.raises(ConfigError, match="MP_AUTH_FILE"):
            view_session(world.ctx)

    def test_that_others_can_read_is_not_used(self, world: World) -> None:
        world.write_bridge().chmod(0o644)
        with pytest.raises(StoreError) as caught:
            view_session(world.ctx)
        assert caught.value.code == "STORE_UNSAFE_PATH"


class TestAForeignWorkspace:
    """One that /me knows to belong to another project than the resolved one."""

    def codes(self, world: World, project: str | None = None) -> list[str]:
        return [problem.code for problem in view_session(world.ctx, project=project).problems]

    def test_is_a_warning_that_says_where_it_comes_from(self, world: World) -> None:
        world.write_config(CONFIG.replace("workspace = 71\n\n", "workspace = 72\n\n", 1))
        world.write_me("team")
        (problem,) = view_session(world.ctx).problems
        assert problem.code == "foreign_workspace"
        assert "All of twelve" in problem.summary
        assert "[active].workspace" in problem.hint

    def test_from_the_environment_too(self, world: World) -> None:
        world.write_config()
        world.write_me("team")
        world.environ["MP_WORKSPACE_ID"] = "72"
        assert self.codes(world) == ["foreign_workspace"]
        assert self.codes(world, project="12") == []

    def test_is_none_when_it_fits_or_is_not_known(self, world: World) -> None:
        world.write_config()
        assert self.codes(world) == []
        world.write_me("team")
        assert self.codes(world) == []
        world.environ["MP_WORKSPACE_ID"] = "123456"
        assert self.codes(world) == []


class TestProblems:
    def test_come_once_each_those_of_the_session_first(self, world: World) -> None:
        text = CONFIG.replace('account = "team"\nworkspace = 71', 'account = "gone"', 1)
        world.write_config(text.replace('account = "ana"', 'account = "old"'))
        world.environ["MP_USERNAME"] = "u"
        problems = view_session(world.ctx).problems
        assert [(p.code, p.section) for p in problems] == [
            ("incomplete_environment", ()),
            ("dangling_account", ("active",)),
            ("dangling_account", ("targets", "berlin")),
        ]

    def test_do_not_include_a_wrong_mode_of_nobodys_file(self, world: World) -> None:
        world.write_config()
        world.config.chmod(0o644)
        assert [p.code for p in view_session(world.ctx).problems] == ["mode"]
        world.config.chmod(0o600)
        assert view_session(world.ctx).problems == ()


class TestUse:
    def test_of_an_account_leaves_the_workspace(self, world: World) -> None:
        use_session(world.write_config(), account="ana")
        active = world.ctx.config.get_active()
        assert (active.account, active.workspace) == ("ana", None)

    def test_of_a_project_is_saved_with_the_active_account(self, world: World) -> None:
        use_session(world.write_config(), project="12")
        assert accounts.get_account(world.ctx, "team").default_project == "12"
        assert world.ctx.config.get_active().workspace is None

    def test_of_a_workspace_moves_nothing_else(self, world: World) -> None:
        use_session(world.write_config(), workspace=99)
        assert world.text == CONFIG.replace("workspace = 71", "workspace = 99", 1)

    def test_of_all_three_is_one_change(self, world: World) -> None:
        use_session(world.write_config(), account="ana", project="23", workspace=5)
        active = world.ctx.config.get_active()
        assert (active.account, active.workspace) == ("ana", 5)
        assert accounts.get_account(world.ctx, "ana").default_project == "23"
        assert len(recent_activity(world.ctx)) == 1

    def test_of_a_target_excludes_the_others(self, world: World) -> None:
        with pytest.raises(ValueError, match="excludes"):
            use_session(world.write_config(), target="ecom", project="1")
        assert world.text == CONFIG

    def test_of_a_project_needs_an_account(self, world: World) -> None:
        with pytest.raises(ConfigError, match="no account is active"):
            use_session(world.ctx, project="1")

    @pytest.mark.parametrize("wrong", [{"project": "x"}, {"workspace": -1}, {"account": "tema"}])
    def test_of_something_wrong_saves_nothing(self, world: World, wrong: dict[str, str]) -> None:
        world.write_config()
        with pytest.raises((InvalidArgumentError, AccountNotFoundError)):
            use_session(world.ctx, **{"workspace": 5, **wrong})  # type: ignore[arg-type]
        assert world.text == CONFIG


class TestActivity:
    def test_is_newest_first_and_as_long_as_asked(self, world: World) -> None:
        world.write_config()
        for name in ("ana", "ci", "team"):
            accounts.use_account(world.ctx, name)
        assert [a.names for a in recent_activity(world.ctx)] == [("team",), ("ci",), ("ana",)]
        assert [a.names for a in recent_activity(world.ctx, 1)] == [("team",)]

    def test_passes_over_what_is_not_ours(self, world: World) -> None:
        world.write_config()
        accounts.use_account(world.ctx, "ana")
        log = world.home / ".mp" / "activity.jsonl"
        with log.open("a") as file:
            file.write('not json\n[]\n{"at": "x"}\n{"at": 1, "verb": "v", "names": 5, "pid": 1}\n')
        assert [a.verb for a in recent_activity(world.ctx)] == ["account.use"]

    def test_is_a_comfort_that_hinders_nothing(self, world: World) -> None:
        world.write_config()
        (world.home / ".mp" / "activity.jsonl").mkdir()
        accounts.use_account(world.ctx, "ana")
        assert world.ctx.config.get_active().account == "ana"
        assert recent_activity(world.ctx) == ()

    def test_holds_names_and_no_values(self, world: World) -> None:
        world.write_config()
        accounts.update_account(world.ctx, "team", username="someone-else")
        (line,) = (world.home / ".mp" / "activity.jsonl").read_text().splitlines()
        assert set(json.loads(line)) == {"at", "pid", "verb", "names"}
        assert "someone-else" not in line
