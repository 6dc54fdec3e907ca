"""The app: which screens there are, how they look, what they may use. Nothing else."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module

from rich.console import RenderableType
from rich.segment import Segment, Segments
from textual import events
from textual.binding import Binding
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.reactive import var
from textual.screen import Screen

from mixdesk.model.records import Overview
from mixdesk_tui import themes
from mixdesk_tui.commands.base import command_of
from mixdesk_tui.commands.frame import TakeMouse, Undo
from mixdesk_tui.copying import Copying
from mixdesk_tui.crash import crash_report
from mixdesk_tui.keys.turns import Turns
from mixdesk_tui.mouse import own_mouse
from mixdesk_tui.palette import CommandsProvider
from mixdesk_tui.screens.frame import FrameScreen
from mixdesk_tui.services import Services
from mixdesk_tui.spans import safe
from mixdesk_tui.undoing import NOTHING
from mixdesk_tui.watching import Changed, Refused

LEAST = (60, 16)
"""Columns and rows below which a message is shown instead."""

SWITCH = 0.01
"""Seconds in which another screen is put together, unseen. Textual takes 0.05, which is felt."""

SIGNALS = {signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGINT: 130, signal.SIGQUIT: 131}
"""Signals that end the app in good order, and its exit code then."""


STILL_SAVING = "A change is still being saved. ctrl+c leaves it: it is made whole or not at all."

QUIT = Binding("ctrl+c,ctrl+q", "app.quit", "Quit", show=False, system=True, priority=True)
"""Leaves from anywhere, whatever is open and has the keys."""


def _later(module: str, name: str) -> Callable[[], Screen[None]]:
    """A screen that is loaded when it is first opened."""

    def make() -> Screen[None]:
        screen: Screen[None] = getattr(import_module(f"mixdesk_tui.screens.{module}"), name)()
        return screen

    return make


class MixdeskApp(Copying):
    """mixdesk on a terminal.

    Args:
        services: All that it may use.
        overview: What the first frame shows.
        theme: Name of the theme to start with.
        banner: A line in the header that says this is not the user's own world.
        has_mouse: Whether the mouse is the app's and not the terminal's.
    """

    TITLE = "mixdesk"
    CSS_PATH = "app.tcss"
    COMMANDS = {CommandsProvider}
    ALLOW_SELECT = False  # none of what is drawn can be selected; a toast that goes meanwhile fails
    ENABLE_COMMAND_PALETTE = False  # ours is a command like any other, with keys of its own
    BINDINGS = [QUIT]
    MODES = {
        "status": _later("status.screen", "StatusScreen"),
        "accounts": _later("accounts.screen", "AccountsScreen"),
        "targets": _later("targets.screen", "TargetsScreen"),
        "projects": _later("projects.screen", "ProjectsScreen"),
    }
    DEFAULT_MODE = "status"
    is_too_small: var[bool] = var(False, init=False)

    def __init__(
        self,
        services: Services,
        overview: Overview,
        *,
        theme: str = themes.DARK.name,
        banner: str = "",
        has_mouse: bool = True,
    ) -> None:
        super().__init__(services, overview)
        self.banner = safe(banner)
        self.has_mouse = has_mouse
        self._is_up = False
        self._is_leaving = False
        self._told_to_go: int | None = None
        self.interrupted = asyncio.Event()
        """Nobody wants to wait for what is still being saved."""
        self.wants_demo = False
        self._turns = Turns(self, super().on_event)
        for each in themes.THEMES:
            self.register_theme(each)
        self.theme = theme

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own variables, for themes that do not set them."""
        return themes.DARK.variables

    def get_driver_class(self) -> type[Driver]:
        """What draws on the terminal, unless ``TEXTUAL_DRIVER`` names something else."""
        from mixdesk_tui.driver import TerminalDriver

        usual = super().get_driver_class()
        return TerminalDriver if issubclass(TerminalDriver, usual) else usual

    def delay_update(self, delay: float = SWITCH) -> None:
        """Show what is being put together soon."""
        super().delay_update(min(delay, SWITCH))

    def on_load(self) -> None:
        """Be told of signals before the terminal is taken: they give it back from then on."""
        for number, code in SIGNALS.items():
            self._end_on(number, code)

    def on_mount(self) -> None:
        self.start_watching()
        self.tell_keymap()

    def on_ready(self) -> None:
        """Collect garbage again where the start stopped it, but not what was made until now."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        self._is_up = True
        if self._told_to_go is not None:
            self._leave(self._told_to_go)

    def tick(self) -> None:
        """Look at the clock, and whether anybody is still there to see it.

        A terminal that is closed sends SIGHUP to the session it belongs to, and to nobody else.
        """
        super().tick()
        if not self.is_headless and not os.isatty(0):
            self._leave(SIGNALS[signal.SIGHUP])

    async def on_event(self, event: events.Event) -> None:
        if not await self._turns.take(event):
            await super().on_event(event)

    async def on_key(self, event: events.Key) -> None:
        """Say that there is nothing to undo, where that is what a key was pressed for."""
        if not isinstance(self.screen, FrameScreen):
            return
        bound = self.screen.active_bindings.get(event.key)
        if bound is not None and command_of(bound.binding) is Undo and not bound.enabled:
            self.say(NOTHING)

    def on_resize(self, event: events.Resize) -> None:
        columns, rows = LEAST
        self.is_too_small = event.size.width < columns or event.size.height < rows

    def watch_is_too_small(self, is_too_small: bool) -> None:
        from mixdesk_tui.dialogs.too_small import TooSmall

        if is_too_small:
            self.push_screen(TooSmall())
        elif isinstance(self.screen, TooSmall):
            self.pop_screen()

    def on_changed(self, message: Changed) -> None:
        message.tell()

    def on_refused(self, message: Refused) -> None:
        from mixdesk_tui.dialogs.message import ErrorDialog

        again = message.again
        if not self.screen_stack:  # the last word of a worker, while the app is leaving
            return
        if isinstance(self.screen, ErrorDialog) and self.screen.says(message.error):
            return
        self.push_screen(ErrorDialog(message.error), lambda _: again() if again else None)

    @property
    def can_look_around(self) -> bool:
        """Whether there is a demo to look at: not from within one."""
        return not self.banner

    def look_around(self) -> None:
        """Leave for the demo; the app comes back when that ends."""
        self.wants_demo = True
        self.exit()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "undo":
            return True if self.undos.last is not None or self.is_changing else None
        if action in ("give_mouse", "take_mouse"):
            return self.has_mouse == (action == "give_mouse")
        return True

    def action_undo(self) -> None:
        """Undo the last change of this run."""
        from mixdesk_tui.doing.undoing import undo

        undo(self)

    def action_change_theme(self) -> None:
        """Go on to the next theme, and remember it."""
        self.theme = themes.after(self.theme)
        name = self.theme
        said = f"Theme: {themes.WORDS[name]}"
        self.change(lambda: self.services.save_theme(name), said)

    def action_give_mouse(self) -> None:
        """Leave the mouse to the terminal, and remember it."""
        again = TakeMouse.key_words()
        self._own_mouse(False, f"The mouse is the terminal's: select text with it. Back: {again}")

    def action_take_mouse(self) -> None:
        """Take the mouse back, and remember it."""
        self._own_mouse(True, "Clicks work again")

    def own_mouse(self, *, is_ours: bool) -> None:
        """Take the mouse, or leave it to the terminal."""
        own_mouse(self._driver, is_ours=is_ours)
        self.has_mouse = is_ours
        self.refresh_bindings()

    def _own_mouse(self, is_ours: bool, said: str) -> None:
        self.own_mouse(is_ours=is_ours)
        self.change(lambda: self.services.save_mouse(is_ours), said)

    def _end_on(self, number: signal.Signals, code: int) -> None:
        """Leave in good order on a signal, where this thread may be told of signals."""
        loop = asyncio.get_running_loop()
        try:
            loop.add_signal_handler(number, self._leave, code)
        except (NotImplementedError, RuntimeError, ValueError):
            return

    def leave(self) -> None:
        """Leave: after the changes that wait for others, unless this is asked for twice."""
        if self.has_queue and not self._is_leaving:
            self._is_leaving = True
            self.work("leave", self._leave_in_turn)
        else:
            self.exit()

    async def _leave_in_turn(self) -> None:
        async with self.in_turn():
            self.call_later(self._leave_if_all_is_well)

    def _leave_if_all_is_well(self) -> None:
        self._is_leaving = False
        if isinstance(self.screen, FrameScreen):  # not a refusal, which wants to be read
            self.exit()

    def exit(
        self,
        result: None = None,
        return_code: int = 0,
        message: RenderableType | None = None,
    ) -> None:
        """Leave; a change that is being saved is finished, and that may take its time."""
        super().exit(result, return_code, STILL_SAVING if self.is_changing else message)

    def on_unmount(self) -> None:
        """Let ctrl+c interrupt what is still waited for: the terminal is nobody's any more."""
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(signal.SIGINT, self.interrupted.set)

    def _leave(self, code: int) -> None:
        """End in good order: as soon as all that was begun at the start is there to be ended."""
        self._told_to_go = code
        if self._is_up:
            self.exit(return_code=code)

    def _handle_exception(self, error: Exception) -> None:
        """Crash without showing the values of variables, which Textual would.

        Who leaves while a screen is being put together leaves it without its parts: no fault.
        """
        if self._exit and isinstance(error, NoMatches):
            return
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._fatal_error()

    def panic(self, *renderables: RenderableType) -> None:
        """Crash as ever where Textual gives up, as when the keyboard cannot be read any more."""
        self._handle_exception(RuntimeError("The terminal cannot be read any more."))

    def _fatal_error(self) -> None:
        error = self._exception or RuntimeError()
        report = crash_report(error, debug=os.environ.get("MP_DEBUG") == "1")
        self._exit_renderables[:] = [Segments([Segment(report), Segment.line()])]
        self._close_messages_no_wait()
