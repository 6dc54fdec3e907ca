"""After a run that was killed while it stored a login: all of it, or nothing."""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from mixdesk.exceptions import MixdeskError
from mixdesk.login.note import LoginPlaces, Note, digest_of, read_note
from mixdesk.store.config import ConfigManager
from mixdesk.store.files import read_file, remove_file, remove_leftovers, write_file
from mixdesk.store.json_file import encode
from mixdesk.store.locks import ACCOUNT_WAIT, locked, locked_now
from mixdesk.store.schema import account_entry
from mixdesk.store.storage import Storage


def recover(config: ConfigManager, storage: Storage) -> None:
    """Complete what a killed run was storing, or remove what it left.

    A run that is still at it holds the lock and is left alone; what cannot be mended now is left
    to the next run.
    """
    with suppress(MixdeskError), locked_now(storage.login) as held:
        if held:
            mend(config, storage)


def mend(config: ConfigManager, storage: Storage) -> None:
    """The same, for a caller that holds the lock.

    Raises:
        MixdeskError: It cannot be done now.
    """
    note = read_note(storage)
    if note is not None:
        places = LoginPlaces.of(storage, note.account, note.block["region"])
        stored = digest_of(places.tokens)
        if stored is not None and stored == note.tokens:
            is_new = note.account not in config.snapshot().defined("accounts")
            config.save_login(account_entry(note.account, note.block), is_new=is_new)
        elif stored == note.old_tokens:
            _put_back(note, places)
            remove_directories(places, note.made)
    remove_file(storage.login)


def remove_directories(places: LoginPlaces, made: Collection[str]) -> None:
    """Remove directories that a login has made, unless somebody has put something there since."""
    for name, directory in reversed(places.directories.items()):
        if name in made:
            with suppress(OSError):
                _remove_unused(directory)


def _remove_unused(directory: Path) -> None:
    names = os.listdir(directory)
    if all(name.endswith(".lock") for name in names):
        for name in names:
            os.unlink(directory / name)
        os.rmdir(directory)


def _put_back(note: Note, places: LoginPlaces) -> None:
    """Make the client files as they were, where nobody has written another one since."""
    ours = encode(note.client)
    with locked(places.tokens, wait=ACCOUNT_WAIT):
        remove_leftovers(places.client)
        remove_leftovers(places.tokens)
        if read_file(places.client) == ours:
            if note.old_client is None:
                remove_file(places.client)
            else:
                write_file(places.client, note.old_client.encode("latin-1"))
    with locked(places.shared, wait=ACCOUNT_WAIT):
        remove_leftovers(places.shared)
        if note.shares_client and read_file(places.shared) == ours:
            remove_file(places.shared)
