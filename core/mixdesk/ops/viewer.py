"""Who looks, and what there is to see: from the last ``/me``, or asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from mixdesk.api.regions import web_address
from mixdesk.model.choosing import choose_workspace
from mixdesk.model.records import (
    AccountEntry,
    ProjectList,
    ProjectRow,
    Resolution,
    WorkspaceEntry,
    WorkspaceList,
    WorkspaceRow,
)
from mixdesk.model.rules import REGIONS, is_workspace
from mixdesk.ops.context import Context
from mixdesk.ops.projects import project_rows, workspace_order
from mixdesk.resolve.resolver import require_account, resolve
from mixdesk.store.bridge import BridgeEntry, find_bridge
from mixdesk.store.guards import chosen_account
from mixdesk.store.me_cache import is_fresh, make_index, read_index
from mixdesk.store.me_index import MeIndex

if TYPE_CHECKING:
    from mixdesk.api.client import Client


class Viewer(NamedTuple):
    """An account that looks at what it can see."""

    entry: AccountEntry
    headers: Mapping[str, str]
    """Sent with every request."""
    is_saved: bool = True
    """Whether it is an account of the file: only those keep what they were answered."""
    bridge: BridgeEntry | None = None
    """Where its tokens are, when it came from a bridge."""


def current_viewer(
    ctx: Context,
    *,
    account: str | None = None,
    project: str | None = None,
    workspace: int | None = None,
    target: str | None = None,
) -> tuple[Viewer, Resolution]:
    """Whoever the session is: the environment, what the caller names, the bridge, the saved choice.

    Args:
        ctx: Where the files are.
        account: An account named by the caller.
        project: A project id named by the caller.
        workspace: A workspace id named by the caller.
        target: A target named by the caller; excludes the other three.

    Returns:
        Who looks, and the whole resolution.

    Raises:
        ConfigError: There is no account, or what there is does not hold.
        AccountNotFoundError: ``account`` names none.
        TargetNotFoundError: ``target`` names none.
        StoreError: A file cannot be read.
    """
    bridge = find_bridge(ctx.environ, ctx.directory)
    resolution = resolve(
        ctx.environ,
        ctx.config.snapshot(),
        bridge,
        account=account,
        project=project,
        workspace=workspace,
        target=target,
    )
    source = resolution.account.source
    viewer = Viewer(
        require_account(resolution),
        resolution.headers.value,
        is_saved=source in ("param", "target", "active"),
        bridge=bridge if source == "bridge" else None,
    )
    return viewer, resolution


def saved_viewer(ctx: Context, account: str | None = None) -> Viewer:
    """An account of the file, whatever the environment says.

    Args:
        ctx: Where the files are.
        account: The account; None means the active one.

    Raises:
        AccountNotFoundError: There is none of this name.
        ConfigError: No account is active, or its block is broken.
        StoreError: The file cannot be read or is not TOML.
    """
    config = ctx.config.snapshot()
    headers = dict([config.custom_header]) if config.custom_header else {}
    return Viewer(chosen_account(config, account), headers)


def known(ctx: Context, viewer: Viewer) -> MeIndex:
    """What an account saw when it was last asked; nothing when it never was. Asks nobody."""
    if not viewer.is_saved:
        return MeIndex()
    return read_index(ctx.storage.account(viewer.entry.name, "me.json"))


def will_ask(ctx: Context, viewer: Viewer, *, refresh: bool = False) -> bool:
    """Whether :func:`see` will go to the network."""
    return refresh or known(ctx, viewer).cached_at is None


def see(ctx: Context, viewer: Viewer, *, refresh: bool = False) -> MeIndex:
    """What an account sees: as it was last answered, asked for if it never was.

    Args:
        ctx: Where the files are.
        viewer: Who looks.
        refresh: Ask in any case.

    Raises:
        OAuthError: It has no token, or that has ended and cannot be renewed.
        APIError: Mixpanel refused, failed, or cannot be reached.
        StoreError: The cache is not safe to use.
    """
    index = known(ctx, viewer)
    return index if index.cached_at is not None and not refresh else _ask(ctx, viewer)


def list_seen(ctx: Context, viewer: Viewer, *, refresh: bool = False) -> ProjectList:
    """The projects that an account sees; arguments and errors as :func:`see`."""
    return _listing(ctx, viewer, see(ctx, viewer, refresh=refresh))


def list_known(ctx: Context, viewer: Viewer) -> ProjectList:
    """The projects that an account saw when it was last asked. Asks nobody."""
    return _listing(ctx, viewer, known(ctx, viewer))


def list_workspaces(
    ctx: Context,
    viewer: Viewer,
    project: str,
    *,
    pinned: int | None = None,
    refresh: bool = False,
) -> WorkspaceList:
    """The workspaces of a project, the one that calls run with first, then by name.

    Where ``/me`` shows none, the project's public ones are asked for.

    Args:
        ctx: Where the files are.
        viewer: Who looks.
        project: The project's id.
        pinned: The workspace that is pinned, if one is.
        refresh: Ask in any case.

    Raises:
        OAuthError: The account has no token, or that has ended and cannot be renewed.
        APIError: Mixpanel refused, failed, or cannot be reached.
        StoreError: The cache is not safe to use.
    """
    index = see(ctx, viewer, refresh=refresh)
    of_it = (each for each in index.workspaces.values() if each.project == project)
    found = [each for each in of_it if is_workspace(each.id)]
    found = found or _ask_public(ctx, viewer, project)
    chosen = choose_workspace(found)
    current = pinned if pinned is not None or chosen is None else chosen.id
    return WorkspaceList(
        account=viewer.entry.name,
        project=project,
        rows=tuple(
            WorkspaceRow(each, is_current=each.id == current, is_pinned=each.id == pinned)
            for each in sorted(found, key=workspace_order)
        ),
        asked_at=index.cached_at,
        is_fresh=is_fresh(index.cached_at, ctx.clock.now()),
    )


def project_url(viewer: Viewer, project: str, row: ProjectRow | None = None) -> str:
    """The address of a project in a browser: where it lives, as far as that is known.

    Args:
        viewer: Who looks.
        project: The project's id.
        row: What the viewer knows of it.
    """
    told = row.project.region if row is not None else None
    region = next((each for each in REGIONS if each == told), viewer.entry.region)
    return f"{web_address(region)}/project/{project}"


def _listing(ctx: Context, viewer: Viewer, index: MeIndex) -> ProjectList:
    return ProjectList(
        account=viewer.entry.name,
        region=viewer.entry.region,
        rows=project_rows(viewer.entry, index),
        asked_at=index.cached_at,
        is_fresh=is_fresh(index.cached_at, ctx.clock.now()),
    )


def _ask(ctx: Context, viewer: Viewer) -> MeIndex:
    from mixdesk.api.me import fetch_me
    from mixdesk.ops.me import load_me

    with _client(ctx, viewer) as client:
        if viewer.is_saved:
            return make_index(load_me(ctx, viewer.entry, client, refresh=True))
        return make_index({**fetch_me(client), "cached_at": ctx.clock.now()})


def _ask_public(ctx: Context, viewer: Viewer, project: str) -> list[WorkspaceEntry]:
    from mixdesk.ops.workspaces import public_or_none

    with _client(ctx, viewer) as client:
        return public_or_none(client, project)


@contextmanager
def _client(ctx: Context, viewer: Viewer) -> Iterator[Client]:
    """Whoever asks, with a connection of its own; only here is httpx loaded."""
    from mixdesk.api.client import Client
    from mixdesk.api.transport import Transport
    from mixdesk.ops.credentials import credential_for

    entry = viewer.entry
    with Transport(clock=ctx.clock) as transport:
        credential = credential_for(ctx, entry, viewer.bridge)
        yield Client(transport, entry.region, ctx.environ, credential, viewer.headers)
