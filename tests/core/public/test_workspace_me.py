"""``/me``: asked once a day for each account, kept across switches, never somebody else's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import mixdesk as mp
from mixdesk.sandbox.faults import Fault

from .desk import BEARER, QUAD, Desk, axes

ME = "/api/app/me"
HOUR = 3600.0


def whose(ws: mp.Workspace) -> str:
    """For whom the sandbox says it answered."""
    answer = ws.me().model_dump()["sandbox"]
    assert isinstance(answer, dict)
    return str(answer["account"])


class TestAnAnswer:
    def test_is_the_documented_model(self, desk: Desk) -> None:
        me = desk.open().me()
        assert isinstance(me, mp.MeResponse)
        assert (me.user_id, me.user_email) == (4712, "robot@acme.example")
        assert me.projects["3713224"].name == "AI Demo"
        assert me.cached_at == desk.clock.now()

    def test_is_asked_for_once(self, desk: Desk) -> None:
        ws = desk.open()
        first = ws.me()
        assert ws.me() is first
        assert len(ws.projects()) == 16
        assert len(ws.workspaces()) == 2
        assert ws.use(project="3713224").resolve_workspace().id == 3448413
        assert len(desk.server.requests) == 1

    def test_is_kept_for_every_program(self, desk: Desk) -> None:
        desk.open().me()
        kept = desk.me("team")
        assert json.loads(kept.read_bytes())["cached_at"] == desk.clock.now()
        assert kept.stat().st_mode & 0o777 == 0o600
        assert desk.open().me() == desk.open().me()
        assert len(desk.server.requests) == 1

    def test_that_cannot_be_kept_is_one_all_the_same(self, desk: Desk) -> None:
        desk.me("team").parent.mkdir(mode=0o700)
        desk.me("team").mkdir(mode=0o700)
        with pytest.raises(mp.StoreError):
            desk.open().me()
        desk.me("team").rmdir()
        desk.patch.setattr("mixdesk.ops.me.write_me", _full)
        assert desk.open().me().user_id == 4712
        assert not desk.me("team").exists()


def _full(place: Any, *_: object) -> None:
    raise mp.StoreError("The disk is full.", code="STORE_IO", path=place.path)


class TestAfterADay:
    @pytest.mark.parametrize(("hours", "asked"), [(23.99, 1), (24.0, 2), (1000.0, 2)])
    @pytest.mark.parametrize("who", ["the same workspace", "another one"])
    def test_it_is_asked_for_again(self, desk: Desk, hours: float, asked: int, who: str) -> None:
        ws = desk.open()
        ws.me()
        desk.clock.time += hours * HOUR
        later = ws if who == "the same workspace" else desk.open()
        later.me()
        later.me()
        assert len(desk.asked(ME)) == asked

    def test_a_clock_that_steps_back_asks_once_more(self, desk: Desk) -> None:
        ws = desk.open()
        ws.me()
        desk.clock.time -= HOUR
        assert ws.me().cached_at == ws.me().cached_at == desk.clock.now()
        assert len(desk.asked(ME)) == 2

    def test_offline_the_old_one_is_not_passed_off_as_fresh(self, desk: Desk) -> None:
        ws = desk.open()
        ws.me()
        desk.server.faults.add(ME, Fault("drop"))
        desk.clock.time += 25 * HOUR
        with pytest.raises(mp.APIError) as caught:
            ws.me()
        assert caught.value.code == "NETWORK_ERROR"
        desk.clock.time -= 2 * HOUR
        assert ws.me().user_id == 4712


class TestARefresh:
    @pytest.mark.parametrize("name", ["refresh", "force_refresh"])
    def test_is_asked_for_by_either_name(self, desk: Desk, name: str) -> None:
        ws = desk.open()
        ws.me()
        desk.clock.time += HOUR
        assert ws.me(**{name: True}).cached_at == desk.clock.now()
        assert json.loads(desk.me("team").read_bytes())["cached_at"] == desk.clock.now()
        assert len(desk.asked(ME)) == 2

    @pytest.mark.parametrize("verb", ["projects", "workspaces"])
    def test_is_asked_for_by_those_who_list(self, desk: Desk, verb: str) -> None:
        ws = desk.open()
        getattr(ws, verb)()
        getattr(ws, verb)(refresh=True)
        getattr(ws, verb)(refresh=False)
        assert len(desk.asked(ME)) == 2

    def test_that_fails_keeps_the_answer_there_is(self, desk: Desk) -> None:
        ws = desk.open()
        first, kept = ws.me(), desk.me("team").read_bytes()
        desk.server.faults.add(ME, Fault(status=401))
        with pytest.raises(mp.AuthenticationError):
            ws.me(refresh=True)
        assert ws.me() is first
        assert desk.me("team").read_bytes() == kept

    def test_reaches_the_workspace_that_was_chosen(self, desk: Desk) -> None:
        desk.open().me()
        answer = json.loads(desk.me("team").read_bytes())
        views = {key: view for key, view in answer["workspaces"].items() if view["is_default"]}
        desk.write(desk.me("team"), json.dumps(answer | {"workspaces": views}))
        ws = desk.open().use(project="3713224")
        assert ws.resolve_workspace().name == "Console"
        ws.me()
        assert ws.resolve_workspace().name == "Console"
        ws.me(refresh=True)
        assert ws.resolve_workspace().name == "All Project Data"


class TestACacheThatIsNone:
    @pytest.mark.parametrize(
        "content", [b"", b"{ half", b"[]", b"null", b"\xff\xfe", b"[" * 100_000], ids=repr
    )
    def test_is_dropped_and_the_answer_fetched_again(self, desk: Desk, content: bytes) -> None:
        desk.write(desk.me("team"), content)
        assert whose(desk.open()) == "team"
        assert json.loads(desk.me("team").read_bytes())["user_id"] == 4712

    def test_of_odd_shapes_is_read_as_far_as_it_makes_sense(self, desk: Desk) -> None:
        project = {"name": "Sound", "organization_id": 1}
        odd = {
            "user_id": "x",
            "projects": {"7": project, "8": None, "9": {"name": 5}, "x": project},
            "workspaces": {"0": {"id": 0, "name": "No", "project_id": 7}, "z": [], "5": 5},
            "cached_at": desk.clock.now(),
        }
        desk.write(desk.me("team"), json.dumps(odd))
        ws = desk.open(project="7")
        assert [project.id for project in ws.projects()] == ["7"]
        assert ws.me().user_id is None
        assert desk.asked(ME) == []

    def test_others_could_have_written_is_refused(self, desk: Desk) -> None:
        desk.write(desk.me("team"), "{}").chmod(0o666)
        with pytest.raises(mp.StoreError) as caught:
            desk.open().me()
        assert caught.value.code == "STORE_UNSAFE_PATH"


class TestAcrossSwitches:
    def test_each_account_is_asked_once(self, desk: Desk) -> None:
        ws = desk.open()
        for _ in range(3):
            for name in ("team", "personal", "ci", "inline"):
                assert whose(ws.use(account=name)) == name
                assert whose(ws.use(project="5")) == name
        assert [asked.account for asked in desk.asked(ME)] == ["team", "personal", "ci", "inline"]

    def test_a_home_that_moved_is_the_same_account(self, desk: Desk) -> None:
        ws = desk.open()
        ws.me()
        ws.use(project="3018488", persist=True).me()
        mp.accounts.update("team", default_project="3713227")
        assert len(desk.asked(ME)) == 1
        desk.clock.time += HOUR
        latest = ws.me(refresh=True)
        assert json.loads(desk.me("team").read_bytes())["cached_at"] == desk.clock.now()
        assert ws.use(account="team").me() is latest
        assert len(desk.asked(ME)) == 2

    def test_new_credentials_are_asked_as_whom_they_are(self, desk: Desk) -> None:
        ws = desk.open()
        assert whose(ws) == "team"
        mp.accounts.update("team", username="robot", secret=SecretStr("secret-of-robot"))
        ws.use(account="team").me(refresh=True)
        assert whose(ws) == "robot"

    def test_the_client_is_the_same_object(self, desk: Desk) -> None:
        ws = desk.open()
        client = ws.http
        switches: list[dict[str, Any]] = [
            *({"account": "personal"}, {"project": "998815"}, {"workspace": 5, "persist": True}),
            *({"target": "ecom"}, {"account": "ci"}, {}),
        ]
        for switch in switches:
            ws.use(**switch)
            assert ws.http is client
            ws.me()
            assert ws.http is client
        ws.use(project="3713227").events()
        assert ws.http is client
        assert not client.is_closed
        assert {entry.connection for entry in desk.server.requests} == {1}

    def test_the_client_is_the_same_object_after_a_switch_that_failed(self, desk: Desk) -> None:
        ws = desk.open()
        client = ws.http
        for name in ("nobody", "late", "dead"):
            with pytest.raises(mp.MixdeskError):
                ws.use(account=name)
        assert ws.http is client


class TestTheCacheOfAnotherAccount:
    """An account that is not the file's own may share a name with one that is."""

    foreign = '{"user_id": 1, "cached_at": %f, "sandbox": {"account": "foreign"}}'

    def plant(self, desk: Desk, account: str) -> Path:
        return desk.write(desk.me(account), self.foreign % desk.clock.now())

    @pytest.mark.parametrize(
        ("environ", "name", "who"),
        [(QUAD, "env-service-account", "robot"), (BEARER, "env-oauth-token", "porter")],
    )
    def test_is_not_for_one_of_the_environment(
        self, desk: Desk, environ: dict[str, str], name: str, who: str
    ) -> None:
        kept = self.plant(desk, name)
        mp.accounts.add(name, type="oauth_browser", region="us")
        before = kept.read_bytes()
        desk.setenv({**environ, "MP_PROJECT_ID": "3713231"})
        ws = desk.open().use(project="3713231")
        assert whose(ws) == who
        assert whose(ws) == who
        assert ws.resolve_workspace().project_id == "3713231"
        assert len(desk.asked(ME)) == 1
        assert kept.read_bytes() == before

    @pytest.mark.parametrize("region", ["us", "eu"])
    def test_is_not_for_one_of_a_session(self, desk: Desk, region: mp.Region) -> None:
        kept = self.plant(desk, "team")
        before = kept.read_bytes()
        own = mp.ServiceAccount(
            name="team", region=region, username="robot", secret=SecretStr("secret-of-robot")
        )
        ws = desk.open(session=mp.Session(account=own, project=mp.Project(id="3713231")))
        if region == "us":
            assert whose(ws) == "robot"
            assert ws.resolve_workspace().project_id == "3713231"
        else:
            with pytest.raises(mp.AuthenticationError):
                ws.me()
        assert kept.read_bytes() == before
        assert whose(desk.open()) == "foreign"

    def test_is_not_for_one_of_a_bridge(self, desk: Desk) -> None:
        kept = self.plant(desk, "personal")
        before = kept.read_bytes()
        mp.accounts.update("personal", default_project="998812")
        desk.carry(default_project="998812")
        ws = desk.open().use(project="998812")
        assert whose(ws) == "carried-personal"
        assert ws.resolve_workspace().project_id == "998812"
        assert kept.read_bytes() == before
        assert whose(ws.use(account="personal")) == "foreign"
        assert axes(ws) == ("personal", "998812", None)

    def test_is_its_own_for_a_session_of_the_same_account(self, desk: Desk) -> None:
        desk.open().me()
        session = desk.open(project="3713227").session
        assert whose(desk.open(session=session)) == "team"
        assert len(desk.asked(ME)) == 1


def test_an_account_without_the_scope_is_told_so_and_its_queries_work(desk: Desk) -> None:
    mp.accounts.add(
        "auditor",
        type="service_account",
        region="us",
        default_project="3713224",
        username="auditor",
        secret="secret-of-auditor",
    )
    ws = desk.open(account="auditor", workspace=3448413)
    for call in (ws.me, ws.projects, ws.workspaces):
        with pytest.raises(mp.AuthenticationError, match="user_details"):
            call()
    assert ws.events()
    assert ws.use(project="3713224").resolve_workspace().id == 3448413
