"""Switching by a name, going back, and what hides what was saved."""

from __future__ import annotations

import pytest

from mixdesk.exceptions import AccountNotFoundError, ConfigError
from mixdesk.ops.accounts import use_account
from mixdesk.ops.switching import (
    Hidden,
    Named,
    find_name,
    go_back,
    last_switch,
    outcome,
)
from mixdesk.ops.targets import use_target

from .world import CONFIG, World

BOTH = CONFIG + '\n[targets.team]\naccount = "ana"\nproject = "9"\n'
ODD = CONFIG + '\n[targets."account:team"]\naccount = "ana"\nproject = "9"\n'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("team", Named("account", "team")),
        ("ecom", Named("target", "ecom")),
        ("account:team", Named("account", "team")),
        ("target:ecom", Named("target", "ecom")),
        ("account:nobody", Named("account", "nobody")),
        ("target:", Named("target", "")),
    ],
)
def test_a_name_stands_for_a_target_or_an_account(world: World, text: str, found: Named) -> None:
    assert find_name(world.write_config(), text) == found


def test_a_name_of_both_is_the_target(world: World) -> None:
    ctx = world.write_config(BOTH)
    assert find_name(ctx, "team") == Named("target", "team", is_both=True)
    assert find_name(ctx, "account:team") == Named("account", "team")


def test_a_target_that_is_named_like_the_other_way_to_say_it(world: World) -> None:
    ctx = world.write_config(ODD)
    assert find_name(ctx, "account:team") == Named("account", "team")
    assert find_name(ctx, "target:account:team") == Named("target", "account:team")


def test_what_is_neither_gets_the_near_ones(world: World) -> None:
    with pytest.raises(AccountNotFoundError) as caught:
        find_name(world.write_config(), "berlim")
    assert "no target of this name either" in str(caught.value)
    assert "berlin" in str(caught.value)
    with pytest.raises(AccountNotFoundError):
        find_name(world.ctx, "project:x")


class TestOutcome:
    def test_is_what_is_saved_with_its_names(self, world: World) -> None:
        ctx = world.write_config()
        world.write_me("team")
        told = outcome(ctx)
        assert told[:5] == ("team", "11", 71, "Eleven", "All of eleven")
        assert told.hidden == ()
        assert not told.lacks_project

    def test_says_what_the_environment_hides(self, world: World) -> None:
        world.write_config()
        world.environ |= {"MP_PROJECT_ID": "5", "MP_WORKSPACE_ID": "6"}
        told = outcome(world.ctx)
        assert told.project == "11"
        assert told.hidden == (
            Hidden("project", "11", "5", "env", "MP_PROJECT_ID"),
            Hidden("workspace", 71, 6, "env", "MP_WORKSPACE_ID"),
        )

    def test_a_variable_that_says_the_same_hides_nothing(self, world: World) -> None:
        world.write_config()
        world.environ["MP_PROJECT_ID"] = "11"
        assert outcome(world.ctx).hidden == ()

    def test_says_what_a_name_of_the_shell_hides(self, world: World) -> None:
        told = outcome(world.write_config(), target="berlin")
        assert [(each.axis, each.value, each.source) for each in told.hidden] == [
            ("account", "ana", "target"),
            ("project", "22", "target"),
        ]
        assert [each.axis for each in outcome(world.ctx, account="ana").hidden] == ["account"]

    def test_says_what_a_bridge_hides(self, world: World) -> None:
        world.write_config()
        path = world.write_bridge(project="9")
        told = outcome(world.ctx)
        assert told.account == "team"
        assert {(each.value, each.origin) for each in told.hidden} == {
            ("carried", str(path)),
            ("9", str(path)),
        }

    def test_knows_that_there_is_no_project(self, world: World) -> None:
        ctx = world.write_config()
        use_account(ctx, "ci")
        assert outcome(ctx).lacks_project
        world.environ["MP_PROJECT_ID"] = "5"
        assert not outcome(world.ctx).lacks_project

    def test_of_an_account_that_is_gone_claims_nothing(self, world: World) -> None:
        ctx = world.write_config(CONFIG.replace('account = "team"', 'account = "gone"', 1))
        told = outcome(ctx)
        assert (told.account, told.project, told.lacks_project) == ("gone", None, False)


class TestGoingBack:
    def test_leads_to_where_one_was(self, world: World) -> None:
        ctx = world.write_config()
        before = world.text
        use_target(ctx, "berlin")
        switch, protected = last_switch(ctx)
        where = switch.before
        assert (where.account, where.project, where.workspace) == ("team", "11", 71)
        assert protected is None
        assert world.text != before
        go_back(ctx)
        assert outcome(ctx)[:3] == ("team", "11", 71)

    def test_into_a_protected_target_says_which(self, world: World) -> None:
        ctx = world.write_config()
        world.protect("home", "ecom")
        use_account(ctx, "ana")
        assert last_switch(ctx)[1] == "home"

    def test_after_another_switch_than_the_one_that_was_shown_is_an_error(
        self, world: World
    ) -> None:
        ctx = world.write_config()
        use_account(ctx, "ana")
        switch, _ = last_switch(ctx)
        use_target(ctx, "ecom")
        with pytest.raises(ConfigError, match="the active account is team, not ana"):
            go_back(ctx, switch)
        assert outcome(ctx)[:3] == ("team", "12", 72)

    def test_nowhere_is_an_error(self, world: World) -> None:
        ctx = world.write_config()
        for ask in (last_switch, go_back):
            with pytest.raises(ConfigError, match="mp use NAME"):
                ask(ctx)
