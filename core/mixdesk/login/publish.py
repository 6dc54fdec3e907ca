"""Storing a browser login: client, tokens, config, in this order; all of it, or nothing.

What is about to be stored is noted first (without secrets), so that the run after one that was
killed in the middle completes it, or removes what it finds.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from mixdesk.exceptions import MixdeskError, StoreError
from mixdesk.model.records import AccountEntry
from mixdesk.model.rules import is_name
from mixdesk.store.clients import ClientEntry, client_fields
from mixdesk.store.config import ConfigManager
from mixdesk.store.files import Place, read_file, remove_file, write_file
from mixdesk.store.json_file import encode, read_json, write_json
from mixdesk.store.locks import ACCOUNT_WAIT, locked, locked_now
from mixdesk.store.schema import account_entry, account_problems
from mixdesk.store.storage import Storage
from mixdesk.store.tokens import TokenEntry, iso, read_tokens, token_fields


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
    files = _Files(storage, entry.name, client, tokens)
    with locked(storage.login, wait=ACCOUNT_WAIT):
        write_json(storage.login, _note(entry, tokens, is_new=is_new, is_first=files.is_first))
        try:
            # A new account is added in the same breath, so that nobody else takes its name. One
            # that is there may be refreshing: nobody waits for that with the config locked.
            if not is_new:
                files.store()
            config.save_login(entry, is_new=is_new, before=files.store if is_new else None)
        except BaseException:
            files.put_back()
            raise
        finally:
            remove_file(storage.login)


def recover(config: ConfigManager, storage: Storage) -> None:
    """Complete what a killed run was storing, or remove what it left.

    A run that is still at it holds the lock and is left alone; what cannot be mended now is left
    to the next run.
    """
    with suppress(MixdeskError), locked_now(storage.login) as held:
        note = read_json(storage.login) if held else None
        if note is not None:
            _complete(config, storage, note)
            remove_file(storage.login)


def _complete(config: ConfigManager, storage: Storage, note: dict[str, Any]) -> None:
    name, block = note.get("account"), note.get("block")
    if not isinstance(name, str) or not is_name(name) or not isinstance(block, dict):
        return
    if account_problems(name, block, storage.login.path):
        return
    is_new = name not in config.snapshot().defined("accounts")
    ends_at = _stored_end(storage, name)
    if ends_at is not None and ends_at == note.get("expires_at"):
        config.save_login(account_entry(name, block), is_new=is_new)
    elif is_new and note.get("is_first"):
        directory = storage.account_directory(name)
        if not directory.is_symlink():
            shutil.rmtree(directory, ignore_errors=True)
        with suppress(OSError):  # it holds other accounts
            directory.parent.rmdir()


def _stored_end(storage: Storage, name: str) -> str | None:
    """When the stored tokens end: what tells the new ones from others."""
    try:
        tokens = read_tokens(storage.account(name, "tokens.json"))
    except StoreError:
        return None
    return iso(tokens.expires_at) if tokens else None


def _note(
    entry: AccountEntry, tokens: TokenEntry, *, is_new: bool, is_first: bool
) -> dict[str, Any]:
    block = {"type": entry.type, "region": entry.region, "default_project": entry.default_project}
    return {
        "account": entry.name,
        "block": {key: value for key, value in block.items() if value is not None},
        "expires_at": iso(tokens.expires_at),
        "is_new": is_new,
        "is_first": is_first,
    }


class _Files:
    """The files of one login, and what they were before."""

    def __init__(
        self, storage: Storage, name: str, client: ClientEntry, tokens: TokenEntry
    ) -> None:
        self._storage = storage
        self._name = name
        self._shared = storage.region_client(client.region)
        self._client = client_fields(client)
        self._tokens = token_fields(tokens)
        self._before: dict[Place, bytes | None] = {}
        self._written: dict[Place, bytes] = {}
        self._made: list[Path] = []

    @property
    def is_first(self) -> bool:
        """Whether the account has no directory yet."""
        return not self._directory.exists()

    @property
    def _directory(self) -> Path:
        return self._storage.account_directory(self._name)

    def store(self) -> None:
        """Write the client, for everyone in the region if there is none, and the tokens."""
        directories = (self._directory.parent, self._directory, Path(self._shared.path).parent)
        self._made += [directory for directory in directories if not directory.exists()]
        self._share_client()
        tokens = self._storage.account(self._name, "tokens.json")
        with locked(tokens, wait=ACCOUNT_WAIT):
            self._write(self._storage.account(self._name, "client.json"), self._client)
            self._write(tokens, {**_foreign_keys(tokens), **self._tokens})

    def put_back(self) -> None:
        """Make everything as it was, except what another process has changed meanwhile."""
        tokens = self._storage.account(self._name, "tokens.json")
        with suppress(StoreError), locked(tokens, wait=ACCOUNT_WAIT, create=False):
            for place, content in self._before.items():
                if read_file(place) == self._written.get(place):
                    _restore(place, content)
        for directory in self._made:
            shutil.rmtree(directory, ignore_errors=True)

    def _share_client(self) -> None:
        """Never in another's place: it is the only client that ``mixpanel_headless`` knows.

        One that no browser comes back to is of no use to it.
        """
        if not self._client["redirect_uri"]:
            return
        with locked(self._shared, wait=ACCOUNT_WAIT):
            if not os.path.lexists(self._shared.path):
                self._write(self._shared, self._client)

    def _write(self, place: Place, fields: dict[str, Any]) -> None:
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
