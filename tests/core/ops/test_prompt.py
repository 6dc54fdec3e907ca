"""What a shell prompt can know without asking anybody."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from mixdesk.exceptions import AccountNotFoundError, ConfigError, StoreError
from mixdesk.ops.prompt import PromptView, view_prompt

from .world import CONFIG, ME, NOW, World


def view(world: World, **named: Any) -> PromptView:
    found = view_prompt(world.environ, NOW, None, **named)
    assert found is not None
    return found


@pytest.fixture
def world(world: World) -> World:
    world.write_config()
    world.write_me("team")
    return world


def test_an_empty_machine_has_nothing_to_say(world: World) -> None:
    shutil.rmtree(world.home / ".mp")
    assert view_prompt(world.environ, NOW) is None
    assert list(world.home.iterdir()) == []


def test_ids_have_their_names(world: World) -> None:
    assert view(world) == PromptView(
        account="team",
        region="us",
        project_id="11",
        project_name="Eleven",
        workspace_id=71,
        workspace_name="All of eleven",
        target="home",
    )


def test_what_nobody_has_asked_about_has_none(world: World) -> None:
    found = view(world, project="404")
    assert (found.project_id, found.project_name) == ("404", None)


def test_a_target_that_is_named_is_told_by_its_name(world: World) -> None:
    world.write_config(CONFIG.replace("[targets.home]", '[targets."h me"]'))
    assert view(world).target == "h me"
    assert view(world, target="ecom").target == "ecom"
    assert view(world, account="team", project="12", workspace=72).target == "ecom"
    assert view(world, project="12").target is None


def test_an_account_of_the_environment_is_in_no_file(world: World) -> None:
    world.environ |= {"MP_OAUTH_TOKEN": "t", "MP_PROJECT_ID": "11", "MP_REGION": "eu"}
    world.environ["MP_TOKEN_EXPIRES_AT"] = "2027-01-15T08:10:00Z"
    found = view(world)
    assert (found.account, found.region, found.target) == ("env-oauth-token", "eu", None)
    assert found.project_name is None
    assert found.expires_at == NOW + 600
    assert not found.needs_attention
    world.environ["MP_TOKEN_EXPIRES_AT"] = "2027-01-15T08:09:00Z"
    assert view(world).needs_attention


def test_an_account_of_a_bridge_has_the_bridges_tokens(world: World) -> None:
    tokens = {"access_token": "b", "expires_at": "2027-01-15T08:10:00Z"}
    account = {"name": "team", "type": "oauth_browser", "region": "eu"}
    world.write_bridge(account=account, tokens=tokens, project="11")
    found = view(world)
    assert (found.account, found.region, found.expires_at) == ("team", "eu", NOW + 600)
    assert (found.project_name, found.target) == (None, None)


class TestAttention:
    """The mark stands where the next request would fail, or go elsewhere than it seems."""

    @pytest.mark.parametrize(
        ("ends", "refresh", "attention"),
        [(3600, None, False), (599, None, True), (599, "r", False), (-1, "r", False)],
    )
    def test_a_token_that_ends_and_does_not_renew(
        self, world: World, ends: float, refresh: str | None, attention: bool
    ) -> None:
        world.write_tokens("ana", ends=NOW + ends, refresh=refresh)
        found = view(world, account="ana", workspace=1)
        assert found.expires_at == NOW + ends
        assert found.can_refresh is (refresh is not None)
        assert found.needs_attention is attention

    def test_no_tokens_and_tokens_that_cannot_be_used(self, world: World) -> None:
        assert view(world, target="berlin").needs_attention
        world.write_tokens("ana")
        (world.directory("ana") / "tokens.json").chmod(0o644)
        assert view(world, target="berlin").needs_attention

    def test_a_login_that_the_server_has_ended(self, world: World) -> None:
        world.write_tokens("ana")
        world.write_status("ana", "ok")
        assert not view(world, account="ana", workspace=1).needs_attention
        world.write_status("ana", "needs_login")
        assert view(world, account="ana", workspace=1).needs_attention

    def test_a_token_variable_that_is_not_set(self, world: World) -> None:
        assert view(world, account="ci", project="1", workspace=1).needs_attention
        world.environ["CI_TOKEN"] = "t"
        assert not view(world, account="ci", project="1", workspace=1).needs_attention

    def test_no_project(self, world: World) -> None:
        world.environ["CI_TOKEN"] = "t"
        found = view(world, account="ci", workspace=1)
        assert (found.project_id, found.needs_attention) == (None, True)

    def test_a_workspace_of_another_project(self, world: World) -> None:
        assert view(world, project="12").needs_attention
        assert not view(world, project="12", workspace=72).needs_attention

    def test_an_environment_that_is_not_finished(self, world: World) -> None:
        world.environ["MP_USERNAME"] = "u"
        assert view(world).needs_attention

    def test_an_active_account_that_is_gone(self, world: World) -> None:
        world.write_config('[active]\naccount = "gone"\n')
        assert view(world) == PromptView("gone", needs_attention=True)


def test_what_stands_in_the_way_is_raised(world: World) -> None:
    with pytest.raises(AccountNotFoundError):
        view(world, account="nobody")
    world.environ["MP_REGION"] = "xx"
    with pytest.raises(ConfigError, match="MP_REGION"):
        view(world)
    del world.environ["MP_REGION"]
    world.write_config("[active")
    with pytest.raises(StoreError):
        view(world)


def test_no_file_is_written(world: World) -> None:
    world.write_tokens("ana", ends=NOW - 1)
    answer = {**ME, "user_name": "Bea"}
    world.write_me("ana", answer)
    before = {path: path.stat().st_mtime_ns for path in world.home.rglob("*")}
    view(world)
    view(world, target="berlin")
    assert {path: path.stat().st_mtime_ns for path in world.home.rglob("*")} == before
