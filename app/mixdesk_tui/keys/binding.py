"""Gives screens and widgets the keys that the user chose.

Textual has a keymap of its own, but it takes a key away from everybody when one command gives it
up, and says nothing of names that it does not know.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.screen import ScreenResultType

from mixdesk_tui.commands.base import Command, command_of
from mixdesk_tui.sizing import Sized

NO_KEY = "<none>"
"""Begins the name of the key, which no terminal sends, of a command that has none."""


class Keyed(Sized[ScreenResultType]):
    """A screen on which commands have the keys that they have now."""

    @property
    def _binding_chain(self) -> list[tuple[DOMNode, BindingsMap]]:
        for node in (self.focused or self).ancestors_with_self:
            bound = _bound(type(node), tuple(Command.chosen.items()))
            if bound is not None:
                node._bindings = bound
        return super()._binding_chain

    def action_help(self) -> None:
        """Say what works here, and do what is clicked."""
        from mixdesk_tui.dialogs.help import HelpDialog
        from mixdesk_tui.widgets.footer import Offer, offers

        def give(offer: Offer | None) -> None:
            if offer is not None:
                self.call_next(offer.give)

        self.app.push_screen(HelpDialog(offers(self)), give)

    def action_commands(self) -> None:
        """Find a command by its words."""
        from mixdesk_tui.palette import Palette

        if not Palette.is_open(self.app):
            self.app.push_screen(Palette(placeholder="A command, an account, a target"))


@lru_cache(maxsize=256)
def _bound(owner: type[DOMNode], chosen: object) -> BindingsMap | None:
    """The bindings of a class with the keys of now; None for a class that binds no command."""
    found: dict[str, list[Binding]] = {}
    is_ours = False
    for base in reversed(owner.__mro__):
        own: Any = vars(base).get("BINDINGS", ())
        is_ours = is_ours or any(isinstance(each, Binding) and command_of(each) for each in own)
        for key, bindings in BindingsMap(map(_now, own)).key_to_bindings.items():
            found[key] = bindings
    return BindingsMap.from_keys(found) if is_ours else None


def _now(binding: Any) -> Any:
    command = command_of(binding) if isinstance(binding, Binding) else None
    if command is None:
        return binding
    return replace(binding, key=",".join(command.keys_now()) or f"{NO_KEY}{command.id()}")
