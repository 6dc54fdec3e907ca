"""Worlds of any size, the same every time; hostile ones hold names that mean harm."""

from __future__ import annotations

import json

import pytest

from mixdesk.sandbox.data import ANA, ORGANIZATIONS, me_answer
from mixdesk.sandbox.names import HOSTILE_NAMES, HOSTILE_ORGANIZATION, generated_name
from mixdesk.sandbox.server import SandboxServer
from mixdesk.sandbox.world import organizations
from tests.core.sandbox.asking import ACME_CORP, Client

EVERYTHING = (100, 200, 300, 400)


@pytest.mark.parametrize("hostile", [False, True])
@pytest.mark.parametrize("count", [0, 1, 5, 33, 34, 35, 100, 10_000])
def test_there_are_as_many_projects_as_asked_for(count: int, hostile: bool) -> None:
    world = organizations(count, hostile=hostile)
    me = me_answer(ANA, EVERYTHING, world)
    assert len(me["projects"]) == count
    assert world == organizations(count, hostile=hostile)
    owners = {view["project_id"] for view in me["workspaces"].values()}
    assert owners <= {int(project) for project in me["projects"]}
    assert len(me["organizations"]) == 3 + hostile


def test_a_larger_world_has_the_projects_of_the_demo_too() -> None:
    small, large = organizations(), organizations(10_000)
    assert small == list(ORGANIZATIONS)
    for few, many in zip(small, large, strict=True):
        assert many.projects[: len(few.projects)] == few.projects
    names = [name for each in large for _, name in each.projects]
    assert len(set(names)) == len(names)
    assert [len(each.projects) for each in large] == [3338, 3332, 3330]


def test_generated_names_never_repeat() -> None:
    assert len({generated_name(index) for index in range(25_000)}) == 25_000


def test_workspaces_differ_and_some_projects_have_none() -> None:
    me = me_answer(ANA, EVERYTHING, organizations(200))
    counts = dict.fromkeys(me["projects"], 0)
    for view in me["workspaces"].values():
        counts[str(view["project_id"])] += 1
    assert set(counts.values()) == {0, 1, 2, 4}
    for project, count in counts.items():
        assert me["projects"][project]["has_workspaces"] == bool(count)


def test_a_tame_world_has_no_control_character() -> None:
    text = json.dumps(me_answer(ANA, EVERYTHING, organizations(10_000)), ensure_ascii=False)
    assert text.isprintable()
    assert "[" not in text.replace("[]", "")


def test_a_hostile_world_reaches_the_client_as_it_is() -> None:
    with SandboxServer(projects=2_000, hostile=True) as server:
        client = Client(server)
        me = client.ask("/us/api/app/me", ACME_CORP).results
        client.close()
    assert me["organizations"]["400"]["name"] == HOSTILE_ORGANIZATION
    names = [project["name"] for project in me["projects"].values()]
    assert set(HOSTILE_NAMES) <= set(names)
    assert names.count("AI Demo") > 1
    assert set(HOSTILE_NAMES) <= {view["name"] for view in me["workspaces"].values()}
    for what in ("\x1b", "\x9b", "\x00", "\u202e", "\n", "[red]", "]52;c;", "\ud83d"):
        assert any(what in name for name in names), ascii(what)
    assert max(len(name) for name in names) == 10_000
