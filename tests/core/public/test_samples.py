"""The documentation's samples run as they stand, with only the import changed."""

from __future__ import annotations

import re
import runpy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import mixdesk as mp
from mixdesk.sandbox.data import ROBOT
from mixdesk.sandbox.identities import Identity

from .here import Here
from .machine import CONFIG, Asked, Machine

PAGE = Path(__file__).with_name("reference_samples.txt").read_text()

Axes = tuple[str, str, int | None]


class Sample:
    """A sample of the page, run piece by piece in one namespace.

    Args:
        title: Its heading.
        directory: Where a file can be written.
    """

    def __init__(self, title: str, directory: Path) -> None:
        section = re.split(r"^## ", PAGE, flags=re.MULTILINE)
        (text,) = [part for part in section if part.startswith(f"{title}\n")]
        self.pieces = re.findall(r"^```(?:python|json)\n(.*?)^```$", text, re.DOTALL | re.M)
        self._directory = directory
        self._names: dict[str, Any] = {}

    def run(self) -> dict[str, Any]:
        """Run the next piece, and return everything that has a name by now."""
        file = self._directory / "sample.py"
        file.write_text(self.pieces.pop(0).replace("mixpanel_headless", "mixdesk"))
        self._names |= runpy.run_path(str(file), init_globals=self._names)
        return self._names

    def axes(self) -> Axes:
        """Run the next piece, and return what its workspace is about afterwards."""
        return axes(self.run()["ws"])


def axes(ws: mp.Workspace) -> Axes:
    session = ws.session
    assert ws.account == session.account
    assert ws.project == session.project
    assert ws.workspace == session.workspace
    return session.account.name, session.project_id, session.workspace_id


def test_every_sample_is_run() -> None:
    titles = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    assert titles == re.findall(r'Sample\("(.+)", tmp', Path(__file__).read_text())


def test_the_overview(machine: Machine, tmp_path: Path) -> None:
    piece = Sample("overview", tmp_path)
    assert piece.axes() == ("team", "3713224", None)
    assert piece.axes() == ("team", "3713224", None)
    assert piece.axes() == ("team", "3018488", 3448414)
    assert piece.axes() == ("team", "3713224", 3448413)
    assert machine.asked == []

    assert piece.axes()[:2] == ("team", "3018488")
    assert piece.axes() == ("personal", "998812", None)
    assert piece.axes() == ("team", "3018488", 3448414)
    assert piece.axes() == ("team", "3018488", 3448414)
    assert [(asked.account, asked.project) for asked in machine.asked] == [
        *(("team", "3018488"), ("personal", "998812"), ("team", "3018488"), ("team", "3018488"))
    ]
    assert [asked.workspace for asked in machine.asked[2:]] == ["3448414", "3448414"]
    assert len({entry.connection for entry in machine.server.requests}) == 1
    assert machine.config == CONFIG

    summaries = piece.run()["summaries"]
    assert [(each.name, each.type, each.is_active) for each in summaries] == [
        ("personal", "oauth_browser", False),
        ("team", "service_account", True),
    ]
    assert piece.run()["active"] == mp.ActiveSession(account="team")
    mp.targets.remove("ecom")
    piece.run()
    assert mp.targets.list() == [
        mp.Target(name="ecom", account="team", project="3018488", workspace=3448414)
    ]
    assert piece.pieces == []


