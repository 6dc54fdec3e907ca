"""Writing and removing a bridge file, and never anything else that lies in its place."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from mixdesk.exceptions import ConfigError, InvalidArgumentError, StoreError
from mixdesk.model.records import AccountEntry
from mixdesk.model.secret import Secret
from mixdesk.model.text import clean
from mixdesk.store.bridge import VERSION, BridgeEntry
from mixdesk.store.files import (
    FILE_LIMIT,
    Place,
    close,
    read_descriptor,
    read_file,
    reading_failed,
    remove_file,
    remove_leftovers,
)
from mixdesk.store.json_file import write_json
from mixdesk.store.locks import ACCOUNT_WAIT, locked
from mixdesk.store.sweep import sweep
from mixdesk.store.tokens import token_fields

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def write_bridge(bridge: BridgeEntry, *, force: bool = False) -> None:
    """Write a bridge to its place durably, for this user alone, in directories that are too.

    Args:
        bridge: What to write, and where.
        force: Take the place of a file that is no bridge.

    Raises:
        ConfigError: What lies there is no bridge.
        StoreError: It cannot be locked or written, or what lies there is not safe to replace.
    """
    with locked(bridge.place, wait=ACCOUNT_WAIT):
        _refuse_occupied(bridge.place, force=force)
        write_json(bridge.place, bridge_fields(bridge))


def remove_bridge(place: Place) -> bool:
    """Remove a bridge file.

    Returns:
        Whether there was one.

    Raises:
        ConfigError: What lies there is no bridge.
        StoreError: It is not safe to touch, or cannot be locked or removed.
    """
    if not _refuse_foreign(place):
        sweep(place)
        return False
    with locked(place, wait=ACCOUNT_WAIT, create=False):
        remove_leftovers(place)
        return _refuse_foreign(place) and remove_file(place)


def refuse_destination(place: Place, *, force: bool) -> None:
    """Refuse a place where a bridge should not be written. Nothing is made by asking.

    Args:
        place: Where it is to be written.
        force: Allow a git work tree, and a file that is no bridge.

    Raises:
        InvalidArgumentError: It is a directory.
        ConfigError: It lies in a git work tree, or what lies there is no bridge.
        StoreError: What lies there is not safe to replace.
    """
    path = clean(place.path)
    if os.path.isdir(place.path):
        raise InvalidArgumentError(
            f"{path} is a directory, and a bridge is a file.",
            violation="directory",
            hint=f"Name the file in it, such as {os.path.join(path, 'mixpanel_auth.json')}",
            details={"path": place.path},
        )
    tree = None if force else _work_tree(place.path)
    if tree is not None:
        raise ConfigError(
            f"{path} lies in the git work tree {clean(tree)}, where it could be committed.",
            hint="Name a place outside of it, or insist with --force (force=True).",
            details={"path": place.path, "reason": "work_tree", "work_tree": tree},
        )
    _refuse_occupied(place, force=force)


def bridge_fields(bridge: BridgeEntry) -> dict[str, Any]:
    """The keys of a bridge file, secrets in the open; those without a value are left out."""
    fields = {
        "version": VERSION,
        "account": _account_fields(bridge.account),
        "tokens": token_fields(bridge.tokens) if bridge.tokens else None,
        "project": bridge.project,
        "workspace": bridge.workspace,
        "headers": dict(bridge.headers),
    }
    return {key: value for key, value in fields.items() if value is not None}


def _account_fields(entry: AccountEntry) -> Mapping[str, str]:
    return {
        key: value.get_secret_value() if isinstance(value, Secret) else value
        for key, value in entry._asdict().items()
        if value is not None
    }


def _refuse_occupied(place: Place, *, force: bool) -> None:
    """Refuse to replace what is no bridge; with ``force`` only what could not be one."""
    try:
        content = _content(place)
    except StoreError as error:
        if force and error.details.get("reason") == "size":
            return
        raise
    if content is None or force or _is_bridge(content):
        return
    raise ConfigError(
        f"{clean(place.path)} is there and is no bridge, so it is not overwritten.",
        hint="Name another file, or insist with --force (force=True).",
        details={"path": place.path, "reason": "not_a_bridge"},
    )


def _refuse_foreign(place: Place) -> bool:
    """Refuse to remove what is no bridge; tell whether there is anything."""
    content = _content(place)
    if content is None:
        return False
    if _is_bridge(content):
        return True
    raise ConfigError(
        f"{clean(place.path)} is no bridge, so it is not removed.",
        hint="Name the bridge. This file is removed like any other, with rm.",
        details={"path": place.path, "reason": "not_a_bridge"},
    )


def _content(place: Place) -> bytes | None:
    """What lies there. That others may read it is no reason to leave it: it shall go."""
    try:
        return read_file(place)
    except StoreError as error:
        if error.details.get("reason") != "mode" or error.path != place.path:
            raise
    try:
        descriptor = os.open(place.path, _READ)
    except OSError as error:
        raise reading_failed(place.path, error) from None
    try:
        return read_descriptor(descriptor, 0, FILE_LIMIT, place.path)
    finally:
        close(descriptor)


def _is_bridge(content: bytes) -> bool:
    """Whether it can be recognised as a bridge, sound or not, of whatever version."""
    try:
        fields = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(fields, dict) and "version" in fields and "account" in fields


def _work_tree(path: str) -> str | None:
    """The git work tree in which a file really lies."""
    directory = os.path.realpath(os.path.dirname(path))
    while not os.path.lexists(os.path.join(directory, ".git")):
        above = os.path.dirname(directory)
        if above == directory:
            return None
        directory = above
    return directory
