"""Rows of the table, and what they say about the budgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TOLERANCE = 1.5
"""Past this many times its budget a row fails the run."""

HEADINGS = ("what", "measured", "budget", "beside", "verdict")


@dataclass(frozen=True)
class Row:
    """One line: what was measured, beside what, and whether it holds."""

    what: str
    value: float
    """In ``unit``."""
    unit: str
    """``×`` for a ratio to what it was measured beside, else ``ms``."""
    budget: float | None
    """In ``unit``; None for a row that only informs."""
    detail: str = ""
    """The measured time behind a ratio."""
    beside: str = ""

    @property
    def fails(self) -> bool:
        return self.budget is not None and self.value > self.budget * TOLERANCE

    @property
    def cells(self) -> tuple[str, ...]:
        measured = f"{self.value:.2f} {self.unit}" + (f"  ({self.detail})" if self.detail else "")
        budget = "" if self.budget is None else f"{self.budget:g} {self.unit}"
        return (self.what, measured, budget, self.beside, self._verdict())

    def _verdict(self) -> str:
        if self.budget is None:
            return "–"
        if self.value <= self.budget:
            return "ok"
        return "FAILS" if self.fails else "over"


@dataclass(frozen=True)
class Skipped:
    """A line that could not be measured here, and why."""

    what: str
    why: str

    fails = False

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.what, "skipped", "", self.why, "–")


Line = Row | Skipped


def ms(seconds: float) -> str:
    value = seconds * 1000
    return f"{value:.0f} ms" if value >= 100 else f"{value:.3g} ms"


def ratio(
    what: str, measured: float, beside: float, budget: float | None, *, name: str, note: str = ""
) -> Row:
    """A row that compares two times, both in seconds."""
    detail = ms(measured) + (f", {note}" if note else "")
    return Row(what, measured / beside, "×", budget, detail, f"{name}: {ms(beside)}")


def table(rows: Sequence[Line]) -> str:
    cells = [HEADINGS, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = ["  ".join(f"{c:<{w}}" for c, w in zip(line, widths, strict=True)) for line in cells]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)