def test_the_account_types(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = Sample("account types", tmp_path).run()
    assert capsys.readouterr().out == "SA team → project 3018488\n"
    assert names["AccountType"] is mp.AccountType
    assert "..." not in repr(names["account"]).replace("team-mp...", "")


def test_switching_in_a_session(machine: Machine, tmp_path: Path) -> None:
    piece = Sample("in-session switching", tmp_path)
    assert piece.axes() == ("team", "3713224", None)
    assert piece.axes() == ("team", "3713224", None)
    assert piece.axes()[:2] == ("team", "3018488")
    assert piece.axes() == ("team", "3018488", 3448414)
    assert piece.axes() == ("team", "3018488", 3448414)
    assert machine.config == CONFIG

    assert piece.axes()[:2] == ("team", "3018488")
    assert machine.config == CONFIG.replace(
        'default_project = "3713224"', 'default_project = "3018488"'
    )
    assert mp.accounts.show("team").project_id == "3018488"

    result = piece.run()["result"]
    assert (result.event, result.from_date, result.to_date) == ("Login", "2026-04-01", "2026-04-21")
    assert [*result.series] == ["Login"]
    assert len(result.series["Login"]) == 21
    assert result.total == sum(result.series["Login"].values()) > 0
    assert [asked[:2] for asked in machine.asked] == [("team", "3018488")]
    assert piece.pieces == []


def test_side_by_side(machine: Machine, tmp_path: Path) -> None:
    names = Sample("snapshot mode", tmp_path).run()
    projects = [session.project_id for session in names["sessions"]]
    assert len(projects) == len(names["counts"]) == 16
    assert sorted(machine.asked) == sorted(Asked("team", project, "") for project in projects)
    for session, count in zip(names["sessions"], names["counts"], strict=True):
        with mp.Workspace(session=session) as ws:
            events = ws.events()
        assert len(events) == count
        assert f"Seen by team in project {session.project_id}" in events
    assert machine.config == CONFIG


def test_a_bridge_carried_elsewhere(
    machine: Machine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    piece = Sample("bridge", tmp_path)
    piece.run()
    carried = machine.home / ".claude" / "mixpanel" / "auth.json"
    assert carried.stat().st_mode & 0o777 == 0o600
    bridge = mp.auth_types.load_bridge()
    assert bridge is not None
    assert (bridge.version, bridge.account.name, bridge.tokens) == (2, "team", None)

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    with monkeypatch.context() as there:
        there.setenv("HOME", str(elsewhere))
        there.setenv("MP_AUTH_FILE", str(carried))
        with mp.Workspace() as ws:
            assert axes(ws) == ("team", "3713224", None)
            assert "Seen by team in project 3713224" in ws.events()
    assert [*elsewhere.iterdir()] == []

    piece.run()
    assert not carried.exists()
    assert mp.auth_types.load_bridge() is None
    assert machine.config == CONFIG
    assert piece.pieces == []


def test_a_bridge_file(machine: Machine, tmp_path: Path) -> None:
    text = Sample("bridge file", tmp_path).pieces.pop()
    path = tmp_path / "bridge.json"
    path.touch(mode=0o600)
    path.write_text(text)
    bridge = mp.auth_types.load_bridge(path)
    assert bridge is not None
    assert isinstance(bridge.account, mp.OAuthBrowserAccount)
    assert (bridge.account.name, bridge.account.region) == ("personal", "us")
    assert bridge.tokens is not None
    assert bridge.tokens.scope == "read"
    assert bridge.tokens.expires_at == datetime(2026, 4, 22, 12, tzinfo=UTC)
    assert (bridge.project, bridge.workspace) == ("3713224", 3448413)
    assert dict(bridge.headers) == {"X-Mixpanel-Cluster": "internal-1"}


def test_logging_in(
    here: Here,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    piece = Sample("logging in", tmp_path)
    here.browse()
    monkeypatch.setenv("MP_PROJECT_ID", "3713224")
    summary = piece.run()["summary"]
    assert capsys.readouterr().out == f"ana@acme.example 3713224 {summary.project_name}\n"
    assert (summary.type, summary.region, summary.name) == ("oauth_browser", "us", "acme-inc")

    here.server.identities.add_service_account(Identity("sa", "eu", ROBOT, (200,)), "sa_xxx", "...")
    monkeypatch.setenv("MP_PROJECT_ID", "998812")
    monkeypatch.setenv("MP_USERNAME", "")
    monkeypatch.setenv("MP_SECRET", "")
    summary = piece.run()["summary"]
    assert (summary.type, summary.region) == ("service_account", "eu")
    monkeypatch.delenv("MP_USERNAME")
    monkeypatch.delenv("MP_SECRET")
    monkeypatch.delenv("MP_PROJECT_ID")

    mp.accounts.rename("acme-inc", "acme-corp")
    before = mp.accounts.token("acme-corp")
    summary = piece.run()["summary"]
    assert (summary.name, summary.project_id) == ("acme-corp", "3713224")
    assert mp.accounts.token("acme-corp") != before

    monkeypatch.setenv("MP_OAUTH_TOKEN", "made-up-bearer-of-ci")
    summary = piece.run()["summary"]
    assert (summary.type, summary.region) == ("oauth_token", "us")
    assert summary.project_id in mp.Workspace(account=summary.name).me().projects
    assert piece.pieces == []
