"""Where the tokens of one login live: an account's directory, or a bridge file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import NamedTuple, Protocol

from mixdesk.exceptions import StoreError
from mixdesk.model.records import AccountEntry
from mixdesk.model.rules import Region
from mixdesk.model.secret import Secret
from mixdesk.store.bridge import BridgeEntry, read_bridge
from mixdesk.store.clients import read_client
from mixdesk.store.files import Place
from mixdesk.store.json_file import read_json, write_json
from mixdesk.store.locks import ACCOUNT_WAIT, locked
from mixdesk.store.storage import Storage
from mixdesk.store.tokens import (
    TokenEntry,
    read_tokens,
    replace_tokens,
    token_entry,
    token_fields,
)


class Client(NamedTuple):
    """The OAuth client that tokens were issued to."""

    client_id: str
    issuer: str | None = None
    """Who registered it; None when that is not known."""


class Vault(Protocol):
    """Keeps the tokens of one login, for every process of this user."""

    @property
    def account(self) -> str:
        """The account that logged in."""
        ...

    @property
    def region(self) -> Region:
        """Where its data lives."""
        ...

    @property
    def place(self) -> Place:
        """The file."""
        ...

    @property
    def next_step(self) -> str:
        """What the user does when the login has ended."""
        ...

    def read(self) -> TokenEntry | None:
        """The tokens as they are now; None when there are none.

        Raises:
            StoreError: The file cannot be used.
        """
        ...

    def locked(self) -> AbstractContextManager[None]:
        """Keep every other process and thread from changing the tokens.

        Raises:
            StoreError: The lock cannot be had.
        """
        ...

    def write(self, tokens: TokenEntry) -> None:
        """Store tokens durably; the caller holds the lock.

        Tokens that cannot be stored are kept in memory: this process goes on with them.

        Raises:
            StoreError: They cannot be stored, and that is not to be expected.
        """
        ...

    def client(self, tokens: TokenEntry) -> Client | None:
        """The client that these tokens were issued to, as far as it is known.

        Raises:
            StoreError: A file cannot be used.
        """
        ...


class AccountVault:
    """The tokens of an account of this machine: ``accounts/NAME/tokens.json``.

    Args:
        storage: Where the files are.
        account: The account's name.
        region: Where its data lives.
    """

    def __init__(self, storage: Storage, account: str, region: Region) -> None:
        self.account = account
        self.region = region
        self.place = storage.account(account, "tokens.json")
        self._storage = storage

    @property
    def next_step(self) -> str:
        """What the user does when the login has ended."""
        return f"Log in again: mp account login {self.account}"

    def read(self) -> TokenEntry | None:
        """The tokens as they are now; None when there are none."""
        return _remembered(self.place, read_tokens(self.place))

    def locked(self) -> AbstractContextManager[None]:
        """Hold the lock of the file; an account that is gone is not made anew by that."""
        return locked(self.place, wait=ACCOUNT_WAIT, create=False)

    def write(self, tokens: TokenEntry) -> None:
        """Store tokens durably; the caller holds the lock."""
        try:
            replace_tokens(self.place, tokens)
        except StoreError:
            _remember(self.place, read_tokens(self.place), tokens)
            raise

    def client(self, tokens: TokenEntry) -> Client | None:
        """The client that these tokens were issued to.

        ``mixpanel_headless`` does not say which: its one client of the region.
        """
        own = read_client(self._storage.account(self.account, "client.json"))
        known = Client(own.client_id, own.issuer) if own else None
        if tokens.client_id is None:
            return _region_client(self._storage, self.region) or known
        is_own = known is not None and known.client_id == tokens.client_id
        return known if is_own else Client(tokens.client_id)


class BridgeVault:
    """The tokens in a bridge file. The machine's own accounts are never touched.

    Args:
        storage: Where the client of the region is, for a bridge that names none.
        bridge: The bridge as it was read.
    """

    def __init__(self, storage: Storage, bridge: BridgeEntry) -> None:
        self.account = bridge.account.name
        self.region = bridge.account.region
        self.place = bridge.place
        self._storage = storage

    @property
    def next_step(self) -> str:
        """What the user does when the login has ended."""
        return "Export the bridge again on the machine it came from: mp account export-bridge"

    def read(self) -> TokenEntry | None:
        """The tokens as they are now; None when the bridge is gone."""
        bridge = read_bridge(self.place)
        return _remembered(self.place, bridge.tokens if bridge else None)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the file, or where none can be made one of this process."""
        with ExitStack() as held:
            try:
                held.enter_context(locked(self.place, wait=ACCOUNT_WAIT, create=False))
            except StoreError as error:
                if not _is_read_only(error):
                    raise
                held.enter_context(_in_memory)
            yield

    def write(self, tokens: TokenEntry) -> None:
        """Store tokens in the file, or where that may not be written in memory."""
        fields = read_json(self.place) or {}
        old = fields.get("tokens")
        kept = old if isinstance(old, dict) else {}
        try:
            write_json(self.place, {**fields, "tokens": {**kept, **token_fields(tokens)}})
        except StoreError as error:
            _remember(self.place, token_entry(kept), tokens)
            if not _is_read_only(error):
                raise

    def client(self, tokens: TokenEntry) -> Client | None:
        """The client that these tokens were issued to, else this machine's for the region."""
        if tokens.client_id:
            return Client(tokens.client_id)
        return _region_client(self._storage, self.region)


def vault_of(storage: Storage, entry: AccountEntry, bridge: BridgeEntry | None) -> Vault:
    """Where the tokens of a browser account live.

    Args:
        storage: Where the files are.
        entry: The account.
        bridge: The bridge that the account came from, if it did.
    """
    if bridge is not None:
        return BridgeVault(storage, bridge)
    return AccountVault(storage, entry.name, entry.region)


_in_memory = threading.Lock()
_unsaved: dict[str, tuple[Secret, TokenEntry]] = {}
"""Per file: the access token it holds, and the tokens that took its place and are not in it."""


def _remember(place: Place, stored: TokenEntry | None, tokens: TokenEntry) -> None:
    if stored is not None:
        _unsaved[place.path] = (stored.access_token, tokens)


def _remembered(place: Place, stored: TokenEntry | None) -> TokenEntry | None:
    """What is stored, or what this process knows to have taken its place."""
    spent, tokens = _unsaved.get(place.path, (None, None))
    return tokens if stored is not None and stored.access_token == spent else stored


def _is_read_only(error: StoreError) -> bool:
    return error.details.get("errno") in ("EROFS", "EACCES", "EPERM")


def _region_client(storage: Storage, region: Region) -> Client | None:
    entry = read_client(storage.region_client(region))
    return Client(entry.client_id, entry.issuer) if entry else None
