"""``ui.toml``: what the front ends remember for comfort. Deleting it loses nothing else."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from mixdesk.exceptions import StoreError
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
    keymap: Mapping[str, str] = MappingProxyType({})
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
            return {k: v for k, v in value.items() if isinstance(v, str)}
        case _:
            return None
