"""Logging in and out."""

from __future__ import annotations

import os
from typing import NamedTuple

from mixdesk.api.async_transport import AsyncTransport
from mixdesk.clock import AsyncClock, SystemAsyncClock
from mixdesk.exceptions import InvalidArgumentError, MixdeskError, OAuthError
from mixdesk.login.flow import Outcome
from mixdesk.login.flow import log_in as flow
from mixdesk.login.machine import NOBODY, Answers, Controls, Emit, Machine
from mixdesk.login.request import LoginRequest
from mixdesk.model.records import Activity
from mixdesk.oauth.browser import Browser, SystemBrowser
from mixdesk.oauth.endpoints import find_endpoints
from mixdesk.oauth.loopback_ports import PORTS
from mixdesk.oauth.revocation import revoke
from mixdesk.oauth.sending import token_transport
from mixdesk.oauth.vault import AccountVault
from mixdesk.ops.context import Context
from mixdesk.ops.credentials import keep_status
from mixdesk.store import recording
from mixdesk.store.activity import record
from mixdesk.store.changes import LoginEnded
from mixdesk.store.files import remove_file
from mixdesk.store.guards import chosen_account


class LoggedOut(NamedTuple):
    """How a logout ended. The tokens are gone from this machine in any case."""

    account: str
    had_tokens: bool
    """Whether there was anything to log out of."""
    error: MixdeskError | None = None
    """Why the server could not be told; then the login lives there until it ends by itself."""


async def log_in(
    ctx: Context,
    request: LoginRequest,
    *,
    answers: Answers = NOBODY,
    controls: Controls | None = None,
    emit: Emit,
    browser: Browser | None = None,
    clock: AsyncClock | None = None,
) -> Outcome:
    """Log in, and make the account the active one.

    Args:
        ctx: Where the files are.
        request: Who, how and where.
        answers: Who chooses a project and a name.
        controls: What the person in front of it does while it waits.
        emit: Is told what happens; it must not block.
        browser: Another browser than this machine's.
        clock: Another clock than this machine's.

    Returns:
        Who has logged in.

    Raises:
        MixdeskError: It failed, and every file is as it was.
    """
    clock = clock or SystemAsyncClock()
    machine = Machine(
        config=ctx.config,
        storage=ctx.storage,
        environ=ctx.environ,
        clock=clock,
        browser=browser or SystemBrowser(ctx.environ),
        transport=lambda: AsyncTransport(clock=clock),
        ports=PORTS,
    )
    return await flow(machine, request, answers=answers, controls=controls, emit=emit)


def log_out(ctx: Context, name: str | None = None) -> LoggedOut:
    """Revoke the login of a browser account (RFC 7009) and remove its tokens from this machine.

    Args:
        ctx: Where the files are.
        name: The account; None means the active one.

    Returns:
        How it ended: the tokens are gone here even if the server could not be told.

    Raises:
        AccountNotFoundError: There is none of this name.
        InvalidArgumentError: It has no login to end.
        ConfigError: No account is active, or its block is broken.
        StoreError: The tokens cannot be removed.
    """
    entry = chosen_account(ctx.config.snapshot(), name)
    if entry.type != "oauth_browser":
        raise InvalidArgumentError(
            f"Account {entry.name!r} is a {entry.type}: there is no login to end.",
            violation="logout",
            detected_auth_type=entry.type,
            hint=f"To take its credentials away: mp account remove {entry.name}",
        )
    vault = AccountVault(ctx.storage, entry.name, entry.region)
    if not os.path.lexists(vault.place.path):
        return LoggedOut(entry.name, had_tokens=False)
    with vault.locked():
        error = _revoke(ctx, vault)
        had_tokens = remove_file(vault.place)
        keep_status(ctx, entry.name, needs="needs_login")
    if (listener := recording.listener()) is not None:
        listener.add(LoginEnded(entry.name))
    activity = Activity(ctx.clock.now(), "account.logout", (entry.name,), os.getpid())
    record(ctx.storage.activity, activity)
    return LoggedOut(entry.name, had_tokens, error)


def _revoke(ctx: Context, vault: AccountVault) -> MixdeskError | None:
    """Tell the server that the login is over; None when it knows."""
    try:
        tokens = vault.read()
        if tokens is None:
            return None
        client = vault.client(tokens)
        if client is None:
            return _unknown_client(vault.account)
        with token_transport() as transport:
            endpoints = find_endpoints(vault.region, ctx.environ, transport)
            if client.issuer is not None and client.issuer.rstrip("/") != endpoints.issuer:
                return _other_server(vault.account, client.issuer)
            if endpoints.revocation is None:
                return _cannot_revoke(vault.account)
            hint = "refresh_token" if tokens.refresh_token else "access_token"
            token = tokens.refresh_token or tokens.access_token
            revoke(transport, endpoints.revocation, token, client.client_id, hint)
    except MixdeskError as error:
        return error
    return None


def _unknown_client(account: str) -> OAuthError:
    return OAuthError(
        f"It is not known which OAuth client account {account!r} logged in with.",
        code="OAUTH_CONFIG_ERROR",
        hint="The login ends at the server by itself.",
        details={"account": account},
    )


def _other_server(account: str, issuer: str) -> OAuthError:
    return OAuthError(
        f"Account {account!r} logged in at {issuer}, which is not the server that is set now.",
        code="OAUTH_CONFIG_ERROR",
        hint="Its login there ends by itself. Check MP_OAUTH_BASE_URL and MP_API_BASE_URL.",
        details={"account": account, "issuer": issuer},
    )


def _cannot_revoke(account: str) -> OAuthError:
    return OAuthError(
        f"The server of account {account!r} takes no logouts.",
        code="OAUTH_CONFIG_ERROR",
        hint="The login ends there by itself.",
        details={"account": account},
    )
