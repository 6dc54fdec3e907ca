"""The bridge: an account's credentials in a file that can be carried to another machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from mixdesk.exceptions import ConfigError, InvalidArgumentError, OAuthError, StoreError
from mixdesk.model.records import AccountEntry, Activity
from mixdesk.model.secret import Secret
from mixdesk.model.text import clean
from mixdesk.oauth.vault import AccountVault
from mixdesk.ops.context import Context
from mixdesk.store import bridge_writing
from mixdesk.store.activity import record
from mixdesk.store.bridge import BridgeEntry, bridge_places, place_at
from mixdesk.store.files import Place
from mixdesk.store.guards import refuse_bad_ids, sound_account
from mixdesk.store.snapshot import Snapshot
from mixdesk.store.storage import expand
from mixdesk.store.tokens import TokenEntry, read_tokens, replace_tokens


class BridgeExport(NamedTuple):
    """What was exported, and what follows from it."""

    path: str
    """The file that was written; absolute."""
    account: str
    expires_at: float | None = None
    """When the access token inside ends, in seconds since the epoch; None when it does not end
    or does not say."""
    carries_grant: bool = False
    """Whether a refresh token is inside: the other machine can renew the login."""
    moved: bool = False
    """Whether this machine gave its refresh token up. A grant that was carried and not moved is
    in two places, and whichever refreshes first ends the other's."""
    token_env: str | None = None
    """The variable whose value is inside."""
    is_used_here: bool = False
    """Whether this machine looks for a bridge there, and now prefers it to its active account."""


def export_bridge(
    ctx: Context,
    *,
    to: Path | str,
    account: str | None = None,
    project: str | None = None,
    workspace: int | None = None,
    access_only: bool = False,
    move_grant: bool = False,
    force: bool = False,
) -> BridgeExport:
    """Write an account with its credentials to a bridge file.

    Args:
        ctx: Where the files are.
        to: The file to write; ``~`` is not expanded.
        account: The account; None means the active one.
        project: A project id to pin.
        workspace: A workspace id to pin.
        access_only: Leave the refresh token out; the access token has life left.
        move_grant: Take the refresh token away from this machine, once the bridge has it.
        force: Write into a git work tree too, and over a file that is no bridge.

    Returns:
        What was exported.

    Raises:
        AccountNotFoundError: There is no such account.
        InvalidArgumentError: A value is wrong, or modes exclude each other or the account.
        ConfigError: No account is active, its block is broken, or the place is not to be used.
        OAuthError: The account has no credentials, or they have ended.
        StoreError: A file cannot be read safely or written.
    """
    place = _destination(ctx, to)
    refuse_bad_ids(project, workspace)
    config = ctx.config.snapshot()
    entry = _account(config, account)
    _refuse_modes(entry, access_only=access_only, move_grant=move_grant)
    bridge_writing.refuse_destination(place, force=force)
    bridge = BridgeEntry(
        place.path,
        _with_credential(ctx, entry),
        project=project,
        workspace=workspace,
        headers=dict([config.custom_header]) if config.custom_header else {},
        base=place.base,
    )
    with _travelling_tokens(ctx, entry, access_only=access_only) as tokens:
        carries_grant = tokens is not None and tokens.refresh_token is not None
        if move_grant and not carries_grant:
            raise _no_grant(entry)
        bridge_writing.write_bridge(bridge._replace(tokens=tokens), force=force)
        if move_grant:
            _give_up_grant(ctx, entry, place)
    _note(ctx, "bridge.export", entry.name, place.path)
    return BridgeExport(
        path=place.path,
        account=entry.name,
        expires_at=tokens.expires_at if tokens else None,
        carries_grant=carries_grant,
        moved=move_grant,
        token_env=entry.token_env,
        is_used_here=_is_used_here(ctx, place),
    )


def remove_bridge(ctx: Context, *, at: Path | str | None = None) -> bool:
    """Remove a bridge file; one that is not there is removed already.

    Args:
        ctx: Where the files are.
        at: The file; None means the one that this machine uses.

    Returns:
        Whether there was one.

    Raises:
        ConfigError: What lies there is no bridge.
        StoreError: It is not safe to touch, or cannot be removed.
    """
    place = place_at(str(at), ctx.environ) if at is not None else _used_here(ctx)
    if place is None or not bridge_writing.remove_bridge(place):
        return False
    _note(ctx, "bridge.remove", place.path)
    return True


def _destination(ctx: Context, to: Path | str) -> Place:
    path = os.fspath(to)
    if path == "~" or path.startswith("~/"):
        raise InvalidArgumentError(
            f"{clean(path)} is not expanded here, and would make a directory called ~.",
            violation="to",
            hint=f"Give the path itself: {clean(str(expand(path, ctx.environ)))}",
        )
    return place_at(path, ctx.environ)


