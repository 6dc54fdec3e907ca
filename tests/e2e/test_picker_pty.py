"""``mp use`` and its like without a name, in a real terminal."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from mixdesk.sandbox.seed import seed
from tests.e2e.terminal import Terminal

Open = Callable[..., Terminal]

MP = (sys.executable, "-m", "mixdesk_cli")
PATIENT = """
import sys
from mixdesk_cli import main
from mixdesk_cli.picker import screen
screen._ESCAPE_WAIT = 600
sys.exit(main.run(["use"]))
"""
"""Waits for the rest of a key as long as it takes the test to send it."""

DOWN, UP, END, PAGE_DOWN, ESC = "\x1b[B", "\x1bOA", "\x1b[F", "\x1b[6~", "\x1b"


@pytest.fixture
def demo(home: Path) -> Path:
    root = home / ".mp"
    root.mkdir(mode=0o700)
    seed(root)
    return root / "config.toml"


@pytest.fixture
def open_terminal() -> Iterator[Open]:
    """Starts ``mp`` in a terminal, and leaves nothing behind."""
    terminals: list[Terminal] = []

    def start(
        *argv: str,
        columns: int = 100,
        rows: int = 30,
        command: Sequence[str] = MP,
        **environ: str,
    ) -> Terminal:
        made = Terminal([*command, *argv], {**os.environ, **environ}, columns=columns, rows=rows)
        terminals.append(made)
        return made

    yield start
    for terminal in terminals:
        terminal.close()


def saved(config: Path) -> dict[str, Any]:
    return tomllib.loads(config.read_text())


def press(terminal: Terminal, keys: str, until: str) -> None:
    """Press keys and wait for what they lead to under the cursor."""
    terminal.press(keys)
    terminal.until_line("›", until)


def test_arrows_and_vim_keys_move_and_enter_switches(demo: Path, open_terminal: Open) -> None:
    terminal = open_terminal("use")
    terminal.until("Switch to", "› ●", "enter choose")
    press(terminal, "", "ai-demo")
    press(terminal, DOWN, "ecom")
    press(terminal, UP, "ai-demo")
    press(terminal, "jj", "eu-prod")
    press(terminal, "k", "ecom")
    press(terminal, "G", "warehouse")
    press(terminal, "g", "ai-demo")
    press(terminal, END, "warehouse")
    terminal.press("\r")
    assert terminal.finish() == 0
    assert terminal.is_as_before
    assert "Now: account warehouse" in terminal.text
    assert saved(demo)["active"] == {"account": "warehouse"}


def test_a_filter_finds_and_escape_leaves_it_first(demo: Path, open_terminal: Open) -> None:
    terminal = open_terminal("use")
    terminal.until("› ●")
    terminal.press("/")
    terminal.until("type to filter")
    press(terminal, "india", "india")
    terminal.until("/india", "of 17")
    terminal.press("x")
    terminal.until("Nothing matches.")
    terminal.press("\r\x7f")
    terminal.until("› ", gone="Nothing matches.")
    terminal.press(ESC)
    terminal.until("enter choose", gone="/india")
    press(terminal, "j", "legacy")
    terminal.press(ESC)
    assert terminal.finish() == 1
    assert terminal.is_as_before
    assert "Nothing was changed." in terminal.text


def test_a_choice_from_the_filter_switches(demo: Path, open_terminal: Open) -> None:
    terminal = open_terminal("use")
    terminal.until("› ●")
    press(terminal, "/eu acme-b", "acme-berlin")
    terminal.press("\r")
    assert terminal.finish() == 0
    assert saved(demo)["active"]["account"] == "acme-berlin"


def test_a_protected_target_is_asked_for_by_name(demo: Path, open_terminal: Open) -> None:
    terminal = open_terminal("use")
    terminal.until("› ●", "protected")
    press(terminal, "/prod prot", "protected")
    terminal.press("\r")
    terminal.until("Type prod to go on:")
    assert terminal.is_as_before
    terminal.press("prod\r")
    assert terminal.finish() == 0
    assert saved(demo)["accounts"]["acme-corp"]["default_project"] == "3713225"


@pytest.mark.parametrize(("columns", "rows"), [(60, 16), (40, 8), (20, 4), (200, 50)])
def test_it_fits_any_window(demo: Path, open_terminal: Open, columns: int, rows: int) -> None:
    terminal = open_terminal("use", columns=columns, rows=rows)
    terminal.until("Switch to", "›")
    if columns >= 60:
        terminal.until("enter choose", "acme-corp")
    for _ in range(16):
        terminal.press("j")
    press(terminal, "", "war")
    terminal.press("q")
    assert terminal.finish() == 1


def test_a_window_that_changes_is_drawn_anew(demo: Path, open_terminal: Open) -> None:
    terminal = open_terminal("use", columns=100, rows=30)
    terminal.until("› ●", "enter choose")
    press(terminal, "G", "warehouse")
    terminal.resize(60, 10)
    terminal.until("warehouse", "enter choose", gone="ai-demo")
    press(terminal, "g", "ai-demo")
    terminal.press("q")
    assert terminal.finish() == 1


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (lambda terminal: terminal.press("\x03"), 130),
        (lambda terminal: terminal.process.send_signal(signal.SIGINT), 130),
        (lambda terminal: terminal.process.send_signal(signal.SIGTERM), 143),
        (lambda terminal: terminal.process.send_signal(signal.SIGHUP), 129),
        (lambda terminal: terminal.press("\x04"), 1),
        (lambda terminal: terminal.press("q"), 1),
    ],
    ids=["ctrl-c", "sigint", "kill", "hang-up", "ctrl-d", "q"],
)
def test_however_it_ends_the_terminal_is_as_before(
    demo: Path, open_terminal: Open, end: Callable[[Terminal], None], code: int
) -> None:
    before = demo.read_bytes()
    terminal = open_terminal("use")
    terminal.until("› ●", "enter choose")
    end(terminal)
    assert terminal.finish() == code
    assert terminal.is_as_before
    assert demo.read_bytes() == before


def test_ctrl_z_and_ctrl_backslash_do_nothing(demo: Path, open_terminal: Open) -> None:
    terminal = open_terminal("use")
    terminal.until("› ●", "enter choose")
    press(terminal, "\x1a\x1cj", "ecom")
    terminal.press("q")
    assert terminal.finish() == 1


def test_keys_that_come_in_pieces_are_keys(demo: Path, open_terminal: Open) -> None:
    terminal = open_terminal("use")
    terminal.until("› ●", "enter choose")
    terminal.press("\x1b")
    terminal.press("[")
    press(terminal, "B", "ecom")
    press(terminal, "\x1b[200~\x1b[?1;2c" + DOWN, "eu-prod")
    terminal.press("q")
    assert terminal.finish() == 1


def test_no_colour_is_no_colour(demo: Path, open_terminal: Open) -> None:
    for argv, environ in (
        (("use",), {"NO_COLOR": "1"}),
        (("--no-color", "use"), {}),
        (("use", "--no-color"), {}),
    ):
        terminal = open_terminal(*argv, **environ)
        terminal.until("› ●", "enter choose")
        terminal.press("q")
        assert terminal.finish() == 1
        assert re.search(rb"\x1b\[[0-9;]*m", terminal.sent) is None


def test_hostile_names_do_nothing(demo: Path, open_terminal: Open) -> None:
    with demo.open("a") as file:
        name = r"\u001b]0;owned\u0007\u001b[2J\nx"
        file.write(f'\n[targets."{name}"]\naccount = "ci"\nproject = "77"\n')
    terminal = open_terminal("use")
    terminal.until("› ●", "enter choose")
    press(terminal, "/77", "77")
    assert b"\x1b]" not in terminal.sent
    assert b"\x1b[2J" not in terminal.sent
    terminal.press("\r")
    assert terminal.finish() == 0
    assert saved(demo)["active"]["account"] == "ci"


@pytest.mark.parametrize("environ", [{"TERM": "dumb"}, {"PYTHONIOENCODING": "ascii"}])
def test_where_nothing_can_be_drawn_there_are_numbers(
    demo: Path, open_terminal: Open, environ: dict[str, str]
) -> None:
    terminal = open_terminal("use", **environ)
    terminal.until("Number, or words to look for")
    terminal.press("nowhere at all\r")
    terminal.until("Nothing matches.")
    terminal.press("warehouse\r")
    terminal.until("1", "warehouse")
    terminal.press("1\r")
    assert terminal.finish() == 0
    assert b"\x1b[?1049h" not in terminal.sent
    assert saved(demo)["active"]["account"] == "warehouse"


def test_projects_and_workspaces_are_chosen_likewise(demo: Path, open_terminal: Open) -> None:
    terminal = open_terminal("project", "use")
    terminal.until("What acme-corp sees", "AI Demo 3713224")
    press(terminal, "", "AI Demo")
    press(terminal, "/e-comm", "E-Commerce 3018488")
    terminal.press("\r")
    assert terminal.finish() == 0
    terminal = open_terminal("workspace", "use")
    terminal.until("Workspaces of project 3018488")
    press(terminal, "j", "Console")
    terminal.press("\r")
    assert terminal.finish() == 0
    assert saved(demo)["active"] == {"account": "acme-corp", "workspace": 3448424}


def test_ten_thousand_projects_are_filtered_as_one_types(home: Path, open_terminal: Open) -> None:
    root = home / ".mp"
    root.mkdir(mode=0o700)
    seed(root, projects=10_000)
    terminal = open_terminal("project", "use", columns=60, rows=16)
    terminal.until("What acme-corp sees", "›")
    press(terminal, "/e-comm", "E-Commerce 3018488")
    press(terminal, "\x15", "E-Commerce")
    terminal.press("\x1b")
    press(terminal, "G", "›")
    terminal.press("q")
    assert terminal.finish() == 1


def test_on_no_terminal_the_names_are_listed(demo: Path) -> None:
    done = _piped(["use"])
    assert (done.returncode, done.stdout) == (3, b"")
    assert b"targets: ai-demo, ecom" in done.stderr
    assert b"accounts: acme-berlin" in done.stderr


def _piped(argv: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "mixdesk_cli", *argv],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )
