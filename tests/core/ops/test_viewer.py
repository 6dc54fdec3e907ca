"""What an account sees: from the last answer, or asked for, and by whom."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mixdesk.exceptions import (
    APIError,
    AuthenticationError,
    ConfigError,
    InvalidArgumentError,
    OAuthError,
    ProjectNotFoundError,
)
from mixdesk.ops.context import Context
from mixdesk.ops.finding import find_project, find_workspace, refuse_elsewhere
from mixdesk.ops.viewer import (
    current_viewer,
    list_seen,
    list_workspaces,
    project_url,
    saved_viewer,
)
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.seed import ENVIRONMENT, seed
from mixdesk.sandbox.server import SandboxServer
from mixdesk.store.me_cache import write_me

from .world import ME, NOW, Stopped, World

DAY = 24 * 3600.0

TWINS = {
    **ME,
    "projects": {
        "11": {"name": "Twin", "organization_id": 5},
        "12": {"name": "Twin", "organization_id": 6},
        "13": {"name": "twin", "organization_id": 5},
        "14": {"name": "11", "organization_id": 5},
        "15": {"name": "Only \x1b[31mone", "organization_id": 5},
    },
    "organizations": {"5": {"name": "Acme"}, "6": {"name": "Beta"}},
    "workspaces": {
        "71": {"name": "All", "project_id": 11},
        "72": {"name": "Same", "project_id": 11},
        "73": {"name": "Same", "project_id": 11},
        "74": {"name": "Same", "project_id": 12},
    },
}


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(now=lambda: NOW) as running:
        yield running


@pytest.fixture
def demo(world: World, server: SandboxServer) -> Context:
    """The demo's accounts, with the made-up Mixpanel beside them."""
    root = world.home / ".mp"
    root.mkdir(mode=0o700)
    seed(root, clock=Stopped())
    world.environ |= {**ENVIRONMENT, "MP_API_BASE_URL": server.base_url}
    return world.ctx


def asked(server: SandboxServer) -> list[str]:
    return [request.path for request in server.requests]


class TestWhoLooks:
    def test_is_the_account_of_the_session(self, world: World) -> None:
        world.write_config()
        viewer, resolution = current_viewer(world.ctx)
        assert (viewer.entry.name, viewer.is_saved) == ("team", True)
        assert resolution.project.value == "11"
        viewer, resolution = current_viewer(world.ctx, target="berlin")
        assert (viewer.entry.name, resolution.project.value) == ("ana", "22")

    def test_one_that_the_environment_makes_keeps_nothing(self, world: World) -> None:
        world.write_config()
        world.environ |= {"MP_OAUTH_TOKEN": "t", "MP_PROJECT_ID": "1", "MP_REGION": "in"}
        viewer, _ = current_viewer(world.ctx, account="team")
        assert (viewer.entry.name, viewer.is_saved) == ("env-oauth-token", False)
        assert saved_viewer(world.ctx).entry.name == "team"

    def test_one_of_a_bridge_keeps_nothing(self, world: World) -> None:
        world.write_config()
        world.write_bridge(headers={"X-Bridge": "1"})
        viewer, _ = current_viewer(world.ctx)
        assert (viewer.entry.name, viewer.is_saved) == ("carried", False)
        assert viewer.bridge is not None
        assert viewer.headers == {"X-Bridge": "1"}

    def test_nobody_is_an_error_with_the_ways_out(self, world: World) -> None:
        with pytest.raises(ConfigError, match="mp account use"):
            current_viewer(world.ctx)
        with pytest.raises(ConfigError, match="mp account use"):
            saved_viewer(world.ctx)


class TestProjects:
    def test_come_from_the_last_answer_however_old(
        self, demo: Context, server: SandboxServer
    ) -> None:
        listing = list_seen(demo, saved_viewer(demo, "acme-india"))
        assert not listing.is_fresh
        assert listing.asked_at == NOW - 9 * DAY
        assert [row.project.id for row in listing.rows][:2] == ["2200103", "2200107"]
        assert asked(server) == []

    def test_are_asked_for_once_by_who_never_was(
        self, demo: Context, server: SandboxServer
    ) -> None:
        viewer = saved_viewer(demo, "acme-eu")
        for _ in range(2):
            listing = list_seen(demo, viewer)
            assert listing.asked_at == NOW
            assert len(listing.rows) == 10
        assert asked(server) == ["/api/app/me"]

    def test_are_asked_for_again_on_request(self, demo: Context, server: SandboxServer) -> None:
        listing = list_seen(demo, saved_viewer(demo, "acme-india"), refresh=True)
        assert (listing.is_fresh, listing.asked_at) == (True, NOW)
        assert asked(server) == ["/api/app/me"]

    def test_of_a_login_that_has_ended_are_asked_for_with_a_new_token(
        self, demo: Context, server: SandboxServer
    ) -> None:
        assert list_seen(demo, saved_viewer(demo, "acme-berlin"), refresh=True).is_fresh
        assert asked(server) == ["/oauth/token/", "/api/app/me"]

    def test_of_a_session_that_the_environment_makes_are_never_kept(
        self, demo: Context, world: World, server: SandboxServer
    ) -> None:
        world.environ |= {
            "MP_OAUTH_TOKEN": ENVIRONMENT["ACME_CI_TOKEN"],
            "MP_PROJECT_ID": "3713226",
            "MP_REGION": "us",
        }
        viewer, _ = current_viewer(world.ctx)
        for _ in range(2):
            assert len(list_seen(world.ctx, viewer).rows) == 16
        assert asked(server) == ["/api/app/me"] * 2
        assert not world.directory("env-oauth-token").exists()

    def test_that_cannot_be_asked_for_are_an_error(self, demo: Context) -> None:
        with pytest.raises(AuthenticationError):
            list_seen(demo, saved_viewer(demo, "auditor"))
        with pytest.raises(OAuthError):
            list_seen(demo, saved_viewer(demo, "new-colleague"))

    @pytest.mark.parametrize(
        ("account", "project", "url"),
        [
            ("acme-corp", "3018488", "https://mixpanel.com/project/3018488"),
            ("acme-corp", "998812", "https://eu.mixpanel.com/project/998812"),
            ("acme-corp", "7", "https://mixpanel.com/project/7"),
            ("acme-india", "7", "https://in.mixpanel.com/project/7"),
        ],
    )
    def test_have_an_address(self, demo: Context, account: str, project: str, url: str) -> None:
        viewer = saved_viewer(demo, account)
        rows = {row.project.id: row for row in list_seen(demo, viewer).rows}
        assert project_url(viewer, project, rows.get(project)) == url


class TestFindingAProject:
    def found(self, world: World, wanted: str) -> str:
        return find_project(world.ctx, saved_viewer(world.ctx), wanted).id

    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ("12", "12"),
            ("11", "11"),  # an id, although it is the name of another
            ("twin", "13"),  # exactly so
            ("Only one", "15"),
            ("ONLY ONE", "15"),
            ("Only \x1b[31mone", "15"),
        ],
    )
    def test_by_id_or_by_name(self, world: World, wanted: str, found: str) -> None:
        world.write_config()
        world.write_me("team", TWINS)
        assert self.found(world, wanted) == found

    @pytest.mark.parametrize(
        ("wanted", "ids"), [("Twin", ["11", "12"]), ("TWIN", ["11", "12", "13"])]
    )
    def test_a_name_of_several_lists_them(self, world: World, wanted: str, ids: list[str]) -> None:
        world.write_config()
        world.write_me("team", TWINS)
        with pytest.raises(InvalidArgumentError) as caught:
            self.found(world, wanted)
        assert caught.value.violation == "ambiguous_name"
        assert sorted(caught.value.details["ids"]) == ids
        assert "12 (Beta)" in (caught.value.hint or "")

    @pytest.mark.parametrize("wanted", ["16", "Twim", "", "\x1b[31m", "x" * 5000])
    def test_that_is_not_there_in_a_fresh_answer_asks_nobody(
        self, world: World, wanted: str
    ) -> None:
        world.write_config()
        world.write_me("team", TWINS)
        world.environ["MP_API_BASE_URL"] = "http://127.0.0.1:9"
        with pytest.raises(ProjectNotFoundError) as caught:
            self.found(world, wanted)
        assert "mp project list -a team" in (caught.value.hint or "")
        assert len(str(caught.value)) < 400
        assert ("Did you mean" in str(caught.value)) is (wanted == "Twim")

    def test_that_is_not_there_in_an_old_answer_asks_again(
        self, demo: Context, server: SandboxServer
    ) -> None:
        viewer = saved_viewer(demo, "acme-india")
        stale = {"projects": {"1": {"name": "Of another time"}}}
        write_me(demo.storage.account("acme-india", "me.json"), stale, NOW - 2 * DAY)
        assert find_project(demo, viewer, "1").id == "1"
        assert asked(server) == []
        found = find_project(demo, viewer, "rider app")
        assert (found.id, found.doubt) == ("2200104", None)
        with pytest.raises(ProjectNotFoundError):
            find_project(demo, viewer, "1")
        assert asked(server) == ["/api/app/me"]

    def test_an_id_can_be_trusted_where_nobody_can_be_asked(self, demo: Context) -> None:
        viewer = saved_viewer(demo, "auditor")
        found = find_project(demo, viewer, "3713224", trust=True)
        assert (found.id, found.row) == ("3713224", None)
        assert isinstance(found.doubt, AuthenticationError)
        for wanted, trust in (("3713224", False), ("AI Demo", True)):
            with pytest.raises(AuthenticationError):
                find_project(demo, viewer, wanted, trust=trust)

    def test_that_asking_again_failed_is_told(self, demo: Context, server: SandboxServer) -> None:
        server.faults.add("/api/app/me", Fault(status=400))
        viewer = saved_viewer(demo, "acme-india")
        with pytest.raises(ProjectNotFoundError, match="asking failed"):
            find_project(demo, viewer, "Nowhere", trust=True)
        assert find_project(demo, viewer, "77", trust=True).doubt is not None

    def test_elsewhere_is_refused_with_who_could(self, demo: Context) -> None:
        viewer = saved_viewer(demo, "acme-corp")
        here = find_project(demo, viewer, "3018488").row
        there = find_project(demo, viewer, "EU Production").row
        assert here is not None
        assert there is not None
        refuse_elsewhere(demo, viewer, here)
        with pytest.raises(ConfigError) as caught:
            refuse_elsewhere(demo, viewer, there)
        assert caught.value.code == "PROJECT_ELSEWHERE"
        assert caught.value.details["accounts"] == ["acme-berlin", "acme-eu", "nightly"]
        assert "mp project use 998812 -a acme-berlin" in (caught.value.hint or "")

    def test_elsewhere_without_an_account_there_says_to_log_in(self, world: World) -> None:
        world.write_config()
        me = {**ME, "projects": {"30": {"name": "Far", "domain": "in.mixpanel.com"}}}
        world.write_me("team", me)
        world.config.write_text(world.text.replace('region = "in"', 'region = "us"'))
        viewer = saved_viewer(world.ctx)
        row = find_project(world.ctx, viewer, "30").row
        assert row is not None
        with pytest.raises(ConfigError, match="mp login --region in"):
            refuse_elsewhere(world.ctx, viewer, row)


class TestWorkspaces:
    def test_come_from_the_last_answer_the_chosen_one_first(
        self, demo: Context, server: SandboxServer
    ) -> None:
        listing = list_workspaces(demo, saved_viewer(demo), "3018488")
        assert [row.workspace.name for row in listing.rows] == ["All Project Data", "Console"]
        assert [row.is_current for row in listing.rows] == [True, False]
        assert not any(row.is_pinned for row in listing.rows)
        assert asked(server) == []

    def test_the_pinned_one_is_current(self, demo: Context) -> None:
        listing = list_workspaces(demo, saved_viewer(demo), "3018488", pinned=3448424)
        marks = [(row.workspace.id, row.is_current, row.is_pinned) for row in listing.rows]
        assert marks == [(3448423, False, False), (3448424, True, True)]

    def test_of_a_project_that_the_answer_lacks_are_asked_for(
        self, demo: Context, server: SandboxServer
    ) -> None:
        place = demo.storage.account("acme-corp", "me.json")
        write_me(place, {"projects": {"3018488": {"name": "E-Commerce"}}}, NOW - 60)
        listing = list_workspaces(demo, saved_viewer(demo), "3018488")
        assert [row.workspace.name for row in listing.rows] == ["All Project Data", "Console"]
        assert asked(server) == ["/api/app/projects/3018488/workspaces/public"]

    def test_of_a_project_that_is_not_theirs_are_none(self, demo: Context) -> None:
        assert list_workspaces(demo, saved_viewer(demo), "1").rows == ()

    def test_a_server_that_fails_is_an_error(self, demo: Context, server: SandboxServer) -> None:
        server.faults.add("/api/app/projects", Fault(status=400))
        with pytest.raises(APIError):
            list_workspaces(demo, saved_viewer(demo), "1")

    @pytest.mark.parametrize(("wanted", "found"), [("71", "71"), ("all", "71"), ("72", "72")])
    def test_are_found_by_id_or_name(self, world: World, wanted: str, found: str) -> None:
        world.write_config()
        world.write_me("team", TWINS)
        assert find_workspace(world.ctx, saved_viewer(world.ctx), "11", wanted).id == found

    def test_a_name_of_several_lists_those_of_the_project(self, world: World) -> None:
        world.write_config()
        world.write_me("team", TWINS)
        with pytest.raises(InvalidArgumentError) as caught:
            find_workspace(world.ctx, saved_viewer(world.ctx), "11", "Same")
        assert caught.value.details["ids"] == ["72", "73"]
        assert find_workspace(world.ctx, saved_viewer(world.ctx), "12", "Same").id == "74"

    @pytest.mark.parametrize("wanted", ["74", "Nowhere"])
    def test_one_of_another_project_is_not_found(self, world: World, wanted: str) -> None:
        world.write_config()
        world.write_me("team", TWINS)
        with pytest.raises(ConfigError) as caught:
            find_workspace(world.ctx, saved_viewer(world.ctx), "11", wanted)
        assert caught.value.code == "WORKSPACE_NOT_FOUND"

    def test_an_id_can_be_trusted_where_nobody_can_be_asked(self, demo: Context) -> None:
        found = find_workspace(demo, saved_viewer(demo, "auditor"), "3713224", "5", trust=True)
        assert (found.id, found.row) == ("5", None)
