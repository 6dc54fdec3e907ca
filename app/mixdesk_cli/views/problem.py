"""Problems: what does not hold in the file or the environment."""

from __future__ import annotations

from collections.abc import Iterable

from mixdesk.model.records import Problem
from mixdesk_cli.console import Console
from mixdesk_cli.render import Record


def record(problem: Problem | None) -> Record | None:
    """A problem for JSON."""
    if problem is None:
        return None
    return {
        "kind": problem.kind,
        "code": problem.code,
        "summary": problem.summary,
        "hint": problem.hint,
        "path": problem.path,
        "line": problem.line,
    }


def outside_lists(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that a list of accounts or targets does not show beside one of its rows."""
    return [each for each in problems if each.section[:1] not in (("accounts",), ("targets",))]


def warn(console: Console, problems: Iterable[Problem]) -> None:
    """Say each problem once, with its place, on stderr."""
    for problem in dict.fromkeys(problems):
        place = f"{problem.path}:{problem.line}\n" if problem.line else ""
        console.warn(problem.summary, f"{place}{problem.hint}")
