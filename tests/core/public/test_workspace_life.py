"""A Workspace from its making to its end: connections close, and nothing is left behind."""

from __future__ import annotations

import gc
import warnings
import weakref
from collections.abc import Callable
from typing import Any

import pytest

import mixdesk as mp

from .desk import Desk, axes

APRIL: dict[str, Any] = {"from_date": "2026-04-01", "to_date": "2026-04-02"}
CALLS: dict[str, Callable[[mp.Workspace], object]] = {
    "me": lambda ws: ws.me(refresh=True),
    "projects": lambda ws: ws.projects(refresh=True),
    "workspaces": lambda ws: ws.workspaces(refresh=True),
    "resolve_workspace": lambda ws: ws.use(project="3713230").resolve_workspace(),
    "events": lambda ws: ws.events(),
    "segmentation": lambda ws: ws.segmentation("Sign Up", **APRIL),
    "request": lambda ws: ws.request("GET", "/api/app/me"),
    "http": lambda ws: ws.http,
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("has_called", [False, True], ids=["unused", "used"])
def test_after_the_end_every_call_says_so(
    desk: Desk, call: Callable[[mp.Workspace], object], has_called: bool
) -> None:
    ws = desk.open()
    if has_called:
        ws.events()
    ws.close()
    asked = len(desk.server.requests)
    with pytest.raises(RuntimeError, match="closed"):
        call(ws)
    assert len(desk.server.requests) == asked


def test_the_end_closes_the_connections(desk: Desk) -> None:
    ws = desk.open()
    ws.events()
    assert desk.server.connections == 1
    client = ws.http
    ws.close()
    assert client.is_closed
    desk.server.wait_until_idle()


def test_the_end_can_come_twice_or_before_anything_else(desk: Desk) -> None:
    for _ in range(2):
        ws = desk.open()
        ws.close()
        ws.close()
    assert desk.server.connections == 0


def test_a_block_ends_it_whatever_happens_in_it(desk: Desk) -> None:
    with desk.open() as ws:
        client = ws.http
        assert ws.use(target="ecom") is ws
    assert client.is_closed
    with pytest.raises(mp.AccountNotFoundError), desk.open() as ws:
        ws.use(account="nobody")
    with pytest.raises(RuntimeError, match="closed"):
        ws.events()


def test_after_the_end_the_session_is_still_there_and_can_be_switched(desk: Desk) -> None:
    with desk.open() as ws:
        pass
    assert axes(ws) == ("team", "3713224", 3448413)
    assert axes(ws.use(target="ecom")) == ("team", "3018488", 3448424)
    with desk.open(session=ws.session) as other:
        assert other.events()


def test_it_does_not_open_again(desk: Desk) -> None:
    ws = desk.open()
    ws.close()
    with ws, pytest.raises(RuntimeError, match="closed"):
        ws.events()


@pytest.mark.parametrize("switches", [0, 5])
def test_one_that_nobody_holds_closes_by_itself_and_without_a_word(
    desk: Desk, switches: int
) -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        ws = mp.Workspace()
        ws.events()
        for _ in range(switches):
            ws.use(account="personal").use(account="team").me()
        client, gone = ws.http, weakref.ref(ws)
        del ws
        gc.collect()
        assert gone() is None
        assert client.is_closed
        del client
        gc.collect()
    assert [str(each.message) for each in said] == []
    desk.server.wait_until_idle()


def test_making_and_switching_open_no_connection(desk: Desk) -> None:
    with desk.open() as ws:
        ws.use(account="personal").use(target="ecom").use(project="5")
        assert ws._transport is None
    assert ws._transport is None


def test_it_shows_no_secret(desk: Desk) -> None:
    ws = desk.open()
    ws.use(account="personal").use(account="inline")
    ws.me()
    client = ws._client(ws._bound)
    shown = f"{ws!r} {ws._bound} {client} {ws.session} {ws.session!r}"
    shown += ws.session.model_dump_json() + repr(ws.session.model_dump())
    for secret in ("secret-of", "token-of", "made-up-access", "made-up-refresh"):
        assert secret not in shown
