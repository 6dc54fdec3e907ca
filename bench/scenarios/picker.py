"""A key in the picker to its frame, with very many projects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.machine import MP, environment, home
from bench.measure import median, percentile
from bench.report import Line, Row, Skipped
from bench.scenarios.frame import PROJECTS, answer, world
from bench.terminal import Terminal
from mixdesk_tui.finding import Names

BUDGET_MS = 40.0
QUERIES = ("number", "prj4242", "oject", "30012", "mberpro", "pn99")
"""Typed letter by letter and taken back: names as they stand, letters apart, ids, nothing."""
BACKSPACE = "\x7f"


def rows() -> Iterator[Line]:
    if not MP.exists():
        yield Skipped("a key in the picker", "no mp beside this Python")
        return
    with home() as place:
        terminal = Terminal([str(MP)], environment(place, **world(place)))
        try:
            taken = list(_type_all(terminal))
        finally:
            terminal.close()
    what = f"a key in the picker to its frame, {PROJECTS:,} projects"
    yield Row(
        f"{what}, 95th percentile", percentile(taken, 0.95) * 1000, "ms", BUDGET_MS, _note(taken)
    )


def _type_all(terminal: Terminal) -> Iterator[float]:
    """Type and take back every query."""
    names = _names()
    terminal.wait(lambda screen: "help" in screen[-1])
    terminal.press("4")
    terminal.wait(lambda screen: f"{PROJECTS + 1:,} projects" in "".join(screen))
    terminal.press("/")
    terminal.wait(lambda screen: _typed(screen) == "")
    for query in QUERIES:
        for end in range(1, len(query) + 1):
            yield _key(terminal, query[end - 1], query[:end], names)
        for end in range(len(query) - 1, -1, -1):
            yield _key(terminal, BACKSPACE, query[:end], names)


def _key(terminal: Terminal, key: str, then: str, names: Names) -> float:
    """How long one key takes until the field shows it, and beside it how many the list shows."""
    found = len(names.find(then))
    count = f" {found:,} of {len(names):,}" if found != len(names) else f" {found:,}"
    pressed = terminal.press(key)
    return terminal.wait(lambda screen: _typed(screen) == then and _counts(screen, count)) - pressed


def _names() -> Names:
    """What the list holds, to know what every key must find."""
    projects = answer()["projects"]
    return Names((project["name"] for project in projects.values()), projects)


def _counts(screen: Sequence[str], count: str) -> bool:
    return any(line.startswith(" / ") and line.rstrip().endswith(count) for line in screen)


def _typed(screen: Sequence[str]) -> str | None:
    """What stands in the filter, where there is one."""
    line = next((line for line in screen if line.startswith(" / ")), None)
    return None if line is None else line[3:80].rstrip()


def _note(taken: Sequence[float]) -> str:
    return f"{len(taken)} keys, median {median(taken) * 1000:.1f} ms"
