"""Many threads: each answer is for who asked, and a call is of one session from end to end."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count, cycle, islice
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

import mixdesk as mp
from mixdesk.sandbox.data import ROBOT
from mixdesk.sandbox.identities import Identity

from .desk import Desk, seen_by

THREADS = 64
CROWD = 24
APRIL: dict[str, Any] = {"from_date": "2026-04-01", "to_date": "2026-04-02"}


@pytest.fixture(autouse=True)
def impatient() -> Iterator[None]:
    """Threads take turns after microseconds, so that what can mix does."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def crowd(desk: Desk) -> list[mp.Account]:
    """Accounts of every type; each sees the projects of its region."""
    accounts: list[mp.Account] = []
    for number in range(CROWD):
        name = f"robot-{number}"
        identity = Identity(name, "us", ROBOT, (100,))
        if number % 2:
            desk.server.identities.add_token(identity, f"token-of-{name}")
            token = SecretStr(f"token-of-{name}")
            accounts.append(mp.OAuthTokenAccount(name=name, region="us", token=token))
        else:
            desk.server.identities.add_service_account(identity, name, "s")
            accounts.append(
                mp.ServiceAccount(name=name, region="us", username=name, secret=SecretStr("s"))
            )
    desk.log_in("person", ends_in=-60.0)
    return [*accounts, mp.OAuthBrowserAccount(name="person", region="us")]


def test_sessions_side_by_side_get_each_their_own(desk: Desk) -> None:
    base = desk.open().session
    projects = [mp.Project(id=str(3713224 + number)) for number in range(15)]
    pairs = zip(cycle(crowd(desk)), cycle(projects), strict=False)
    sessions = [
        base.replace(account=account, project=project, workspace=None)
        for account, project in islice(pairs, THREADS)
    ]
    start = threading.Barrier(THREADS)

    def ask(session: mp.Session) -> list[str]:
        with mp.Workspace(session=session) as ws:
            start.wait(30.0)
            marks = [seen_by(ws.events()) for _ in range(2)]
            other = session.replace(project=mp.Project(id="3018488"))
            with mp.Workspace(session=other) as beside:
                marks.append(seen_by(beside.events()))
            return [*marks, seen_by(ws.events())]

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(ask, sessions))
    for session, marks in zip(sessions, answers, strict=True):
        name, own = session.account.name, session.project_id
        assert marks == [f"Seen by {name} in project {key}" for key in (own, own, "3018488", own)]
    assert desk.server.oauth.refreshes == 1
    assert desk.open().session == base


class Switching:
    """A workspace that another thread switches to and fro, as fast as it can."""

    ends = (("team", "3713224", 3448413), ("personal", "998812", 5988120))

    def __init__(self, ws: mp.Workspace) -> None:
        self._ws = ws
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._switch)
        self.switches = 0

    def __enter__(self) -> Switching:
        self._thread.start()
        return self

    def __exit__(self, *ended: object) -> None:
        self._over.set()
        self._thread.join()

    def _switch(self) -> None:
        for account, project, workspace in cycle(self.ends):
            self._ws.use(account=account, project=project, workspace=workspace)
            self.switches += 1
            if self._over.is_set():
                return


def test_calls_of_a_workspace_that_is_switched_are_wholly_of_one_session(desk: Desk) -> None:
    ws = desk.open()
    projects_of = {
        account: len(ws.use(account=account).projects()) for account, *_ in Switching.ends
    }
    team, personal = Switching.ends
    ws.use(account="team")
    marks = {
        f"Seen by {name} in project {key} workspace {view}" for name, key, view in Switching.ends
    }
    asked: set[str] = set()

    def ask(switching: Switching) -> None:
        for turn in count():
            asked.add(seen_by(ws.events()))
            ws.segmentation("Sign Up", **APRIL)
            assert len(ws.projects()) in projects_of.values()
            assert {each.project_id for each in ws.workspaces()} in ({team[1]}, {personal[1]})
            views = ws.request("GET", "/api/app/projects/{project_id}/workspaces/public")["results"]
            assert {each["project_id"] for each in views} in ({int(team[1])}, {int(personal[1])})
            if turn > 8 and switching.switches > 20 and marks <= asked:
                return

    with Switching(ws) as switching, ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, [switching] * 8))
    assert asked <= {*marks, "Seen by team in project 3713224"}
    for entry in desk.server.requests.to("/api/query/"):
        ((_, project, workspace),) = [each for each in Switching.ends if each[0] == entry.account]
        assert entry.query["project_id"] == (project,)
        assert entry.query.get("workspace_id", (str(workspace),)) == (str(workspace),)


def switched_under_way(desk: Desk, **axes: Any) -> mp.Workspace:
    """A workspace that becomes another account's while its first request is under way."""
    ws = desk.open(**axes).use(project="3713230")

    def switch(request: httpx.Request) -> None:
        ws.http.event_hooks = {}
        ws.use(account="personal")

    ws.http.event_hooks = {"request": [switch]}
    return ws


CALLS: dict[str, tuple[Callable[[mp.Workspace], Any], Any]] = {
    "me": (lambda ws: ws.me().model_dump()["sandbox"]["account"], "team"),
    "projects": (lambda ws: len(ws.projects()), 16),
    "workspaces": (lambda ws: {each.project_id for each in ws.workspaces()}, {"3713230"}),
    "resolve_workspace": (lambda ws: ws.resolve_workspace().project_id, "3713230"),
    "events": (lambda ws: seen_by(ws.events()), "Seen by team in project 3713230"),
    "segmentation": (lambda ws: len(ws.segmentation("Sign Up", **APRIL).series), 1),
    "request": (
        lambda ws: len(
            ws.request(
                "GET",
                "/api/app/projects/{project_id}/workspaces/public",
                params={"view": "{workspace_id}"},
            )["results"]
        ),
        2,
    ),
    "request in a workspace": (
        lambda ws: seen_by(
            ws.request(
                "GET",
                "/api/query/events/names?project_id={project_id}&workspace_id={workspace_id}",
            )
        ),
        "Seen by team in project 3713230 workspace 5132300",
    ),
}


@pytest.mark.parametrize(("call", "answer"), CALLS.values(), ids=CALLS)
def test_a_switch_while_a_call_is_under_way_is_for_the_next(
    desk: Desk, call: Callable[[mp.Workspace], Any], answer: Any
) -> None:
    ws = switched_under_way(desk)
    assert call(ws) == answer
    assert {entry.account for entry in desk.server.requests} == {"team"}
    assert ws.account.name == "personal"
    assert seen_by(ws.events()) == "Seen by personal in project 998812"
    assert ws.me().model_dump()["sandbox"]["account"] == "personal"
    assert {each.project_id for each in ws.workspaces()} == {"998812"}
    assert ws.resolve_workspace().project_id == "998812"


def test_threads_that_call_first_share_one_client(desk: Desk) -> None:
    for _ in range(5):
        ws = desk.open()
        start = threading.Barrier(16)

        def first(ws: mp.Workspace = ws, start: threading.Barrier = start) -> httpx.Client:
            start.wait(30.0)
            return ws.http

        with ThreadPoolExecutor(16) as pool:
            clients = {id(future.result()) for future in [pool.submit(first) for _ in range(16)]}
        assert len(clients) == 1
