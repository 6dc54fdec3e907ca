"""Whatever else arrives at the port, the login goes on."""

from __future__ import annotations

import asyncio
import errno
import random
import socket

import pytest

from mixdesk.oauth.loopback import MOST_VISITS
from mixdesk.oauth.loopback_visit import AFTERWARDS, PATIENCE
from tests.core.oauth.visiting import (
    CODE,
    RIGHT,
    STATE,
    Heard,
    hang_up,
    let_pass,
    login,
    request,
    send,
    stop_time,
    until,
)

STRAYS: dict[str, tuple[bytes, int]] = {
    "the root": (request("/"), 404),
    "a favicon": (request("/favicon.ico"), 404),
    "a look ahead": (request(f"/callback?code={CODE}&state={STATE}", method="HEAD"), 405),
    "a form": (request(f"/callback?code={CODE}&state={STATE}", method="POST"), 405),
    "a preflight": (request("/callback", method="OPTIONS"), 405),
    "a wrong state": (request(f"/callback?code={CODE}&state=x"), 400),
    "no state": (request(f"/callback?code={CODE}"), 400),
    "two states": (request(f"/callback?code={CODE}&state={STATE}&state={STATE}"), 400),
    "no code": (request(f"/callback?state={STATE}"), 400),
    "somebody's error": (request("/callback?error=access_denied"), 400),
    "an error with a wrong state": (request("/callback?error=access_denied&state=x"), 400),
    "a name that leads here": (RIGHT.replace(b"localhost", b"evil.example"), 403),
    "no name": (RIGHT.replace(b"Host", b"Toast"), 400),
    "two names": (RIGHT[:-2] + b"Host: localhost\r\n\r\n", 400),
    "a proxy's request": (RIGHT.replace(b"GET /", b"GET http://localhost/"), 400),
    "line feeds alone": (RIGHT.replace(b"\r", b""), 400),
    "TLS": (bytes.fromhex("16030100f8010000f40303") + bytes(200), 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "garbage": (random.Random(7).randbytes(4000), 400),
    "zeros": (bytes(100_000), 400),
    "a line of eight kilobytes": (RIGHT.replace(b"?code=", b"?code=" + b"x" * 8192), 414),
    "a line without end": (b"GET /" + b"x" * 60_000, 414),
    "a header of eight kilobytes": (RIGHT[:-2] + b"A: " + b"x" * 8192 + b"\r\n\r\n", 431),
    "too many headers": (RIGHT[:-2] + b"A: b\r\n" * 200 + b"\r\n", 431),
    "a body": (RIGHT[:-2] + b"Content-Length: 4\r\n\r\nbody", 400),
}


@pytest.mark.parametrize(("data", "status"), STRAYS.values(), ids=STRAYS)
async def test_a_stray_is_refused_and_the_login_goes_on(data: bytes, status: int) -> None:
    async with login() as (listener, code):
        heard = await send(listener.port, data)
        assert heard is not None
        assert heard.status == status
        assert heard.headers.get("Allow") == ("GET" if status == 405 else None)
        assert bool(heard.body) == (b"HEAD" not in data)
        assert not code.done()
        await send(listener.port, RIGHT)
        assert (await code).get_secret_value() == CODE


@pytest.mark.parametrize("data", [b"", b"GET /callb", RIGHT[:-2]])
async def test_who_leaves_before_the_end_is_forgotten(data: bytes) -> None:
    async with login() as (listener, code):
        assert await send_part(listener.port, data) == b""
        assert not code.done()
        await send(listener.port, RIGHT)
        await code


@pytest.mark.parametrize("data", [b"", b"GET /callb", RIGHT[:-2], RIGHT[:-1]])
async def test_who_falls_silent_is_let_go_in_a_few_seconds(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with login() as (listener, code):
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(data)
        heard = await send(listener.port, request("/"))
        assert heard is not None
        assert not reader.at_eof()
        let_pass(monkeypatch, PATIENCE)
        with pytest.raises(ConnectionResetError):
            await reader.read()
        await hang_up(writer)
        assert not code.done()
        await send(listener.port, RIGHT)
        await code


async def test_who_does_not_hang_up_after_the_answer_is_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stop_time(monkeypatch)
    async with login() as (listener, code):
        with socket.create_connection(("127.0.0.1", listener.port)) as one:
            one.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_sendall(one, request("/"))
            while await loop.sock_recv(one, 4096):
                pass
            assert len(listener._visits) == 1
            let_pass(monkeypatch, AFTERWARDS)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert not listener._visits
        await send(listener.port, RIGHT)
        await code


async def test_who_goes_on_sending_after_the_answer_is_cut_off() -> None:
    async with login() as (listener, code):
        _, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(request("/", method="POST") + bytes(16 << 20))
        with pytest.raises(ConnectionError):
            await writer.drain()
        await hang_up(writer)
        await send(listener.port, RIGHT)
        await code


async def test_one_connection_too_many_takes_the_place_of_the_oldest() -> None:
    async with login() as (listener, code):
        idle = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(3)]
        more = [await asyncio.open_connection("::1", listener.port) for _ in range(MOST_VISITS - 3)]
        await until(lambda: len(listener._visits) == MOST_VISITS)
        heard = await send(listener.port, request("/"))
        assert heard == await send(listener.port, request("/")), "both were heard"
        with pytest.raises(ConnectionResetError):
            await idle[0][0].read()
        assert not idle[1][0].at_eof()
        for _, writer in idle + more:
            await hang_up(writer)
        await send(listener.port, RIGHT)
        await code


@pytest.mark.parametrize("problem", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM])
async def test_a_system_without_room_is_given_a_rest(
    problem: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    def refuse(one: socket.socket) -> None:
        nonlocal asked
        asked += 1
        raise OSError(problem, "no room")

    stop_time(monkeypatch)
    async with login() as (listener, code):
        idle = await asyncio.open_connection("127.0.0.1", listener.port)
        await until(lambda: len(listener._visits) == 1)
        with monkeypatch.context() as patch:
            patch.setattr(socket.socket, "accept", refuse)
            browser = asyncio.create_task(send(listener.port, RIGHT))
            with pytest.raises(ConnectionResetError):
                await idle[0].read()
            for _ in range(50):
                await asyncio.sleep(0)
            assert asked == 1, "it keeps the processor busy"
        let_pass(monkeypatch, 1)
        assert (await code).get_secret_value() == CODE
        heard: Heard | None = await browser
        assert heard is not None
        await hang_up(idle[1])


@pytest.mark.parametrize("problem", [errno.ECONNABORTED, errno.EAGAIN, errno.EINTR])
async def test_a_connection_that_is_gone_before_it_is_accepted_is_nothing(
    problem: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = socket.socket.accept
    problems = [problem] * 3

    def accept_late(one: socket.socket) -> tuple[socket.socket, object]:
        if problems:
            raise OSError(problems.pop(), "gone")
        return accept(one)

    async with login() as (listener, code):
        monkeypatch.setattr(socket.socket, "accept", accept_late)
        await send(listener.port, RIGHT)
        await code
    assert not problems


async def send_part(port: int, data: bytes) -> bytes:
    """Send data and no more, as the other side can tell."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    writer.write_eof()
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        await hang_up(writer)
