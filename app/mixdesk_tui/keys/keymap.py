"""The keys that a user wants, as far as they make sense, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import NamedTuple

from mixdesk.model.records import Problem
from mixdesk_tui.keys.names import NoKeyError, key_words, read_key, types_something
from mixdesk_tui.spans import safe

Keys = Mapping[str, tuple[str, ...]]

SECTION = ("app", "keymap")
"""Where the keymap stands in ``ui.toml``."""

_RESERVED = ("ctrl+c", "ctrl+q")


class Keymap(NamedTuple):
    """The keys that differ from how the app is made."""

    keys: Keys = MappingProxyType({})
    """By the ids of commands, in the terminal's words; none at all for a command without keys."""
    problems: tuple[Problem, ...] = ()
    """What could not be used, and why; the commands it is about keep the keys they have."""


AS_MADE = Keymap()


class _UnusableError(Exception):
    """An entry makes no sense: what is wrong, and what to do."""


def read_keymap(wanted: Mapping[str, object], path: str) -> Keymap:
    """Take from a keymap what makes sense.

    Args:
        wanted: Ids of commands and what the file says of them.
        path: The file, for the problems.

    Returns:
        The keys, and a problem for each entry that is not among them.
    """
    from mixdesk_tui.commands.base import load_all

    load_all()
    keys: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for name, value in wanted.items():
        try:
            _check_name(name)
            keys[name] = _keys(name, value)
        except _UnusableError as error:
            problems.append(_problem(name, error, path))
    return Keymap(*_without_clashes(keys, problems, path))


def _without_clashes(
    keys: dict[str, tuple[str, ...]], problems: list[Problem], path: str
) -> tuple[Keys, tuple[Problem, ...]]:
    """Leave out, the last first, what takes a key from another command."""
    from mixdesk_tui.keys.places import clashes

    order = list(keys)
    while found := next(iter(clashes(keys)), None):
        first, second, key, place = found
        loser = max((each for each in (first, second) if each in keys), key=order.index)
        winner = first if loser == second else second
        del keys[loser]
        said = f"{place}, {key_words(key)} is the key of {winner} ({_label(winner)}) already"
        problems.append(
            _problem(loser, _UnusableError(said, "Give one of the two another key."), path)
        )
    return MappingProxyType(keys), tuple(problems)


def _check_name(name: str) -> None:
    """Refuse what is not the id of a command."""
    from mixdesk_tui.commands.base import commands

    known = {each.id() for each in commands()}
    if name in known:
        return
    tails = {each.rpartition(".")[2]: each for each in known}
    near = get_close_matches(name, known, n=1) or get_close_matches(name, tails, n=1)
    wish = f"Did you mean {tails.get(near[0], near[0])}?" if near else "docs/keys.md lists them."
    raise _UnusableError("there is no such command", wish)


def _keys(name: str, value: object) -> tuple[str, ...]:
    from mixdesk_tui.commands.base import Command

    command = Command.registry[name]
    keys = tuple(dict.fromkeys(_read(each) for each in _texts(value)))
    if not keys and not command.in_palette:
        raise _UnusableError("without a key there is no way to it", "Give it one.")
    for key in keys:
        _check(name, key)
    return keys


def _texts(value: object) -> list[str]:
    """What stands for keys: ``"u"``, ``"u,enter"``, ``["u", "enter"]``; ``""`` for none."""
    if isinstance(value, str):
        return [value] if value == "," else [each for each in value.split(",") if each]
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return [each for each in value if each]
    raise _UnusableError("that is no key", 'Write a text: "u", or "u,enter" for two keys.')


def _read(text: str) -> str:
    try:
        return read_key(text)
    except NoKeyError as error:
        nearest = error.nearest
        wish = f"Did you mean {nearest}?" if nearest else "Write u, U, ?, enter, f5, ctrl+u, …"
        raise _UnusableError(f"{safe(text)!r} is no key that a terminal sends", wish) from None


def _check(name: str, key: str) -> None:
    from mixdesk_tui.keys.places import TYPED

    shown = key_words(key)
    if key in _RESERVED:
        raise _UnusableError(f"{shown} always leaves the app", "Choose another key.")
    if name in TYPED and types_something(key):
        raise _UnusableError(
            f"where it is needed, {shown} is typed", "Choose one such as f5 or ctrl+g."
        )


def _label(command_id: str) -> str:
    from mixdesk_tui.commands.base import Command

    return Command.registry[command_id].label


def _problem(name: str, error: _UnusableError, path: str) -> Problem:
    what, wish = error.args
    summary = f"ui.toml, {safe(name)}: {what}."
    kept = "" if what.startswith("there is no such") else " Until then it keeps its own keys."
    return Problem("schema", "keymap", SECTION, name, summary, f"{wish}{kept}", path)
