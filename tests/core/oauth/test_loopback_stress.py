"""Crowds at the port: the login goes on, and the listener stays as small as it was."""

from __future__ import annotations

import asyncio
import socket
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from mixdesk.oauth.loopback import MOST_VISITS
from tests.core.oauth.visiting import CODE, RIGHT, login, request, send, until

MANY = 10_000
WORKERS = 20
SOME = (
    request("/favicon.ico"),
    request("/callback?code=x&state=y"),
    request("/callback?error=access_denied"),
    request("/", method="HEAD"),
    b"\x16\x03\x01\x02\x00",
    b"GET / HTTP/1.1\n\n",
    b"GET /callback?" + b"x" * 9000,
    b"GET /callb",
    b"",
    RIGHT.replace(b"localhost", b"evil.example"),
)


async def visit_and_leave(port: int, data: bytes) -> None:
    """Connect, send, take a little of what comes, and go."""
    loop = asyncio.get_running_loop()
    with socket.socket() as one:
        one.setblocking(False)
        with suppress(ConnectionError):
            await loop.sock_connect(one, ("127.0.0.1", port))
            await loop.sock_sendall(one, data)
            one.shutdown(socket.SHUT_WR)
            await loop.sock_recv(one, 64)


@contextmanager
def growth_below(limit: int) -> Iterator[None]:
    """Whatever happens inside allocates less than ``limit`` bytes at any time."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < limit, f"{peak} bytes"


async def test_ten_thousand_strays_do_not_end_the_login() -> None:
    async with login() as (listener, code):
        left = iter(range(MANY))

        async def work() -> None:
            for number in left:
                await visit_and_leave(listener.port, SOME[number % len(SOME)])

        with growth_below(2 << 20):
            await asyncio.gather(*(work() for _ in range(WORKERS)))
        assert next(left, None) is None
        assert not code.done()
        heard = await send(listener.port, RIGHT)
        assert heard is not None
        assert heard.status == 200
        assert (await code).get_secret_value() == CODE


async def test_a_hundred_who_say_half_a_word_and_stay_do_not_keep_the_browser_out() -> None:
    loop = asyncio.get_running_loop()
    idle: list[socket.socket] = []
    async with login() as (listener, code):
        with growth_below(2 << 20):
            for number in range(100):
                one = socket.socket()
                one.setblocking(False)
                idle.append(one)
                await loop.sock_connect(one, ("127.0.0.1", listener.port))
                await loop.sock_sendall(one, b"" if number % 2 else b"GET /" + b"x" * 8000)
            await until(lambda: len(listener._visits) == MOST_VISITS)
            heard = await send(listener.port, RIGHT)
        assert heard is not None
        assert heard.status == 200
        assert (await code).get_secret_value() == CODE
    with suppress(ConnectionResetError):
        for one in idle:
            assert await loop.sock_recv(one, 1) == b""
    for one in idle:
        one.close()


async def test_the_browser_is_heard_while_others_crowd_in() -> None:
    async with login() as (listener, code):
        came = 0

        async def crowd() -> None:
            nonlocal came
            while not code.done():
                came += 1
                with suppress(ConnectionError):
                    await stay(listener.port)

        crowds = [asyncio.create_task(crowd()) for _ in range(2 * MOST_VISITS)]
        await until(lambda: came > 10 * MOST_VISITS)
        heard = await send(listener.port, RIGHT)
        assert heard is not None
        assert heard.status == 200
        assert (await code).get_secret_value() == CODE
    await asyncio.gather(*crowds)


async def stay(port: int) -> None:
    """Connect, begin to speak, and wait to be thrown out."""
    loop = asyncio.get_running_loop()
    with socket.socket() as one:
        one.setblocking(False)
        await loop.sock_connect(one, ("127.0.0.1", port))
        await loop.sock_sendall(one, b"GET /")
        await loop.sock_recv(one, 64)
