"""``mp workspace``: every verb, and how it can end."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from mixdesk.sandbox.server import SandboxServer
from tests.cli.world import World


@pytest.fixture
def server(demo: World) -> Iterator[SandboxServer]:
    """The made-up Mixpanel, for a demo that may ask it."""
    with SandboxServer() as running:
        demo.environ["MP_API_BASE_URL"] = running.base_url
        yield running


@pytest.fixture
def offline(demo: World) -> World:
    """The demo where nobody answers."""
    demo.environ["MP_API_BASE_URL"] = "http://127.0.0.1:9"
    return demo


def saved(world: World) -> dict[str, Any]:
    return tomllib.loads(world.config.read_text())


class TestList:
    def test_shows_those_of_the_current_project(self, offline: World) -> None:
        found = offline("workspace", "list", "-f", "json").json
        assert [(each["name"], each["current"], each["pinned"]) for each in found] == [
            ("All Project Data", True, True),
            ("Console", False, False),
        ]

    def test_says_which_is_used_when_none_is_pinned(self, offline: World) -> None:
        offline("workspace", "use", "--none")
        found = offline("workspace", "list", "-a", "contractor", "-f", "json").json
        assert [(each["current"], each["pinned"]) for each in found] == [
            (True, False),
            *[(False, False)] * (len(found) - 1),
        ]
        out = offline("workspace", "list", "-t", "prod", "-f", "table").out
        assert "used, as none is pinned" in out

    def test_of_another_project(self, offline: World) -> None:
        found = offline("workspace", "list", "-p", "3018488", "-f", "json").json
        assert {each["project"] for each in found} == {"3018488"}

    def test_says_how_old_it_is(self, offline: World) -> None:
        assert "9 d ago" in offline("workspace", "list", "-a", "acme-india").err

    def test_asks_for_a_project_that_was_not_seen(self, demo: World, server: SandboxServer) -> None:
        ended = demo("workspace", "list", "-p", "1", "-a", "warehouse")
        assert (ended.code, ended.out) == (0, "")
        assert "sees no workspace in project 1" in ended.err
        assert demo("workspace", "list", "-p", "1", "-f", "json").json == []

    @pytest.mark.parametrize(
        ("line", "code"),
        [
            (("-a", "auditor"), 2),
            (("-a", "new-colleague"), 1),
            (("-a", "nobody"), 4),
            (("-p", "x"), 3),
        ],
    )
    def test_how_it_can_fail(
        self, demo: World, server: SandboxServer, line: tuple[str, ...], code: int
    ) -> None:
        ended = demo("workspace", "list", *line)
        assert (ended.code, ended.out) == (code, "")


class TestShow:
    def test_finds_by_id_or_name(self, offline: World) -> None:
        for wanted in ("3448414", "Console", "console"):
            found = offline("workspace", "show", wanted, "-f", "json").json
            assert (found["id"], found["default"], found["current"]) == (3448414, True, False)

    def test_shows_the_pinned_one_or_the_one_that_is_used(self, offline: World) -> None:
        found = offline("workspace", "show", "-f", "json").json
        assert (found["id"], found["pinned"]) == (3448413, True)
        assert "pinned" in offline("workspace", "show", "-f", "table").out
        offline("workspace", "use", "--none")
        found = offline("workspace", "show", "-t", "prod", "-f", "json").json
        assert (found["current"], found["pinned"]) == (True, False)

    def test_shows_a_pinned_one_although_nothing_is_known_of_it(self, offline: World) -> None:
        line = ("workspace", "show", "-a", "acme-eu", "-w", "5")
        ended = offline(*line, "-f", "json")
        assert (ended.code, ended.json["id"], ended.json["name"]) == (0, 5, None)
        assert "--refresh" in ended.err
        assert offline(*line, "-f", "table").code == 0

    def test_says_when_the_pinned_one_is_of_another_project(self, offline: World) -> None:
        ended = offline("workspace", "show", "-p", "3018488", "-f", "json")
        assert (ended.json["id"], ended.json["name"]) == (3448413, None)
        assert "not known to have workspace 3448413" in ended.err

    @pytest.mark.parametrize("wanted", ["Nowhere", "999", "3448424"])
    def test_what_is_not_there_exits_4(self, offline: World, wanted: str) -> None:
        ended = offline("workspace", "show", wanted)
        assert (ended.code, ended.out) == (4, "")
        assert "in project 3713224" in ended.err

    def test_a_project_without_any_exits_4(self, demo: World, server: SandboxServer) -> None:
        demo("workspace", "use", "--none")
        assert demo("workspace", "show", "-p", "1").code == 4


class TestUse:
    @pytest.mark.parametrize("wanted", ["3448414", "Console"])
    def test_pins(self, offline: World, wanted: str) -> None:
        ended = offline("workspace", "use", wanted)
        assert (ended.code, ended.out) == (0, "")
        assert ended.err.endswith("› workspace 3448414 Console\n")
        assert saved(offline)["active"] == {"account": "acme-corp", "workspace": 3448414}

    def test_pins_none(self, offline: World) -> None:
        assert offline("workspace", "use", "--none").code == 0
        assert saved(offline)["active"] == {"account": "acme-corp"}

    def test_warns_of_what_hides_it(self, offline: World) -> None:
        offline.environ["MP_WORKSPACE_ID"] = "77"
        ended = offline("workspace", "use", "Console")
        assert "MP_WORKSPACE_ID hides it: in this shell the workspace is 77" in ended.err

    def test_takes_an_id_that_cannot_be_looked_up_and_says_so(
        self, demo: World, server: SandboxServer
    ) -> None:
        demo("account", "use", "auditor")
        ended = demo("workspace", "use", "5")
        assert ended.code == 0
        assert "without a look" in ended.err

    @pytest.mark.parametrize(
        ("line", "code"),
        [
            ((), 3),
            (("Nowhere",), 4),
            (("3448424",), 4),
            (("Console", "--none"), 3),
        ],
    )
    def test_what_cannot_be_changes_nothing(
        self, offline: World, line: tuple[str, ...], code: int
    ) -> None:
        before = offline.config.read_bytes()
        ended = offline("workspace", "use", *line)
        assert (ended.code, ended.out) == (code, "")
        assert offline.config.read_bytes() == before

    def test_without_a_project_says_how_to_choose_one(self, offline: World) -> None:
        offline("account", "update", "acme-corp", "--no-project")
        ended = offline("workspace", "use", "Console")
        assert ended.code == 1
        assert "has no project yet" in ended.err
