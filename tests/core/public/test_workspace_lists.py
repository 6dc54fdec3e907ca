"""What an account can see: projects, workspaces, and the workspace that calls run with."""

from __future__ import annotations

import json
from typing import Any

import pytest

import mixdesk as mp
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.names import HOSTILE_NAMES

from .desk import Desk

PUBLIC = "/api/app/projects/"
ME = "/api/app/me"


def know(desk: Desk, **answer: Any) -> None:
    """Let the last ``/me`` of team say this."""
    desk.write(desk.me("team"), json.dumps({"cached_at": desk.clock.now(), **answer}))


def project(name: str) -> dict[str, Any]:
    return {"name": name, "organization_id": 100}


class TestProjects:
    def test_are_those_of_the_account_by_name(self, desk: Desk) -> None:
        ws = desk.open()
        names = [each.name for each in ws.projects()]
        assert names == sorted(names, key=lambda name: (name or "").casefold())
        assert len(names) == 16
        assert len(ws.use(account="personal").projects()) == 34
        assert len(ws.use(account="inline").projects()) == 8

    def test_have_what_me_tells_of_them(self, desk: Desk) -> None:
        (found,) = [each for each in desk.open().projects() if each.id == "3018488"]
        assert found == mp.Project(
            id="3018488", name="E-Commerce", organization_id=100, timezone="US/Pacific"
        )

    def test_are_sorted_whatever_their_case_and_by_id_where_names_agree(self, desk: Desk) -> None:
        know(
            desk,
            projects={"9": project("beta"), "8": project("Alpha"), "7": project("BETA")},
        )
        assert [each.id for each in desk.open().projects()] == ["8", "7", "9"]

    def test_of_any_name_have_their_own_id_and_can_be_shown(self, desk: Desk) -> None:
        know(desk, projects={str(key): project(name) for key, name in enumerate(HOSTILE_NAMES)})
        ws = desk.open()
        found = ws.projects()
        assert sorted(int(each.id) for each in found) == [*range(len(HOSTILE_NAMES))]
        for each in found:
            assert each.name is not None
            assert each.name.isprintable()
            assert len(each.name) <= 256
            assert ws.use(project=each.id).session.project_id == each.id

    def test_whose_id_is_none_are_left_out(self, desk: Desk) -> None:
        sound = project("Sound")
        know(desk, projects={"7": sound, "x": sound, "": sound, "\u0667": sound, "-1": sound})
        assert [each.id for each in desk.open().projects()] == ["7"]

    def test_are_good_for_a_session(self, desk: Desk) -> None:
        ws = desk.open()
        for found in ws.projects():
            session = ws.session.replace(project=found, workspace=None)
            with mp.Workspace(session=session) as other:
                assert f"Seen by team in project {found.id}" in other.events()


class TestWorkspaces:
    def test_are_those_of_the_current_project_by_name(self, desk: Desk) -> None:
        ws = desk.open()
        assert ws.workspaces() == [
            mp.WorkspaceRef(
                id=3448413, name="All Project Data", is_default=False, project_id="3713224"
            ),
            mp.WorkspaceRef(id=3448414, name="Console", is_default=True, project_id="3713224"),
        ]
        assert [each.project_id for each in ws.use(target="ecom").workspaces()] == ["3018488"] * 2
        assert desk.asked(PUBLIC) == []

    def test_are_those_of_the_project_that_is_named(self, desk: Desk) -> None:
        ws = desk.open()
        assert {each.project_id for each in ws.workspaces(project_id="3713230")} == {"3713230"}
        assert ws.project.id == "3713224"

    @pytest.mark.parametrize("key", ["x", "", "-1", 5, "\u0661", "../me"])
    def test_of_a_project_that_is_none_are_refused(self, desk: Desk, key: Any) -> None:
        with pytest.raises(mp.InvalidArgumentError) as caught:
            desk.open().workspaces(project_id=key)
        assert caught.value.violation == "project"
        assert len(desk.server.requests) == 0

    def test_are_asked_for_where_me_knows_none(self, desk: Desk) -> None:
        know(desk, projects={})
        found = desk.open().workspaces(project_id="3713230")
        assert [each.name for each in found] == ["All Project Data", "Console"]
        assert [asked.account for asked in desk.asked(PUBLIC)] == ["team"]
        assert desk.asked(ME) == []

    @pytest.mark.parametrize(
        ("key", "kind"), [("998812", mp.QueryError), ("1", mp.QueryError)], ids=str
    )
    def test_of_a_project_of_somebody_else_are_an_error(
        self, desk: Desk, key: str, kind: type[mp.APIError]
    ) -> None:
        with pytest.raises(kind) as caught:
            desk.open().workspaces(project_id=key)
        assert caught.value.status_code == 404

    def test_of_any_name_have_their_own_id_and_can_be_shown(self, desk: Desk) -> None:
        views = {
            str(key): {"id": key, "name": name, "project_id": 3713224}
            for key, name in enumerate(HOSTILE_NAMES, start=1)
        }
        know(desk, workspaces=views)
        ws = desk.open()
        found = ws.workspaces()
        assert sorted(each.id for each in found) == [*range(1, len(HOSTILE_NAMES) + 1)]
        for each in found:
            assert each.name is not None
            assert each.name.isprintable()
            assert ws.use(workspace=each.id).session.workspace_id == each.id

    def test_are_good_for_a_session_of_their_project_only(self, desk: Desk) -> None:
        ws = desk.open()
        (view, *_) = ws.workspaces()
        assert ws.session.replace(workspace=view).workspace == view
        with pytest.raises(ValueError, match="belongs to project 3713224"):
            ws.session.replace(project=mp.Project(id="5"), workspace=view)


