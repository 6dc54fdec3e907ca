"""``login.json``: what a login is about to store and what was there before; no secret."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple, Self

from mixdesk.exceptions import StoreError
from mixdesk.model.records import AccountEntry
from mixdesk.store.files import Place, read_file
from mixdesk.store.json_file import read_json, write_json
from mixdesk.store.schema import account_problems
from mixdesk.store.storage import Storage
from mixdesk.store.tokens import read_tokens


class LoginPlaces(NamedTuple):
    """Where the files of one login are."""

    client: Place
    tokens: Place
    shared: Place
    """The client of the region."""

    @classmethod
    def of(cls, storage: Storage, account: str, region: str) -> Self:
        """The files of an account."""
        return cls(
            storage.account(account, "client.json"),
            storage.account(account, "tokens.json"),
            storage.region_client(region),
        )

    @property
    def directories(self) -> dict[str, Path]:
        """The directories that a login may have to make, the outer ones first."""
        own, shared = Path(self.client.path).parent, Path(self.shared.path).parent
        return {"accounts": own.parent, "account": own, "oauth": shared}


@dataclass(frozen=True, slots=True)
class Note:
    """One login."""

    account: str
    block: Mapping[str, Any]
    """What is to stand in the config."""
    client: Mapping[str, Any]
    """The client file that is to be."""
    tokens: str | None
    """A digest of the tokens that are to be."""
    old_tokens: str | None
    """A digest of those that were; None when there were none."""
    old_client: str | None
    """The client file that was, each byte as one character."""
    shares_client: bool
    """Whether the region had no client yet."""
    made: list[str]
    """The directories that did not exist."""

    @classmethod
    def of(
        cls, storage: Storage, entry: AccountEntry, client: Mapping[str, Any], access_token: str
    ) -> Self:
        """Note a login before anything of it is stored.

        Raises:
            StoreError: What is there is not safe to use.
        """
        places = LoginPlaces.of(storage, entry.name, entry.region)
        block = {
            "type": entry.type,
            "region": entry.region,
            "default_project": entry.default_project,
        }
        old_client = read_file(places.client)
        return cls(
            account=entry.name,
            block={key: value for key, value in block.items() if value is not None},
            client=client,
            tokens=_digest(access_token),
            old_tokens=digest_of(places.tokens),
            old_client=None if old_client is None else old_client.decode("latin-1"),
            shares_client=not os.path.lexists(places.shared.path),
            made=[name for name, path in places.directories.items() if not os.path.lexists(path)],
        )

    def write(self, storage: Storage) -> None:
        """Keep it; the caller holds its lock.

        Raises:
            StoreError: It cannot be written.
        """
        write_json(storage.login, asdict(self))


def read_note(storage: Storage) -> Note | None:
    """The note, if there is one that makes sense; it is nobody's way to reach other files.

    Raises:
        StoreError: It is not safe to use or cannot be read.
    """
    try:
        found = read_json(storage.login) or {}
    except StoreError as error:
        if error.code != "STORE_CORRUPT":
            raise
        return None
    if found.keys() != {field.name for field in fields(Note)}:
        return None
    return Note(**found) if _makes_sense(found, storage) else None


def digest_of(tokens: Place) -> str | None:
    """What tells the tokens that are there from others; None for those that are none."""
    try:
        found = read_tokens(tokens)
    except StoreError:
        return None
    return _digest(found.access_token.get_secret_value()) if found else None


def _makes_sense(found: Mapping[str, Any], storage: Storage) -> bool:
    texts = (found["tokens"], found["old_tokens"], found["old_client"])
    account, block = found["account"], found["block"]
    return (
        isinstance(account, str)
        and isinstance(found["client"], dict)
        and isinstance(found["made"], list)
        and all(value is None or isinstance(value, str) for value in texts)
        and not account_problems(account, block, storage.login.path)
    )


def _digest(access_token: str) -> str:
    return hashlib.sha256(access_token.encode("utf-8", "replace")).hexdigest()
