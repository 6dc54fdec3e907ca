"""Saving the session as a target: its name, and when there is nothing to save."""

from __future__ import annotations

import pytest

from mixdesk.exceptions import ConfigError
from mixdesk.ops import targets
from mixdesk.ops.context import Context
from mixdesk.ops.saving import SavedPlace, save_place

from .world import CONFIG, World

ELSEWHERE = CONFIG.replace('[targets.home]\naccount = "team"\nproject = "11"\nworkspace = 71\n', "")


def with_variables(world: World, **variables: str) -> Context:
    world.environ |= variables
    return world.ctx


def test_the_session_is_called_after_its_project(world: World) -> None:
    world.write_config(ELSEWHERE)
    world.write_me("team")
    assert save_place(world.ctx) == SavedPlace("eleven", is_new=True)
    row = targets.get_target(world.ctx, "eleven")
    assert (row.account, row.project, row.workspace) == ("team", "11", 71)
    assert row.is_active


def test_a_project_without_a_name_gives_its_id(world: World) -> None:
    assert save_place(world.write_config(ELSEWHERE)).name == "project-11"


@pytest.mark.parametrize("taken", ["targets", "accounts"])
def test_a_name_that_is_taken_gets_a_number(taken: str, world: World) -> None:
    world.write_config(ELSEWHERE.replace("accounts.ci", "accounts.eleven"))
    if taken == "targets":
        world.write_config(ELSEWHERE.replace("targets.ecom", "targets.eleven"))
    world.write_me("team")
    assert save_place(world.ctx).name == "eleven-2"


def test_a_place_that_is_saved_already_is_named_and_left_alone(world: World) -> None:
    assert save_place(world.write_config()) == SavedPlace("home", is_new=False)
    assert world.text == CONFIG


def test_what_the_environment_chooses_is_saved_with_it(world: World) -> None:
    world.write_config()
    saved = save_place(with_variables(world, MP_PROJECT_ID="99"))
    assert targets.get_target(world.ctx, saved.name).project == "99"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "No account is active"),
        (ELSEWHERE.replace('default_project = "11"\n', ""), "there is no current one"),
    ],
    ids=["nobody", "no project"],
)
def test_what_is_missing_is_said(text: str, words: str, world: World) -> None:
    with pytest.raises(ConfigError, match=words):
        save_place(world.write_config(text))


def test_an_account_of_the_environment_is_no_saved_one(world: World) -> None:
    world.write_config()
    ctx = with_variables(world, MP_OAUTH_TOKEN="t", MP_PROJECT_ID="1", MP_REGION="us")
    with pytest.raises(ConfigError, match="MP_OAUTH_TOKEN"):
        save_place(ctx)
    assert world.text == CONFIG
