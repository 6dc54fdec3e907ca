"""Projects in each format."""

from __future__ import annotations

from typing import Any

from mixdesk.model.records import ProjectEntry, ProjectList, ProjectRow
from mixdesk.ops.viewer import Viewer, project_url
from mixdesk_cli import words
from mixdesk_cli.render import Answer, Record
from mixdesk_cli.table import Cell, Table

FIELDS = ("id", "name", "organization", "region", "timezone", "workspaces", "current", "elsewhere")

ALL_FIELDS = (*FIELDS, "account", "url")

_PLAIN = ("id", "name", "organization", "region", "current")

_HEADINGS = ("", "NAME", "ORGANIZATION", "REGION", "TIMEZONE", "WORKSPACES")
SHAPE = Table((), floors=(1, 20, 14, 6, 12, 10), spare=(5, 4))
"""How its columns give way where there is little room."""


def record(row: ProjectRow, current: str | None) -> Record:
    """A project for JSON. The keys are a promise: ``docs/cli.md``."""
    project = row.project
    return {
        "id": project.id,
        "name": project.name,
        "organization": project.organization or None,
        "region": project.region,
        "timezone": project.timezone,
        "workspaces": [each.id for each in row.workspaces],
        "current": project.id == current,
        "elsewhere": row.is_elsewhere,
    }


def many(listing: ProjectList, current: str | None) -> Answer:
    """The answer of ``mp project list``."""
    data = [record(row, current) for row in listing.rows]
    return Answer(data, data, FIELDS, _PLAIN, lambda: table(listing, current))


def one(row: ProjectRow | None, wanted: str, viewer: Viewer, current: str | None) -> Answer:
    """The answer of ``mp project show``.

    Args:
        row: What is known of it; None when nothing is.
        wanted: Its id.
        viewer: Who looks.
        current: The id of the session's project.
    """
    entry = viewer.entry
    known: dict[str, Any] = dict.fromkeys(FIELDS)
    known |= {"id": wanted, "workspaces": [], "current": wanted == current, "elsewhere": False}
    if row is not None:
        known = record(row, current)
    data = {**known, "account": entry.name, "url": project_url(viewer, wanted, row)}
    return Answer(data, [data], ALL_FIELDS, ALL_FIELDS, lambda: _card(data), upright=True)


def table(listing: ProjectList, current: str | None) -> Table:
    """What ``mp project list`` shows on a terminal."""
    rows = [cells(row, current) for row in listing.rows]
    return SHAPE._replace(rows=rows, headings=_HEADINGS)


def cells(row: ProjectRow, current: str | None) -> list[Cell]:
    """One project in columns."""
    project = row.project
    is_current = project.id == current
    return [
        Cell("●", "green") if is_current else Cell(""),
        Cell(project.name, "bold" if is_current else None, f" {project.id}"),
        Cell(project.organization or words.NOTHING),
        _region(project, row.is_elsewhere),
        Cell(project.timezone or words.NOTHING),
        Cell(str(len(row.workspaces)) if row.workspaces else words.NOTHING),
    ]


def _region(project: ProjectEntry, is_elsewhere: bool) -> Cell:
    if is_elsewhere:
        return Cell(f"≠ {project.region}", "yellow")
    return Cell(project.region or words.NOTHING)


def _card(data: Record) -> Table:
    elsewhere = f" (account {data['account']} works in another)" if data["elsewhere"] else ""
    facts = [
        ("project", _title(data)),
        ("organization", Cell(data["organization"] or "")),
        ("region", Cell(data["region"] or "", "yellow" if elsewhere else None, elsewhere)),
        ("timezone", Cell(data["timezone"] or "")),
        ("workspaces", Cell(", ".join(map(str, data["workspaces"])))),
        ("account", Cell(data["account"])),
        ("url", Cell(data["url"])),
        ("state", Cell("current", "green") if data["current"] else Cell("")),
    ]
    return Table([[Cell(name, "dim"), cell] for name, cell in facts if cell.text])


def _title(data: Record) -> Cell:
    if data["name"] is None:
        return Cell(str(data["id"]), "bold")
    return Cell(data["name"], "bold", f" {data['id']}")
