"""Targets: what a row tells, and what each change does."""

from __future__ import annotations

from typing import Any

import pytest

from mixdesk.exceptions import (
    AccountNotFoundError,
    ConfigError,
    InvalidArgumentError,
    TargetExistsError,
    TargetNotFoundError,
)
from mixdesk.model.records import TargetRow
from mixdesk.ops import accounts, targets
from mixdesk.ops.session import recent_activity
from mixdesk.store.preferences import read_preferences

from .world import CONFIG, World


def row(world: World, name: str) -> TargetRow:
    return targets.get_target(world.ctx, name)


def protected(world: World) -> tuple[str, ...]:
    return read_preferences(world.ctx.storage.preferences).protected_targets


class TestAList:
    def test_of_nothing_is_empty(self, world: World) -> None:
        assert targets.list_targets(world.ctx) == ()

    def test_is_by_name_with_the_facts_of_the_file(self, world: World) -> None:
        berlin, ecom, home = targets.list_targets(world.write_config())
        assert [t.name for t in (berlin, ecom, home)] == ["berlin", "ecom", "home"]
        assert (ecom.account, ecom.project, ecom.workspace) == ("team", "12", 72)
        assert (ecom.account_type, ecom.region) == ("service_account", "us")
        assert (berlin.account, berlin.project, berlin.workspace) == ("ana", "22", None)
        assert {t.problem for t in (berlin, ecom, home)} == {None}

    def test_has_one_row_for_each_that_get_gives(self, world: World) -> None:
        world.write_config()
        world.protect("ecom")
        rows = targets.list_targets(world.ctx)
        assert rows == tuple(row(world, t.name) for t in rows)

    def test_marks_exactly_the_one_that_is_in_force(self, world: World) -> None:
        rows = targets.list_targets(world.write_config())
        assert [t.name for t in rows if t.is_active] == ["home"]

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ('account = "team"\nworkspace = 71', 'account = "ana"\nworkspace = 71'),
            ("workspace = 71\n\n[accounts", "workspace = 70\n\n[accounts"),
            ('default_project = "11"', 'default_project = "13"'),
        ],
        ids=["account", "workspace", "project"],
    )
    def test_marks_none_when_one_axis_differs(self, world: World, old: str, new: str) -> None:
        rows = targets.list_targets(world.write_config(CONFIG.replace(old, new, 1)))
        assert [t.name for t in rows if t.is_active] == []

    def test_names_project_and_workspace_as_its_account_sees_them(self, world: World) -> None:
        world.write_config()
        world.write_me("team")
        assert (row(world, "ecom").project_name, row(world, "ecom").workspace_name) == (
            "Twelve",
            "All of twelve",
        )
        assert row(world, "berlin").project_name is None

    def test_names_no_workspace_of_another_project(self, world: World) -> None:
        world.write_config(CONFIG.replace("workspace = 72", "workspace = 71"))
        world.write_me("team")
        assert row(world, "ecom").workspace_name is None

    def test_marks_the_protected_ones(self, world: World) -> None:
        world.write_config()
        world.protect("ecom", "never-there")
        rows = targets.list_targets(world.ctx)
        assert [t.name for t in rows if t.is_protected] == ["ecom"]


