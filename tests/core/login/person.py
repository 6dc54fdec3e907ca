"""Somebody in front of a login: a browser that says yes or no at the sandbox, and a full record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import httpx

from mixdesk.api.async_transport import AsyncTransport
from mixdesk.login.events import Event
from mixdesk.login.flow import Outcome, log_in
from mixdesk.login.machine import Answers, Controls, Machine
from mixdesk.login.request import LoginRequest
from mixdesk.ops.context import Context
from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox import browsing
from tests.core.sandbox.asking import plain_http
from tests.fakes.async_clock import FakeAsyncClock
from tests.fakes.ports import free_ports

Kind = TypeVar("Kind")


class Person:
    """A browser whose user decides at once.

    Args:
        account: Who it is at the sandbox; None says no.
        returns: Whether the browser goes where it is sent back to.
    """

    def __init__(self, account: str | None = "acme-corp", *, returns: bool = True) -> None:
        self.account = account
        self.returns = returns
        self.opened: list[str] = []
        self.ended_on: list[str] = []
        self._visits: set[asyncio.Task[None]] = set()

    async def open(self, url: str) -> bool:
        self.opened.append(url)
        visit = asyncio.create_task(asyncio.to_thread(self._visit, url))
        self._visits.add(visit)
        visit.add_done_callback(self._visits.discard)
        return True

    async def gone(self) -> None:
        """Wait until the browser has done all it does."""
        await asyncio.gather(*self._visits)

    def _visit(self, url: str) -> None:
        location = browsing.log_in(url, self.account)
        self.ended_on.append(location)
        if self.returns:
            with plain_http() as http:
                http.get(location)


class Network(httpx.AsyncHTTPTransport):
    """The network, and which answers are waited for: no time goes by meanwhile."""

    def __init__(self, awaited: set[httpx.Request]) -> None:
        super().__init__()
        self._awaited = awaited

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._awaited.add(request)
        try:
            return await super().handle_async_request(request)
        finally:
            self._awaited.discard(request)


class Login:
    """One login on a machine of its own, with everything that it tells."""

    def __init__(
        self,
        home: Path,
        server: SandboxServer,
        person: Person | None = None,
        environ: Mapping[str, str] | None = None,
        ports: Sequence[int] = (),
    ) -> None:
        self.environ = {
            "HOME": str(home),
            "DISPLAY": ":0",
            "MP_API_BASE_URL": server.base_url,
            **(environ or {}),
        }
        self.ctx = Context.from_environment(self.environ)
        self.person = person or Person()
        self.clock = FakeAsyncClock(now=server.world.now())
        self.controls = Controls()
        self.events: list[Event] = []
        self._told = asyncio.Event()
        self._awaited: set[httpx.Request] = set()
        self.machine = Machine(
            config=self.ctx.config,
            storage=self.ctx.storage,
            environ=self.environ,
            clock=self.clock,
            browser=self.person,
            transport=lambda: AsyncTransport(clock=self.clock, transport=Network(self._awaited)),
            ports=ports or free_ports(2),
        )

    async def run(self, request: LoginRequest, answers: Answers | None = None) -> Outcome:
        """Log in to the end."""
        async with asyncio.timeout(60):
            return await log_in(
                self.machine,
                request,
                answers=answers or Answers(project=first_project),
                controls=self.controls,
                emit=self.hear,
            )

    def start(self, request: LoginRequest, answers: Answers | None = None) -> asyncio.Task[Outcome]:
        """Log in while the test goes on."""
        return asyncio.create_task(self.run(request, answers))

    def hear(self, event: Event) -> None:
        self.events.append(event)
        self._told.set()

    async def until(self, kind: type[Kind]) -> Kind:
        """Wait until something of this kind has been told."""
        async with asyncio.timeout(60):
            while not (found := self.all(kind)):
                self._told.clear()
                await self._told.wait()
        return found[-1]

    def all(self, kind: type[Kind]) -> list[Kind]:
        """Everything of this kind that has been told."""
        return [event for event in self.events if isinstance(event, kind)]

    async def until_over(self, running: asyncio.Task[Outcome]) -> Outcome:
        """Let time go by until a login is over; a server that takes its time has it."""
        async with asyncio.timeout(60):
            while not running.done():
                if not self._awaited:
                    await self.clock.advance(1.0)
                await asyncio.wait([running], timeout=0.001)  # what comes over a socket
        return await running

    @property
    def kinds(self) -> list[str]:
        """What has been told, by kind, each run of one kind once."""
        names = [type(event).__name__ for event in self.events]
        return [name for i, name in enumerate(names) if (i == 0 or names[i - 1] != name)]

    def everything(self) -> dict[str, bytes]:
        """Every file with its bytes, every directory with nothing; locks and the log aside."""
        root = self.ctx.storage.root
        found: dict[str, bytes] = {}
        for path in sorted(root.rglob("*")):
            if path.suffix != ".lock" and path.name != "activity.jsonl":
                name = str(path.relative_to(root))
                found[name] = b"" if path.is_dir() else path.read_bytes()
        return found


async def first_project(needed: Any) -> str:
    """Choose the first project of the login's own region."""
    here: Callable[[Any], bool] = lambda each: each.region in (None, needed.region)  # noqa: E731
    project: str = next(each.id for each in needed.projects if here(each))
    return project
