"""However a login ends, its port is closed, its connections are gone and no task is left."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any
from unittest.mock import patch

import pytest

from mixdesk.exceptions import OAuthError
from mixdesk.oauth import loopback_visit
from mixdesk.oauth.loopback import Listener, listen
from mixdesk.oauth.loopback_visit import Reply
from tests.core.oauth.visiting import (
    ANY_PORT,
    CODE,
    DECLINED,
    EXPECTED,
    RIGHT,
    hang_up,
    listening,
    needs_proc,
    send,
)

End = Callable[[Listener], Awaitable[None]]


class OwnError(Exception):
    """Something that goes wrong beside the listener."""


async def succeed(listener: Listener) -> None:
    code, _ = await asyncio.gather(listener.code(EXPECTED), send(listener.port, RIGHT))
    assert code.get_secret_value() == CODE


async def decline(listener: Listener) -> None:
    visit = asyncio.create_task(send(listener.port, DECLINED))
    with pytest.raises(OAuthError):
        await listener.code(EXPECTED)
    await visit


async def run_out_of_time(listener: Listener) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(listener.code(EXPECTED), 0)


async def fail(listener: Listener) -> None:
    raise OwnError


async def be_cancelled(listener: Listener) -> None:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().call_soon(task.cancel)
    await listener.code(EXPECTED)


async def be_cancelled_while_answering(listener: Listener) -> None:
    task = asyncio.current_task()
    assert task is not None
    answer = listener._answer

    def cancel_and_answer(query: str) -> Reply:
        task.cancel()
        return answer(query)

    with (
        patch.object(listener, "_answer", cancel_and_answer),
        socket.create_connection(("127.0.0.1", listener.port)) as one,
    ):
        one.sendall(DECLINED)
        await listener.code(EXPECTED)


ENDS = [succeed, decline, run_out_of_time, fail, be_cancelled, be_cancelled_while_answering]


@needs_proc
@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
async def test_however_it_ends_nothing_is_left(end: End, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback_visit, "PATIENCE", 3600)  # nobody is let go for his silence
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    ports: list[int] = []

    async def log_in() -> None:
        async with listen(ANY_PORT) as listener:
            ports.append(listener.port)
            idle.append(await asyncio.open_connection("127.0.0.1", listener.port))
            idle.append(await asyncio.open_connection("::1", listener.port))
            idle[1][1].write(b"GET /callb")
            await send(listener.port, b"\x16")
            await end(listener)

    troubles: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, trouble: troubles.append(trouble))
    before = asyncio.all_tasks()
    await asyncio.gather(asyncio.create_task(log_in()), return_exceptions=True)
    assert asyncio.all_tasks() == before
    assert troubles == []
    assert listening(ports[0]) == set()
    for reader, writer in idle:
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reader.read(), 60)
        await hang_up(writer)
    async with listen(ports) as again:
        assert again.port == ports[0]


async def test_ten_logins_in_a_row_use_one_port() -> None:
    async with listen(ANY_PORT) as listener:
        port = listener.port
    for _ in range(10):
        async with listen([port]) as listener:
            await succeed(listener)
    assert len(asyncio.all_tasks()) == 1


async def test_two_logins_at_once_each_hear_their_own() -> None:
    async with listen(ANY_PORT) as one, listen(ANY_PORT) as other:
        await asyncio.gather(succeed(one), decline(other))


async def test_closing_twice_is_closing_once() -> None:
    async with listen(ANY_PORT) as listener:
        listener.close()
        with pytest.raises(ConnectionRefusedError):
            await send(listener.port, RIGHT)


def test_an_interrupted_program_leaves_the_port() -> None:
    ports: list[int] = []

    async def log_in() -> None:
        async with listen(ANY_PORT) as listener:
            ports.append(listener.port)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(log_in())
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", ports[0]))