class TestABrokenTarget:
    def test_of_an_account_that_is_gone_says_so_and_can_be_repaired(self, world: World) -> None:
        world.write_config(CONFIG.replace('account = "ana"', 'account = "old"'))
        berlin = row(world, "berlin")
        assert berlin.problem is not None
        assert (berlin.problem.code, berlin.account, berlin.project) == (
            "dangling_account",
            "old",
            "22",
        )
        assert targets.update_target(world.ctx, "berlin", account="ana").problem is None

    def test_of_an_account_that_is_broken_shows_that_problem(self, world: World) -> None:
        world.write_config(CONFIG.replace('region = "eu"', 'region = "euu"'))
        berlin = row(world, "berlin")
        assert berlin.problem is not None
        assert berlin.problem.section == ("accounts", "ana")

    @pytest.mark.parametrize(
        ("block", "axes"),
        [
            ('account = "team"\nproject = "x"', ("team", None, None)),
            ('account = 5\nproject = "12"\nworkspace = 0', (None, "12", None)),
            ('project = "12"\nworkspace = true', (None, "12", None)),
            ('account = "team"\nproject = "12"\nprojct = "13"', ("team", "12", None)),
        ],
    )
    def test_shows_what_can_be_read_of_it(
        self, world: World, block: str, axes: tuple[Any, ...]
    ) -> None:
        world.write_config(f"{CONFIG}[targets.bad]\n{block}\n")
        bad = row(world, "bad")
        assert (bad.account, bad.project, bad.workspace) == axes
        assert bad.problem is not None
        assert bad.problem.section == ("targets", "bad")

    def test_that_is_no_table_has_a_row_too(self, world: World) -> None:
        world.write_config('[targets]\nbad = "ecom"\n')
        assert [(t.name, t.account) for t in targets.list_targets(world.ctx)] == [("bad", None)]

    def test_is_not_used(self, world: World) -> None:
        text = CONFIG.replace('project = "12"', 'project = "x"')
        world.write_config(text)
        with pytest.raises(ConfigError, match="project"):
            targets.use_target(world.ctx, "ecom")
        assert world.text == text

    def test_can_be_removed(self, world: World) -> None:
        world.write_config(CONFIG.replace('project = "12"', 'project = "x"'))
        targets.remove_target(world.ctx, "ecom")
        assert [t.name for t in targets.list_targets(world.ctx)] == ["berlin", "home"]


class TestAdd:
    def test_returns_the_row_as_saved(self, world: World) -> None:
        added = targets.add_target(
            world.write_config(), "new", account="ci", project="5", workspace=6
        )
        assert added == row(world, "new")
        assert (added.account, added.project, added.workspace) == ("ci", "5", 6)

    def test_needs_an_account_that_is_there(self, world: World) -> None:
        with pytest.raises(AccountNotFoundError):
            targets.add_target(world.write_config(), "new", account="tema", project="5")
        assert world.text == CONFIG

    def test_refuses_a_name_that_is_taken(self, world: World) -> None:
        with pytest.raises(TargetExistsError):
            targets.add_target(world.write_config(), "ecom", account="ci", project="5")
        assert world.text == CONFIG

    @pytest.mark.parametrize(
        ("name", "axes", "violation"),
        [
            ("a b", {"project": "5"}, "name"),
            ("", {"project": "5"}, "name"),
            ("new", {"project": "x"}, "project"),
            ("new", {"project": "5", "workspace": 0}, "workspace"),
        ],
    )
    def test_refuses_what_is_no_target(
        self, world: World, name: str, axes: dict[str, Any], violation: str
    ) -> None:
        with pytest.raises(InvalidArgumentError) as caught:
            targets.add_target(world.write_config(), name, account="ci", **axes)
        assert caught.value.violation == violation
        assert world.text == CONFIG


class TestUpdate:
    @pytest.mark.parametrize("axes", [{"project": "13"}, {"account": "ci"}])
    def test_of_account_or_project_leaves_the_old_workspace(
        self, world: World, axes: dict[str, Any]
    ) -> None:
        assert targets.update_target(world.write_config(), "ecom", **axes).workspace is None

    def test_to_the_same_project_keeps_the_workspace(self, world: World) -> None:
        assert targets.update_target(world.write_config(), "ecom", project="12").workspace == 72
        assert world.text == CONFIG

    def test_of_the_workspace_alone_moves_nothing_else(self, world: World) -> None:
        updated = targets.update_target(world.write_config(), "ecom", workspace=99)
        assert (updated.account, updated.project, updated.workspace) == ("team", "12", 99)

    def test_can_take_the_workspace_away(self, world: World) -> None:
        updated = targets.update_target(world.write_config(), "ecom", clear_workspace=True)
        assert updated.workspace is None

    def test_of_an_unknown_name_is_not_found(self, world: World) -> None:
        with pytest.raises(TargetNotFoundError):
            targets.update_target(world.write_config(), "ecm", project="1")


