"""The ``Authorization`` header of an account, from what is stored. No network."""

from __future__ import annotations

import base64

from mixdesk.exceptions import OAuthError
from mixdesk.model.records import AccountEntry
from mixdesk.model.secret import Secret
from mixdesk.ops.context import Context
from mixdesk.store.bridge import BridgeEntry
from mixdesk.store.tokens import TokenEntry, read_tokens

MARGIN = 30.0
"""A token that ends within this time, in seconds, is taken for expired."""


def authorization(ctx: Context, entry: AccountEntry, bridge: BridgeEntry | None = None) -> str:
    """Return the value of the ``Authorization`` header of an account.

    Args:
        ctx: Where the files are.
        entry: The account.
        bridge: Where its tokens are, when the account came from a bridge.

    Returns:
        ``Basic …`` or ``Bearer …``

    Raises:
        OAuthError: There is no token, or it has ended.
        StoreError: The stored tokens cannot be used.
    """
    match entry.type:
        case "service_account":
            pair = f"{entry.username}:{_reveal(entry.secret)}"
            return f"Basic {base64.b64encode(pair.encode()).decode()}"
        case "oauth_token":
            return f"Bearer {_static_token(ctx, entry)}"
        case "oauth_browser":
            tokens = bridge.tokens if bridge else _stored_tokens(ctx, entry)
            return f"Bearer {_fresh_token(ctx, entry, tokens)}"


def _static_token(ctx: Context, entry: AccountEntry) -> str:
    if entry.token is not None:
        return entry.token.get_secret_value()
    variable = entry.token_env or ""
    token = ctx.environ.get(variable)
    if not token:
        raise OAuthError(
            f"{variable} is not set, and account {entry.name!r} takes its token from it.",
            hint=f"Set it in this shell: export {variable}=…",
            details={"account": entry.name, "variable": variable},
        )
    return token


def _stored_tokens(ctx: Context, entry: AccountEntry) -> TokenEntry | None:
    return read_tokens(ctx.storage.account(entry.name, "tokens.json"))


def _fresh_token(ctx: Context, entry: AccountEntry, tokens: TokenEntry | None) -> str:
    if tokens is None:
        raise _login_needed(entry.name, "has not logged in yet")
    if ctx.clock.now() >= tokens.expires_at - MARGIN:
        raise _login_needed(entry.name, "has a login that has ended")
    return tokens.access_token.get_secret_value()


def _login_needed(name: str, what: str) -> OAuthError:
    return OAuthError(
        f"Account {name!r} {what}.",
        code="OAUTH_REFRESH_ERROR",
        hint="Log in with mixpanel_headless, which shares these files, and try again.",
        details={"account": name},
    )


def _reveal(secret: Secret | None) -> str:
    return secret.get_secret_value() if secret else ""
