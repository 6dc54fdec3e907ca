"""The app from its start to its first full frame, to its first answer, and its memory."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.machine import MP, environment, home
from bench.measure import median
from bench.report import Line, Row, Skipped, ratio
from bench.terminal import Terminal
from mixdesk.ops.context import Context
from mixdesk.sandbox.seed import seed
from mixdesk.store.me_cache import write_me

PROJECTS = 10_000
ROUNDS = 9
ACCOUNT = "acme-corp"
HELLO = Path(__file__).resolve().parent.parent / "hello.py"
BUDGETS = {"first full frame": 1.25, "first key answered": 1.3, "peak memory": 1.7}

Lines = Sequence[str]


@dataclass(frozen=True)
class Subject:
    """A program, and how one sees on its screen that it is there and that it answers."""

    argv: list[str]
    is_there: Callable[[Lines], bool]
    key: str
    has_answered: Callable[[Lines], bool]


def _is_full(screen: Lines) -> bool:
    """Who you are in the header, why in the body, what deserves attention, the keys below."""
    body = "".join(screen[2:-1])
    head, foot = "".join(screen[:2]), screen[-1]
    return ACCOUNT in head and all(w in body for w in ("workspace", "legacy")) and "help" in foot


OURS = Subject([str(MP)], _is_full, "?", lambda screen: "Everywhere" in "".join(screen))
# Another account is only seen on the screen of accounts, which is made when it is first shown.
OTHER = replace(OURS, key="2", has_answered=lambda screen: "service  us" in "".join(screen[2:]))
THEIRS = Subject(
    [sys.executable, str(HELLO)],
    lambda screen: "hello" in "".join(screen[:2]) and "Answer" in screen[-1],
    "x",
    lambda screen: "answered" in "".join(screen[:2]),
)


@dataclass
class Figures:
    frame: list[float] = field(default_factory=list)
    answer: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


def rows() -> Iterator[Line]:
    if not MP.exists() or find_spec("mixdesk_tui") is None:
        yield Skipped("first full frame of the app", "no mp with the app beside this Python")
        return
    with home() as place:
        environ = environment(place, **world(place))
        ours, other, theirs = Figures(), Figures(), Figures()
        for number in range(ROUNDS + 1):
            for subject, figures in ((OURS, ours), (OTHER, other), (THEIRS, theirs)):
                _run(subject, environ, figures if number else Figures())
    cases = f"{PROJECTS:,} cached projects"
    name = "a Textual app with header and footer"
    frame, answer = (ours.frame, theirs.frame), (ours.answer, theirs.answer)
    for what, (mine, others) in (("first full frame", frame), ("first key answered", answer)):
        yield ratio(
            f"start to {what}, {cases}", median(mine), median(others), BUDGETS[what], name=name
        )
    switched = median(other.answer) - median(other.frame)
    yield Row("a key to another screen, made for the first time", switched * 1000, "ms", None)
    memory, least = median(ours.memory), median(theirs.memory)
    yield Row(
        f"peak memory, {cases}",
        memory / least,
        "×",
        BUDGETS["peak memory"],
        f"{memory:.0f} MiB",
        f"{name}: {least:.0f} MiB",
    )


def _run(subject: Subject, environ: dict[str, str], figures: Figures) -> None:
    terminal = Terminal(subject.argv, environ)
    try:
        figures.frame.append(terminal.wait(subject.is_there))
        pressed = terminal.press(subject.key)
        latency = terminal.wait(subject.has_answered) - pressed
        figures.answer.append(figures.frame[-1] + latency)
    finally:
        figures.memory.append(terminal.close())


def world(place: Path) -> dict[str, str]:
    """The demo's files, with an answer of /me that shows very many projects."""
    root = place / ".mp"
    root.mkdir(mode=0o700)
    seed(root)
    environ = {"HOME": str(place), "MP_CONFIG_PATH": str(root / "config.toml")}
    environ["MP_STORAGE_DIR"] = str(root)
    ctx = Context.from_environment(environ, directory=None)
    place_of_me = ctx.storage.account(ACCOUNT, "me.json")
    write_me(place_of_me, answer(), ctx.clock.now() - 3600)
    return environ


def answer() -> dict[str, Any]:
    organizations = {str(n): {"id": n, "name": f"Organization {n}"} for n in range(40)}
    projects = {
        str(3_000_000 + n): {
            "name": f"Project number {n}",
            "organization_id": n % 40,
            "timezone": "US/Pacific",
            "domain": "mixpanel.com",
        }
        for n in range(PROJECTS)
    }
    projects["3713224"] = {"name": "AI Demo", "organization_id": 1, "timezone": "US/Pacific"}
    workspaces = {"3448413": {"id": 3448413, "name": "All Project Data", "project_id": 3713224}}
    return {
        "user_email": "ana@example.com",
        "organizations": organizations,
        "projects": projects,
        "workspaces": workspaces,
    }
