"""A connection that does not take its answer as quickly as a browser does."""

from __future__ import annotations

import asyncio
import gc
import socket
import weakref
from collections.abc import Iterator

import pytest

from mixdesk.oauth.loopback_visit import AFTERWARDS, Reply, Visit
from tests.core.oauth.visiting import RIGHT, let_pass, stop_time, until

LONG = bytes(1 << 20)


class Desk:
    """Makes replies, and remembers what became of them."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.queries: list[str] = []
        self.done: list[str] = []

    def answer(self, query: str) -> Reply:
        self.queries.append(query)
        return Reply(self.content, lambda: self.done.append("settled"))

    def ended(self, visit: Visit) -> None:
        self.done.append("ended")


@pytest.fixture(autouse=True)
async def _no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine, half a second is not over before a test says so."""
    stop_time(monkeypatch)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    there.setblocking(False)
    with here, there:
        yield here, there


async def test_an_answer_that_does_not_fit_is_sent_as_it_is_taken(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    here, there = pair
    desk = Desk(LONG)
    Visit(here, desk.answer, desk.ended)
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(there, RIGHT)
    await until(lambda: bool(desk.queries))
    assert desk.done == []
    taken = 0
    while data := await loop.sock_recv(there, 65536):
        taken += len(data)
    assert taken == len(LONG)
    assert desk.done == ["settled"]
    there.close()
    await until(lambda: desk.done == ["settled", "ended"])
    assert here.fileno() == -1


async def test_an_answer_that_nobody_takes_holds_the_login_up_for_half_a_second_at_most(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = pair
    desk = Desk(LONG)
    Visit(here, desk.answer, desk.ended)
    await asyncio.get_running_loop().sock_sendall(there, RIGHT)
    await until(lambda: bool(desk.queries))
    let_pass(monkeypatch, AFTERWARDS)
    await until(lambda: desk.done == ["ended", "settled"])


async def test_an_answer_that_cannot_be_sent_is_settled_all_the_same(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    here, there = pair
    desk = Desk(b"page")
    there.send(RIGHT)
    there.close()
    Visit(here, desk.answer, desk.ended)
    await until(lambda: desk.done == ["ended", "settled"])


async def test_closing_settles_once_whenever_it_comes(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    here, there = pair
    desk = Desk(LONG)
    visit = Visit(here, desk.answer, desk.ended)
    there.send(RIGHT)
    await until(lambda: bool(desk.queries))
    visit.close()
    visit.close()
    assert desk.done == ["ended", "settled"]
    assert here.fileno() == -1


async def test_one_connection_is_answered_once(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    here, there = pair
    desk = Desk(LONG)
    visit = Visit(here, desk.answer, desk.ended)
    loop = asyncio.get_running_loop()
    for _ in range(3):
        await loop.sock_sendall(there, RIGHT)
        await until(lambda: bool(desk.queries))
        for _ in range(5):
            await asyncio.sleep(0)
    visit.close()
    assert len(desk.queries) == 1
    assert desk.done == ["ended", "settled"]


@pytest.mark.parametrize("data", [b"", b"GET /", RIGHT])
async def test_a_connection_that_is_closed_is_remembered_nowhere(
    data: bytes, pair: tuple[socket.socket, socket.socket]
) -> None:
    here, there = pair
    desk = Desk(LONG)
    visit = Visit(here, desk.answer, desk.ended)
    there.send(data)
    for _ in range(5):
        await asyncio.sleep(0)
    visit.close()
    remembered = weakref.ref(visit)
    del visit
    await asyncio.sleep(0)
    gc.collect()
    assert remembered() is None


async def test_a_connection_that_was_reset_is_closed(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = pair
    desk = Desk(b"page")

    def reset(*_: object) -> None:
        raise ConnectionResetError

    for name in ("recv", "setsockopt"):
        monkeypatch.setattr(socket.socket, name, reset)
    Visit(here, desk.answer, desk.ended)
    there.send(b"G")
    await until(lambda: desk.done == ["ended"])
