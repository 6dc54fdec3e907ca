"""The part of the app that looks at the world and changes it, without ever blocking a key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from textual.message import Message
from textual.reactive import var
from textual.worker import Worker, WorkerState

from mixdesk.exceptions import MixdeskError
from mixdesk.model.records import Overview
from mixdesk.store.changes import recording
from mixdesk_tui.commands.base import Command
from mixdesk_tui.commands.frame import Undo
from mixdesk_tui.faults import LOOKING, fault
from mixdesk_tui.keys.keymap import AS_MADE, Keymap
from mixdesk_tui.services import Services
from mixdesk_tui.spans import safe, width
from mixdesk_tui.tones import Toned
from mixdesk_tui.undoing import Undos, entry_of
from mixdesk_tui.world import NOWHERE, World, first_look, next_look

if TYPE_CHECKING:
    from mixdesk.login.machine import Answers, Controls, Emit
    from mixdesk.login.request import LoginRequest

P = ParamSpec("P")
T = TypeVar("T")

POLL = 0.5
"""Seconds between two looks at the fingerprint: changes of others appear within one."""
TICK = 1.0
"""Seconds between two looks at the clock."""
TOAST = 60
"""Cells of a toast on a wide screen; on others half of it, each with four for the edges."""
PATIENCE = 0.3
"""Seconds after which a change that takes its time says that it is under way."""


class Seen(Message):
    """The files were read again."""

    def __init__(self, overview: Overview, attempt: int, keymap: Keymap = AS_MADE) -> None:
        super().__init__()
        self.overview = overview
        self.attempt = attempt
        self.keymap = keymap


class Changed(Message):
    """A change is saved."""

    def __init__(self, tell: Callable[[], None]) -> None:
        super().__init__()
        self.tell = tell


class Refused(Message):
    """A change was not made."""

    def __init__(self, error: MixdeskError, again: Callable[[], None] | None) -> None:
        super().__init__()
        self.error = error
        self.again = again


class Watching(Toned):
    """An app with one world, kept up to date, and one queue of changes to it."""

    world: var[World] = var(NOWHERE, init=False)
    keymap: var[Keymap] = var(AS_MADE, init=False)
    now: var[float] = var(0.0, init=False)
    is_saving: var[bool] = var(False, init=False)
    undos: var[Undos] = var(Undos(), init=False)

    def __init__(self, services: Services, overview: Overview) -> None:
        # Textual chooses its filter for NO_COLOR here, by what it knows of colours here.
        super().__init__(ansi_color=True if services.no_color else None)
        self.services = services
        self.set_reactive(Watching.world, first_look(overview, services.commands_as))
        self.set_reactive(Watching.now, services.now())
        self._take(services.keymap())
        self._changing = asyncio.Lock()
        self._attempts = 0
        self._shown = 0
        self._is_looking = False
        self._changes = 0

    def start_watching(self) -> None:
        """Look at the files and the clock from now on."""
        self.set_interval(POLL, self.poll)
        self.set_interval(TICK, self.tick)

    def on_unmount(self) -> None:
        """What is kept holds secrets: it ends with the app."""
        self.set_reactive(Watching.undos, Undos())

    def tick(self) -> None:
        """Look at the clock; what shows a time paints itself where its words change."""
        self.now = self.services.now()

    def poll(self) -> None:
        """Look whether the files changed, unless the last look is still under way."""
        if not self._is_looking:
            self._is_looking = True
            self.work("watch", self._poll)

    def work(
        self, group: str, call: Callable[P, Awaitable[None]], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Do something that takes its time, while keys are heard.

        Args:
            group: What kind of work it is.
            call: What does it: not a coroutine, for one that an app that leaves never starts is
                warned of on the user's terminal.
            args: What it is given.
            kwargs: What it is given by name.
        """
        self.run_worker(partial(call, *args, **kwargs), group=group, exit_on_error=False)

    def look(self) -> None:
        """Read the files now."""
        self.work("look", self._look)

    def change(
        self,
        call: Callable[[], T],
        said: str | Callable[[T], None],
        *,
        again: Callable[[], None] | None = None,
        what: str = "",
    ) -> None:
        """Change the world, after the changes that were asked for before.

        Args:
            call: What changes it; runs in a thread and may raise ``MixdeskError``.
            said: What to say when it is done, or what says it, given what ``call`` returned.
            again: What lets the user have another try after a refusal.
            what: What it is called when it is to be undone, where it does not tell that itself.
        """
        self.work("change", self._change, call, said, again, what)

    async def log_in(
        self, request: LoginRequest, answers: Answers, controls: Controls, emit: Emit
    ) -> None:
        """Log in on the app's own loop; what that writes can be undone as far as it can be."""
        with self._remembering():
            await self.services.log_in(request, answers, controls, emit)

    @property
    def is_changing(self) -> bool:
        """Whether a change is under way."""
        return self._changes > 0

    @property
    def has_queue(self) -> bool:
        """Whether a change waits for another one."""
        return self._changes > 1

    @asynccontextmanager
    async def in_turn(self) -> AsyncIterator[None]:
        """Wait for the changes that were asked for before; those to come wait for the body."""
        self._changes += 1
        self.set_timer(PATIENCE, self._show_saving)
        try:
            async with self._changing:
                yield
        finally:
            self._changes -= 1
            self._show_saving()

    def say(self, text: str, *, warning: bool = False) -> None:
        """Show a toast: plain text, whatever is in it."""
        mark = "! " if warning else ""
        self.notify(
            mark + safe(text), severity="warning" if warning else "information", markup=False
        )

    def _say_with_undo(self, text: str) -> None:
        """Say what was done and that it can be undone; the toast before said that of another."""
        self.clear_notifications()
        said, hint = safe(text), f"{Undo.key_words()} undoes it"
        in_one = f"{said} · {hint}"
        fits = width(in_one) <= min(TOAST, self.size.width // 2) - 4
        self.notify(in_one if fits else f"{said}\n{hint}", markup=False)

    def on_seen(self, message: Seen) -> None:
        if message.attempt < self._shown:
            return
        self._shown = message.attempt
        self.tick()
        self._take(message.keymap)
        self.world = next_look(self.world, message.overview)

    def _take(self, keymap: Keymap) -> None:
        """Give commands the keys that the user wants, and say where that cannot be."""
        if keymap == self.keymap and Command.chosen == keymap.keys:
            return
        Command.chosen = keymap.keys
        new = set(keymap.problems) - set(self.keymap.problems)
        self.set_reactive(Watching.world, self.world._replace(comfort=keymap.problems))
        self.keymap = keymap
        if new and self.is_running:
            self.tell_keymap()

    def tell_keymap(self) -> None:
        """Say that something is wrong with the user's keys, if it is."""
        count = len(self.keymap.problems)
        if count:
            what = "ui.toml" if count == 1 else f"ui.toml in {count} places"
            self.say(f"Something is wrong with {what}: Status says what", warning=True)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A worker failed in a way that nobody foresaw: what is on screen is still right."""
        error = event.worker.error
        if event.state is not WorkerState.ERROR or not isinstance(error, Exception):
            return
        if event.worker.group in LOOKING:
            self.world = self.world._replace(error=fault(error))
            return
        self.post_message(Refused(fault(error), None))
        self.look()

    async def _poll(self) -> None:
        try:
            current = await asyncio.to_thread(self.services.fingerprint)
            if current != self.world.overview.fingerprint:
                await self._look()
        finally:
            self._is_looking = False

    async def read_again(self) -> None:
        """Read the files, and show what they say."""
        await self._look()

    async def _look(self) -> None:
        self._attempts += 1
        attempt = self._attempts
        overview = await asyncio.to_thread(self.services.read)
        keymap = await asyncio.to_thread(self.services.keymap)
        self.post_message(Seen(overview, attempt, keymap))

    async def _change(
        self,
        call: Callable[[], T],
        said: str | Callable[[T], None],
        again: Callable[[], None] | None,
        what: str,
    ) -> None:
        try:
            async with self.in_turn():
                undos = self.undos  # of now: those before it may have taken their time
                with self._remembering(what):
                    done = await asyncio.to_thread(call)
        except MixdeskError as error:
            self.post_message(Refused(error, again))
        else:
            say = self.say if self.undos is undos else self._say_with_undo
            tell = partial(say, said) if isinstance(said, str) else partial(said, done)
            self.post_message(Changed(tell))
        await self._look()

    @contextmanager
    def _remembering(self, what: str = "") -> Iterator[None]:
        """Keep what the body writes, so that it can be undone: also when it fails half-way."""
        with recording() as recorder:
            try:
                yield
            finally:
                if (change := recorder.change) is not None:
                    self.undos = self.undos.with_one(entry_of(change, what))

    def _show_saving(self) -> None:
        self.is_saving = self._changes > 0
