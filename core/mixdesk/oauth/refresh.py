"""The one refresh: whoever needs a fresh token, of whatever login, comes through here.

Lock, read again, use what somebody else has got meanwhile, else ask once, write durably, release.
However many processes and threads find a token at its end, the server sees one request.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from mixdesk.clock import Clock
from mixdesk.exceptions import OAuthError
from mixdesk.model.secret import Secret
from mixdesk.oauth.endpoints import find_endpoints
from mixdesk.oauth.sending import token_transport
from mixdesk.oauth.token_endpoint import Granted, refresh_form, request_tokens
from mixdesk.oauth.vault import Client, Vault
from mixdesk.store.tokens import TokenEntry

MARGIN = 30.0
"""A token that ends within this time, in seconds, is renewed: a request may take that long."""

_dead: set[bytes] = set()
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
    tokens = vault.read()
    if tokens is None:
        raise _no_tokens(vault)
    left = tokens.expires_at - clock.now()
    if left > MARGIN or (left > 0 and tokens.refresh_token is None):
        return tokens
    try:
        return refresh(vault, tokens, environ, clock)
    except OAuthError as error:
        if left > 0 and error.details.get("is_temporary"):
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
    with vault.locked():
        tokens = vault.read()
        if tokens is None:
            raise _no_tokens(vault)
        if tokens.access_token != seen.access_token:
            return tokens
        spent = _refresh_token(vault, tokens)
        try:
            granted = _ask(vault, tokens, spent, environ)
        except OAuthError as error:
            if error.details.get("error") != "invalid_grant":
                raise
            return _use_newer(vault, tokens, spent)
        renewed = _renewed(tokens, granted, clock.now())
        vault.write(renewed)
        return renewed


def _refresh_token(vault: Vault, tokens: TokenEntry) -> Secret:
    """The refresh token, if there is one that is worth sending."""
    if tokens.refresh_token is None:
        raise OAuthError(
            f"The login of account {vault.account!r} has ended, and it does not renew by itself.",
            code="OAUTH_REFRESH_ERROR",
            hint=vault.next_step,
            details={"account": vault.account},
        )
    if _digest(tokens.refresh_token) in _dead:
        raise _revoked(vault)
    return tokens.refresh_token


def _ask(vault: Vault, tokens: TokenEntry, spent: Secret, environ: Mapping[str, str]) -> Granted:
    client = vault.client(tokens)
    if client is None:
        raise OAuthError(
            f"It is not known which OAuth client account {vault.account!r} logged in with.",
            code="OAUTH_REFRESH_ERROR",
            hint=vault.next_step,
            details={"account": vault.account},
        )
    with token_transport() as transport:
        endpoints = find_endpoints(vault.region, environ, transport)
        _refuse_other_issuer(vault, client, endpoints.issuer)
        form = refresh_form(spent, client.client_id)
        try:
            return request_tokens(transport, endpoints.token, form, code="OAUTH_REFRESH_ERROR")
        except OAuthError as error:
            raise _told(vault, error) from None


def _use_newer(vault: Vault, tokens: TokenEntry, spent: Secret) -> TokenEntry:
    """Tokens that a program without locks has stored meanwhile; else the login is over."""
    newer = vault.read()
    if newer is not None and newer.access_token != tokens.access_token:
        return newer
    _dead.add(_digest(spent))
    raise _revoked(vault)


def _renewed(tokens: TokenEntry, granted: Granted, now: float) -> TokenEntry:
    """The tokens with what was granted; what the answer does not say stays."""
    return replace(
        tokens,
        access_token=granted.access_token,
        expires_at=now + granted.lifetime,
        refresh_token=granted.refresh_token or tokens.refresh_token,
        token_type="Bearer",
        scope=tokens.scope if granted.scope is None else granted.scope,
    )


def _digest(refresh_token: Secret) -> bytes:
    return hashlib.sha256(refresh_token.get_secret_value().encode()).digest()


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
    kind = error.details.get("error")
    gone = kind in ("invalid_client", "unauthorized_client")
    hint = vault.next_step if gone or error.hint is None else error.hint
    return OAuthError(
        f"The login of account {vault.account!r} could not be renewed. {error.summary}",
        code="OAUTH_REFRESH_REVOKED" if gone else error.code,
        hint=hint,
        details={"account": vault.account, **error.details},
    )


def _no_tokens(vault: Vault) -> OAuthError:
    return OAuthError(
        f"Account {vault.account!r} has not logged in yet.",
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
