"""Where commands meet: in one place a key can mean one thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from textual.binding import Binding, BindingType

from mixdesk_tui.commands.accounts import ACCOUNTS
from mixdesk_tui.commands.base import Command
from mixdesk_tui.commands.dialogs import (
    CHOICE,
    CHOOSING,
    DETAILS,
    DIALOG,
    FORM,
    PROCEEDING,
    QUESTION,
    READING,
    READING_AN_ERROR,
    READING_AND_COPYING,
    REMOVAL,
    SAVING,
    TYPING,
)
from mixdesk_tui.commands.frame import FRAME
from mixdesk_tui.commands.lists import FILTER, LISTS
from mixdesk_tui.commands.login import LOGIN, NAMING, PASTING, PICKING, SUBMITTING
from mixdesk_tui.commands.moves import MOVES
from mixdesk_tui.commands.projects import PROJECTS
from mixdesk_tui.commands.status import STATUS
from mixdesk_tui.commands.targets import TARGETS

_FIELDS = (*SUBMITTING, *PASTING, *PICKING, *NAMING)

_BOUND: Mapping[str, Iterable[BindingType]] = {
    "on Status": (*FRAME, *MOVES, *STATUS),
    "on Accounts": (*FRAME, *MOVES, *ACCOUNTS, *LISTS, *FILTER),
    "on Targets": (*FRAME, *MOVES, *TARGETS, *LISTS, *FILTER),
    "on Projects": (*FRAME, *MOVES, *PROJECTS, *FILTER),
    "in a form": (*DIALOG, *FORM, *SAVING, *CHOICE),
    "in a question": (*DIALOG, *MOVES, *QUESTION, *REMOVAL),
    "where a name is typed": (*DIALOG, *TYPING, *PROCEEDING),
    "in an error": (*DIALOG, *MOVES, *READING_AN_ERROR),
    "in a menu": (*DIALOG, *MOVES, *CHOOSING),
    "in the details": (*DIALOG, *MOVES, *DETAILS),
    "where something is read": (*DIALOG, *MOVES, *READING, *READING_AND_COPYING),
    "in the login": (*DIALOG, *LOGIN, *_FIELDS),
}


def _ids(bound: Iterable[BindingType]) -> frozenset[str]:
    return frozenset(each.id for each in bound if isinstance(each, Binding) and each.id)


PLACES: Mapping[str, frozenset[str]] = {place: _ids(bound) for place, bound in _BOUND.items()}
"""The ids of all commands that can be given in a place, one time or another."""

TYPED = _ids((*FILTER, *FORM, *SAVING, *TYPING, *PROCEEDING, *_FIELDS))
"""Those that are given while a field has the keys."""


def clashes(keys: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str, str, str]]:
    """Find what has the same key in the same place.

    Those that have a key in common as they are made take turns: that is no clash.

    Args:
        keys: Keys by command id, where they are not as they are made.

    Yields:
        Two ids, the key, the place.
    """
    for place, ids in PLACES.items():
        for first, second in combinations(sorted(ids), 2):
            if first not in keys and second not in keys:
                continue
            if set(_made(first)) & set(_made(second)):
                continue
            for key in set(keys.get(first, _made(first))) & set(keys.get(second, _made(second))):
                yield first, second, key, place


def _made(command_id: str) -> tuple[str, ...]:
    """The keys of a command as it is made."""
    return tuple(Command.registry[command_id].key.split(","))
