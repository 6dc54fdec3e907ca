"""``mp project``: every verb, and how it can end."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from mixdesk.clock import SystemClock
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from mixdesk.store.me_cache import write_me
from mixdesk.store.storage import Storage
from tests.cli.world import World

TWINS = {
    "organizations": {"1": {"name": "Acme"}, "2": {"name": "Beta"}},
    "projects": {
        "11": {"name": "Twin", "organization_id": 1, "domain": "mixpanel.com"},
        "12": {"name": "Twin", "organization_id": 2, "domain": "mixpanel.com"},
    },
}


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


def asked(server: SandboxServer) -> list[str]:
    return [request.path for request in server.requests]


class TestList:
    def test_shows_what_was_seen_last_by_organization(self, offline: World) -> None:
        ended = offline("project", "list", "-f", "json")
        assert (ended.code, ended.err) == (0, "")
        organizations = [each["organization"] for each in ended.json]
        assert organizations == sorted(organizations)
        assert [each["id"] for each in ended.json if each["current"]] == ["3713224"]
        assert {each["region"] for each in ended.json if each["elsewhere"]} == {"eu", "in"}

    def test_is_a_table_on_a_terminal(self, offline: World) -> None:
        offline.environ["COLUMNS"] = "100"
        lines = offline("project", "list", "-f", "table").out.splitlines()
        assert lines[0].split() == [
            "NAME",
            "ORGANIZATION",
            "REGION",
            "TIMEZONE",
            "WORKSPACES",
        ]
        (current,) = [line for line in lines if line.startswith("●")]
        assert "AI Demo 3713224" in current
        assert any("≠ eu" in line for line in lines)
        assert max(map(len, lines)) <= 100

    def test_says_how_old_it_is_when_it_is_old(self, offline: World) -> None:
        ended = offline("project", "list", "-a", "acme-india")
        assert ended.code == 0
        assert "acme-india saw 9 d ago" in ended.err
        assert "--refresh" in ended.err
        assert ended.out.count("\n") == 8
        assert offline("project", "list", "-a", "acme-india", "-q").err == ""

    def test_asks_once_for_who_never_was_asked(self, demo: World, server: SandboxServer) -> None:
        for _ in range(2):
            ended = demo("project", "list", "-a", "acme-eu")
            assert ended.code == 0
            assert ended.out.count("\n") == 10
        assert asked(server) == ["/api/app/me"]

    def test_asks_on_request(self, demo: World, server: SandboxServer) -> None:
        ended = demo("project", "list", "-a", "acme-india", "--refresh")
        assert (ended.code, ended.err) == (0, "")
        assert asked(server) == ["/api/app/me"]

    def test_follows_the_environment_and_says_so(self, demo: World, server: SandboxServer) -> None:
        demo.environ |= {
            "MP_OAUTH_TOKEN": demo.environ["ACME_CI_TOKEN"],
            "MP_PROJECT_ID": "3018488",
            "MP_REGION": "us",
        }
        ended = demo("project", "list", "-f", "json", "-a", "warehouse")
        assert [each["id"] for each in ended.json if each["current"]] == ["3018488"]
        assert "MP_OAUTH_TOKEN hides --account" in ended.err

    @pytest.mark.parametrize(
        ("line", "code"),
        [
            (("-a", "auditor"), 2),
            (("-a", "new-colleague"), 2),
            (("-a", "nobody"), 4),
            (("-t", "nowhere"), 4),
            (("extra",), 3),
        ],
    )
    def test_how_it_can_fail(
        self, demo: World, server: SandboxServer, line: tuple[str, ...], code: int
    ) -> None:
        ended = demo("project", "list", *line)
        assert (ended.code, ended.out) == (code, "")
        assert ended.err.startswith("error: ")

    def test_a_server_that_wants_to_be_left_alone_exits_5(
        self, demo: World, server: SandboxServer
    ) -> None:
        server.faults.add("/api/app/me", Fault(status=429, retry_after="3600"))
        assert demo("project", "list", "--refresh").code == 5

    def test_on_an_empty_machine_says_how_to_begin(self, mp: World) -> None:
        ended = mp("project", "list")
        assert (ended.code, ended.out) == (1, "")
        assert "mp account" in ended.err

    def test_of_who_sees_nothing_is_no_error(self, offline: World) -> None:
        place = Storage.at(offline.home / ".mp").account("acme-corp", "me.json")
        write_me(place, {"projects": {}}, SystemClock().now())
        ended = offline("project", "list")
        assert (ended.code, ended.out) == (0, "")
        assert "sees no project" in ended.err
        assert offline("project", "list", "-f", "json").json == []


class TestShow:
    @pytest.mark.parametrize("wanted", ["3018488", "E-Commerce", "e-commerce"])
    def test_finds_by_id_or_name(self, offline: World, wanted: str) -> None:
        found = offline("project", "show", wanted, "-f", "json").json
        assert (found["id"], found["name"], found["current"]) == ("3018488", "E-Commerce", False)
        assert found["workspaces"] == [3448423, 3448424]
        assert found["url"] == "https://mixpanel.com/project/3018488"

    def test_shows_the_current_one(self, offline: World) -> None:
        assert offline("project", "show", "-f", "json").json["name"] == "AI Demo"
        assert offline("project", "show", "-t", "ecom", "-f", "json").json["name"] == "E-Commerce"
        offline.environ["MP_PROJECT_ID"] = "3713225"
        assert offline("project", "show", "-f", "json").json["name"] == "Production"

    def test_shows_the_current_one_although_nothing_is_known_of_it(self, offline: World) -> None:
        ended = offline("project", "show", "-a", "acme-eu", "-f", "json")
        assert ended.code == 0
        assert (ended.json["id"], ended.json["name"]) == ("998812", None)
        assert ended.json["url"] == "https://eu.mixpanel.com/project/998812"
        assert "--refresh" in ended.err

    @pytest.mark.parametrize("content", ["", "no json", "[]"])
    def test_asks_nobody_when_what_was_kept_makes_no_sense(
        self, offline: World, content: str
    ) -> None:
        directory = offline.home / ".mp" / "accounts" / "acme-corp"
        (directory / "me.json").write_text(content)
        ended = offline("project", "show", "-f", "json")
        assert (ended.code, ended.json["id"], ended.json["name"]) == (0, "3713224", None)
        assert offline("open").out == "https://mixpanel.com/project/3713224\n"
        assert offline("workspace", "show", "-f", "json").json["id"] == 3448413

    def test_says_when_the_current_one_is_not_seen(self, offline: World) -> None:
        offline.environ["MP_PROJECT_ID"] = "999"
        ended = offline("project", "show")
        assert ended.code == 0
        assert "did not see project 999" in ended.err

    def test_is_a_card_on_a_terminal(self, offline: World) -> None:
        out = offline("project", "show", "EU Production", "-f", "table").out
        assert "EU Production 998812" in out
        assert "account acme-corp works in another" in out

    @pytest.mark.parametrize(("wanted", "code"), [("Nowhere", 4), ("999", 4), ("Twin", 3)])
    def test_how_it_can_fail(self, offline: World, wanted: str, code: int) -> None:
        place = Storage.at(offline.home / ".mp").account("acme-corp", "me.json")
        write_me(place, TWINS, SystemClock().now())
        ended = offline("project", "show", wanted)
        assert (ended.code, ended.out) == (code, "")
        if code == 3:
            assert "11 (Acme)" in ended.err
            assert "12 (Beta)" in ended.err

    def test_without_a_current_one_says_how_to_choose(self, offline: World) -> None:
        offline("account", "update", "acme-corp", "--no-project")
        ended = offline("project", "show")
        assert ended.code == 1
        assert "has no project yet" in ended.err


class TestUse:
    @pytest.mark.parametrize("wanted", ["3018488", "E-Commerce", "e-commerce"])
    def test_saves_the_home_project_and_forgets_the_workspace(
        self, offline: World, wanted: str
    ) -> None:
        ended = offline("project", "use", wanted)
        assert (ended.code, ended.out) == (0, "")
        assert ended.err == "Now: account acme-corp › project 3018488 E-Commerce\n"
        assert saved(offline)["accounts"]["acme-corp"]["default_project"] == "3018488"
        assert saved(offline)["active"] == {"account": "acme-corp"}

    def test_pins_a_workspace_too(self, offline: World) -> None:
        assert offline("project", "use", "E-Commerce", "-w", "3448424").code == 0
        assert saved(offline)["active"] == {"account": "acme-corp", "workspace": 3448424}
        before = offline.config.read_bytes()
        assert offline("project", "use", "AI Demo", "-w", "3448424").code == 4
        assert offline.config.read_bytes() == before

    def test_of_another_account_makes_that_active(self, offline: World) -> None:
        assert offline("project", "use", "Production", "-a", "warehouse").code == 0
        now = saved(offline)
        assert now["active"] == {"account": "warehouse"}
        assert now["accounts"]["warehouse"]["default_project"] == "3713225"
        assert now["accounts"]["acme-corp"]["default_project"] == "3713224"

    def test_refuses_another_region_with_the_reason(self, offline: World) -> None:
        before = offline.config.read_bytes()
        ended = offline("project", "use", "EU Production")
        assert (ended.code, ended.out) == (1, "")
        assert "lives in eu, and account 'acme-corp' works in us" in ended.err
        assert "mp project use 998812 -a acme-berlin" in ended.err
        assert offline.config.read_bytes() == before

    def test_does_not_listen_to_the_environment_but_warns_of_it(self, offline: World) -> None:
        offline.environ |= {"MP_ACCOUNT": "warehouse", "MP_PROJECT_ID": "7"}
        ended = offline("project", "use", "E-Commerce")
        assert ended.code == 0
        assert saved(offline)["active"]["account"] == "acme-corp"
        assert "MP_ACCOUNT hides it: in this shell the account is warehouse" in ended.err
        assert "MP_PROJECT_ID hides it: in this shell the project is 7, not 3018488" in ended.err
        assert "unset MP_PROJECT_ID" in ended.err
        assert offline("project", "use", "AI Demo", "-q").err == ""

    def test_takes_an_id_that_cannot_be_looked_up_and_says_so(
        self, demo: World, server: SandboxServer
    ) -> None:
        ended = demo("project", "use", "3018488", "-a", "auditor")
        assert ended.code == 0
        assert "without a look" in ended.err
        assert saved(demo)["accounts"]["auditor"]["default_project"] == "3018488"

    def test_takes_an_id_that_is_new_since_the_last_look(
        self, demo: World, server: SandboxServer
    ) -> None:
        place = Storage.at(demo.home / ".mp").account("acme-india", "me.json")
        write_me(place, {"projects": {"1": {"name": "Of another time"}}}, 1e9)
        assert demo("project", "use", "2200104", "-a", "acme-india").code == 0
        assert asked(server) == ["/api/app/me"]

    @pytest.mark.parametrize(
        ("line", "code"),
        [
            ((), 3),
            (("Nowhere",), 4),
            (("999",), 4),
            (("3018488", "-a", "nobody"), 4),
            (("3018488", "-w", "x"), 3),
            (("E-Commerce", "-a", "auditor"), 2),
        ],
    )
    def test_what_cannot_be_changes_nothing(
        self, demo: World, server: SandboxServer, line: tuple[str, ...], code: int
    ) -> None:
        before = demo.config.read_bytes()
        ended = demo("project", "use", *line)
        assert (ended.code, ended.out) == (code, "")
        assert demo.config.read_bytes() == before

    def test_takes_no_empty_name_for_that_of_a_project_that_shows_none(self, demo: World) -> None:
        place = Storage.at(demo.home / ".mp").account("acme-corp", "me.json")
        nameless = {"name": "\x1b]0;x\x07\u202e", "organization_id": 1, "domain": "mixpanel.com"}
        write_me(place, {"projects": {"7": nameless}}, time.time())
        for wanted in ("", " ", "\x1b]0;x\x07", "\u202e"):
            assert demo("project", "use", wanted).code == 4
        assert demo("project", "use", "7").code == 0

    def test_on_an_empty_machine_says_to_choose_an_account(self, mp: World) -> None:
        ended = mp("project", "use", "1")
        assert ended.code == 1
        assert "mp account use" in ended.err
