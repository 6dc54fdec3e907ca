"""The session: who you are, why, and what you did lately."""

from __future__ import annotations

from typing import Any

from mixdesk.model.records import Activity, Problem, Resolution, SessionView
from mixdesk.model.text import clean
from mixdesk.ops.accounts import tokens_of, unsafe_tokens
from mixdesk.ops.context import Context
from mixdesk.ops.names import Names
from mixdesk.resolve.resolver import resolve
from mixdesk.store.activity import recent
from mixdesk.store.bridge import BridgeEntry, find_bridge
from mixdesk.store.snapshot import Snapshot
from mixdesk.store.tokens import TokenEntry


def view_session(
    ctx: Context,
    *,
    account: str | None = None,
    project: str | None = None,
    workspace: int | None = None,
    target: str | None = None,
) -> SessionView:
    """Who you are and why, with all the names that are known without a network.

    Args:
        ctx: Where the files are.
        account: An account named by the caller.
        project: A project id named by the caller.
        workspace: A workspace id named by the caller.
        target: A target named by the caller; excludes the other three.

    Returns:
        The view; axes that nothing speaks of are ``unset``.

    Raises:
        ConfigError: A variable has a bad value, the bridge is none, or a broken account or
            target was named.
        AccountNotFoundError: ``account`` names none.
        TargetNotFoundError: ``target`` names none.
        StoreError: The file cannot be read or is not TOML.
        ValueError: ``target`` together with another axis.
    """
    config = ctx.config.snapshot()
    return view(
        ctx,
        config,
        Names(ctx, config),
        account=account,
        project=project,
        workspace=workspace,
        target=target,
    )


def view(ctx: Context, config: Snapshot, names: Names, **named: Any) -> SessionView:
    """The same as :func:`view_session`, from a snapshot that was read before."""
    bridge = find_bridge(ctx.environ, ctx.directory)
    resolution = resolve(ctx.environ, config, bridge, **named)
    return describe(ctx, config, names, resolution, bridge)


def use_session(
    ctx: Context,
    *,
    account: str | None = None,
    project: str | None = None,
    workspace: int | None = None,
    target: str | None = None,
) -> None:
    """Save one or more axes in one transaction.

    Raises:
        ConfigError: See :meth:`~mixdesk.store.config.ConfigManager.apply_session`.
        ValueError: ``target`` together with another axis.
    """
    if target is None:
        ctx.config.apply_session(account=account, project=project, workspace=workspace)
        return
    if (account, project, workspace) != (None, None, None):
        raise ValueError("target= excludes account=, project= and workspace=")
    ctx.config.apply_target(target)


def recent_activity(ctx: Context, limit: int = 20) -> tuple[Activity, ...]:
    """The last changes made by mixdesk, newest first."""
    return recent(ctx.storage.activity, limit)


def describe(
    ctx: Context,
    config: Snapshot,
    names: Names,
    resolution: Resolution,
    bridge: BridgeEntry | None,
) -> SessionView:
    """Add to a resolution what the files know of its account, project and workspace."""
    entry = resolution.entry
    from_file = entry is not None and resolution.account.source in ("param", "target", "active")
    owner = entry.name if entry is not None and from_file else None
    index = names.index(owner)
    project = index.projects.get(resolution.project.value or "")
    known = names.workspace(owner, resolution.workspace.value)
    tokens = _tokens(ctx, resolution, bridge)
    return SessionView(
        resolution=resolution,
        region=entry.region if entry else None,
        account_type=entry.type if entry else None,
        username=clean(entry.username) if entry and entry.username else None,
        token_env=clean(entry.token_env) if entry and entry.token_env else None,
        user_email=index.user_email,
        user_at=index.cached_at,
        project_name=project.name if project else None,
        organization=project.organization if project else None,
        timezone=project.timezone if project else None,
        workspace_name=known.name if known else None,
        token_expires_at=tokens.expires_at if tokens else None,
        can_refresh=tokens is not None and tokens.refresh_token is not None,
        has_tokens=tokens is not None if entry and entry.type == "oauth_browser" else None,
        bridge_path=bridge.path if bridge else None,
        problems=_problems(ctx, config, names, resolution),
    )


def _tokens(ctx: Context, resolution: Resolution, bridge: BridgeEntry | None) -> TokenEntry | None:
    if resolution.entry is None:
        return None
    if resolution.account.source == "bridge":
        return bridge.tokens if bridge else None
    return tokens_of(ctx, resolution.entry)


def _problems(
    ctx: Context, config: Snapshot, names: Names, resolution: Resolution
) -> tuple[Problem, ...]:
    """All that deserves attention, each once: the session's first, then the file's."""
    found = [
        *resolution.problems,
        *_foreign_workspace(names, resolution),
        *unsafe_tokens(ctx, config),
        *config.problems,
    ]
    return tuple({problem.identity: problem for problem in found}.values())


def _foreign_workspace(names: Names, resolution: Resolution) -> list[Problem]:
    """A workspace that is known to belong to another project than the resolved one."""
    account, project = resolution.account.value, resolution.project.value
    known = names.workspace(account, resolution.workspace.value)
    if known is None or project is None or known.project == project:
        return []
    return [
        Problem(
            kind="reference",
            code="foreign_workspace",
            section=("active",),
            key="workspace",
            summary=f"Workspace {known.id} ({known.name}) belongs to project {known.project}, "
            f"not to {project}.",
            hint=f"It comes from {resolution.workspace.origin}; choose one of this project.",
            path=resolution.workspace.origin,
        )
    ]
