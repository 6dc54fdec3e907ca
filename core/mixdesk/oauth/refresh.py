"""The one refresh: whoever needs a fresh token, of whatever login, comes through here.

Lock, read again, use what somebody else has got meanwhile, else ask once, write durably, release.
However many processes and threads find a token at its end, the server sees one request.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from mixdesk.clock import Clock
from mixdesk.exceptions import OAuthError, StoreError
from mixdesk.model.secret import Secret
from mixdesk.oauth.file_vault import Client, Vault
from mixdesk.oauth.finishing import run_to_its_end
from mixdesk.oauth.sending import token_transport
from mixdesk.oauth.token_endpoint import Granted, refresh_form, request_tokens
from mixdesk.store.tokens import TokenEntry

MARGIN = 30.0
"""A token that ends within this time, in seconds, is renewed: a request may take that long."""

_PATIENCE: tuple[float, ...] = (0.0, 0.1, 0.3)
"""Seconds before each look for tokens that somebody else has got."""

_SAYS_NOTHING = (None, "server_error", "temporarily_unavailable")
"""OAuth errors that are none, or not about the login."""

_ENDS_LOGIN = ("invalid_grant", "invalid_client", "unauthorized_client")

_over: set[bytes] = set()
"""Digests of refresh tokens that a server has called invalid: none is sent twice."""


def fresh_tokens(vault: Vault, environ: Mapping[str, str], clock: Clock) -> TokenEntry:
    """Return tokens that can be used now, refreshed ahead of their end.

    Args:
        vault: Where the tokens live.
        environ: May move the authorization server elsewhere.
        clock: What time it is.

    Returns:
        The tokens.

    Raises:
        OAuthError: ``OAUTH_TOKEN_ERROR`` when there are none, ``OAUTH_REFRESH_ERROR`` when they
            have ended and could not be refreshed, ``OAUTH_REFRESH_REVOKED`` when they never will,
            ``OAUTH_CONFIG_ERROR`` when another server issued them.
        StoreError: They cannot be read or stored.
    """
    vault.save()
    tokens = vault.read()
    if tokens is None:
        raise _no_tokens(vault)
    left = tokens.expires_at - clock.now()
    if left > MARGIN or (left > 0 and tokens.refresh_token is None):
        return tokens
    try:
        return refresh(vault, tokens, environ, clock)
    except OAuthError as error:
        # Asked again for the time: a server may take longer to fail than the token has left.
        if error.details.get("is_temporary") and tokens.expires_at > clock.now():
            return tokens
        raise


def refresh(vault: Vault, seen: TokenEntry, environ: Mapping[str, str], clock: Clock) -> TokenEntry:
    """Replace tokens that have ended or were refused.

    Args:
        vault: Where the tokens live.
        seen: The tokens that are no good any more.
        environ: May move the authorization server elsewhere.
        clock: What time it is.

    Returns:
        The new tokens, or those that somebody else has got since ``seen`` was read.

    Raises:
        OAuthError: As :func:`fresh_tokens`.
        StoreError: They cannot be read or stored.
    """
    with _locked(vault):
        tokens = vault.read()
        if tokens is None:
            raise _no_tokens(vault)
        if tokens.access_token != seen.access_token:
            return tokens
        form = refresh_form(_refresh_token(vault, tokens), _client_id(vault, tokens, environ))
        try:
            # Ctrl-C between the server's answer and the disk would lose a rotated grant.
            return run_to_its_end(lambda: _exchange(vault, tokens, form, environ, clock))
        except OAuthError as error:
            if error.code != "OAUTH_REFRESH_REVOKED":
                raise
            _over.add(_digest(form["refresh_token"]))
            if error.details.get("error") != "invalid_grant":
                raise
    return _newer(vault, tokens, clock)


def is_over(tokens: TokenEntry) -> bool:
    """Whether a server has said to this process that these tokens cannot be refreshed any more."""
    token = tokens.refresh_token
    return token is not None and _digest(token.get_secret_value()) in _over


@contextmanager
def _locked(vault: Vault) -> Iterator[None]:
    """Hold the lock of the tokens. Those that went away with their directory are none."""
    with ExitStack() as held:
        try:
            held.enter_context(vault.locked())
        except StoreError as error:
            if error.details.get("errno") == "ENOENT":
                raise _no_tokens(vault) from None
            raise
        yield


def _refresh_token(vault: Vault, tokens: TokenEntry) -> Secret:
    """The refresh token, if there is one that is worth sending."""
    if tokens.refresh_token is None:
        raise OAuthError(
            f"The login of account {vault.account!r} has ended, and it does not renew by itself.",
            code="OAUTH_REFRESH_ERROR",
            hint=vault.next_step,
            details={"account": vault.account},
        )
    if is_over(tokens):
        raise _revoked(vault)
    return tokens.refresh_token


def _client_id(vault: Vault, tokens: TokenEntry, environ: Mapping[str, str]) -> str:
    """The client that may refresh, if it is known, at the server that it belongs to."""
    client = vault.client(tokens)
    if client is None:
        raise OAuthError(
            f"It is not known which OAuth client account {vault.account!r} logged in with.",
            code="OAUTH_REFRESH_ERROR",
            hint=vault.next_step,
            details={"account": vault.account},
        )
    _refuse_other_issuer(vault, client, vault.issuer(environ))
    return client.client_id


def _exchange(
    vault: Vault,
    tokens: TokenEntry,
    form: Mapping[str, str],
    environ: Mapping[str, str],
    clock: Clock,
) -> TokenEntry:
    """Ask the server, and store what it gives."""
    try:
        with token_transport() as transport:
            url = vault.token_endpoint(environ, transport)
            granted = request_tokens(transport, url, form, code="OAUTH_REFRESH_ERROR")
    except OAuthError as error:
        raise _told(vault, error) from None
    stored = vault.replace(tokens, _renewed(tokens, granted, clock.now()))
    if stored is None:
        raise _no_tokens(vault)
    return stored


def _newer(vault: Vault, tokens: TokenEntry, clock: Clock) -> TokenEntry:
    """Tokens that a program without locks has stored meanwhile; else the login is over.

    That program got its answer just before we got ours, and may still be writing.
    """
    for wait in _PATIENCE:
        if wait:
            clock.sleep(wait)
        newer = vault.read()
        if newer is None:
            raise _no_tokens(vault)
        if newer.access_token != tokens.access_token:
            return newer
    raise _revoked(vault)


def _renewed(tokens: TokenEntry, granted: Granted, now: float) -> TokenEntry:
    """The tokens with what was granted; what the answer does not say stays."""
    return tokens.replace(
        access_token=granted.access_token,
        expires_at=now + granted.lifetime,
        refresh_token=granted.refresh_token or tokens.refresh_token,
        token_type="Bearer",
        scope=tokens.scope if granted.scope is None else granted.scope,
        id_token=granted.id_token or tokens.id_token,
    )


def _digest(refresh_token: str) -> bytes:
    return hashlib.sha256(refresh_token.encode()).digest()


def _refuse_other_issuer(vault: Vault, client: Client, issuer: str) -> None:
    """A refresh token is for the server that issued it, and for no other."""
    if client.issuer is None or client.issuer.rstrip("/") == issuer:
        return
    raise OAuthError(
        f"Account {vault.account!r} logged in at {client.issuer}, but {issuer} is set now.",
        code="OAUTH_CONFIG_ERROR",
        hint=f"Check MP_OAUTH_BASE_URL and MP_API_BASE_URL. {vault.next_step}",
        details={"account": vault.account, "issuer": client.issuer},
    )


def _told(vault: Vault, error: OAuthError) -> OAuthError:
    """The same error, with the account and what to do."""
    is_over = error.details.get("error") in _ENDS_LOGIN
    is_temporary = _is_temporary(error)
    hint = error.hint
    if is_over or hint is None:
        hint = "Check your network and try again." if is_temporary else vault.next_step
    return OAuthError(
        f"The login of account {vault.account!r} could not be renewed. {error.summary}",
        code="OAUTH_REFRESH_REVOKED" if is_over else error.code,
        hint=hint,
        details={**error.details, "account": vault.account, "is_temporary": is_temporary},
    )


def _is_temporary(error: OAuthError) -> bool:
    """Whether a failure says nothing about the login: no answer, or one that is no server's."""
    if error.details.get("is_temporary") or error.code == "OAUTH_NETWORK_UNREACHABLE":
        return True
    said, status = error.details.get("error"), error.details.get("status_code")
    return said in _SAYS_NOTHING and status not in (None, 400, 401)


def _no_tokens(vault: Vault) -> OAuthError:
    return OAuthError(
        vault.absence,
        code="OAUTH_TOKEN_ERROR",
        hint=vault.next_step,
        details={"account": vault.account},
    )


def _revoked(vault: Vault) -> OAuthError:
    return OAuthError(
        f"The login of account {vault.account!r} is over: the server no longer accepts it.",
        code="OAUTH_REFRESH_REVOKED",
        hint=vault.next_step,
        details={"account": vault.account},
    )
