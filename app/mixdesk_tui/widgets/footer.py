"""The footer: what the keys do here, made from what is really bound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from textual.dom import DOMNode
from textual.screen import Screen

from mixdesk_tui.commands.base import Command, command_of
from mixdesk_tui.commands.frame import Everywhere
from mixdesk_tui.commands.moves import Moves
from mixdesk_tui.keys.binding import NO_KEY
from mixdesk_tui.keys.names import key_words
from mixdesk_tui.spans import Line, Span, line_width, spread


class Offer(NamedTuple):
    """A command that can be given now, and its keys as they are bound now."""

    keys: tuple[str, ...]
    command: type[Command]
    enabled: bool = True
    giver: DOMNode | None = None
    """Where the key is bound, and what is asked to do it."""

    async def give(self) -> None:
        """Do it."""
        if self.giver is not None:
            action = self.command.scope + self.command.action()
            await self.giver.app.run_action(action, self.giver)


def offers(screen: Screen[Any]) -> list[Offer]:
    """Return what can be done on a screen now, each once: what is special to it first."""
    found: dict[str, Offer] = {}
    for active in screen.active_bindings.values():
        command = command_of(active.binding)
        if command is not None:
            known = found.get(command.id(), Offer((), command, active.enabled, active.node))
            bound = active.binding.key
            keys = {*known.keys, *([] if bound.startswith(NO_KEY) else [key_words(bound)])}
            found[command.id()] = known._replace(keys=_sorted(command, keys))
    return sorted(found.values(), key=_rank)


def _rank(offer: Offer) -> tuple[bool, bool, int]:
    """What is special to a screen first, then moving, then what works everywhere."""
    command = offer.command
    position = list(Command.registry).index(command.id())
    return issubclass(command, Everywhere), command.section == Moves.section, position


def _sorted(command: type[Command], keys: set[str]) -> tuple[str, ...]:
    """Keys in the order in which the command names them."""
    named = [key_words(key) for key in command.keys_now()]
    return tuple(sorted(keys, key=named.index))


def footer_line(offered: Iterable[Offer], room: int) -> Line:
    """Return the footer: of the commands that do something now as many as fit, help always."""
    named = (offer for offer in offered if offer.command.in_footer and offer.keys)
    able = [offer for offer in named if offer.enabled]
    shown = [*able[:1], *sorted(able[1:], key=lambda offer: not offer.command.is_usual)]
    right = _entries([offer for offer in shown if offer.command.at_right])
    left: list[Span] = []
    for offer in shown:
        entry = _entries([offer])
        if offer.command.at_right or line_width([*left, *entry, *right]) > room:
            continue
        left += entry
    return spread(left, right, room)


def _entries(offered: Sequence[Offer]) -> list[Span]:
    """``a add`` for each, clickable."""
    spans: list[Span] = []
    for keys, command, *_ in offered:
        action = command.call()
        spans += [
            Span(" "),
            Span(keys[0], "key", action, command.tip),
            Span(f" {command.label} ", "muted", action, command.tip),
        ]
    return spans
