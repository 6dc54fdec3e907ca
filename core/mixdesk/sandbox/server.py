"""The embedded Mixpanel: an HTTP server on loopback, on a thread of its own.

    with SandboxServer() as server:
        environ["MP_API_BASE_URL"] = server.base_url

It speaks HTTP/1.1 by itself and shares no code with what asks it.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self

from mixdesk.model.rules import Region
from mixdesk.sandbox.call import Call, RefusedError, World
from mixdesk.sandbox.delivery import Line, deliver
from mixdesk.sandbox.faults import HEADER, Fault, Faults, fault_named
from mixdesk.sandbox.identities import Identities
from mixdesk.sandbox.journal import (
    LoggedRequest,
    RequestLog,
    fields_without_secrets,
    without_secrets,
)
from mixdesk.sandbox.oauth_state import AuthorizationServer
from mixdesk.sandbox.routes import ROUTES, find_route, split_region
from mixdesk.sandbox.wire import HEAD_LIMIT, Answer, MalformedError, Request, read_request
from mixdesk.sandbox.world import organizations

_HOST = "127.0.0.1"
_START_WITHIN = 10.0
_STOP_WITHIN = 5.0


class SandboxServer:
    """A Mixpanel that nobody's data is in.

    Three regions live under one origin: ``/us``, ``/eu`` and ``/in`` go before the paths that
    Mixpanel has; without a region it is the US. Each account exists in its own region only.

    Args:
        projects: How many projects there are in all; the few dozen of the demo by default.
        hostile: Whether there are names that try to harm a terminal (see ``names.py``).
        port: Where to listen; a free port by default.
        now: The time, in seconds since the epoch; tokens end and answers are dated by it.

    Attributes:
        faults: What goes wrong on demand.
        requests: What was asked.
        routes: What answers which path. May be changed before ``start()``.
        world: The projects and accounts there are.
    """

    def __init__(
        self,
        *,
        projects: int | None = None,
        hostile: bool = False,
        port: int = 0,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.faults = Faults()
        self.requests = RequestLog()
        self.routes = list(ROUTES)
        self.world = World(organizations(projects, hostile=hostile), now)
        self._port = port
        self._connections: set[asyncio.Task[None]] = set()
        self._one_fewer = threading.Condition()
        self._numbers = itertools.count(1)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    @property
    def identities(self) -> Identities:
        """The accounts that are let in."""
        return self.world.identities

    @property
    def oauth(self) -> AuthorizationServer:
        """The authorization server: logins without a browser, and what it was asked."""
        return self.world.oauth

    @property
    def port(self) -> int:
        """The port; 0 before ``start()`` when any will do."""
        return self._port

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://{_HOST}:{self._port}"

    @property
    def base_url(self) -> str:
        """What ``MP_API_BASE_URL`` is set to. ``{region}`` in it is for the reader to replace."""
        return f"{self.origin}/{{region}}"

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    def wait_until_idle(self, *, timeout: float = 60.0) -> None:
        """Block until no connection is open: whoever was asking has hung up.

        Args:
            timeout: Seconds to wait at most.

        Raises:
            TimeoutError: Somebody still holds one.
        """
        with self._one_fewer:
            if not self._one_fewer.wait_for(lambda: not self._connections, timeout):
                raise TimeoutError(f"{self.connections} connections are still open")

    def url(self, path: str, region: Region = "us") -> str:
        """The whole URL of a path in a region."""
        return f"{self.origin}/{region}{path}"

    def start(self) -> None:
        """Listen, and answer from a thread. Returns when requests can come.

        Raises:
            OSError: The port is taken.
            RuntimeError: It runs already, or does not come up.
        """
        if self._thread is not None:
            raise RuntimeError("the sandbox runs already")
        listener = socket.create_server((_HOST, self._port), backlog=512)
        listener.setblocking(False)
        self._port = listener.getsockname()[1]
        ready = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(listener, ready)),
            name=f"sandbox-{self._port}",
            daemon=True,
        )
        self._thread.start()
        if not ready.wait(_START_WITHIN):
            raise RuntimeError("the sandbox did not start")

    def stop(self) -> None:
        """Close the port and every connection, whatever is under way on it. Twice is once.

        The server can be started again, on the same port.
        """
        thread, self._thread = self._thread, None
        if thread is None or self._loop is None or self._stopping is None:
            return
        with contextlib.suppress(RuntimeError):  # the loop has ended by itself
            self._loop.call_soon_threadsafe(self._stopping.set)
        thread.join(_STOP_WITHIN)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    async def _serve(self, listener: socket.socket, ready: threading.Event) -> None:
        loop = self._loop = asyncio.get_running_loop()
        stopping = self._stopping = asyncio.Event()
        loop.add_reader(listener, self._accept, listener)
        ready.set()
        await stopping.wait()
        loop.remove_reader(listener)
        listener.close()
        await asyncio.sleep(0)  # every task has begun, so that none is cancelled unseen
        tasks = list(self._connections)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _accept(self, listener: socket.socket) -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            return  # it has gone again
        task = asyncio.get_running_loop().create_task(self._attend(connection))
        self._connections.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        with self._one_fewer:
            self._connections.discard(task)
            self._one_fewer.notify_all()

    async def _attend(self, connection: socket.socket) -> None:
        try:
            reader, writer = await asyncio.open_connection(sock=connection, limit=HEAD_LIMIT)
            try:
                await self._converse(reader, writer)
                writer.close()
                await writer.wait_closed()
            finally:
                # When the server stops, nobody waits for a client to take what is left.
                writer.transport.abort()
        except (OSError, asyncio.CancelledError):
            pass  # the client has gone, which is its right, or the server stops
        finally:
            connection.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = next(self._numbers)
        going = True
        while going:
            line = Line(reader, writer, self.world.now)
            try:
                request = await read_request(reader)
            except MalformedError as error:
                await deliver(line, RefusedError(error.status, "Bad request").answer())
                return
            if request is None:
                return
            line = replace(line, keep_alive=request.keep_alive)
            fault = self._note(request, number)
            going = await deliver(line, self._answer(request, fault), fault)

    def _note(self, request: Request, connection: int) -> Fault | None:
        """Log a request and say what goes wrong with it."""
        region, path = split_region(request.path)
        authorization = request.headers.get("authorization", "")
        identity = self.identities.recognise(authorization, region)
        account = identity.name if identity else self.oauth.account_of(request.form)
        self.requests.add(
            LoggedRequest(
                method=request.method,
                path=path,
                region=region,
                query=fields_without_secrets(request.query),
                form=fields_without_secrets(request.form),
                headers=without_secrets(request.headers),
                account=account,
                time=self.world.now(),
                connection=connection,
            )
        )
        asked_for = fault_named(request.headers.get(HEADER, ""))
        return asked_for or self.faults.take((f"/{region}{path}", path), account)

    def _answer(self, request: Request, fault: Fault | None) -> Answer:
        if fault is not None and not fault.is_handled:
            return Answer(fault.code)
        region, path = split_region(request.path)
        try:
            handler, params = find_route(self.routes, request.method, path)
            answer = handler(Call(request, region, params, self.world, self.origin))
        except RefusedError as refusal:
            answer = refusal.answer()
        return replace(answer, body=b"") if request.method == "HEAD" else answer
