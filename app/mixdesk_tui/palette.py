"""The palette: every command that works here, and every account and target to go to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider

from mixdesk_tui.matching import match
from mixdesk_tui.screens.frame import FrameScreen
from mixdesk_tui.spans import safe
from mixdesk_tui.widgets.footer import Offer, offers


class Entry(NamedTuple):
    """A line of the palette."""

    title: str
    help: str
    run: Callable[[], object]


class CommandsProvider(Provider):
    """Finds commands by their words."""

    async def discover(self) -> Hits:
        """Offer the commands of the screen before anything is typed."""
        for entry in self._commands():
            yield DiscoveryHit(Text(entry.title), entry.run, entry.title, entry.help)

    async def search(self, query: str) -> Hits:
        """Offer what matches, the shortest title first."""
        for entry in (*self._commands(), *self._places()):
            found = match(query, entry.title)
            if found is not None:
                shown = Text(entry.title)
                for position in found:
                    shown.stylize("bold underline", position, position + 1)
                score = 1 / (1 + len(entry.title))
                yield Hit(score, shown, entry.run, entry.title, entry.help)

    def _commands(self) -> Iterator[Entry]:
        for offer in offers(self.screen):
            if offer.enabled and offer.command.in_palette:
                yield self._entry(offer)

    def _entry(self, offer: Offer) -> Entry:
        command = offer.command
        title = f"{command.section}: {command.label}"
        run = partial(self.screen.run_action, command.action())
        return Entry(title, f"{command.tip}  ({offer.keys[0]})", run)

    def _places(self) -> Iterator[Entry]:
        """Accounts and targets, by name."""
        screen = self.screen
        if not isinstance(screen, FrameScreen):
            return
        overview = screen.desk.world.overview
        for account in overview.accounts:
            title = f"use account {safe(account.name)}"
            yield Entry(title, "Make it the active one", partial(screen.use_account, account.name))
        for target in overview.targets:
            title = f"use target {safe(target.name)}"
            yield Entry(title, "Make it current", partial(screen.use_target, target.name))
