"""The tokens of a session: a user's own directory, and the server that issued them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager

from mixdesk.api.transport import Transport
from mixdesk.oauth.domain import domain_endpoints, issuer_at
from mixdesk.oauth.endpoints import Endpoints
from mixdesk.oauth.file_vault import Client, Vault
from mixdesk.store.files import Place
from mixdesk.store.locks import ACCOUNT_WAIT, locked
from mixdesk.store.session_tokens import (
    Registration,
    read_session_tokens,
    write_session_tokens,
)
from mixdesk.store.sweep import sweep
from mixdesk.store.tokens import TokenEntry


class SessionVault(Vault):
    """The tokens of a session.

    Args:
        username: Whose session it is.
        place: The file.
        registration: Who asks for tokens, where, and what for.
    """

    def __init__(self, username: str, place: Place, registration: Registration) -> None:
        super().__init__(username, place)
        self._registration = registration
        self._endpoints: Endpoints | None = None

    @property
    def absence(self) -> str:
        """What there is to say when there are no tokens."""
        return f"Session {self.account!r} has not logged in yet."

    @property
    def next_step(self) -> str:
        """What the user does when the login has ended."""
        return "Log in again: call authenticate()."

    def locked(self) -> AbstractContextManager[None]:
        """Hold the lock of the file; a directory that is gone is not made anew by that."""
        return locked(self.place, wait=ACCOUNT_WAIT, create=False)

    def client(self, tokens: TokenEntry) -> Client:
        """The client of the session: tokens of another one are none of its own."""
        return Client(self._registration.client_id)

    def issuer(self, environ: Mapping[str, str]) -> str:
        """The server of the session's domain, whatever the environment says."""
        return issuer_at(self._registration.auth_domain, environ)

    def token_endpoint(self, environ: Mapping[str, str], transport: Transport) -> str:
        """Where new tokens are asked for."""
        return self.endpoints(environ, transport).token

    def endpoints(self, environ: Mapping[str, str], transport: Transport) -> Endpoints:
        """The addresses of the server; asked for once.

        Args:
            environ: ``MP_ALLOW_HTTP=1`` allows plain http beyond loopback.
            transport: Asks for the server's metadata, where that is needed.

        Raises:
            OAuthError: The metadata cannot be had or trusted.
        """
        if self._endpoints is None:
            self._endpoints = domain_endpoints(self.issuer(environ), environ, transport)
        return self._endpoints

    def begin(self, tokens: TokenEntry) -> None:
        """Store the tokens of a new login, in the place of whatever is there.

        Raises:
            StoreError: They cannot be stored; the old ones are kept.
        """
        with locked(self.place, wait=ACCOUNT_WAIT):
            self._store(tokens)

    def _stored(self) -> TokenEntry | None:
        sweep(self.place)
        return read_session_tokens(self.place, self._registration)

    def _store(self, tokens: TokenEntry) -> None:
        write_session_tokens(self.place, self._registration, tokens)
