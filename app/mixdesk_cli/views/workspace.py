"""Workspaces in each format."""

from __future__ import annotations

from typing import Any

from mixdesk.model.records import WorkspaceList, WorkspaceRow
from mixdesk_cli.render import Answer, Record
from mixdesk_cli.table import Cell, Table

FIELDS = ("id", "name", "project", "global", "default", "visible", "current", "pinned")

_PLAIN = ("id", "name", "project", "current", "pinned")

_HEADINGS = ("", "NAME", "KIND", "STATE")
SHAPE = Table((), floors=(1, 20, 12, 8), spare=(2,))
"""How its columns give way where there is little room."""


def record(row: WorkspaceRow) -> Record:
    """A workspace for JSON. The keys are a promise: ``docs/cli.md``."""
    workspace = row.workspace
    return {
        "id": workspace.id,
        "name": workspace.name,
        "project": workspace.project,
        "global": workspace.is_global,
        "default": workspace.is_default,
        "visible": workspace.is_visible,
        "current": row.is_current,
        "pinned": row.is_pinned,
    }


def many(listing: WorkspaceList) -> Answer:
    """The answer of ``mp workspace list``."""
    data = [record(row) for row in listing.rows]
    return Answer(data, data, FIELDS, _PLAIN, lambda: table(listing))


def one(row: WorkspaceRow | None, wanted: int, project: str) -> Answer:
    """The answer of ``mp workspace show``.

    Args:
        row: What is known of it; None for one that is pinned, and nothing else is known.
        wanted: Its id.
        project: The id of the session's project.
    """
    known: dict[str, Any] = dict.fromkeys(FIELDS)
    known |= {"id": wanted, "project": project, "current": True, "pinned": True}
    data = record(row) if row is not None else known
    return Answer(data, [data], FIELDS, FIELDS, lambda: _card(data), upright=True)


def table(listing: WorkspaceList) -> Table:
    """What ``mp workspace list`` shows on a terminal."""
    return SHAPE._replace(rows=[cells(row) for row in listing.rows], headings=_HEADINGS)


def cells(row: WorkspaceRow) -> list[Cell]:
    """One workspace in columns."""
    data = record(row)
    return [
        Cell("●", "green") if row.is_current else Cell(""),
        Cell(row.workspace.name, "bold" if row.is_current else None, f" {row.workspace.id}"),
        Cell(_kind(data)),
        _state(data),
    ]


def _kind(data: Record) -> str:
    kinds = {"global": data["global"], "default": data["default"], "hidden": not data["visible"]}
    return ", ".join(kind for kind, holds in kinds.items() if holds)


def _state(data: Record) -> Cell:
    if data["pinned"]:
        return Cell("pinned", "green")
    return Cell("used, as none is pinned") if data["current"] else Cell("")


def _card(data: Record) -> Table:
    is_known = data["name"] is not None
    facts = [
        ("workspace", _title(data)),
        ("project", Cell(data["project"] or "")),
        ("kind", Cell(_kind(data) if is_known else "")),
        ("state", _state(data)),
    ]
    return Table([[Cell(name, "dim"), cell] for name, cell in facts if cell.text])


def _title(data: Record) -> Cell:
    if data["name"] is None:
        return Cell(str(data["id"]), "bold")
    return Cell(data["name"], "bold", f" {data['id']}")
