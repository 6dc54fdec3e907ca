"""How an answer goes out: whole, or with whatever a fault does to it."""

from __future__ import annotations

import asyncio
import functools
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace

from mixdesk.sandbox.faults import Fault, FaultKind
from mixdesk.sandbox.wire import Answer, head, json_answer

_CHUNK = 64 * 1024
_TICK = 0.01
_PREFIX = b'{"status": "ok", "results": {"padding": "'
_SUFFIX = b'"}}'

_MESSAGES = {
    400: "Invalid request",
    401: "Invalid credentials",
    403: "Permission denied",
    404: "Not Found",
    412: "Precondition failed",
    422: "Unprocessable entity",
    429: "Rate limit exceeded. Retry with exponential backoff.",
}

_PAGE = """\
<!DOCTYPE html>
<html><head><title>{status}</title><script>alert(1)</script></head>
<body><h1>{status}</h1><p>The service is having a rest. \x1b[31m[red]Try later.[/red]</p></body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Line:
    """The connection to one client."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    now: Callable[[], float]
    keep_alive: bool = False

    async def send(self, data: bytes) -> None:
        """Write and wait until the client has taken most of it."""
        self.writer.write(data)
        await self.writer.drain()

    def head(self, answer: Answer, length: int | None) -> bytes:
        """The head of an answer of so many bytes, or of one in chunks."""
        return head(answer, self.now(), length=length, keep_alive=self.keep_alive)


async def deliver(line: Line, answer: Answer, fault: Fault | None = None) -> bool:
    """Send an answer.

    Args:
        line: To whom.
        answer: The true answer.
        fault: What goes wrong with it.

    Returns:
        Whether the connection can go on.
    """
    if fault is not None:
        await _wait(line, fault)
        special = _ON_THE_WIRE.get(fault.kind)
        if special is not None:
            return await special(line, answer, fault)
        answer = spoilt(answer, fault)
    await line.send(line.head(answer, len(answer.body)) + answer.body)
    return line.keep_alive


def spoilt(answer: Answer, fault: Fault) -> Answer:
    """What a fault makes of an answer, where it is still an answer."""
    match fault.kind:
        case "error":
            return _error(fault)
        case "html":
            page = _PAGE.format(status=fault.code).encode()
            return Answer(fault.code, page, "text/html; charset=utf-8", _retry(fault))
        case "mistyped":
            return replace(answer, content_type=fault.content_type)
        case "truncated":
            return replace(answer, body=answer.body[: len(answer.body) // 2])
        case "redirect":
            return Answer(fault.code, headers=(("Location", fault.to),))
        case "bomb":
            packed = (("Content-Encoding", "gzip"),)
            return Answer(fault.code, _bomb(fault.size), headers=packed)
        case _:
            return answer


def _error(fault: Fault) -> Answer:
    message = fault.message or _MESSAGES.get(fault.code, "Internal error")
    body = {"status": "error", "error": message}
    return json_answer(body, fault.code, *_retry(fault))


def _retry(fault: Fault) -> tuple[tuple[str, str], ...]:
    if fault.retry_after is None:
        return ()
    text = fault.retry_after if isinstance(fault.retry_after, str) else f"{fault.retry_after:g}"
    return (("Retry-After", text),)


async def _wait(line: Line, fault: Fault) -> None:
    """Hold the answer back until it is due, or until the client has gone."""
    loop = asyncio.get_running_loop()
    due = loop.time() + fault.delay
    while (left := due - loop.time()) > 0:
        _still_there(line)
        await asyncio.sleep(min(left, 5 * _TICK))
    while fault.gate is not None and not fault.gate.is_set():
        _still_there(line)
        await asyncio.sleep(_TICK)


def _still_there(line: Line) -> None:
    if line.reader.at_eof():
        raise ConnectionResetError


async def _cut(line: Line, answer: Answer, fault: Fault) -> bool:
    await line.send(line.head(answer, len(answer.body)) + answer.body[: len(answer.body) // 2])
    return False


async def _drop(line: Line, answer: Answer, fault: Fault) -> bool:
    line.writer.close()
    return False


async def _reset(line: Line, answer: Answer, fault: Fault) -> bool:
    connection: socket.socket = line.writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.writer.transport.abort()
    return False


async def _huge(line: Line, answer: Answer, fault: Fault) -> bool:
    await line.send(line.head(Answer(fault.code), fault.size))
    for piece in _padding(fault.size):
        await line.send(piece)
    return line.keep_alive


async def _endless(line: Line, answer: Answer, fault: Fault) -> bool:
    await line.send(line.head(Answer(fault.code), None) + _chunk(_PREFIX))
    while True:
        await line.send(_chunk(b"x" * _CHUNK))
        await asyncio.sleep(0)  # others have their turn


async def _trickle(line: Line, answer: Answer, fault: Fault) -> bool:
    await line.send(line.head(Answer(fault.code), None) + _chunk(_PREFIX))
    while True:
        _still_there(line)
        await line.send(_chunk(b"x"))
        await asyncio.sleep(fault.pace)


_ON_THE_WIRE: dict[FaultKind, Callable[[Line, Answer, Fault], Awaitable[bool]]] = {
    "cut": _cut,
    "drop": _drop,
    "reset": _reset,
    "huge": _huge,
    "endless": _endless,
    "trickle": _trickle,
}
"""What is more than an answer of another content; says whether the connection goes on."""


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _padding(size: int) -> Iterator[bytes]:
    """JSON of exactly this size, in pieces."""
    yield _PREFIX
    left = size - len(_PREFIX) - len(_SUFFIX)
    while left > 0:
        yield b"x" * min(left, _CHUNK)
        left -= _CHUNK
    yield _SUFFIX


@functools.lru_cache(maxsize=2)
def _bomb(size: int) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return b"".join([*(packer.compress(piece) for piece in _padding(size)), packer.flush()])
