"""Whatever ends the app, and whenever: the terminal can be used, and the files are whole."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

MP = (sys.executable, "-m", "mixdesk_cli")

CONFIG = """\
[active]
account = "team"

[accounts.team]
type = "service_account"
region = "us"
default_project = "3713224"
username = "team.sa"
secret = "canary-91c0de"

[accounts.other]
type = "service_account"
region = "eu"
username = "other.sa"
secret = "canary-91c0de"
"""

PATIENT = """
import sys
from mixdesk.store import locks
locks.CONFIG_WAIT = 600
from mixdesk_cli import main
sys.exit(main.run([]))
"""
"""Waits for the lock of the file for longer than any test."""

SLOW = """
import sys, time
from mixdesk.ops.context import Context
from mixdesk.store import files
from mixdesk_tui import main
def slowly(*given, **named):
    time.sleep(600)
files.os.rename = files.os.replace = slowly
sys.exit(main.run(Context.from_environment()))
"""
"""A save that stops right before the new file takes the place of the old one."""

HASTY = """
import signal, sys, time
from mixdesk.store import files
from mixdesk_cli import main
from mixdesk_tui.app import MixdeskApp
def slowly(*given, **named):
    time.sleep(600)
files.os.rename = files.os.replace = slowly
say = MixdeskApp._print_error_renderables
class Garbage:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
def interrupted(app):
    say(app)
    Garbage()
MixdeskApp._print_error_renderables = interrupted
sys.exit(main.run([]))
"""
"""The same, and somebody who presses ctrl+c as soon as they are told that they may, which comes to
where an exception would be lost."""

TAKEN = b"\x1b[?1049h"
"""The terminal is the app's from here."""

ENDS = {
    signal.SIGTERM: 143,
    signal.SIGHUP: 129,
    signal.SIGINT: 130,
    signal.SIGQUIT: 131,
}

MODES = ("1000", "1003", "1004", "1006", "1049", "2004")
"""Mouse, focus, the other screen, pasting: on while the app runs, off afterwards."""


@pytest.fixture
def config(home: Path) -> Path:
    root = home / ".mp"
    root.mkdir(mode=0o700)
    path = root / "config.toml"
    path.write_text(CONFIG)
    path.chmod(0o600)
    return path


@pytest.fixture
def terminal(config: Path) -> Iterator[Terminal]:
    with running() as made:
        yield made


@contextmanager
def running(program: str | None = None) -> Iterator[Terminal]:
    """The app in a terminal, or a program that is more than that."""
    command = (sys.executable, "-c", program) if program else MP
    terminal = Terminal(command, os.environ, columns=80, rows=24)
    try:
        yield terminal
    finally:
        terminal.close()


def left_on(sent: bytes) -> set[str]:
    """The modes of the terminal that were switched on and not off again."""
    found = re.findall(rb"\x1b\[\?([0-9]+)([hl])", sent)
    last = {number.decode(): flag for number, flag in found}
    return {mode for mode in MODES if last.get(mode) == b"h"}


@pytest.mark.parametrize("number", ENDS, ids=lambda number: number.name)
def test_a_signal_at_the_very_start_gives_the_terminal_back(
    number: signal.Signals, terminal: Terminal
) -> None:
    terminal.until_sent(TAKEN)
    terminal.process.send_signal(number)
    assert terminal.finish() == ENDS[number]
    assert terminal.is_as_before
    assert left_on(terminal.sent) == set()


def test_signals_in_a_dialog_and_in_a_login_give_the_terminal_back(terminal: Terminal) -> None:
    for keys, said, number in (("2a", "next field", signal.SIGINT), ("2n", "way", signal.SIGQUIT)):
        terminal.until("ctrl+p commands")
        terminal.press(keys[0])
        terminal.until("KIND")
        terminal.press(keys[1])
        terminal.until(said)
        terminal.process.send_signal(number)
        assert terminal.finish() == ENDS[number]
        assert terminal.is_as_before
        assert left_on(terminal.sent) == set()
        terminal.start(MP, os.environ)
    terminal.until("ctrl+p commands")
    terminal.press("2")
    terminal.until("KIND")
    terminal.press("a")
    terminal.until("next field")
    terminal.press("\x03")
    assert terminal.finish() == 0
    assert terminal.is_as_before


