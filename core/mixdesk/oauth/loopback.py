"""The listener that the browser comes back to (RFC 8252, section 7.3).

It waits through whatever else arrives: only an answer with the right state ends the waiting.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from mixdesk.exceptions import OAuthError
from mixdesk.model.secret import Secret
from mixdesk.oauth.callback import Expected, StrayError, read_callback
from mixdesk.oauth.loopback_http import PATH
from mixdesk.oauth.loopback_pages import FAILED, OTHER_LOGIN, RECEIVED, http_answer
from mixdesk.oauth.loopback_ports import PORTS, listen_on_one
from mixdesk.oauth.loopback_visit import Reply, Visit

MOST_VISITS = 64
"""Most connections at a time; one more takes the place of the one that has waited longest."""

_REST = 0.1
"""How long to accept nobody, in seconds, when the system has no room for another connection."""


class Listener:
    """Listens from its making to :meth:`close`; :func:`listen` sees to both."""

    def __init__(self, sockets: Sequence[socket.socket], path: str = PATH) -> None:
        self._loop = asyncio.get_running_loop()
        self._sockets = list(sockets)
        self._path = path
        self._visits: dict[Visit, None] = {}  # in order of arrival
        self._expected: Expected | None = None
        self._outcome: asyncio.Future[Secret | OAuthError] = self._loop.create_future()
        self.port: int = self._sockets[0].getsockname()[1]
        """The port, on every loopback address."""
        self._accept()

    @property
    def redirect_uri(self) -> str:
        """Where the browser is to come back to."""
        return f"http://localhost:{self.port}{self._path}"

    @property
    def numeric_origin(self) -> str:
        """The same without a path, by an address instead of a name (RFC 8252, section 8.3)."""
        family = self._sockets[0].family
        host = "[::1]" if family == socket.AF_INET6 else "127.0.0.1"
        return f"http://{host}:{self.port}"

    async def code(self, expected: Expected) -> Secret:
        """Wait for the answer of the authorization server, however long that takes.

        Args:
            expected: What a true answer has.

        Returns:
            The authorization code, after the browser has got its page.

        Raises:
            OAuthError: The answer is an error, or another server's: as :func:`read_callback`.
        """
        self._outcome = self._loop.create_future()
        self._expected = expected
        try:
            outcome = await self._outcome
        finally:
            self._expected = None
        if isinstance(outcome, OAuthError):
            raise outcome
        return outcome

    def close(self) -> None:
        """Close the port and every connection, now."""
        for one in self._sockets:
            self._loop.remove_reader(one)
            one.close()
        self._sockets.clear()
        for visit in list(self._visits):
            visit.close()

    def _accept(self) -> None:
        for one in self._sockets:
            self._loop.add_reader(one, self._welcome, one)

    def _welcome(self, one: socket.socket) -> None:
        """Accept one connection; the loop comes back for the next after others had their turn."""
        try:
            connection, _ = one.accept()
        except (BlockingIOError, InterruptedError, ConnectionError):
            return
        except OSError:  # too many open files, or no memory
            self._make_room()
            return
        if len(self._visits) >= MOST_VISITS:
            self._drop_oldest()
        visit = Visit(connection, self._answer, self._forget, self._path)
        self._visits[visit] = None

    def _make_room(self) -> None:
        self._drop_oldest()
        for one in self._sockets:
            self._loop.remove_reader(one)
        self._loop.call_later(_REST, self._accept)

    def _drop_oldest(self) -> None:
        oldest = next(iter(self._visits), None)
        if oldest is not None:
            oldest.close()

    def _forget(self, visit: Visit) -> None:
        self._visits.pop(visit, None)

    def _answer(self, query: str) -> Reply:
        if self._expected is None:
            return Reply(http_answer(400, OTHER_LOGIN))
        try:
            code = read_callback(query, self._expected)
        except StrayError:
            return Reply(http_answer(400, OTHER_LOGIN))
        except OAuthError as error:
            return self._end(400, error)
        return self._end(200, code)

    def _end(self, status: int, outcome: Secret | OAuthError) -> Reply:
        future = self._outcome

        def settle() -> None:
            if not future.done():
                future.set_result(outcome)

        return Reply(http_answer(status, RECEIVED if status == 200 else FAILED), settle)


@asynccontextmanager
async def listen(
    ports: Sequence[int] = PORTS, first: int | None = None, path: str = PATH
) -> AsyncIterator[Listener]:
    """Listen on 127.0.0.1 and ::1 while the block runs.

    The port is open before the block begins, so that an address made inside it is good at once,
    and closed when the block has ended, however it ends.

    Args:
        ports: Ports to try, in order.
        first: A port to try before all others.
        path: What the browser comes back to.

    Raises:
        OAuthError: ``OAUTH_PORT_ERROR``: no port is free.
    """
    listener = Listener(listen_on_one(ports if first is None else [first, *ports]), path)
    try:
        yield listener
    finally:
        listener.close()
