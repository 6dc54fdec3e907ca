"""Accounts as data: columns, rows, and what the panel tells."""

from __future__ import annotations

from collections.abc import Sequence

from mixdesk.exceptions import MixdeskError
from mixdesk.model.records import AccountRow
from mixdesk.model.rules import is_name
from mixdesk_tui import phrases
from mixdesk_tui.commands.accounts import AddAccount, LogIn
from mixdesk_tui.keys.hints import hint
from mixdesk_tui.matching import match
from mixdesk_tui.screens.accounts.tests import NO_TESTS, Tests
from mixdesk_tui.screens.copies import account_copies, script_lines
from mixdesk_tui.screens.list_state import ListState
from mixdesk_tui.spans import Line, Span, name, safe, shortened, wrap
from mixdesk_tui.widgets.columns import Column
from mixdesk_tui.widgets.line_table import Cell, Row
from mixdesk_tui.words import wording

COLUMNS = (
    Column("NAME", least=24, keep=9),
    Column("KIND", least=7, keep=3),
    Column("REGION", least=6, keep=2),
    Column("PROJECT", least=13, most=40, keep=4),
    Column("TOKEN", least=8, most=16, keep=5),
    Column("TARGETS", least=7, keep=1, right=True),
    Column("STATE", least=16, most=60, keep=8, cut_end=True),
)

ACTIVE = Span("●", "accent strong")
NEEDY = Span("!", "warning strong")
ACTIVE_AND_NEEDY = Span("●!", "warning strong")


def table_rows(state: ListState[AccountRow], tests: Tests = NO_TESTS) -> list[Row]:
    """Return the visible accounts as rows of the table."""
    return [_row(row, state.query, state.now, tests) for row in state.visible]


def state_words(row: AccountRow, now: float, tests: Tests = NO_TESTS) -> tuple[str, str]:
    """Return how an account is, as a few words and their tone."""
    if row.name in tests.pending:
        return "testing…", "accent"
    if row.problem is not None:
        return safe(row.problem.summary), "warning"
    token = phrases.token_of_account(row, now)
    if token.is_trouble:
        return _trouble(token), "warning"
    if token.is_ending and row.status in ("ok", "untested"):
        return f"ends in {token.short}, {token.note}", "warning"
    since = f", {phrases.ago(now - row.status_at)}" if row.status_at is not None else ""
    failure = tests.failure(row.name)
    if failure is not None and row.status in ("ok", "untested"):
        return wording(failure).title, "warning"
    if tests.has_passed(row.name) and row.status != "ok":
        return "ok, just now", ""
    words = {
        "ok": (f"ok{since}", ""),
        "needs_login": (f"needs a login{since}", "warning"),
        "needs_token": (f"needs a token{since}", "warning"),
        "untested": ("not tested", "muted"),
    }
    return words[row.status]


def details(
    row: AccountRow, now: float, room: int, tests: Tests = NO_TESTS, files: str = ""
) -> list[Line]:
    """Return what is told of an account below its name.

    Args:
        row: The account.
        now: The time, in seconds since the epoch.
        room: Cells.
        tests: The tests of this run.
        files: The directory with the files of all accounts.
    """
    said, tone = state_words(row, now, tests)
    lines: list[Line] = [(Span(" "), Span(part, tone)) for part in wrap(said, room - 2)]
    if row.problem is not None:
        lines += _told(row.problem.hint, room)
        lines += _told(row.problem.place, room)
    lines += _last_answer(tests.failure(row.name), room)
    lines.append(())
    lines += _facts(row, now, room, files)
    lines += [(), (Span(" targets that name it", "muted"),)]
    lines += [(Span("   "), name(target, room - 4)) for target in row.targets[:10]]
    if not row.targets:
        lines.append((Span("   none", "muted"),))
    elif len(row.targets) > 10:
        lines.append((Span(f"   and {len(row.targets) - 10} more", "muted"),))
    return [*lines, (), *script_lines(account_copies(row), room), ()]


def nothing() -> list[Line]:
    """Return what an empty list says."""
    return [
        (),
        (Span("  No account yet.", "strong"),),
        (),
        hint(LogIn, "log in"),
        hint(AddAccount, "add one by hand"),
    ]


def _row(row: AccountRow, query: str, now: float, tests: Tests) -> Row:
    shown = safe(row.name)
    token = phrases.token_of_account(row, now)
    said, tone = state_words(row, now, tests)
    brief = said if row.name in tests.pending else _in_brief(row, token, said)
    cells = (
        Cell(shown, "strong" if row.is_active else "", match(query, shown) or ()),
        Cell(phrases.SHORT_KINDS[row.type] if row.type else phrases.NOTHING),
        Cell(row.region or phrases.NOTHING),
        _project_cell(row),
        Cell(token.short or phrases.NOTHING, token.tone),
        Cell(str(len(row.targets))),
        Cell(said, tone, short=brief),
    )
    return Row(row.name, cells, _mark(row, tone))


def _mark(row: AccountRow, tone: str) -> Span:
    if tone == "warning":
        return ACTIVE_AND_NEEDY if row.is_active else NEEDY
    return ACTIVE if row.is_active else Span(" ")


def _trouble(token: phrases.TokenLife) -> str:
    return ", ".join(filter(None, (token.text, token.note)))


def _in_brief(row: AccountRow, token: phrases.TokenLife, said: str) -> str:
    """What is said of an account where there is little room."""
    if row.problem is None and token.is_trouble:
        return token.note or said.removeprefix(f"{token.short} is ")
    return said.partition(",")[0] if said.startswith("ends in ") else said


def _project_cell(row: AccountRow) -> Cell:
    """A project by its name, then its id, which gives way."""
    name, id = safe(row.project_name or ""), safe(row.default_project or "")
    return Cell(_project(row), short=name, tail=len(id))


def _project(row: AccountRow) -> str:
    if row.default_project is None:
        return phrases.NOTHING
    project = safe(row.default_project)
    return f"{safe(row.project_name)}  {project}" if row.project_name else project


def _told(text: str, room: int) -> list[Line]:
    return [(Span(" "), Span(part, "muted")) for part in wrap(safe(text), room - 2)]


def _last_answer(failure: MixdeskError | None, room: int) -> list[Line]:
    """What the last test of this run ended with, and what to do about it."""
    if failure is None:
        return []
    said = wording(failure)
    lines: list[Line] = [()]
    lines += [(Span(" "), Span(part, said.severity)) for part in wrap(said.sentence, room - 2)]
    return lines + _told(said.step, room)


def _facts(row: AccountRow, now: float, room: int, files: str) -> list[Line]:
    kind = phrases.KINDS[row.type] if row.type else phrases.NOTHING
    token = phrases.token_of_account(row, now)
    ends = " · ".join(filter(None, (token.text, token.note)))
    facts: Sequence[tuple[str, str]] = (
        ("kind", f"{kind} · {row.region}" if row.region else kind),
        ("user", safe(row.user_email or row.username or "")),
        ("project", _project(row)),
        ("token", ends),
        ("files", f"{files}/{row.name}" if files and is_name(row.name) else ""),
    )
    return [
        (Span(f" {label.ljust(9)}", "muted"), shortened(value, room - 11))
        for label, value in facts
        if value
    ]
