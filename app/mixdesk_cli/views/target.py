"""Targets in each format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mixdesk.model.records import TargetRow
from mixdesk_cli import words
from mixdesk_cli.render import Answer, Record
from mixdesk_cli.table import Cell, Table
from mixdesk_cli.views import problem

FIELDS = (
    "name",
    "account",
    "project",
    "workspace",
    "account_type",
    "region",
    "project_name",
    "workspace_name",
    "active",
    "protected",
    "problem",
)

_PLAIN = ("name", "account", "project", "workspace", "active")

_HEADINGS = ("", "NAME", "ACCOUNT", "PROJECT", "WORKSPACE", "")
_FLOORS = (1, 12, 12, 16, 9, 14)
_SPARE = (4,)

_IN_SHORT = {"dangling_account": "account is gone"}
"""Problems that a word or two tell, where the whole sentence would not fit."""


def record(row: TargetRow) -> Record:
    """A target for JSON. The keys are a promise: ``docs/cli.md``."""
    return {
        "name": row.name,
        "account": row.account,
        "project": row.project,
        "workspace": row.workspace,
        "account_type": row.account_type,
        "region": row.region,
        "project_name": row.project_name,
        "workspace_name": row.workspace_name,
        "active": row.is_active,
        "protected": row.is_protected,
        "problem": problem.record(row.problem),
    }


def many(rows: Sequence[TargetRow]) -> Answer:
    """The answer of ``mp target list``."""
    return Answer(
        data=[record(row) for row in rows],
        rows=[_flat(row) for row in rows],
        fields=FIELDS,
        plain=_PLAIN,
        table=lambda: Table([_line(row) for row in rows], _HEADINGS, _FLOORS, _SPARE),
    )


def one(row: TargetRow) -> Answer:
    """The answer of ``mp target show``."""
    return Answer(record(row), [_flat(row)], FIELDS, FIELDS, lambda: _card(row), upright=True)


def _flat(row: TargetRow) -> dict[str, Any]:
    return {**record(row), "problem": row.problem and row.problem.summary}


def _line(row: TargetRow) -> list[Cell]:
    return [
        _mark(row),
        Cell(row.name, "bold" if row.is_active else None),
        Cell(row.account or words.NOTHING),
        _named(row.project_name, row.project),
        _workspace(row),
        _state(row),
    ]


def _mark(row: TargetRow) -> Cell:
    if row.is_active:
        return Cell("●", "green")
    if row.problem is not None:
        return Cell("!", "red")
    return Cell("▲", "yellow") if row.is_protected else Cell("")


def _named(name: str | None, identifier: object) -> Cell:
    if identifier is None or name is None:
        return Cell(words.NOTHING if identifier is None else str(identifier))
    return Cell(name, tail=f" {identifier}")


def _workspace(row: TargetRow) -> Cell:
    # The name alone: what is wrong with the target needs the room, and `show` has the id.
    return Cell(row.workspace_name or str(row.workspace or words.NOTHING))


def _state(row: TargetRow) -> Cell:
    if row.problem is not None:
        return Cell(_IN_SHORT.get(row.problem.code, row.problem.summary), "red")
    return Cell("protected", "yellow") if row.is_protected else Cell("")


def _card(row: TargetRow) -> Table:
    facts = [
        ("target", Cell(row.name, "bold", " (current)" if row.is_active else "")),
        ("account", Cell(row.account or words.NOTHING)),
        ("region", Cell(row.region or "")),
        ("project", _named(row.project_name, row.project)),
        ("workspace", _named(row.workspace_name, row.workspace)),
        ("state", _state(row)),
    ]
    return Table([[Cell(name, "dim"), cell] for name, cell in facts if cell.text])