class TestTheWorkspaceToUse:
    def test_is_the_pinned_one_without_asking(self, desk: Desk) -> None:
        assert desk.open(workspace=77).resolve_workspace() == mp.WorkspaceRef(id=77)
        assert len(desk.server.requests) == 0

    def test_is_chosen_from_the_public_ones_and_once(self, desk: Desk) -> None:
        ws = desk.open().use(project="3713230")
        first = ws.resolve_workspace()
        assert (first.name, first.project_id) == ("All Project Data", "3713230")
        assert ws.resolve_workspace() is first
        assert [asked.path for asked in desk.asked()] == [PUBLIC + "3713230/workspaces/public"]

    def test_is_chosen_from_me_where_that_has_been_asked(self, desk: Desk) -> None:
        desk.open().me()
        ws = desk.open().use(project="3713230")
        assert ws.resolve_workspace().project_id == "3713230"
        assert desk.asked(PUBLIC) == []

    def test_leaves_the_session_as_it_is(self, desk: Desk) -> None:
        ws = desk.open().use(project="3713230")
        session = ws.session
        ws.resolve_workspace()
        assert ws.session is session
        assert ws.workspace is None

    def test_is_remembered_for_each_account_and_project(self, desk: Desk) -> None:
        ws = desk.open()
        seen: dict[tuple[str, str], mp.WorkspaceRef] = {}
        for _ in range(2):
            for account, key in (("team", "3713230"), ("team", "3713231"), ("ci", "3713230")):
                found = ws.use(account=account, project=key).resolve_workspace()
                assert found.project_id == key
                assert seen.setdefault((account, key), found) is found
        assert [(asked.account, asked.path) for asked in desk.asked()] == [
            (account, f"{PUBLIC}{key}/workspaces/public") for account, key in seen
        ]

    def test_gives_way_to_one_that_is_pinned_and_comes_back(self, desk: Desk) -> None:
        ws = desk.open().use(project="3713230")
        chosen = ws.resolve_workspace()
        assert ws.use(workspace=77).resolve_workspace().id == 77
        assert ws.use(project="3713230").resolve_workspace() is chosen

    @pytest.mark.parametrize(("key", "status"), [("998812", 404), ("1", 404)])
    def test_is_none_in_a_project_of_somebody_else(self, desk: Desk, key: str, status: int) -> None:
        ws = desk.open(project=key).use(project=key)
        with pytest.raises(mp.WorkspaceScopeError) as caught:
            ws.resolve_workspace()
        assert caught.value.details == {"project": key, "account": "team"}

    def test_is_none_where_the_account_may_not_look(self, desk: Desk) -> None:
        ws = desk.open().use(project="3713230")
        desk.server.faults.add(PUBLIC, Fault(status=403, times=1))
        with pytest.raises(mp.WorkspaceScopeError):
            ws.resolve_workspace()
        assert ws.resolve_workspace().project_id == "3713230"

    def test_is_not_given_up_because_the_server_fails(self, desk: Desk) -> None:
        ws = desk.open().use(project="3713230")
        desk.server.faults.add(PUBLIC, Fault(status=500))
        with pytest.raises(mp.ServerError):
            ws.resolve_workspace()
        assert sum(desk.clock.slept) > 0
        desk.server.faults.clear()
        assert ws.resolve_workspace().project_id == "3713230"

    def test_does_not_need_the_scope_to_ask_me(self, desk: Desk) -> None:
        desk.server.faults.add(ME, Fault(status=403))
        assert desk.open().use(project="3713230").resolve_workspace().name == "All Project Data"
