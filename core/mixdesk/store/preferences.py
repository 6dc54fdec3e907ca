"""``ui.toml``: what the front ends remember for comfort. Deleting it loses nothing else."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from mixdesk.exceptions import MixdeskError, StoreError
from mixdesk.model.records import Problem, ProblemKind
from mixdesk.store import recording
from mixdesk.store.files import Place, read_file, write_file
from mixdesk.store.json_file import number

_WAIT = 10.0

_PLACES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "theme": (("app",), "theme"),
    "mouse": (("app",), "mouse"),
    "clipboard_timeout": (("app",), "clipboard_timeout"),
    "keymap": (("app",), "keymap"),
    "protected_targets": (("targets",), "protected"),
    "recent_projects": (("projects",), "recent"),
    "favourite_projects": (("projects",), "favourites"),
}
"""Where each preference stands in the file: table and key."""


class Preferences(NamedTuple):
    """The preferences, each with the default for when the file says nothing sensible."""

    theme: str = ""
    """Name of a theme; empty follows the terminal."""
    mouse: bool = True
    clipboard_timeout: float = 45.0
    """Seconds after which a copied secret is cleared."""
    keymap: Mapping[str, object] = MappingProxyType({})
    """Names of commands to keys, as the file has them: the app says which of them make sense."""
    protected_targets: tuple[str, ...] = ()
    recent_projects: tuple[str, ...] = ()
    favourite_projects: tuple[str, ...] = ()


def read_preferences(place: Place) -> Preferences:
    """Read the preferences; what is missing or makes no sense takes its default."""
    try:
        data = tomllib.loads((read_file(place) or b"").decode())
    except (StoreError, ValueError, RecursionError):
        return Preferences()
    found = {}
    for name, (table, key) in _PLACES.items():
        section = data.get(table[0])
        value = section.get(key) if isinstance(section, dict) else None
        sensible = _sensible(getattr(Preferences(), name), value)
        if sensible is not None:
            found[name] = sensible
    return Preferences(**found)


class Looked(NamedTuple):
    """What is in ``ui.toml``, and why where there is nothing to be had from it."""

    preferences: Preferences
    text: str = ""
    problem: Problem | None = None


def look_at_preferences(place: Place) -> Looked:
    """Read the preferences, and say what is wrong with a file that cannot be read.

    Args:
        place: ``ui.toml``.
    """
    from mixdesk.store.snapshot import decode, parse

    try:
        text = decode(read_file(place) or b"", place.path)
        parse(text, place.path)
    except StoreError as error:
        return Looked(Preferences(), problem=_problem(place, error))
    return Looked(read_preferences(place), text)


def _problem(place: Place, error: MixdeskError) -> Problem:
    hint = " ".join(filter(None, (error.hint, "Until then the app has its own keys and looks.")))
    line = error.details.get("line")
    at = line if isinstance(line, int) else None
    kind: ProblemKind = "safety" if error.code == "STORE_UNSAFE_PATH" else "schema"
    code = error.code.lower()
    return Problem(kind, code, (), None, error.summary, hint, place.path, at)


def change_preferences(place: Place, **changes: Any) -> Preferences:
    """Change some preferences and keep everything else in the file.

    Args:
        place: ``ui.toml``.
        changes: Fields of :class:`Preferences` with their new values.

    Returns:
        All preferences as they are now.

    Raises:
        StoreError: The file cannot be locked or written, or is not TOML.
    """
    from mixdesk.store.document import Document  # tomlkit: only for those who write
    from mixdesk.store.locks import locked
    from mixdesk.store.snapshot import decode, parse

    with locked(place, wait=_WAIT):
        text = decode(read_file(place) or b"", place.path)
        data = parse(text, place.path)
        document = Document(text, data, place.path)
        for name, value in changes.items():
            table, key = _PLACES[name]
            document.set_value(table, key, list(value) if isinstance(value, tuple) else value)
        after, meaning = document.finish()
        write_file(place, after.encode())
        if (listener := recording.listener()) is not None and after != text:
            from mixdesk.store.changes import Edited

            listener.add(Edited("preferences", place, text, after, data, meaning))
    return read_preferences(place)


def _sensible(default: Any, value: object) -> Any:
    """The value in the type of the default, or None."""
    match default, value:
        case bool(), bool():
            return value
        case bool(), _:
            return None
        case float(), _:
            return number(value)
        case str(), str():
            return value
        case tuple(), list():
            return tuple(item for item in value if isinstance(item, str))
        case Mapping(), dict():
            return _flat(value)
        case _:
            return None


def _flat(table: Mapping[str, object], before: str = "") -> dict[str, object]:
    """The values of a table, those of its tables too: ``a.b = 1`` is the same as ``"a.b" = 1``."""
    found: dict[str, object] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{before}{key}.")
        else:
            found[before + key] = value
    return found
