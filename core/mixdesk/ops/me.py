"""Asking ``/me`` for an account and keeping the answer."""

from __future__ import annotations

from contextlib import suppress

from mixdesk.api.auth import HeaderAuth
from mixdesk.api.me import fetch_me
from mixdesk.api.regions import base_url
from mixdesk.api.transport import Transport
from mixdesk.exceptions import MixdeskError, StoreError
from mixdesk.model.records import AccountEntry, AccountTest, StatusEntry
from mixdesk.model.rules import AccountStatus
from mixdesk.ops.context import Context
from mixdesk.ops.credentials import authorization
from mixdesk.store.guards import sound_account
from mixdesk.store.me_cache import make_index, write_me
from mixdesk.store.me_index import MeIndex
from mixdesk.store.status import read_status, write_status

_BAD_CREDENTIALS = ("AUTH_FAILED", "OAUTH_TOKEN_ERROR", "OAUTH_REFRESH_ERROR")


def refresh_me(ctx: Context, name: str, transport: Transport) -> MeIndex:
    """Ask ``/me`` for an account and keep the answer with its index.

    Args:
        ctx: Where the files are.
        name: The account.
        transport: Sends the request.

    Returns:
        The new index.

    Raises:
        AccountNotFoundError: There is none of this name.
        OAuthError: It has no token, or that has ended.
        APIError: Mixpanel refused, failed, or cannot be reached.
        StoreError: The answer cannot be kept.
    """
    config = ctx.config.snapshot()
    entry = sound_account(config, name)
    headers = dict([config.custom_header]) if config.custom_header else {}
    url = base_url("app", entry.region, ctx.environ)
    auth = HeaderAuth(authorization(ctx, entry), url)
    answer = fetch_me(transport, entry.region, ctx.environ, auth=auth, headers=headers)
    now = ctx.clock.now()
    write_me(ctx.storage.account(name, "me.json"), answer, now)
    return make_index({**answer, "cached_at": now})


def test_account(ctx: Context, name: str, transport: Transport) -> AccountTest:
    """Find out whether an account's credentials are accepted. Never raises.

    What it finds is kept as the account's status; that the network is down says nothing about
    credentials and changes nothing.

    Args:
        ctx: Where the files are.
        name: The account.
        transport: Sends the request.

    Returns:
        How it ended.
    """
    try:
        index = refresh_me(ctx, name, transport)
    except MixdeskError as error:
        _keep_failure(ctx, name, error)
        return AccountTest(name, error=error)
    _keep(ctx, name, StatusEntry("ok", ctx.clock.now(), index.user_email))
    return AccountTest(name, index.user_id, index.user_email, len(index.projects))


def _keep_failure(ctx: Context, name: str, error: MixdeskError) -> None:
    """Keep what a failure says of the credentials, if it says anything."""
    if error.code not in _BAD_CREDENTIALS or error.details.get("status_code") == 403:
        return
    entry = ctx.config.get_account(name)
    known = read_status(ctx.storage.account(name, "status.json"))
    _keep(ctx, name, StatusEntry(_needs(entry), ctx.clock.now(), known.user_email))


def _needs(entry: AccountEntry) -> AccountStatus:
    return "needs_login" if entry.type == "oauth_browser" else "needs_token"


def _keep(ctx: Context, name: str, status: StatusEntry) -> None:
    with suppress(StoreError):  # a status that cannot be kept does not spoil the test
        write_status(ctx.storage.account(name, "status.json"), status)
