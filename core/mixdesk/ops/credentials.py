"""The credential of an account: a pair, a token that somebody provides, or a login that renews."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

from mixdesk.api.auth import Credential, FixedCredential, basic_header, bearer_header
from mixdesk.exceptions import OAuthError, StoreError
from mixdesk.model.records import AccountEntry, StatusEntry
from mixdesk.model.rules import AccountStatus
from mixdesk.model.secret import Secret
from mixdesk.oauth import refresh
from mixdesk.oauth.file_vault import Vault
from mixdesk.oauth.vault import vault_of
from mixdesk.ops.context import Context
from mixdesk.store.bridge import BridgeEntry
from mixdesk.store.guards import chosen_account
from mixdesk.store.status import read_status, write_status
from mixdesk.store.tokens import TokenEntry


def credential_for(
    ctx: Context, entry: AccountEntry, bridge: BridgeEntry | None = None
) -> Credential:
    """The credential of an account. Nothing is read until its header is asked for.

    Args:
        ctx: Where the files are.
        entry: The account.
        bridge: Where its tokens are, when the account came from a bridge.
    """
    match entry.type:
        case "service_account":
            return FixedCredential(basic_header(entry.username or "", entry.secret or Secret("")))
        case "oauth_token":
            return _Provided(ctx, entry)
        case "oauth_browser":
            return _Login(ctx, vault_of(ctx.storage, entry, bridge), is_own=bridge is None)


def authorization(ctx: Context, entry: AccountEntry, bridge: BridgeEntry | None = None) -> str:
    """Return the value of the ``Authorization`` header of an account, renewed if it has ended.

    Args:
        ctx: Where the files are.
        entry: The account.
        bridge: Where its tokens are, when the account came from a bridge.

    Returns:
        ``Basic …`` or ``Bearer …``

    Raises:
        OAuthError: There is no token, or it has ended and cannot be renewed.
        StoreError: The stored tokens cannot be used.
    """
    return credential_for(ctx, entry, bridge).header()


def fresh_tokens(
    ctx: Context, entry: AccountEntry, bridge: BridgeEntry | None = None
) -> TokenEntry:
    """Return the tokens of a browser account, renewed if they have ended.

    Raises:
        OAuthError: There are none, or they have ended and cannot be renewed.
        StoreError: They cannot be read or stored.
    """
    return _Login(ctx, vault_of(ctx.storage, entry, bridge), is_own=bridge is None).tokens()


def static_token(ctx: Context, entry: AccountEntry) -> str:
    """Return the token of a bearer account.

    Raises:
        OAuthError: The variable that holds it is not set, or it holds what cannot be a token.
    """
    if entry.token is not None:
        return _sendable(entry, f"Account {entry.name!r}", entry.token.get_secret_value())
    variable = entry.token_env or ""
    token = ctx.environ.get(variable)
    if not token:
        raise OAuthError(
            f"{variable} is not set, and account {entry.name!r} takes its token from it.",
            hint=f"Set it in this shell: export {variable}=…",
            details={"account": entry.name, "variable": variable},
        )
    return _sendable(entry, variable, token)


def bearer_token(ctx: Context, name: str | None = None) -> str | None:
    """Return the bearer token of an account of the file, renewed if it has ended.

    Args:
        ctx: Where the files are.
        name: The account; None means the active one.

    Returns:
        The token; None for a service account.

    Raises:
        AccountNotFoundError: There is none of this name.
        ConfigError: No account is active, or its block is broken.
        OAuthError: There is no token, or it has ended and cannot be renewed.
        StoreError: The stored tokens cannot be used.
    """
    entry = chosen_account(ctx.config.snapshot(), name)
    match entry.type:
        case "service_account":
            return None
        case "oauth_token":
            return static_token(ctx, entry)
        case "oauth_browser":
            return fresh_tokens(ctx, entry).access_token.get_secret_value()


_TOKEN = re.compile("[!-~]+")
"""What a header can carry as a token; RFC 6750, section 2.1, allows less still."""


def _sendable(entry: AccountEntry, holder: str, token: str) -> str:
    """Return a token, unless it came with something that a copy or a file added."""
    if _TOKEN.fullmatch(token):
        return token
    raise OAuthError(
        f"{holder} holds what cannot be sent as a token: there is a space, a line break or a "
        "letter beyond ASCII in it.",
        hint=f"Set it again: mp account update {entry.name}, or the variable it is read from.",
        details={"account": entry.name},
    )


class _Provided:
    """A token that somebody else renews: the one in the file, or in the variable by now."""

    def __init__(self, ctx: Context, entry: AccountEntry) -> None:
        self._ctx = ctx
        self._entry = entry

    def header(self) -> str:
        return f"Bearer {static_token(self._ctx, self._entry)}"

    def renew(self, refused: str) -> str | None:
        now = self.header()
        return now if now != refused else None


class _Login:
    """The tokens of a login, renewed by the one refresh."""

    def __init__(self, ctx: Context, vault: Vault, *, is_own: bool) -> None:
        self._ctx = ctx
        self._vault = vault
        self._is_own = is_own

    def header(self) -> str:
        return _bearer(self.tokens())

    def renew(self, refused: str) -> str | None:
        seen = self._vault.read()
        if seen is None or _bearer(seen) != refused:
            return self.header()
        ctx = self._ctx
        return _bearer(
            self._noting(lambda: refresh.refresh(self._vault, seen, ctx.environ, ctx.clock))
        )

    def tokens(self) -> TokenEntry:
        ctx = self._ctx
        return self._noting(lambda: refresh.fresh_tokens(self._vault, ctx.environ, ctx.clock))

    def _noting(self, get: Callable[[], TokenEntry]) -> TokenEntry:
        """Keep as the account's status that its login is over, for whoever lists accounts."""
        try:
            return get()
        except OAuthError as error:
            if self._is_own and error.code == "OAUTH_REFRESH_REVOKED":
                self._note_end()
            raise

    def _note_end(self) -> None:
        """Under the lock: an account that is removed, or logs in again meanwhile, is left alone."""
        with suppress(StoreError), self._vault.locked():
            tokens = self._vault.read()
            if tokens is not None and refresh.is_over(tokens):
                keep_status(self._ctx, self._vault.account, needs="needs_login")


def keep_status(ctx: Context, name: str, *, needs: AccountStatus) -> None:
    """Keep what an account needs before it can be used again."""
    place = ctx.storage.account(name, "status.json")
    known = read_status(place)
    with suppress(StoreError):  # a status that cannot be kept changes nothing else
        write_status(place, StatusEntry(needs, ctx.clock.now(), known.user_email))


def _bearer(tokens: TokenEntry) -> str:
    return bearer_header(tokens.access_token)
