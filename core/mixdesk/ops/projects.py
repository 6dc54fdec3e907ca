"""Projects: what an account can see, from the last ``/me``, and choosing one."""

from __future__ import annotations

from mixdesk.model.choosing import rank
from mixdesk.model.records import (
    AccountEntry,
    ProjectEntry,
    ProjectList,
    ProjectRow,
    WorkspaceEntry,
)
from mixdesk.ops.context import Context
from mixdesk.store.guards import chosen_account
from mixdesk.store.me_cache import is_fresh, read_index
from mixdesk.store.me_index import MeIndex


def list_projects(ctx: Context, account: str | None = None) -> ProjectList:
    """All that an account can see, without a network.

    Args:
        ctx: Where the files are.
        account: The account; None means the active one.

    Returns:
        The projects as ``/me`` said when it was last asked; none when it never was.

    Raises:
        AccountNotFoundError: There is none of this name.
        ConfigError: No account is active, or its block is broken.
        StoreError: The file cannot be read or is not TOML.
    """
    config = ctx.config.snapshot()
    entry = chosen_account(config, account)
    index = read_index(ctx.storage.account(entry.name, "me.json"))
    return ProjectList(
        account=entry.name,
        region=entry.region,
        rows=project_rows(entry, index),
        asked_at=index.cached_at,
        is_fresh=is_fresh(index.cached_at, ctx.clock.now()),
    )


def use_project(
    ctx: Context, project: str, *, workspace: int | None = None, account: str | None = None
) -> None:
    """Make a project current, with a workspace or none, in one transaction.

    Args:
        ctx: Where the files are.
        project: The project's id.
        workspace: A workspace of that project.
        account: The account that it is chosen for, which becomes active; None keeps the active
            one.

    Raises:
        AccountNotFoundError: There is no such account.
        InvalidArgumentError: The project or workspace is none.
        ConfigError: No account is active.
        StoreError: The file cannot be changed.
    """
    ctx.config.apply_session(account=account, project=project, workspace=workspace)


def project_rows(entry: AccountEntry, index: MeIndex) -> tuple[ProjectRow, ...]:
    """The rows of an index, by organization and name."""
    workspaces: dict[str, list[WorkspaceEntry]] = {}
    for workspace in index.workspaces.values():
        workspaces.setdefault(workspace.project, []).append(workspace)
    return tuple(
        ProjectRow(
            project=project,
            workspaces=tuple(sorted(workspaces.get(project.id, ()), key=workspace_order)),
            is_current=project.id == entry.default_project,
            is_elsewhere=project.region not in (None, entry.region),
        )
        for project in sorted(index.projects.values(), key=_project_order)
    )


def _project_order(project: ProjectEntry) -> tuple[str, str, str]:
    return (project.organization.casefold(), project.name.casefold(), project.id)


def workspace_order(workspace: WorkspaceEntry) -> tuple[tuple[bool, bool, bool, bool], str]:
    """What sorts workspaces: the one that would be chosen first, then by name."""
    return (rank(workspace), workspace.name.casefold())
