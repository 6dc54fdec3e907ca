"""Workspaces of a project: from the last ``/me``, else the public ones, whatever answers hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
import pytest

from mixdesk.api.auth import FixedCredential
from mixdesk.api.client import Client
from mixdesk.api.transport import Transport
from mixdesk.exceptions import APIError, AuthenticationError, QueryError, WorkspaceScopeError
from mixdesk.model.records import WorkspaceEntry
from mixdesk.ops.workspaces import find_workspace, public_workspaces, visible_workspaces

from .world import ME, World

Ask = Callable[..., Client]
PUBLIC = {"id": 99, "name": "Public", "is_global": True}


class Answering:
    """A server with one answer, which counts how often it is asked."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.status = 200
        self.body: Any = {"results": [PUBLIC]}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(request.url.path)
        return httpx.Response(self.status, json=self.body, headers={"Retry-After": "3600"})


@pytest.fixture
def server() -> Answering:
    return Answering()


@pytest.fixture
def client(server: Answering) -> Iterator[Client]:
    with Transport(transport=httpx.MockTransport(server)) as transport:
        yield Client(transport, "us", {}, FixedCredential("Basic x"), {})


def me(**workspaces: Mapping[str, Any]) -> dict[str, Any]:
    return {"workspaces": {key.removeprefix("w"): fields for key, fields in workspaces.items()}}


class TestThoseOfAnAnswer:
    def test_are_those_of_the_project_with_their_marks(self) -> None:
        answer = me(
            w71={"id": 71, "name": "All", "project_id": 11, "is_global": True},
            w72={"id": 72, "name": "Mine", "project_id": "11", "is_default": True},
            w73={"id": 73, "name": "Secret", "project_id": 11, "is_visible": False},
            w81={"id": 81, "name": "Other", "project_id": 12},
            w91={"id": 91, "name": "Longer", "project_id": 111},
        )
        assert visible_workspaces(answer, "11") == [
            WorkspaceEntry(71, "All", "11", is_global=True),
            WorkspaceEntry(72, "Mine", "11", is_default=True),
            WorkspaceEntry(73, "Secret", "11", is_visible=False),
        ]

    @pytest.mark.parametrize(
        "answer",
        [
            {},
            {"workspaces": None},
            {"workspaces": [{"id": 1, "project_id": 11}]},
            me(w1=None, w2=[], w3="x"),  # type: ignore[arg-type]
            me(w1={"name": "No project"}),
            me(w1={"project_id": None}),
        ],
        ids=repr,
    )
    def test_of_another_shape_are_none(self, answer: Mapping[str, Any]) -> None:
        assert visible_workspaces(answer, "11") == []

    @pytest.mark.parametrize("key", ["0", "-1", "1.5", "x", "", "\u0661", "9" * 40])
    def test_whose_id_is_none_are_left_out(self, key: str) -> None:
        sound = {"name": "Sound", "project_id": 11}
        found = visible_workspaces({"workspaces": {key: sound, "7": sound}}, "11")
        assert [each.id for each in found] == [7]

    def test_have_names_that_can_be_shown(self) -> None:
        answer = me(w7={"name": "\x1b]0;x\x07A\nB\u202e", "project_id": 11}, w8={"project_id": 11})
        assert [each.name for each in visible_workspaces(answer, "11")] == ["A B", "8"]


class TestThoseForEverybody:
    def test_are_asked_for(self, client: Client, server: Answering) -> None:
        assert public_workspaces(client, "11") == [
            WorkspaceEntry(99, "Public", "11", is_global=True)
        ]
        assert server.paths == ["/api/app/projects/11/workspaces/public"]

    def test_live_in_the_project_that_was_asked_about(
        self, client: Client, server: Answering
    ) -> None:
        server.body = {"results": [PUBLIC | {"project_id": 12}]}
        assert [each.project for each in public_workspaces(client, "11")] == ["11"]

    @pytest.mark.parametrize("key", [0, -1, True, None, "7", 1.0])
    def test_whose_id_is_none_are_left_out(
        self, client: Client, server: Answering, key: object
    ) -> None:
        server.body = {"results": [{"id": key}, None, [], PUBLIC]}
        assert [each.id for each in public_workspaces(client, "11")] == [99]

    @pytest.mark.parametrize("body", [None, [], {}, {"results": None}, {"results": {}}, "x"])
    def test_that_are_no_list_are_an_error(
        self, client: Client, server: Answering, body: object
    ) -> None:
        server.body = body
        with pytest.raises(APIError, match="workspaces of project 11") as caught:
            public_workspaces(client, "11")
        assert type(caught.value) is APIError

    @pytest.mark.parametrize(("status", "kind"), [(403, AuthenticationError), (404, QueryError)])
    def test_that_are_refused_are_an_error(
        self, client: Client, server: Answering, status: int, kind: type[APIError]
    ) -> None:
        server.status = status
        with pytest.raises(kind):
            public_workspaces(client, "11")


