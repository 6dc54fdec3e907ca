"""Asking ``/me`` for an account and keeping the answer."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from mixdesk.api.client import Client
from mixdesk.api.me import fetch_me
from mixdesk.api.transport import Transport
from mixdesk.exceptions import MixdeskError, StoreError
from mixdesk.model.records import AccountEntry, AccountTest, StatusEntry
from mixdesk.model.rules import AccountStatus
from mixdesk.ops.context import Context
from mixdesk.ops.credentials import credential_for, keep_status
from mixdesk.store.guards import sound_account
from mixdesk.store.me_cache import is_fresh, make_index, read_me, write_me
from mixdesk.store.me_index import MeIndex
from mixdesk.store.status import write_status

_BAD_CREDENTIALS = (
    "AUTH_FAILED",
    "OAUTH_TOKEN_ERROR",
    "OAUTH_REFRESH_ERROR",
    "OAUTH_REFRESH_REVOKED",
)


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
    answer = _ask(ctx, name, transport)
    _keep(ctx, name, answer)
    return make_index(answer)


def _ask(ctx: Context, name: str, transport: Transport) -> dict[str, Any]:
    """The answer of ``/me`` with ``cached_at``, when it was asked in seconds since the epoch."""
    config = ctx.config.snapshot()
    entry = sound_account(config, name)
    headers = dict([config.custom_header]) if config.custom_header else {}
    credential = credential_for(ctx, entry)
    answer = fetch_me(Client(transport, entry.region, ctx.environ, credential, headers))
    return {**answer, "cached_at": ctx.clock.now()}


def _keep(ctx: Context, name: str, answer: dict[str, Any]) -> None:
    write_me(ctx.storage.account(name, "me.json"), answer, answer["cached_at"])


def load_me(
    ctx: Context, entry: AccountEntry, client: Client, *, refresh: bool = False
) -> dict[str, Any]:
    """The whole answer of ``/me``: from the cache while it is fresh, else asked for and kept.

    Only accounts of the file have a cache: two others may share a name and not a user.

    Args:
        ctx: Where the files are.
        entry: The account.
        client: Asks as this account.
        refresh: Ask even though there is a fresh answer.

    Returns:
        The answer's results with ``cached_at``, when it was asked in seconds since the epoch.

    Raises:
        OAuthError: It has no token, or that has ended and cannot be renewed.
        APIError: Mixpanel refused, failed, or cannot be reached.
        StoreError: The cache is not safe to use.
    """
    place = ctx.storage.account(entry.name, "me.json")
    is_kept = is_saved(ctx, entry)
    if is_kept and not refresh:
        known = read_me(place)
        if known is not None and is_fresh(known.get("cached_at"), ctx.clock.now()):
            return known
    answer = fetch_me(client)
    now = ctx.clock.now()
    if is_kept:
        with suppress(StoreError):  # an answer that cannot be kept is one all the same
            write_me(place, answer, now)
    return {**answer, "cached_at": now}


def is_saved(ctx: Context, entry: AccountEntry) -> bool:
    """Whether an account is exactly the one that the file has under its name."""
    try:
        return ctx.config.snapshot().accounts.get(entry.name) == entry
    except StoreError:
        return False


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
        answer = _ask(ctx, name, transport)
    except MixdeskError as error:
        _keep_failure(ctx, name, error)
        return AccountTest(name, error=error)
    index = make_index(answer)
    with suppress(StoreError):  # what cannot be kept does not spoil the test
        _keep(ctx, name, answer)
        place = ctx.storage.account(name, "status.json")
        write_status(place, StatusEntry("ok", ctx.clock.now(), index.user_email))
    return AccountTest(name, index.user_id, index.user_email, len(index.projects))


def _keep_failure(ctx: Context, name: str, error: MixdeskError) -> None:
    """Keep what a failure says of the credentials, if it says anything."""
    is_passing = error.details.get("is_temporary") or error.details.get("status_code") == 403
    if error.code not in _BAD_CREDENTIALS or is_passing:
        return
    keep_status(ctx, name, needs=_needs(ctx.config.get_account(name)))


def _needs(entry: AccountEntry) -> AccountStatus:
    return "needs_login" if entry.type == "oauth_browser" else "needs_token"
