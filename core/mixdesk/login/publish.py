"""Storing a browser login: client, tokens, config, in this order; all of it, or nothing.

What is about to be stored is noted first (without secrets), so that the run after one that was
killed in the middle completes it, or removes what it finds.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

from mixdesk.exceptions import StoreError
from mixdesk.login.note import LoginPlaces, Note
from mixdesk.login.recovery import mend, recover, remove_directories
from mixdesk.model.records import AccountEntry
from mixdesk.store import recording
from mixdesk.store.changes import LoginStored
from mixdesk.store.clients import ClientEntry, client_fields
from mixdesk.store.config import ConfigManager
from mixdesk.store.files import Place, read_file, remove_file, write_file
from mixdesk.store.json_file import encode
from mixdesk.store.locks import ACCOUNT_WAIT, locked
from mixdesk.store.storage import Storage
from mixdesk.store.tokens import TokenEntry, read_tokens, token_fields

__all__ = ["publish_tokens", "recover"]


def publish_tokens(
    config: ConfigManager,
    storage: Storage,
    entry: AccountEntry,
    client: ClientEntry,
    tokens: TokenEntry,
    *,
    is_new: bool,
) -> None:
    """Store a browser login and make its account the active one.

    Args:
        config: Where the account goes.
        storage: Where its files go.
        entry: The account.
        client: The client that the tokens were issued to.
        tokens: The tokens.
        is_new: Whether the account is to be added.

    Raises:
        AccountExistsError: It is new, and another process has added one of this name meanwhile.
        StoreError: A file cannot be locked or written; every file is as it was.
    """
    with locked(storage.login, wait=ACCOUNT_WAIT):
        mend(config, storage)  # one of a run that was killed while this one waited for somebody
        access_token = tokens.access_token.get_secret_value()
        note = Note.of(storage, entry, client_fields(client), access_token)
        files = _Files(LoginPlaces.of(storage, entry.name, entry.region), note, tokens)
        note.write(storage)
        try:
            # A new account is added in the same breath, so that nobody else takes its name. One
            # that is there may be refreshing: nobody waits for that with the config locked.
            if not is_new:
                files.store()
            config.save_login(entry, is_new=is_new, before=files.store if is_new else None)
            if (listener := recording.listener()) is not None:
                listener.add(LoginStored(entry.name, is_new))
        except BaseException:
            files.put_back()
            raise
        finally:
            remove_file(storage.login)


class _Files:
    """The files of one login, and what they were before."""

    def __init__(self, places: LoginPlaces, note: Note, tokens: TokenEntry) -> None:
        self._places = places
        self._note = note
        self._tokens = token_fields(tokens)
        self._before: dict[Place, bytes | None] = {}
        self._written: dict[Place, bytes] = {}

    def store(self) -> None:
        """Write the client, for everyone in the region if there is none, and the tokens."""
        self._share_client()
        tokens = self._places.tokens
        with locked(tokens, wait=ACCOUNT_WAIT):
            # Under its own lock as well, by which readers know whether a writer is at work.
            with locked(self._places.client, wait=ACCOUNT_WAIT):
                self._write(self._places.client, self._note.client)
            self._write(tokens, {**_foreign_keys(tokens), **self._tokens})

    def put_back(self) -> None:
        """Make everything as it was, except what another process has changed meanwhile."""
        for place, content in self._before.items():
            lock = self._places.shared if place == self._places.shared else self._places.tokens
            with suppress(StoreError), locked(lock, wait=ACCOUNT_WAIT, create=False):
                if read_file(place) == self._written.get(place):
                    _restore(place, content)
        remove_directories(self._places, self._note.made)

    def _share_client(self) -> None:
        """Never in another's place: it is the only client that ``mixpanel_headless`` knows.

        One that no browser comes back to is of no use to it.
        """
        if not self._note.client["redirect_uri"]:
            return
        shared = self._places.shared
        with locked(shared, wait=ACCOUNT_WAIT):
            if not os.path.lexists(shared.path):
                self._write(shared, self._note.client)

    def _write(self, place: Place, fields: Any) -> None:
        content = encode(fields)
        self._before.setdefault(place, read_file(place))
        write_file(place, content)
        self._written[place] = content


def _foreign_keys(place: Place) -> dict[str, Any]:
    """What a token file has besides tokens, which is somebody else's."""
    try:
        old = read_tokens(place)
    except StoreError:
        return {}
    return dict(old.extra) if old else {}


def _restore(place: Place, content: bytes | None) -> None:
    if content is None:
        remove_file(place)
    else:
        write_file(place, content)
