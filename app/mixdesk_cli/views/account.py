"""Accounts in each format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mixdesk.model.records import AccountRow
from mixdesk_cli import words
from mixdesk_cli.render import Answer, Record
from mixdesk_cli.table import Cell, Table
from mixdesk_cli.views import problem

FIELDS = (
    "name",
    "type",
    "region",
    "default_project",
    "project_name",
    "username",
    "token_env",
    "token_env_set",
    "has_tokens",
    "can_refresh",
    "token_expires_at",
    "status",
    "status_at",
    "user_email",
    "active",
    "targets",
    "problem",
)

_PLAIN = ("name", "type", "region", "default_project", "status", "active")

_HEADINGS = ("", "NAME", "KIND", "REGION", "PROJECT", "TOKEN", "TARGETS", "STATE")
_FLOORS = (1, 16, 7, 6, 15, 10, 7, 16)
_SPARE = (6, 3, 2)


def record(row: AccountRow) -> Record:
    """An account for JSON. The keys are a promise: ``docs/cli.md``."""
    return {
        "name": row.name,
        "type": row.type,
        "region": row.region,
        "default_project": row.default_project,
        "project_name": row.project_name,
        "username": row.username,
        "token_env": row.token_env,
        "token_env_set": row.token_env_set,
        "has_tokens": row.has_tokens,
        "can_refresh": row.can_refresh,
        "token_expires_at": words.iso(row.token_expires_at),
        "status": row.status,
        "status_at": words.iso(row.status_at),
        "user_email": row.user_email,
        "active": row.is_active,
        "targets": list(row.targets),
        "problem": problem.record(row.problem),
    }


def many(rows: Sequence[AccountRow], now: float) -> Answer:
    """The answer of ``mp account list``."""
    return Answer(
        data=[record(row) for row in rows],
        rows=[_flat(row) for row in rows],
        fields=FIELDS,
        plain=_PLAIN,
        table=lambda: Table([_line(row, now) for row in rows], _HEADINGS, _FLOORS, _SPARE),
    )


def one(row: AccountRow, now: float) -> Answer:
    """The answer of ``mp account show``."""
    return Answer(record(row), [_flat(row)], FIELDS, FIELDS, lambda: _card(row, now), upright=True)


def _flat(row: AccountRow) -> dict[str, Any]:
    return {**record(row), "problem": row.problem and row.problem.summary}


def _line(row: AccountRow, now: float) -> list[Cell]:
    state, state_style = words.account_state(row, now)
    return [
        _mark(row, state_style),
        Cell(row.name, "bold" if row.is_active else None),
        Cell(words.KINDS[row.type] if row.type else words.NOTHING),
        Cell(row.region or words.NOTHING),
        _project(row),
        _token(row, now),
        Cell(str(len(row.targets)) if row.targets else words.NOTHING),
        Cell(state, state_style),
    ]


def _mark(row: AccountRow, state_style: str | None) -> Cell:
    if row.is_active:
        return Cell("●", "green")
    return Cell("!", "red") if state_style == "red" else Cell("")


def _project(row: AccountRow) -> Cell:
    if row.default_project is None or row.project_name is None:
        return Cell(row.default_project or words.NOTHING)
    return Cell(row.project_name, tail=f" {row.default_project}")


def _token(row: AccountRow, now: float) -> Cell:
    if row.token_env is not None:
        return Cell(row.token_env)
    return Cell(*words.token_left(row.token_expires_at, now))


def _card(row: AccountRow, now: float) -> Table:
    kind = words.KINDS_LONG[row.type] if row.type else words.NOTHING
    facts = [
        ("account", Cell(row.name, "bold", " (active)" if row.is_active else "")),
        ("kind", Cell(f"{kind} · {row.region or words.NOTHING}")),
        ("project", _project(row)),
        ("username", Cell(row.username or "")),
        ("user", Cell(row.user_email or "")),
        ("token", _life(row, now)),
        ("targets", Cell(", ".join(row.targets))),
        ("state", Cell(*words.account_state(row, now))),
    ]
    return Table([[Cell(name, "dim"), cell] for name, cell in facts if cell.text])


def _life(row: AccountRow, now: float) -> Cell:
    if row.token_expires_at is None:
        return Cell(f"from {row.token_env}" if row.token_env else "")
    text, style = words.token_life(row.token_expires_at, now)
    return Cell(text, style, ", renews by itself" if row.can_refresh else "")
