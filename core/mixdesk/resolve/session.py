"""The resolved session as the documented model."""

from __future__ import annotations

from collections.abc import Mapping

from mixdesk.model.account import account_from_entry
from mixdesk.model.session import Project, Session, WorkspaceRef
from mixdesk.resolve.resolver import require, resolve
from mixdesk.store.bridge import BridgeEntry
from mixdesk.store.snapshot import Snapshot


def resolve_session(
    environ: Mapping[str, str],
    config: Snapshot,
    bridge: BridgeEntry | None = None,
    *,
    account: str | None = None,
    project: str | None = None,
    workspace: int | None = None,
    target: str | None = None,
) -> Session:
    """Resolve every axis and return the session alone.

    Args:
        environ: The environment.
        config: What ``config.toml`` says: ``ConfigManager().snapshot()``.
        bridge: What the bridge file says, if there is one.
        account: An account named by the caller.
        project: A project id named by the caller.
        workspace: A workspace id named by the caller.
        target: A target named by the caller; excludes the other three.

    Returns:
        The session.

    Raises:
        ConfigError: There is no account or no project (the text lists every way to mend it), a
            variable has a bad value, or a broken account or target was named.
        AccountNotFoundError: ``account`` names none.
        TargetNotFoundError: ``target`` names none.
        ValueError: ``target`` together with another axis.
    """
    resolution = resolve(
        environ,
        config,
        bridge,
        account=account,
        project=project,
        workspace=workspace,
        target=target,
    )
    entry = require(resolution)
    chosen = resolution.workspace.value
    return Session(
        account=account_from_entry(entry),
        project=Project(id=resolution.project.value),
        workspace=WorkspaceRef(id=chosen) if chosen is not None else None,
        headers=resolution.headers.value,
        bridge_path=bridge.path if bridge and resolution.account.source == "bridge" else None,
    )