def _account(config: Snapshot, name: str | None) -> AccountEntry:
    name = name if name is not None else config.active.account
    if name is None:
        raise ConfigError("No account is active.", hint="Choose one: mp account use NAME")
    return sound_account(config, name)


def _refuse_modes(entry: AccountEntry, *, access_only: bool, move_grant: bool) -> None:
    if access_only and move_grant:
        raise InvalidArgumentError(
            "A bridge with access only carries no grant, so none can be moved with it.",
            violation="access_only_and_move_grant",
            hint="Give one of --access-only and --move-grant.",
        )
    if (access_only or move_grant) and entry.type != "oauth_browser":
        flag = "--access-only" if access_only else "--move-grant"
        raise InvalidArgumentError(
            f"{flag} is about the grant of a browser login; {entry.name!r} is {entry.type}.",
            violation="access_only" if access_only else "move_grant",
            detected_auth_type=entry.type,
            hint=f"Export it without {flag}: its credential travels as it is.",
        )


def _with_credential(ctx: Context, entry: AccountEntry) -> AccountEntry:
    """The account with its token inside: the name of a variable would carry none."""
    if entry.token_env is None:
        return entry
    from mixdesk.ops.credentials import static_token  # httpx: only for this kind of account

    return entry._replace(token=Secret(static_token(ctx, entry)), token_env=None)


@contextmanager
def _travelling_tokens(
    ctx: Context, entry: AccountEntry, *, access_only: bool
) -> Iterator[TokenEntry | None]:
    """What travels of an account's login; a grant is held still, so that no refresh spends it."""
    if entry.type != "oauth_browser":
        yield None
        return
    if access_only:
        from mixdesk.ops.credentials import fresh_tokens  # httpx: only for a refresh

        fresh = fresh_tokens(ctx, entry)
        yield fresh.replace(refresh_token=None, client_id=None)
        return
    vault = AccountVault(ctx.storage, entry.name, entry.region)
    if vault.read() is None:
        raise _login_needed(entry, "has not logged in yet")
    with vault.locked():
        tokens = vault.read()
        if tokens is None:
            raise _login_needed(entry, "has not logged in yet")
        if tokens.refresh_token is None and tokens.expires_at <= ctx.clock.now():
            raise _login_needed(entry, "has a login that has ended")
        yield _with_client(vault, tokens)


def _with_client(vault: AccountVault, tokens: TokenEntry) -> TokenEntry:
    """The tokens with the client they were issued to: the other machine refreshes with it."""
    if tokens.client_id is not None or tokens.refresh_token is None:
        return tokens
    client = vault.client(tokens)
    return tokens.replace(client_id=client.client_id if client else None)


def _give_up_grant(ctx: Context, entry: AccountEntry, place: Place) -> None:
    """Take the refresh token away from this machine; the caller holds the account's lock."""
    own = ctx.storage.account(entry.name, "tokens.json")
    tokens = read_tokens(own)
    try:
        if tokens is not None:
            replace_tokens(own, tokens.replace(refresh_token=None))
    except StoreError as error:
        raise StoreError(
            f"{clean(place.path)} is written, but this machine may still have the grant too. "
            f"{error.summary}",
            code=error.code,
            path=error.path,
            hint="Export it once more with --move-grant before either machine refreshes.",
            details=error.details,
        ) from None


def _no_grant(entry: AccountEntry) -> OAuthError:
    return OAuthError(
        f"Account {entry.name!r} has no grant to move: its login does not renew by itself.",
        code="OAUTH_REFRESH_ERROR",
        hint=f"Export it without --move-grant, or log in first: mp account login {entry.name}",
        details={"account": entry.name},
    )


def _login_needed(entry: AccountEntry, what: str) -> OAuthError:
    return OAuthError(
        f"Account {entry.name!r} {what}, so there is nothing to carry.",
        hint=f"Log in first: mp account login {entry.name}",
        details={"account": entry.name},
    )


def _used_here(ctx: Context) -> Place | None:
    """The place of the bridge that this machine uses, if there is one."""
    places = bridge_places(ctx.environ, ctx.directory)
    return next((place for place in places if os.path.lexists(place.path)), None)


def _is_used_here(ctx: Context, place: Place) -> bool:
    looked_at = {os.path.realpath(each.path) for each in bridge_places(ctx.environ, ctx.directory)}
    return os.path.realpath(place.path) in looked_at


def _note(ctx: Context, verb: str, *names: str) -> None:
    entry = Activity(at=ctx.clock.now(), verb=verb, names=names, pid=os.getpid())
    record(ctx.storage.activity, entry)
