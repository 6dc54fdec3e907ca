"""The tokens of one login in a file, and in memory what the file could not take."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING, NamedTuple

from mixdesk.exceptions import StoreError
from mixdesk.model.secret import Secret
from mixdesk.store.files import Place, fingerprint
from mixdesk.store.locks import locked_now
from mixdesk.store.tokens import TokenEntry

if TYPE_CHECKING:  # tokens that are good still are read without it
    from mixdesk.api.transport import Transport


class Client(NamedTuple):
    """The OAuth client that tokens were issued to."""

    client_id: str
    issuer: str | None = None
    """Who registered it; None when that is not known."""


class Vault(ABC):
    """Keeps the tokens of one login, for every process of this user.

    Args:
        account: The account that logged in.
        place: The file.
    """

    def __init__(self, account: str, place: Place) -> None:
        self.account = account
        self.place = place

    @property
    @abstractmethod
    def absence(self) -> str:
        """What there is to say when there are no tokens."""

    @property
    @abstractmethod
    def next_step(self) -> str:
        """What the user does when the login has ended."""

    @abstractmethod
    def locked(self) -> AbstractContextManager[None]:
        """Keep every other process and thread from changing the tokens.

        Raises:
            StoreError: The lock cannot be had.
        """

    @abstractmethod
    def client(self, tokens: TokenEntry) -> Client | None:
        """The client that these tokens were issued to, as far as it is known.

        Raises:
            StoreError: A file cannot be used.
        """

    @abstractmethod
    def issuer(self, environ: Mapping[str, str]) -> str:
        """Who is asked for new tokens, as the environment says.

        Raises:
            ConfigError: The environment names no address to trust.
        """

    @abstractmethod
    def token_endpoint(self, environ: Mapping[str, str], transport: Transport) -> str:
        """Where they are asked for.

        Args:
            environ: May move the authorization server elsewhere.
            transport: Asks for the server's metadata, where that is needed.

        Raises:
            ConfigError: The environment names no address to trust.
            OAuthError: The metadata cannot be had or trusted.
        """

    @abstractmethod
    def _stored(self) -> TokenEntry | None:
        """The tokens in the file."""

    @abstractmethod
    def _store(self, tokens: TokenEntry) -> None:
        """Put other tokens in the file."""

    def _may_fail(self, error: StoreError) -> bool:
        """Whether it is to be expected that the file cannot be written."""
        return False

    def read(self) -> TokenEntry | None:
        """The tokens as they are now; None when there are none.

        Raises:
            StoreError: The file cannot be used.
        """
        stored, unsaved = self._stored(), _unsaved.get(self.place.path)
        if stored is None or unsaved is None or stored.access_token != unsaved.spent:
            return stored
        return unsaved.tokens

    def replace(self, spent: TokenEntry, renewed: TokenEntry) -> TokenEntry | None:
        """Store tokens durably in the place of others; the caller holds the lock.

        Tokens that cannot be stored are kept in memory: this process goes on with them.

        Args:
            spent: What :meth:`read` gave under this lock.
            renewed: What takes their place.

        Returns:
            The tokens that are there now: others, when a program without locks has stored some
            meanwhile, and None when it has removed them.

        Raises:
            StoreError: They cannot be stored, and that is not to be expected.
        """
        before = _unsaved.get(self.place.path)
        is_unsaved = before is not None and before.tokens.access_token == spent.access_token
        on_disk = before.spent if before is not None and is_unsaved else spent.access_token
        # Remembered before anything can fail: this process has the only copy of a grant.
        _unsaved[self.place.path] = _Unsaved(on_disk, renewed)
        return self._write_unsaved()

    def save(self) -> None:
        """Store what could not be stored before, if that is of use still; wait for nobody."""
        unsaved = _unsaved.get(self.place.path)
        if unsaved is None or unsaved.is_final or fingerprint(self.place) is None:
            return
        with suppress(StoreError), locked_now(self.place) as held:
            if held:
                self._write_unsaved()

    def _write_unsaved(self) -> TokenEntry | None:
        """Write what is only in memory where it belongs, and return what is there then."""
        path = self.place.path
        stored, unsaved = self._stored(), _unsaved.get(path)
        if unsaved is None:
            return stored
        if stored is None or stored.access_token != unsaved.spent:
            _unsaved.pop(path, None)
            return stored
        tokens = unsaved.tokens.replace(extra=stored.extra)
        try:
            self._store(tokens)
        except StoreError as error:
            if not self._may_fail(error):
                raise
            _unsaved[path] = unsaved._replace(is_final=True)
        else:
            _unsaved.pop(path, None)
        return tokens


class _Unsaved(NamedTuple):
    """Tokens that are in memory and not in their file."""

    spent: Secret
    """The access token in the file, whose place they took."""
    tokens: TokenEntry
    is_final: bool = False
    """Whether the file is not to be written at all, so that nobody tries again."""


_unsaved: dict[str, _Unsaved] = {}
"""By path, for the life of this process."""
