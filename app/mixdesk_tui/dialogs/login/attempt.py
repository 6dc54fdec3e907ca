"""One try to log in: a task on the app's loop, what steers it, and what it asks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from textual.message import Message

from mixdesk.exceptions import MixdeskError
from mixdesk.login.events import Event, Failed, NameNeeded, ProjectNeeded
from mixdesk.login.machine import Answers, Controls, Emit
from mixdesk.login.request import LoginRequest
from mixdesk_tui.faults import fault

LogIn = Callable[[LoginRequest, Answers, Controls, Emit], Awaitable[None]]


class Happened(Message):
    """Something happened in a login."""

    def __init__(self, event: Event, attempt: int) -> None:
        super().__init__()
        self.event = event
        self.attempt = attempt


class Attempt:
    """A login under way.

    Args:
        number: Which try it is: all that it posts carries it.
        post: Tells the dialog what happens.
    """

    def __init__(
        self,
        number: int,
        post: Callable[[Message], object],
    ) -> None:
        self.controls = Controls()
        self._number = number
        self._post = post
        self._task: asyncio.Task[None] | None = None
        self._answer: asyncio.Future[str] | None = None

    def start(self, log_in: LogIn, request: LoginRequest) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run(log_in, request))
        self._task.add_done_callback(self._ended)

    def answer(self, text: str) -> None:
        """Give the answer that is waited for."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(text)

    async def stop(self) -> None:
        """End it, and wait until nothing of it is left."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self, log_in: LogIn, request: LoginRequest) -> None:
        answers = Answers(project=self._ask, name=self._ask)
        try:
            await log_in(request, answers, self.controls, self._emit)
        except MixdeskError as error:
            self._emit(Failed(error))

    async def _ask(self, needed: ProjectNeeded | NameNeeded) -> str:
        """Wait for the user; the dialog has been told what is asked."""
        self._answer = asyncio.get_running_loop().create_future()
        return await self._answer

    def _emit(self, event: Event) -> None:
        self._post(Happened(event, self._number))

    def _ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self._emit(Failed(fault(error)))
