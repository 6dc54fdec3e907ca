"""Ending requests from another thread: nobody waits for an answer that nobody wants any more."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from mixdesk.exceptions import APIError

if TYPE_CHECKING:
    import httpx

    from mixdesk.api.transport import Transport
    from mixdesk.clock import Clock


class Stop:
    """Says once, to any number of threads and connections, that it is over.

    Args:
        summary: What there is to say to whoever is stopped.
        code: The same as an error code.
    """

    def __init__(self, summary: str = "Cancelled.", code: str = "CANCELLED") -> None:
        self._summary = summary
        self._code = code
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._connections: list[socket.socket] = []

    @property
    def is_set(self) -> bool:
        """Whether it is over."""
        return self._event.is_set()

    def set(self) -> None:
        """End every request under way, every wait between two of them, and all that would come."""
        with self._lock:
            self._event.set()
            connections, self._connections = self._connections, []
        for connection in connections:
            _end(connection)

    def check(self) -> None:
        """Raise if it is over.

        Raises:
            APIError: It is.
        """
        if self.is_set:
            raise APIError(self._summary, code=self._code)

    def wait(self, seconds: float) -> None:
        """Wait, but not longer than until it is over.

        Raises:
            APIError: It is over.
        """
        self._event.wait(seconds)
        self.check()

    def attach(self, transport: Transport) -> None:
        """End this transport's requests too, when it is over."""
        hooks = {"request": [self._watch], "response": [lambda _response: self.check()]}
        transport.client.event_hooks = hooks

    def forget(self) -> None:
        """Let go of the connections that were seen: whoever asked has its answers."""
        with self._lock:
            connections, self._connections = self._connections, []
        for connection in connections:
            connection.close()

    def _watch(self, request: httpx.Request) -> None:
        """Be told of the connection that a request opens."""
        self.check()
        request.extensions = {**request.extensions, "trace": self._trace}

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            self._keep(info["return_value"].get_extra_info("socket"))

    def _keep(self, connection: socket.socket) -> None:
        """Hold a handle of our own: the connection's owner closes its own when it likes."""
        handle = socket.socket(fileno=os.dup(connection.fileno()))
        with self._lock:
            if not self._event.is_set():
                self._connections.append(handle)
                return
        _end(handle)


class StoppableClock:
    """A clock whose waits end when it is over.

    Args:
        clock: The clock itself.
        stop: Says when it is over.
    """

    def __init__(self, clock: Clock, stop: Stop) -> None:
        self._clock = clock
        self._stop = stop

    def now(self) -> float:
        """Seconds since the epoch (UTC)."""
        return self._clock.now()

    def monotonic(self) -> float:
        """Seconds since some fixed point."""
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait for ``seconds``, or less.

        Raises:
            APIError: It is over.
        """
        self._stop.wait(seconds)


def _end(connection: socket.socket) -> None:
    """Wake whoever reads from a connection; closing it alone would not."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
