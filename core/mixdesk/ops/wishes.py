"""Who applies where the caller's own words beat the environment: ``mp exec`` and ``mp env``."""

from __future__ import annotations

from typing import NamedTuple

from mixdesk.exceptions import ConfigError
from mixdesk.model.records import AccountEntry, Resolution
from mixdesk.ops.context import Context
from mixdesk.resolve.identity import without_identity
from mixdesk.resolve.resolver import require, resolve
from mixdesk.store.bridge import BridgeEntry, find_bridge
from mixdesk.store.snapshot import Snapshot


class Wish(NamedTuple):
    """Whom the caller wants."""

    account: str | None = None
    project: str | None = None
    workspace: int | None = None
    target: str | None = None
    """Instead of the other three."""
    insists: bool = False
    """Whether account or target are the caller's own words, not those of ``MP_ACCOUNT`` or
    ``MP_TARGET``: then no variable and no bridge has a say."""


def resolve_wish(
    ctx: Context, config: Snapshot, wish: Wish
) -> tuple[Resolution, BridgeEntry | None]:
    """Resolve with the caller's words above the environment.

    An account or a target that he insists on is taken as ``config.toml`` has it. A project or a
    workspace takes the place of its own variable, and no more: an account that the environment
    makes stays whole.

    Args:
        ctx: Where the environment is.
        config: What ``config.toml`` says.
        wish: What the caller names.

    Returns:
        The resolution, and the bridge that was looked at.

    Raises:
        ConfigError: A variable has a bad value, or a broken account or target was named.
        AccountNotFoundError: The account is not there.
        TargetNotFoundError: The target is not there.
        StoreError: A bridge is not safe to use.
    """
    environ = without_identity(ctx.environ) if wish.insists else dict(ctx.environ)
    if wish.project is not None and environ.get("MP_PROJECT_ID"):
        environ["MP_PROJECT_ID"] = wish.project
    if wish.project is not None or wish.workspace is not None:
        environ.pop("MP_WORKSPACE_ID", None)
    bridge = None if wish.insists else find_bridge(environ, ctx.directory)
    resolution = resolve(
        environ,
        config,
        bridge,
        account=wish.account,
        project=wish.project,
        workspace=wish.workspace,
        target=wish.target,
    )
    return resolution, bridge


def account_of(resolution: Resolution, wish: Wish, *, needs_project: bool = True) -> AccountEntry:
    """Return the account that applies.

    Raises:
        ConfigError: There is none, or it has no project; the text lists every way to mend it.
    """
    entry = resolution.entry
    if entry is not None and not needs_project:
        return entry
    if entry is None or resolution.project.value is not None or not wish.insists:
        return require(resolution)
    # Here the environment, which the usual error points to, would not be listened to.
    raise ConfigError(
        f"Account {entry.name!r} has no project yet.",
        hint="Say which beside it: --project ID. For good: "
        f"mp account update {entry.name} --project ID",
        details={"axis": "project", "account": entry.name},
    )


def workspace_of(
    config: Snapshot, bridge: BridgeEntry | None, resolution: Resolution, wish: Wish
) -> int | None:
    """Return the workspace, unless it is one of another project.

    Whoever runs with what is handed over cannot look up whose it is.

    Args:
        config: Whose active workspace it may be.
        bridge: Whose workspace it may be.
        resolution: What applies.
        wish: What the caller names.
    """
    axis = resolution.workspace
    value: int | None = axis.value
    if axis.source in ("env", "param", "target"):
        return value
    entry = resolution.entry
    if entry is None or wish.insists or wish.project is not None or wish.target is not None:
        return None
    if axis.source == "bridge" and bridge is not None:
        home = bridge.project or bridge.account.default_project
        is_its_own = resolution.account.source == "bridge"
    else:
        home = entry.default_project
        # An account of another source may share the name of the active one.
        from_file = resolution.account.source in ("param", "active")
        is_its_own = from_file and entry.name == config.active.account
    return value if is_its_own and resolution.project.value == home else None
