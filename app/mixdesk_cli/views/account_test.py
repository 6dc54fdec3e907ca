"""How tests of accounts ended, in each format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mixdesk.model.records import AccountTest
from mixdesk_cli import words
from mixdesk_cli.render import Answer, Record
from mixdesk_cli.table import Cell, Table

FIELDS = (
    "account_name",
    "ok",
    "user",
    "accessible_project_count",
    "error",
    "error_code",
    "error_details",
)

_COLUMNS = ("account_name", "ok", "user_email", "accessible_project_count", "error_code", "error")
_PLAIN = _COLUMNS[:-1]


def record(test: AccountTest) -> Record:
    """A result for JSON, with the keys of ``AccountTestResult``."""
    user = None
    if test.user_id is not None and test.user_email is not None:
        user = {"id": test.user_id, "email": test.user_email}
    error = test.error
    return {
        "account_name": test.name,
        "ok": error is None,
        "user": user,
        "accessible_project_count": test.project_count,
        "error": error.message if error else None,
        "error_code": error.code if error else None,
        "error_details": error.to_dict()["details"] if error else None,
    }


def one(test: AccountTest) -> Answer:
    """The answer of ``mp account test``."""
    return Answer(
        record(test), [_flat(test)], _COLUMNS, _COLUMNS, lambda: _card(test), upright=True
    )


def many(tests: Sequence[AccountTest]) -> Answer:
    """The answer of ``mp account test --all``."""
    return Answer(
        data=[record(test) for test in tests],
        rows=[_flat(test) for test in tests],
        fields=_COLUMNS,
        plain=_PLAIN,
        table=lambda: Table(
            [_line(test) for test in tests],
            ("NAME", "USER", "PROJECTS", "STATE"),
            (16, 16, 8, 24),
            (2, 1),
        ),
    )


def state(test: AccountTest) -> tuple[str, str | None]:
    """How it ended in a few words, and a style."""
    return ("ok", "green") if test.error is None else (test.error.summary, "red")


def _flat(test: AccountTest) -> dict[str, Any]:
    return {**record(test), "user_email": test.user_email}


def _projects(test: AccountTest) -> str:
    return words.NOTHING if test.project_count is None else str(test.project_count)


def _line(test: AccountTest) -> list[Cell]:
    return [
        Cell(test.name),
        Cell(test.user_email or words.NOTHING),
        Cell(_projects(test)),
        Cell(*state(test)),
    ]


def _card(test: AccountTest) -> Table:
    facts = [
        ("account", Cell(test.name, "bold")),
        ("user", Cell(test.user_email or "")),
        ("projects", Cell("" if test.project_count is None else str(test.project_count))),
        ("state", Cell("ok", "green") if test.error is None else Cell("not accepted", "red")),
    ]
    return Table([[Cell(name, "dim"), cell] for name, cell in facts if cell.text])