class TestTheOneToUse:
    def find(
        self,
        world: World,
        client: Client,
        answer: Mapping[str, Any] | None = None,
        *,
        project: str = "11",
        is_saved: bool = True,
    ) -> WorkspaceEntry:
        ctx = world.write_config()
        entry = ctx.config.get_account("team")
        return find_workspace(ctx, entry, client, project, answer, is_saved=is_saved)

    def test_is_that_of_the_answer_at_hand(
        self, world: World, client: Client, server: Answering
    ) -> None:
        world.write_me("team")
        at_hand = me(w5={"name": "At hand", "project_id": 11})
        assert self.find(world, client, at_hand).name == "At hand"
        assert server.paths == []

    def test_is_that_of_the_cache_however_old(
        self, world: World, client: Client, server: Answering
    ) -> None:
        world.write_me("team", {**ME, "cached_at": 0})
        assert self.find(world, client).id == 71
        assert server.paths == []

    def test_is_never_that_of_another_accounts_cache(self, world: World, client: Client) -> None:
        world.write_me("team")
        assert self.find(world, client, is_saved=False).id == 99

    @pytest.mark.parametrize("answer", [None, {}, {"workspaces": {}}], ids=repr)
    def test_is_a_public_one_where_nothing_else_is_known(
        self, world: World, client: Client, server: Answering, answer: Mapping[str, Any] | None
    ) -> None:
        assert self.find(world, client, answer).id == 99
        assert server.paths == ["/api/app/projects/11/workspaces/public"]

    def test_is_asked_for_where_the_answer_at_hand_knows_none(
        self, world: World, client: Client
    ) -> None:
        world.write_me("team")
        assert self.find(world, client, {}).id == 99

    def test_is_chosen_among_the_public_ones(
        self, world: World, client: Client, server: Answering
    ) -> None:
        server.body = {
            "results": [{"id": 1}, {"id": 2, "is_default": True}, {"id": 3, "is_global": True}]
        }
        assert self.find(world, client).id == 3

    @pytest.mark.parametrize("status", [403, 404])
    def test_is_none_where_they_are_not_for_this_account(
        self, world: World, client: Client, server: Answering, status: int
    ) -> None:
        server.status = status
        with pytest.raises(WorkspaceScopeError) as caught:
            self.find(world, client)
        assert caught.value.code == "NO_WORKSPACES"
        assert caught.value.details == {"project": "11", "account": "team"}
        for way in ("use(workspace=", "--workspace", "MP_WORKSPACE_ID"):
            assert way in str(caught.value)

    def test_is_none_where_there_is_none(
        self, world: World, client: Client, server: Answering
    ) -> None:
        server.body = {"results": []}
        with pytest.raises(WorkspaceScopeError, match="Project 11"):
            self.find(world, client)

    @pytest.mark.parametrize("status", [401, 400, 429, 302])
    def test_is_not_none_because_asking_failed(
        self, world: World, client: Client, server: Answering, status: int
    ) -> None:
        server.status = status
        with pytest.raises(APIError) as caught:
            self.find(world, client)
        assert caught.value.status_code == status

    @pytest.mark.parametrize("key", ["0", "x"])
    def test_is_never_one_whose_id_is_none(self, world: World, client: Client, key: str) -> None:
        world.write_me("team", {"workspaces": {key: {"project_id": 11, "is_global": True}}})
        assert self.find(world, client).id == 99
