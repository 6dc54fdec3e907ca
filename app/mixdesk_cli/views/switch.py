"""What ``mp use`` lets one choose from: targets first, then accounts."""

from __future__ import annotations

from collections.abc import Sequence

from mixdesk.model.records import AccountRow, TargetRow
from mixdesk_cli import words
from mixdesk_cli.picker import Item
from mixdesk_cli.table import Cell, Table

SHAPE = Table((), floors=(1, 16, 7, 11, 12, 9), spare=(3,))
"""How its columns give way where there is little room."""


def items(targets: Sequence[TargetRow], accounts: Sequence[AccountRow]) -> list[Item]:
    """Everything there is to switch to; the key says which kind it is."""
    return [*map(_target, targets), *map(_account, accounts)]


def _target(row: TargetRow) -> Item:
    where = row.project_name or row.project or words.NOTHING
    more = f" › {row.workspace_name or row.workspace}" if row.workspace else ""
    mark = _mark(row.is_active, broken=row.problem is not None)
    state = Cell("protected", "yellow") if row.is_protected else Cell("")
    if row.problem is not None:
        state = Cell("broken", "red")
    cells = [
        mark,
        Cell(row.name),
        Cell("target", "dim"),
        Cell(row.account or ""),
        Cell(where + more),
    ]
    return Item(f"target:{row.name}", [*cells, state], row.is_active)


def _account(row: AccountRow) -> Item:
    mark = _mark(row.is_active, broken=row.problem is not None)
    where = row.project_name or row.default_project or words.NOTHING
    state = Cell("broken", "red") if row.problem is not None else Cell("")
    cells = [mark, Cell(row.name), Cell("account", "dim"), Cell(row.region or ""), Cell(where)]
    return Item(f"account:{row.name}", [*cells, state], row.is_active)


def _mark(is_active: bool, *, broken: bool) -> Cell:
    if is_active:
        return Cell("●", "green")
    return Cell("!", "red") if broken else Cell("")
