"""The palette: every command that works here, and every account and target to go to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from rich.text import Text
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.errors import NoWidget
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.worker import Worker

from mixdesk_tui.commands.base import Command
from mixdesk_tui.commands.frame import Undo
from mixdesk_tui.matching import closeness, fold, match
from mixdesk_tui.screens.frame import FrameScreen
from mixdesk_tui.sizing import Sized
from mixdesk_tui.spans import safe
from mixdesk_tui.widgets.footer import Offer, offers

if TYPE_CHECKING:
    from mixdesk_tui.watching import Watching

MOST = 30
"""Lines that the palette shows: who has more to choose from types another letter."""


class Entry(NamedTuple):
    """A line of the palette."""

    title: str
    help: str
    run: Callable[[], object]
    name: str = ""
    """The part of the title that says which one: it counts most."""


class Palette(CommandPalette, Sized[Any]):
    """Where a command is found by its words."""

    BINDINGS = [Binding("enter", "choose", "Choose", show=False, priority=True)]

    def action_choose(self) -> None:
        """Choose from what the words find: no other key is heard until that is known."""
        self.call_later(self._choose)

    async def _choose(self) -> None:
        searches = [each.wait() for each in self.workers if each.node is self]
        await asyncio.gather(*searches, return_exceptions=True)  # those for fewer letters are over
        await self.query_one(Input).action_submit()

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Close it, once: two clicks beside it would close what is below."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def run_worker(self, *args: Any, **options: Any) -> Any:
        """Look for commands; that this has closed meanwhile is no fault."""
        return super().run_worker(*args, **{**options, "exit_on_error": False})

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if self.is_active:
            cast("Watching", self.app).on_worker_state_changed(event)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Move in a list only where one is seen: Textual fails at a page of nothing."""
        if action == "command_list":
            found = self.query_one(OptionList)
            return found.option_count > 0 and bool(found.scrollable_content_region)
        return super().check_action(action, parameters)

    def get_widget_at(self, x: int, y: int) -> tuple[Widget, Region]:
        """Return what is there; where the terminal has become too small for a click, it is this."""
        try:
            return super().get_widget_at(x, y)
        except NoWidget:
            return self, self.region


class CommandsProvider(Provider):
    """Finds commands by their words."""

    async def discover(self) -> Hits:
        """Offer the commands of the screen before anything is typed."""
        for entry in self._commands(is_searching=False):
            yield DiscoveryHit(Text(entry.title), entry.run, entry.title, entry.help)

    async def search(self, query: str) -> Hits:
        """Offer what matches best."""
        scored = [(score(query, entry), entry) for entry in (*self._commands(), *self._places())]
        found = sorted((each for each in scored if each[0] > 0), key=lambda each: -each[0])
        for value, entry in found[:MOST]:
            shown = Text(entry.title)
            for position in _matched(query, entry):
                shown.stylize("bold underline", position, position + 1)
            yield Hit(value, shown, entry.run, entry.title, entry.help)

    def _commands(self, *, is_searching: bool = True) -> Iterator[Entry]:
        for offer in offers(self.screen):
            if offer.enabled and (is_searching or offer.command.in_palette):
                yield self._entry(offer)

    def _entry(self, offer: Offer) -> Entry:
        command = offer.command
        title = f"{command.section}: {command.label}"
        keys = f"  ({', '.join(offer.keys)})" if offer.keys else ""
        return Entry(title, f"{self._tip(command)}{keys}", offer.give, command.label)

    def _tip(self, command: type[Command]) -> str:
        """What a command does; of undo, what it would undo."""
        screen = self.screen
        last = screen.desk.undos.last if isinstance(screen, FrameScreen) else None
        return f"Undo: {last.what}" if command is Undo and last is not None else command.tip

    def _places(self) -> Iterator[Entry]:
        """Accounts and targets, by name."""
        screen = self.screen
        if not isinstance(screen, FrameScreen):
            return
        overview = screen.desk.world.overview
        for account in overview.accounts:
            run = partial(screen.use_account, account.name)
            yield _place("account", account.name, run)
        for target in overview.targets:
            yield _place("target", target.name, partial(screen.use_target, target.name))


def score(query: str, entry: Entry) -> float:
    """Return how well a line matches, 0 to 1: its name before its title, short before long."""
    if fold(query) == fold(entry.title):
        return 1.0
    best = max(2 * closeness(query, entry.name) if entry.name else 0, closeness(query, entry.title))
    return best / 5 + 1 / (10 + len(entry.title)) if best else 0.0


def _matched(query: str, entry: Entry) -> list[int]:
    """The positions in the title to mark: those in the name, where it matches by itself."""
    start = len(entry.title) - len(entry.name)
    in_name = match(query, entry.name) if entry.name else None
    if in_name is not None:
        return [start + position for position in in_name]
    return list(match(query, entry.title) or ())


def _place(kind: str, name: str, run: Callable[[], None]) -> Entry:
    shown = safe(name)
    return Entry(f"use {kind} {shown}", f"Go to this {kind}", run, shown)
