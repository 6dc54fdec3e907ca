"""Which workspace a project's calls run with when none is pinned."""

from __future__ import annotations

from collections.abc import Iterable

from mixdesk.model.records import WorkspaceEntry

ALL_DATA = "All Project Data"
"""What Mixpanel calls the view that hides nothing."""


def choose_workspace(workspaces: Iterable[WorkspaceEntry]) -> WorkspaceEntry | None:
    """Choose among the workspaces of one project.

    Args:
        workspaces: In the order of the answer they came in.

    Returns:
        The global view, else the one named "All Project Data", else the default, else the first
        that is not hidden, else the first; None when there are none.
    """
    return min(workspaces, key=rank, default=None)


def rank(workspace: WorkspaceEntry) -> tuple[bool, bool, bool, bool]:
    """What orders workspaces by how soon one would be chosen; those chosen alike are equal."""
    marks = (
        workspace.is_global,
        workspace.name == ALL_DATA,
        workspace.is_default,
        workspace.is_visible,
    )
    return (not marks[0], not any(marks[:2]), not any(marks[:3]), not any(marks))
