"""Workspaces: those of a project, and the one its calls run with when none is pinned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mixdesk.api.client import Client
from mixdesk.api.me import fetch_workspaces
from mixdesk.exceptions import APIError, WorkspaceScopeError
from mixdesk.model.choosing import choose_workspace
from mixdesk.model.records import AccountEntry, WorkspaceEntry
from mixdesk.model.rules import is_workspace
from mixdesk.ops.context import Context
from mixdesk.store.me_cache import make_index, read_index, workspace_entry


def find_workspace(
    ctx: Context,
    entry: AccountEntry,
    client: Client,
    project: str,
    answer: Mapping[str, Any] | None,
    *,
    is_saved: bool,
) -> WorkspaceEntry:
    """Find the workspace that a project's calls run with when none is pinned.

    Args:
        ctx: Where the files are.
        entry: The account.
        client: Asks as this account, when the last ``/me`` does not know.
        project: The project's id.
        answer: The last ``/me``, when it is at hand.
        is_saved: Whether it is an account of the file, whose cache then is its own.

    Raises:
        WorkspaceScopeError: There is none, or none that the account may see.
        OAuthError: The account has no token, or it has ended and cannot be renewed.
        APIError: Mixpanel failed or cannot be reached.
    """
    if answer is not None:
        found = visible_workspaces(answer, project)
    else:
        found = _known(ctx, entry, project) if is_saved else []
    chosen = choose_workspace(found or public_or_none(client, project))
    if chosen is not None:
        return chosen
    raise WorkspaceScopeError(
        f"Project {project} has no workspace that account {entry.name!r} can see.",
        hint="Name one: use(workspace=ID), --workspace ID, or set MP_WORKSPACE_ID.",
        details={"project": project, "account": entry.name},
    )


def visible_workspaces(answer: Mapping[str, Any], project: str) -> list[WorkspaceEntry]:
    """The workspaces of a project in an answer of ``/me``."""
    workspaces = answer.get("workspaces")
    if not isinstance(workspaces, dict):
        return []
    own = {
        key: fields
        for key, fields in workspaces.items()
        if isinstance(fields, dict) and str(fields.get("project_id")) == project
    }
    return _sound(make_index({"workspaces": own}).workspaces.values())


def public_workspaces(client: Client, project: str) -> list[WorkspaceEntry]:
    """The workspaces that a project shows to everybody in it.

    Raises:
        OAuthError: The account has no token, or it has ended and cannot be renewed.
        APIError: Mixpanel refused, failed, or cannot be reached.
    """
    found = fetch_workspaces(client, project)
    entries = [workspace_entry(each["id"], each) for each in found if is_workspace(each.get("id"))]
    return [entry._replace(project=project) for entry in entries]


def public_or_none(client: Client, project: str) -> list[WorkspaceEntry]:
    """The same as :func:`public_workspaces`; an account that may not see them sees none."""
    try:
        return public_workspaces(client, project)
    except APIError as error:
        if error.status_code not in (403, 404):
            raise
        return []


def _known(ctx: Context, entry: AccountEntry, project: str) -> list[WorkspaceEntry]:
    """The workspaces of a project in the account's cache, however old."""
    index = read_index(ctx.storage.account(entry.name, "me.json"))
    return _sound(each for each in index.workspaces.values() if each.project == project)


def _sound(workspaces: Iterable[WorkspaceEntry]) -> list[WorkspaceEntry]:
    """Those whose id is one; a server may say anything."""
    return [each for each in workspaces if is_workspace(each.id)]
