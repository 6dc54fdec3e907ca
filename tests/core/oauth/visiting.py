"""Somebody who connects to the listener: a browser, or anybody else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from mixdesk.model.secret import Secret
from mixdesk.oauth.callback import Expected
from mixdesk.oauth.loopback import Listener, listen
from tests.fakes.ports import free_ports

STATE = "canary-state-7Jx0"
CODE = "canary-code-Qz91"
EXPECTED = Expected(Secret(STATE), "https://login.example", needs_issuer=False)

ANY_PORT = tuple(free_ports(50))


class Heard(NamedTuple):
    """What came back over one connection."""

    status: int
    headers: dict[str, str]
    body: str


def request(target: str, *, method: str = "GET", host: str = "localhost") -> bytes:
    return f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


RIGHT = request(f"/callback?code={CODE}&state={STATE}")
DECLINED = request(f"/callback?error=access_denied&state={STATE}")


async def send(port: int, data: bytes, host: str = "127.0.0.1") -> Heard | None:
    """Send ``data``, then read to the end; None when the connection ends without an answer."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(data)
        said = await reader.read()
    except ConnectionError:
        return None
    finally:
        await hang_up(writer)
    return understood(said) if said else None


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    try:
        await writer.wait_closed()
    except ConnectionError:
        return


def understood(said: bytes) -> Heard:
    head, separator, body = said.partition(b"\r\n\r\n")
    assert separator
    first, *rest = head.decode("ascii").split("\r\n")
    version, status, _ = first.split(" ", 2)
    assert version == "HTTP/1.1"
    headers = dict(line.split(": ", 1) for line in rest)
    assert len(headers) == len(rest)
    return Heard(int(status), headers, body.decode())


@asynccontextmanager
async def login(
    *, first: int | None = None, expected: Expected = EXPECTED
) -> AsyncIterator[tuple[Listener, asyncio.Task[Secret]]]:
    """A listener, and a login that waits at it."""
    async with listen(ANY_PORT, first) as listener:
        code = asyncio.create_task(listener.code(expected))
        await asyncio.sleep(0)
        try:
            yield listener, code
        finally:
            code.cancel()
            await asyncio.wait({code})


def let_pass(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Make the running loop believe that time has passed."""
    loop = asyncio.get_running_loop()
    before = loop.time
    monkeypatch.setattr(loop, "time", lambda: before() + seconds)


def stop_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass for the running loop but what a test lets pass."""
    loop = asyncio.get_running_loop()
    now = loop.time()
    monkeypatch.setattr(loop, "time", lambda: now)


def listening(port: int) -> set[str]:
    """The addresses that this machine listens on at a port, as the kernel has them."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            _, local, _, state, *_ = line.split()
            address, _, number = local.partition(":")
            if state == "0A" and int(number, 16) == port:
                found.add(address)
    return found


LOOPBACK = {"0100007F", "00000000000000000000000001000000"}
"""127.0.0.1 and ::1, as the kernel writes them."""

needs_proc = pytest.mark.skipif(not Path("/proc/net/tcp6").exists(), reason="reads Linux's tables")


async def until(is_so: Callable[[], bool]) -> None:
    """Let the loop turn until something holds."""
    ends = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < ends, "it never came to be"
        await asyncio.sleep(0)
