"""Targets as data: columns, rows, and what the panel tells."""

from __future__ import annotations

from mixdesk.model.records import TargetRow
from mixdesk_tui import phrases
from mixdesk_tui.commands.frame import SavePlace, ShowStatus
from mixdesk_tui.commands.targets import AddTarget
from mixdesk_tui.keys.hints import hint
from mixdesk_tui.matching import match
from mixdesk_tui.screens.copies import script_lines, target_copies
from mixdesk_tui.screens.list_state import ListState
from mixdesk_tui.spans import Line, Span, safe, shortened, wrap
from mixdesk_tui.widgets.columns import Column
from mixdesk_tui.widgets.line_table import Cell, Row

COLUMNS = (
    Column("NAME", least=24, keep=9),
    Column("ACCOUNT", least=12, most=32, keep=7),
    Column("PROJECT", least=13, most=40, keep=6),
    Column("WORKSPACE", least=9, most=40, keep=2),
    Column("STATE", least=12, most=60, keep=8, cut_end=True),
)

ACTIVE = Span("●", "accent strong")
PROTECTED = Span("▲", "warning")
ACTIVE_AND_PROTECTED = Span("●▲", "warning")
BROKEN = Span("!", "warning strong")
BROKEN_AND_PROTECTED = Span("!▲", "warning strong")


def table_rows(state: ListState[TargetRow]) -> list[Row]:
    """Return the visible targets as rows of the table."""
    return [_row(row, state.query) for row in state.visible]


def details(row: TargetRow, room: int) -> list[Line]:
    """Return what is told of a target below its name."""
    said, tone = _said(row)
    lines: list[Line] = [(Span(" "), Span(part, tone)) for part in wrap(said, room - 2)]
    if row.problem is not None:
        for text in (row.problem.hint, row.problem.place):
            lines += [(Span(" "), Span(part, "muted")) for part in wrap(safe(text), room - 2)]
    lines += [()] if said else []
    kind = phrases.KINDS[row.account_type] if row.account_type else None
    facts = (
        ("account", safe(row.account or "")),
        ("kind", " · ".join(filter(None, (kind, row.region)))),
        ("project", _project(row)),
        ("workspace", _workspace(row)),
    )
    lines += [
        (Span(f" {label.ljust(11)}", "muted"), shortened(value, room - 13))
        for label, value in facts
        if value
    ]
    return [*lines, (), *script_lines(target_copies(row), room), ()]


def nothing(*, has_accounts: bool, is_somebody: bool) -> list[Line]:
    """Return what an empty list says.

    Args:
        has_accounts: Whether there is an account to save a target for.
        is_somebody: Whether an account is used now, so that its place can be saved.
    """
    ways = [
        *([hint(SavePlace, "save where you are now, at once")] if is_somebody else []),
        hint(AddTarget, "add one by hand"),
    ]
    return [
        (),
        (Span("  No target yet.", "strong"),),
        (
            Span(
                "  A target is a saved place: an account, a project, perhaps a workspace.", "muted"
            ),
        ),
        (),
        *(ways if has_accounts or is_somebody else [hint(ShowStatus, "get an account first")]),
    ]


def _row(row: TargetRow, query: str) -> Row:
    shown = safe(row.name)
    said, tone = _in_brief(row)
    cells = (
        Cell(shown, "strong" if row.is_active else "", match(query, shown) or ()),
        Cell(safe(row.account or phrases.NOTHING)),
        _project_cell(row),
        Cell(_workspace(row) or phrases.NOTHING),
        Cell(said, tone, short=_in_a_word(row, said)),
    )
    return Row(row.name, cells, _mark(row))


def _mark(row: TargetRow) -> Span:
    if row.problem is not None:
        return BROKEN_AND_PROTECTED if row.is_protected else BROKEN
    if row.is_protected:
        return ACTIVE_AND_PROTECTED if row.is_active else PROTECTED
    return ACTIVE if row.is_active else Span(" ")


def _in_brief(row: TargetRow) -> tuple[str, str]:
    """What the table says of a target, where the row says the rest."""
    if row.problem is not None and row.problem.key == "account":
        return f"account {safe(row.account or '')} is gone", "warning"
    return _said(row)


def _in_a_word(row: TargetRow, said: str) -> str:
    """What is said of a target where there is little room."""
    if row.problem is None:
        return "protected" if row.is_protected else ""
    return "account gone" if row.problem.key == "account" else said


def _said(row: TargetRow) -> tuple[str, str]:
    if row.problem is not None:
        return safe(row.problem.summary), "warning"
    return ("protected: type its name to use it", "muted") if row.is_protected else ("", "")


def _project_cell(row: TargetRow) -> Cell:
    """A project by its name, then its id, which gives way."""
    name, id = safe(row.project_name or ""), safe(row.project or "")
    return Cell(_project(row) or phrases.NOTHING, short=name, tail=len(id))


def _project(row: TargetRow) -> str:
    if row.project is None:
        return ""
    project = safe(row.project)
    return f"{safe(row.project_name)}  {project}" if row.project_name else project


def _workspace(row: TargetRow) -> str:
    if row.workspace is None:
        return ""
    return safe(row.workspace_name) if row.workspace_name else str(row.workspace)
