"""Where the tokens of one login live: an account's directory, or a bridge file."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING

from mixdesk.exceptions import StoreError
from mixdesk.model.records import AccountEntry
from mixdesk.model.rules import Region
from mixdesk.model.text import clean
from mixdesk.oauth.file_vault import Client, Vault
from mixdesk.store.bridge import BridgeEntry, read_bridge
from mixdesk.store.clients import read_client
from mixdesk.store.files import Place
from mixdesk.store.json_file import read_json, write_json
from mixdesk.store.locks import ACCOUNT_WAIT, locked
from mixdesk.store.storage import Storage
from mixdesk.store.tokens import TokenEntry, read_tokens, replace_tokens, token_fields

if TYPE_CHECKING:
    from mixdesk.api.transport import Transport


class RegionVault(Vault):
    """The tokens of a login at Mixpanel.

    Args:
        storage: Where the files are.
        account: The account that logged in.
        region: Where its data lives.
        place: The file.
    """

    def __init__(self, storage: Storage, account: str, region: Region, place: Place) -> None:
        super().__init__(account, place)
        self.region = region
        self._storage = storage

    def issuer(self, environ: Mapping[str, str]) -> str:
        """Who is asked for new tokens: the region's server, or the one of the environment."""
        from mixdesk.oauth.endpoints import issuer_of  # loads httpx, as whoever asks does

        return issuer_of(self.region, environ)

    def token_endpoint(self, environ: Mapping[str, str], transport: Transport) -> str:
        """Where they are asked for."""
        from mixdesk.oauth.endpoints import find_endpoints

        return find_endpoints(self.region, environ, transport).token


class AccountVault(RegionVault):
    """The tokens of an account of this machine: ``accounts/NAME/tokens.json``.

    Args:
        storage: Where the files are.
        account: The account's name.
        region: Where its data lives.
    """

    def __init__(self, storage: Storage, account: str, region: Region) -> None:
        super().__init__(storage, account, region, storage.account(account, "tokens.json"))

    @property
    def absence(self) -> str:
        """What there is to say when there are no tokens."""
        return f"Account {self.account!r} has not logged in yet."

    @property
    def next_step(self) -> str:
        """What the user does when the login has ended."""
        return f"Log in again: mp account login {self.account}"

    def locked(self) -> AbstractContextManager[None]:
        """Hold the lock of the file; an account that is gone is not made anew by that."""
        return locked(self.place, wait=ACCOUNT_WAIT, create=False)

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

    def _stored(self) -> TokenEntry | None:
        return read_tokens(self.place)

    def _store(self, tokens: TokenEntry) -> None:
        replace_tokens(self.place, tokens)


class BridgeVault(RegionVault):
    """The tokens in a bridge file. The machine's own accounts are never touched.

    Args:
        storage: Where the client of the region is, for a bridge that names none.
        bridge: The bridge as it was read.
    """

    def __init__(self, storage: Storage, bridge: BridgeEntry) -> None:
        super().__init__(storage, bridge.account.name, bridge.account.region, bridge.place)

    @property
    def absence(self) -> str:
        """What there is to say when there are no tokens."""
        return f"{clean(self.place.path)} carries account {self.account!r} no more."

    @property
    def next_step(self) -> str:
        """What the user does when the login has ended."""
        return "Export the bridge again on the machine it came from: mp account export-bridge"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the file, or where none can be made one of this process."""
        with ExitStack() as held:
            try:
                held.enter_context(locked(self.place, wait=ACCOUNT_WAIT, create=False))
            except StoreError as error:
                if not self._may_fail(error):
                    raise
                held.enter_context(_in_memory)
            yield

    def client(self, tokens: TokenEntry) -> Client | None:
        """The client that these tokens were issued to, else this machine's for the region."""
        if tokens.client_id:
            return Client(tokens.client_id)
        return _region_client(self._storage, self.region)

    def _stored(self) -> TokenEntry | None:
        bridge = read_bridge(self.place)
        if bridge is None or bridge.account[:3] != (self.account, "oauth_browser", self.region):
            return None  # another account's by now: its tokens are not for our requests
        return bridge.tokens

    def _store(self, tokens: TokenEntry) -> None:
        fields = read_json(self.place) or {}
        old = fields.get("tokens")
        kept = old if isinstance(old, dict) else {}
        write_json(self.place, {**fields, "tokens": {**kept, **token_fields(tokens)}})

    def _may_fail(self, error: StoreError) -> bool:
        return error.details.get("errno") in ("EROFS", "EACCES", "EPERM")


def vault_of(storage: Storage, entry: AccountEntry, bridge: BridgeEntry | None) -> RegionVault:
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


def _region_client(storage: Storage, region: Region) -> Client | None:
    entry = read_client(storage.region_client(region))
    return Client(entry.client_id, entry.issuer) if entry else None