def test_after_a_kill_the_next_start_mends_the_terminal(terminal: Terminal, config: Path) -> None:
    terminal.until("ctrl+p commands")
    terminal.press("2")
    terminal.until("KIND")
    terminal.press("a")
    terminal.until("next field")
    terminal.process.kill()
    assert terminal.finish() == -signal.SIGKILL
    assert not terminal.is_as_before
    assert left_on(terminal.sent)
    terminal.start(MP, os.environ)
    terminal.until("ctrl+p commands", gone="next field")
    terminal.press("q")
    assert terminal.finish() == 0
    assert terminal.is_as_before
    assert left_on(terminal.sent) == set()
    assert config.read_text() == CONFIG


def test_killed_in_a_save_the_file_is_the_old_one_and_nothing_is_left(config: Path) -> None:
    with running(SLOW) as terminal:
        begin_a_save(terminal)
        terminal.process.kill()
        terminal.finish()
        assert config.read_text() == CONFIG
        terminal.start(MP, os.environ)
        terminal.until("ctrl+p commands", gone="saving…")
        terminal.press("2")
        terminal.until("KIND")
        terminal.press("g\r")
        terminal.until("other is active now")
        terminal.press("q")
        assert terminal.finish() == 0
        assert terminal.is_as_before
    assert tomllib.loads(config.read_text())["active"] == {"account": "other"}
    assert not list(config.parent.glob("*.tmp")) + list(config.parent.glob(".*.tmp"))


def begin_a_save(terminal: Terminal) -> None:
    """Change something, and wait until that takes its time."""
    terminal.until("ctrl+p commands")
    terminal.press("2")
    terminal.until("KIND")
    terminal.press("g\r")
    terminal.until("saving…")


def test_a_save_that_waits_can_be_left(config: Path) -> None:
    with (config.parent / "config.toml.lock").open("w") as held, running(PATIENT) as terminal:
        os.fchmod(held.fileno(), 0o600)
        fcntl.flock(held, fcntl.LOCK_EX)
        begin_a_save(terminal)
        terminal.press("q")
        terminal.until("still being saved")
        assert terminal.is_as_before
        assert left_on(terminal.sent) == set()
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.finish() == 130
    assert config.read_text() == CONFIG


def test_a_save_that_waits_can_be_left_at_once(config: Path) -> None:
    with running(HASTY) as terminal:
        begin_a_save(terminal)
        terminal.press("q")
        assert terminal.finish() == 130
        assert terminal.is_as_before
        assert "still being saved" in terminal.text
    assert config.read_text() == CONFIG


def test_the_mouse_is_given_away_and_taken_back(terminal: Terminal, config: Path) -> None:
    terminal.until("ctrl+p commands")
    assert "1003" in left_on(terminal.sent)
    terminal.press("\x07")
    terminal.until("ctrl+g mouse")
    assert left_on(terminal.sent) & {"1000", "1003", "1006"} == set()
    terminal.press("q")
    assert terminal.finish() == 0
    preferences = tomllib.loads((config.parent / "ui.toml").read_text())
    assert preferences["app"]["mouse"] is False
    before = len(terminal.sent)
    terminal.start(MP, os.environ)
    terminal.until("ctrl+g mouse")
    assert b"\x1b[?1003h" not in terminal.sent[before:]
    terminal.press("\x07")
    terminal.until("Clicks work again", gone="ctrl+g mouse")
    assert "1003" in left_on(terminal.sent)
    terminal.press("q")
    assert terminal.finish() == 0
    assert left_on(terminal.sent) == set()


def test_a_terminal_that_is_closed_without_a_signal_ends_it(terminal: Terminal) -> None:
    terminal.until("ctrl+p commands")
    assert terminal.vanish() == 129


def test_a_terminal_that_is_closed_while_much_is_drawn_ends_it(terminal: Terminal) -> None:
    terminal.until("ctrl+p commands")
    terminal.press("2")
    terminal.until("KIND")
    already = terminal.sent.count(b"\x1b[")
    terminal.press("jk" * 1000)
    terminal.until_sent(b"\x1b[", already + 100)
    assert terminal.vanish() == 129
