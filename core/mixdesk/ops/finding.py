"""Finding a project or a workspace by its id or its name, among what an account sees."""

from __future__ import annotations

from collections.abc import Sequence

from mixdesk.exceptions import ConfigError, ProjectNotFoundError
from mixdesk.model.records import ProjectRow, WorkspaceRow
from mixdesk.model.text import clean
from mixdesk.ops.context import Context
from mixdesk.ops.searching import About, Found, called, search
from mixdesk.ops.viewer import Viewer, list_seen, list_workspaces


def find_project(
    ctx: Context, viewer: Viewer, wanted: str, *, refresh: bool = False, trust: bool = False
) -> Found[ProjectRow]:
    """Find a project that an account sees.

    The account is asked what it sees when it never was, and again when the last answer is not
    fresh and does not have the project.

    Args:
        ctx: Where the files are.
        viewer: Who looks.
        wanted: The id or the name; upper and lower case only count where both are there.
        refresh: Ask in any case.
        trust: Whether an id is taken as it is when the account cannot be asked.

    Raises:
        ProjectNotFoundError: It sees none of this id or name.
        InvalidArgumentError: ``ambiguous_name``: several have the name; the hint lists them.
        OAuthError: It has no token, or that has ended and cannot be renewed.
        APIError: Mixpanel refused, failed, or cannot be reached.
        StoreError: The cache is not safe to use.
    """

    def look(again: bool) -> tuple[Sequence[ProjectRow], bool]:
        listing = list_seen(ctx, viewer, refresh=again)
        return listing.rows, listing.is_fresh

    found = search(look, _project, wanted, refresh=refresh, trust=trust)
    if isinstance(found, Found):
        return found
    name = viewer.entry.name
    raise ProjectNotFoundError(
        f"Account {name!r} sees no project {called(wanted)}.",
        hint=f"{found.help}List what it sees: mp project list -a {name}",
        details={"project": clean(wanted, 64), "account": name},
    )


def find_workspace(
    ctx: Context,
    viewer: Viewer,
    project: str,
    wanted: str,
    *,
    pinned: int | None = None,
    refresh: bool = False,
    trust: bool = False,
) -> Found[WorkspaceRow]:
    """Find a workspace of a project; as :func:`find_project`.

    Args:
        ctx: Where the files are.
        viewer: Who looks.
        project: The project's id.
        wanted: The id or the name of the workspace.
        pinned: The workspace that is pinned, if one is.
        refresh: Ask in any case.
        trust: Whether an id is taken as it is when the account cannot be asked.

    Raises:
        ConfigError: ``WORKSPACE_NOT_FOUND``: the project has none of this id or name.
        InvalidArgumentError: ``ambiguous_name``: several have the name; the hint lists them.
        OAuthError: The account has no token, or that has ended and cannot be renewed.
        APIError: Mixpanel refused, failed, or cannot be reached.
        StoreError: The cache is not safe to use.
    """

    def look(again: bool) -> tuple[Sequence[WorkspaceRow], bool]:
        listing = list_workspaces(ctx, viewer, project, pinned=pinned, refresh=again)
        return listing.rows, listing.is_fresh

    found = search(look, _workspace, wanted, refresh=refresh, trust=trust)
    if isinstance(found, Found):
        return found
    name = viewer.entry.name
    raise ConfigError(
        f"Account {name!r} sees no workspace {called(wanted)} in project {project}.",
        code="WORKSPACE_NOT_FOUND",
        hint=f"{found.help}List what there is: mp workspace list -a {name} -p {project}",
        details={"workspace": clean(wanted, 64), "project": project, "account": name},
    )


def refuse_elsewhere(ctx: Context, viewer: Viewer, row: ProjectRow) -> None:
    """Refuse a project of another region than the account's: its calls would not find it.

    Raises:
        ConfigError: ``PROJECT_ELSEWHERE``, with the accounts of that region.
    """
    if not row.is_elsewhere:
        return
    project, entry = row.project, viewer.entry
    accounts = sorted(ctx.config.snapshot().accounts.items())
    there = [name for name, each in accounts if each.region == project.region]
    hint = f"Log in there: mp login --region {project.region}"
    if there:
        hint = f"Use an account of that region ({', '.join(there)}): "
        hint += f"mp project use {project.id} -a {there[0]}"
    raise ConfigError(
        f"Project {project.id} ({project.name}) lives in {project.region}, and account "
        f"{entry.name!r} works in {entry.region}: its calls would not find it.",
        code="PROJECT_ELSEWHERE",
        hint=hint,
        details={"project": project.id, "region": project.region, "accounts": there},
    )


def _project(row: ProjectRow) -> About:
    return About(row.project.id, row.project.name, row.project.organization)


def _workspace(row: WorkspaceRow) -> About:
    return About(str(row.workspace.id), row.workspace.name)
