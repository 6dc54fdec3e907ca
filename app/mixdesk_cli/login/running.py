"""A login from its request to its outcome, with whoever sits at the terminal."""

from __future__ import annotations

import asyncio
import signal

import click

from mixdesk.login.events import AskingMe, CodeReceived, Event, Failed, TokensReceived, UrlReady
from mixdesk.login.flow import Outcome
from mixdesk.login.machine import NOBODY, Answers, Controls
from mixdesk.login.request import LoginRequest
from mixdesk.ops.login import log_in
from mixdesk_cli.call import Call
from mixdesk_cli.login.keyboard import Keyboard
from mixdesk_cli.login.picking import Questions
from mixdesk_cli.login.status import StatusLine
from mixdesk_cli.login.telling import Teller

_ENDINGS = (signal.SIGTERM, signal.SIGHUP)


def run(call: Call, request: LoginRequest) -> Outcome:
    """Log in, and say on stderr what happens.

    Raises:
        MixdeskError: It failed, and every file is as it was.
        click.exceptions.Exit: It was ended by a signal, or a question was not answered.
        KeyboardInterrupt: Ctrl-C; every file is as it was.
    """
    ended_by: list[int] = []
    try:
        return asyncio.run(_Desk(call).log_in(request, ended_by))
    except asyncio.CancelledError:
        raise click.exceptions.Exit(128 + ended_by[0]) from None


class _Desk:
    """Whoever logs in here: sees what happens, answers, pastes."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._keyboard = Keyboard.here()
        self._controls = Controls()
        self._status = StatusLine(call.environ, enabled=not call.console.quiet)
        self._teller = Teller(call, self._status, can_paste=self._keyboard is not None)

    async def log_in(self, request: LoginRequest, ended_by: list[int]) -> Outcome:
        self._obey_signals(ended_by)
        try:
            return await log_in(
                self._call.context,
                request,
                answers=self._answers(),
                controls=self._controls,
                emit=self._hear,
            )
        finally:
            self._status.clear()
            if self._keyboard is not None:
                self._keyboard.stop()

    def _answers(self) -> Answers:
        if self._keyboard is None:
            return NOBODY
        questions = Questions(self._call, self._keyboard)
        return Answers(project=questions.project, name=questions.name)

    def _hear(self, event: Event) -> None:
        keyboard = self._keyboard
        if keyboard is not None:
            if isinstance(event, UrlReady):
                keyboard.listen(self._paste, hidden=True)
            elif isinstance(event, CodeReceived | TokensReceived | AskingMe | Failed):
                keyboard.stop()
        self._teller.tell(event)

    def _paste(self, line: str | None) -> None:
        if line and line.strip():
            self._controls.paste(line.strip())

    def _obey_signals(self, ended_by: list[int]) -> None:
        """Whoever is told to end leaves the terminal and the files as they were."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()

        def end(number: int) -> None:
            ended_by.append(number)
            if task is not None:
                task.cancel()

        for each in _ENDINGS:
            loop.add_signal_handler(each, end, each)