class TestRename:
    def test_keeps_everything_but_the_name(self, world: World) -> None:
        world.write_config()
        before = row(world, "ecom")
        renamed = targets.rename_target(world.ctx, "ecom", "shop")
        assert renamed == before._replace(name="shop")
        assert world.text == CONFIG.replace("targets.ecom", "targets.shop")

    def test_takes_the_protection_along(self, world: World) -> None:
        world.write_config()
        world.protect("home", "ecom")
        assert targets.rename_target(world.ctx, "ecom", "shop").is_protected is True
        assert protected(world) == ("home", "shop")

    def test_protects_nothing_that_was_not_protected(self, world: World) -> None:
        world.write_config()
        world.protect("home")
        assert targets.rename_target(world.ctx, "ecom", "shop").is_protected is False
        assert protected(world) == ("home",)

    def test_to_its_own_name_changes_nothing(self, world: World) -> None:
        world.write_config()
        assert targets.rename_target(world.ctx, "ecom", "ecom").name == "ecom"
        assert recent_activity(world.ctx) == ()

    def test_that_fails_leaves_the_protection_where_it_was(self, world: World) -> None:
        world.write_config()
        world.protect("ecom")
        with pytest.raises(TargetExistsError):
            targets.rename_target(world.ctx, "ecom", "home")
        with pytest.raises(InvalidArgumentError):
            targets.rename_target(world.ctx, "ecom", "a b")
        with pytest.raises(TargetNotFoundError):
            targets.rename_target(world.ctx, "ecm", "shop")
        assert protected(world) == ("ecom",)
        assert world.text == CONFIG

    def test_gives_a_name_of_any_text_a_plain_one(self, world: World) -> None:
        world.write_config(CONFIG.replace("targets.ecom", 'targets."the shop ☕"'))
        assert targets.rename_target(world.ctx, "the shop ☕", "shop").project == "12"


class TestRemove:
    def test_takes_only_that_one(self, world: World) -> None:
        targets.remove_target(world.write_config(), "ecom")
        assert [t.name for t in targets.list_targets(world.ctx)] == ["berlin", "home"]
        assert accounts.get_account(world.ctx, "team").targets == ("home",)

    def test_of_an_unknown_name_is_not_found(self, world: World) -> None:
        with pytest.raises(TargetNotFoundError):
            targets.remove_target(world.write_config(), "ecm")
        assert world.text == CONFIG

    def test_takes_its_mark_along(self, world: World) -> None:
        world.write_config()
        world.protect("home", "ecom")
        targets.remove_target(world.ctx, "ecom")
        assert protected(world) == ("home",)


class TestProtect:
    def test_is_kept_beside_the_file_and_taken_back(self, world: World) -> None:
        world.write_config()
        assert targets.protect_target(world.ctx, "ecom").is_protected is True
        assert targets.protect_target(world.ctx, "ecom").is_protected is True
        assert protected(world) == ("ecom",)
        assert targets.protect_target(world.ctx, "ecom", protect=False).is_protected is False
        assert (protected(world), world.text) == ((), CONFIG)

    def test_of_an_unknown_name_is_not_found(self, world: World) -> None:
        with pytest.raises(TargetNotFoundError):
            targets.protect_target(world.write_config(), "ecm")
        assert protected(world) == ()


class TestUse:
    def test_saves_all_three_axes_in_one_change(self, world: World) -> None:
        targets.use_target(world.write_config(), "ecom")
        active = world.ctx.config.get_active()
        assert (active.account, active.workspace) == ("team", 72)
        assert accounts.get_account(world.ctx, "team").default_project == "12"
        assert [t.name for t in targets.list_targets(world.ctx) if t.is_active] == ["ecom"]
        assert [(a.verb, a.names) for a in recent_activity(world.ctx)] == [
            ("target.use", ("ecom",))
        ]

    def test_without_a_workspace_leaves_none(self, world: World) -> None:
        targets.use_target(world.write_config(), "berlin")
        active = world.ctx.config.get_active()
        assert (active.account, active.workspace) == ("ana", None)

    def test_of_what_is_in_force_already_writes_nothing(self, world: World) -> None:
        targets.use_target(world.write_config(), "home")
        assert world.text == CONFIG
        assert recent_activity(world.ctx) == ()

    def test_of_an_account_that_is_gone_is_refused(self, world: World) -> None:
        text = CONFIG.replace('account = "ana"', 'account = "old"')
        world.write_config(text)
        with pytest.raises(AccountNotFoundError):
            targets.use_target(world.ctx, "berlin")
        assert world.text == text

    def test_of_an_unknown_name_is_not_found(self, world: World) -> None:
        with pytest.raises(TargetNotFoundError) as caught:
            targets.use_target(world.write_config(), "ecm")
        assert caught.value.details["known"] == ["berlin", "ecom", "home"]
