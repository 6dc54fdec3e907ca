"""A key on each screen to its painted frame, in a crowd, beside the least that Textual can do."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from bench.machine import MP, environment, home
from bench.measure import median, percentile
from bench.report import Line, Row, Skipped, ms
from bench.scenarios.frame import HELLO, world
from bench.terminal import Terminal
from mixdesk.clock import SystemClock
from mixdesk.model.matching import match
from mixdesk.model.records import StatusEntry
from mixdesk.store.status import write_status
from mixdesk.store.storage import Storage

CROWD = 200
"""Accounts and targets, besides those of the demo."""
MOVES = 60
BUDGET_MS = 40.0
MEMORY_BUDGET = 2.0
SHOWN = {"1": "attention", "2": "STATE", "3": "ACCOUNT", "4": "ORGANIZATION"}
"""What only the screen of a key says."""
BACKSPACE, ESCAPE = "\x7f", "\x1b"

Lines = Sequence[str]


def rows() -> Iterator[Line]:
    if not MP.exists() or find_spec("mixdesk_tui") is None:
        yield Skipped("a key on each screen", "no mp with the app beside this Python")
        return
    with home() as place:
        environ = environment(place, **world(place))
        names = crowd(place / ".mp")
        least, small = _hello(environ)
        taken, memory = _ours(environ, names)
    beside = f"a title changed in a Textual app: {ms(percentile(least, 0.95))}"
    for what, times in taken.items():
        note = f"{len(times)} keys, median {median(times) * 1000:.1f} ms"
        value = percentile(times, 0.95) * 1000
        yield Row(f"{what}, 95th percentile", value, "ms", BUDGET_MS, note, beside)
    yield Row(
        "peak memory after all screens, crowded",
        memory / small,
        "×",
        MEMORY_BUDGET,
        f"{memory:.0f} MiB",
        f"a Textual app with header and footer: {small:.0f} MiB",
    )


def crowd(root: Path) -> dict[str, list[str]]:
    """Add accounts and targets, and return the names of all that there are.

    One target in ten is broken, one account in three was tested.
    """
    storage, now = Storage.at(root), SystemClock().now()
    lines: list[str] = []
    for number in range(CROWD):
        name = f"robot-{number:03}"
        lines += [f"[accounts.{name}]", 'type = "service_account"', 'region = "us"']
        lines += [f'default_project = "{3_000_000 + number}"', f'username = "robot-{number}"']
        lines += ['secret = "made-up"', f"[targets.target-{number:03}]"]
        account = name if number % 10 else "gone"
        lines += [f'account = "{account}"', f'project = "{3_000_100 + number}"']
        if number % 3 == 0:
            entry = StatusEntry("ok", now - 60.0 * number, f"robot-{number}@example.com")
            write_status(storage.account(name, "status.json"), entry)
    path = root / "config.toml"
    with path.open("a") as config:
        config.write("\n".join(["", *lines, ""]))
    parsed = tomllib.loads(path.read_text())
    return {kind: list(parsed[kind]) for kind in ("accounts", "targets")}


def _hello(environ: dict[str, str]) -> tuple[list[float], float]:
    """How long a key takes in the least Textual app, and the memory of that."""
    terminal = Terminal([sys.executable, str(HELLO)], environ)
    try:
        terminal.wait(lambda screen: "Answer" in screen[-1])
        taken = [_key(terminal, "x", _in_title(f"answered {n} ")) for n in range(1, MOVES + 1)]
    finally:
        memory = terminal.close()
    return taken, memory


def _in_title(text: str) -> Callable[[Lines], bool]:
    return lambda screen: text in f"{screen[0]} "


def _ours(
    environ: dict[str, str], names: Mapping[str, Sequence[str]]
) -> tuple[dict[str, list[float]], float]:
    """How long keys take on each screen, and the memory after all of them."""
    terminal = Terminal([str(MP)], environ)
    try:
        terminal.wait(lambda screen: "help" in screen[-1])
        taken = {what: list(times) for what, times in _on_each(terminal, names)}
    finally:
        memory = terminal.close()
    return taken, memory


def _on_each(
    terminal: Terminal, names: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, Iterator[float]]]:
    """What is done on each screen. A move is there when what is told of the marked row is."""
    broken = CROWD // 10
    yield f"a move on Status, {broken} problems", _moves(terminal, _problem, broken)
    for tab, screen, query in (("2", "Accounts", "bot-01"), ("3", "Targets", "get-01")):
        _key(terminal, tab, _shows(tab))
        yield f"a move on {screen}, {CROWD}", _moves(terminal, _panel, MOVES)
        typed = _typing(terminal, names[screen.lower()], query)
        yield f"a letter of the filter on {screen}, {CROWD}", typed
    _key(terminal, "4", lambda screen: "10,001 projects" in "".join(screen))
    yield "a move on Projects, 10,000", _moves(terminal, _panel, MOVES)
    yield "a key to another screen, crowded", _switching(terminal)


def _key(terminal: Terminal, key: str, holds: Callable[[Lines], bool]) -> float:
    pressed = terminal.press(key)
    return terminal.wait(holds) - pressed


def _moves(terminal: Terminal, marked: Callable[[Lines], str], room: int) -> Iterator[float]:
    """Go down line by line, and up again where the list ends."""
    before = marked(terminal.screen)

    def has_moved(screen: Lines) -> bool:
        return marked(screen) not in ("", before)

    for number in range(MOVES):
        yield _key(terminal, "kj"[number // (room - 1) % 2 == 0], has_moved)
        before = marked(terminal.screen)


def _typing(terminal: Terminal, names: Sequence[str], query: str) -> Iterator[float]:
    """Type a filter and take it back, a few times; a letter is there when what it finds is."""
    _key(terminal, "/", lambda screen: _filter(screen) == ("", str(len(names))))
    for _ in range(MOVES // (2 * len(query))):
        for end in range(1, len(query) + 1):
            yield _letter(terminal, query[end - 1], query[:end], names)
        for end in range(len(query) - 1, -1, -1):
            yield _letter(terminal, BACKSPACE, query[:end], names)
    _key(terminal, ESCAPE, lambda screen: _filter(screen) is None)


def _letter(terminal: Terminal, key: str, then: str, names: Sequence[str]) -> float:
    found = sum(match(then, name) is not None for name in names) if then else len(names)
    count = f"{found} of {len(names)}" if found != len(names) else f"{found}"
    return _key(terminal, key, lambda screen: _filter(screen) == (then, count))


def _switching(terminal: Terminal) -> Iterator[float]:
    """Go through all screens, each of which has been made before."""
    for number in range(MOVES):
        tab = "1324"[number % 4]
        yield _key(terminal, tab, _shows(tab))


def _shows(tab: str) -> Callable[[Lines], bool]:
    return lambda screen: SHOWN[tab] in "".join(screen[2:-1])


def _problem(screen: Lines) -> str:
    """The marked problem of Status."""
    return next((line for line in screen[2:-1] if " enter  " in line), "").strip()


def _panel(screen: Lines) -> str:
    """What the panel beside a list is about."""
    line = next((line for line in screen[2:] if "│" in line), "")
    return line.rpartition("│")[2].strip()


def _filter(screen: Lines) -> tuple[str, str] | None:
    """What is typed into the filter, and how many it finds; None where no filter is open."""
    line = next((line for line in screen if line.startswith(" / ")), None)
    return None if line is None else (line[3:60].strip(), line[60:].strip())
