"""One connection to the listener: a request, an answer, and out within seconds."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import NamedTuple

from mixdesk.oauth.loopback_http import PATH, RefusedError, RequestReader
from mixdesk.oauth.loopback_pages import http_answer, refusal

PATIENCE = 5.0
"""Longest time, in seconds, to send a request."""

AFTERWARDS = 0.5
"""Longest time, in seconds, to send an answer and to see the other side hang up."""

_MOST_IGNORED = 65536
_CHUNK = 4096


class Reply(NamedTuple):
    """What is sent, and what happens once it is."""

    content: bytes
    then: Callable[[], None] | None = None
    """Called once: when all is sent, or cannot be."""


class Visit:
    """A connection that somebody has opened.

    It works by callbacks of the loop, without a task: when :meth:`close` returns, all is over.

    Args:
        connection: Accepted a moment ago.
        answer: Makes the reply to the query of a right request.
        ended: Is told that the connection is closed.
        path: What a right request asks for.
    """

    def __init__(
        self,
        connection: socket.socket,
        answer: Callable[[str], Reply],
        ended: Callable[[Visit], None],
        path: str = PATH,
    ) -> None:
        connection.setblocking(False)
        self._loop = asyncio.get_running_loop()
        self._connection = connection
        self._answer = answer
        self._ended = ended
        self._reader: RequestReader | None = RequestReader(path)
        self._unsent = memoryview(b"")
        self._then: Callable[[], None] | None = None
        self._ignored = 0
        self._timer = self._loop.call_later(PATIENCE, self.close)
        self._loop.add_reader(connection, self._receive)

    def close(self) -> None:
        """End the connection now; unless it has been answered, as if it had never been there."""
        if self._connection.fileno() < 0:
            return
        self._timer.cancel()
        self._loop.remove_reader(self._connection)
        self._loop.remove_writer(self._connection)
        if self._reader is not None or self._unsent:
            _forget(self._connection)
        self._connection.close()
        self._ended(self)
        self._settle()

    def _receive(self) -> None:
        room = _CHUNK if self._reader is None else min(_CHUNK, self._reader.room)
        try:
            data = self._connection.recv(room)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self.close()
        elif self._reader is None:
            self._ignore(len(data))
        else:
            self._read(self._reader, data)

    def _ignore(self, count: int) -> None:
        """Take what comes after the request, so that the answer is not lost to a reset."""
        self._ignored += count
        if self._ignored > _MOST_IGNORED:
            self.close()

    def _read(self, reader: RequestReader, data: bytes) -> None:
        try:
            query = reader.feed(data)
        except RefusedError as refused:
            status = refused.status
            self._reply(Reply(http_answer(status, refusal(status), is_head=refused.is_head)))
        else:
            if query is not None:
                self._reply(self._answer(query))

    def _reply(self, reply: Reply) -> None:
        self._reader = None
        self._unsent = memoryview(reply.content)
        self._then = reply.then
        self._timer.cancel()
        self._timer = self._loop.call_later(AFTERWARDS, self.close)
        self._send()

    def _send(self) -> None:
        try:
            sent = self._connection.send(self._unsent)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            self.close()
            return
        self._unsent = self._unsent[sent:]
        if self._unsent:
            self._loop.add_writer(self._connection, self._send)
        else:
            self._hang_up()

    def _hang_up(self) -> None:
        """Say that all is sent; the other side's hanging up, or the timer, does the rest."""
        self._loop.remove_writer(self._connection)
        try:
            self._connection.shutdown(socket.SHUT_WR)
        except OSError:  # it was quicker
            self.close()
        self._settle()

    def _settle(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()


def _forget(connection: socket.socket) -> None:
    """Make closing leave nothing behind in the system, which may otherwise wait for a minute."""
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    except OSError:  # the other side has reset it
        return
