"""The app as a user meets it: a real process on a real terminal."""

from __future__ import annotations

import os
import re
import resource
import signal
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

HOSTILE = """\
# mine, by hand
[active]
account = "team"

[accounts.team]          # for scripts
type = "service_account"
region = "us"
default_project = "3713224"
username = "team.sa"
secret = "canary-91c0de"

[accounts.other]
type = "service_account"
region = "eu"
username = "other\\u001b[7777mname"
secret = "canary-91c0de"

[targets]
"a\\u001b[7777mb" = { account = "team", project = "1" }
"c\\u001b]0;owned\\u0007d" = { account = "team", project = "2" }
"e\\u001b]52;c;b3duZWQ=\\u001b\\\\f" = { account = "gone", project = "3" }
"g\\u009b7777mh\\u009d0;owned\\u009ci" = { account = "team", project = "4" }
"j\\u0000k\\nl\\u202em" = { account = "team", project = "5" }
"[red]n[/red][@click=app.quit]o[/]" = { account = "team", project = "6" }
"plain" = { account = "team", project = "7" }
"""

FROM_DATA = (b"7777m", b"owned", b"52;c", b"\x9b7777", "\u202e".encode(), b"canary")
"""What must never be among the bytes that reach the terminal."""


@pytest.fixture
def config(home: Path) -> Path:
    root = home / ".mp"
    root.mkdir(mode=0o700)
    path = root / "config.toml"
    path.write_text(HOSTILE, encoding="utf-8")
    path.chmod(0o600)
    return path


@contextmanager
def mp(
    *, columns: int = 100, rows: int = 30, command: tuple[str, ...] = (), **environ: str
) -> Iterator[Terminal]:
    """The app in a terminal."""
    program = command or (sys.executable, "-m", "mixdesk_cli")
    terminal = Terminal(program, {**os.environ, **environ}, columns=columns, rows=rows)
    try:
        yield terminal
    finally:
        terminal.close()


def test_names_from_the_file_are_only_text(config: Path) -> None:
    with mp() as terminal:
        terminal.until("team", "ctrl+p commands")
        terminal.press("3")
        terminal.until("NAME", "plain", "[red]n[/red][@click=app.quit]o[/]")
        terminal.press("jjjjjj")
        terminal.press("e")
        terminal.until("next field")
        terminal.press("\x1b")
        terminal.until("filter", gone="next field")
        terminal.press("/a")
        terminal.until("to the list")
        terminal.press("\r")
        terminal.press("d")
        terminal.until("Remove target")
        terminal.press("n")
        terminal.until("filter", gone="Remove target")
        terminal.press("2")
        terminal.until("KIND")
        terminal.press("?")
        terminal.until("Keys that work here")
        terminal.press("q")
        terminal.until("KIND", gone="Keys that work here")
        terminal.press("1")
        terminal.until("attention")
        terminal.press("q")
        assert terminal.finish() == 0
        assert [each for each in FROM_DATA if each in terminal.sent] == []


def test_a_target_with_an_evil_name_can_be_used(config: Path) -> None:
    with mp() as terminal:
        terminal.until("ctrl+p commands")
        terminal.press("3")
        terminal.until("plain")
        terminal.press("/ab")
        terminal.until("1 of 7")
        terminal.press("\r\r")
        terminal.until("is current now")
        terminal.press("q")
        assert terminal.finish() == 0
        assert [each for each in FROM_DATA if each in terminal.sent] == []
    assert tomllib.loads(config.read_text())["accounts"]["team"]["default_project"] == "1"


def test_a_switch_reaches_the_file_and_the_header(config: Path) -> None:
    with mp() as terminal:
        terminal.until("ctrl+p commands")
        terminal.press("2")
        terminal.until("KIND")
        terminal.press("g\r")
        terminal.until("other is active now")
        terminal.press("q")
        assert terminal.finish() == 0
    changed = config.read_text()
    assert changed == HOSTILE.replace('account = "team"\n\n', 'account = "other"\n\n', 1)


def test_what_another_program_writes_appears(config: Path) -> None:
    with mp() as terminal:
        terminal.until("ctrl+p commands")
        terminal.press("2")
        terminal.until("KIND")
        config.write_text(HOSTILE + '\n[accounts.third]\ntype = "oauth_browser"\nregion = "in"\n')
        terminal.until("third")
        config.write_text(HOSTILE + "\n[accounts.third\n")
        terminal.until("Mend that line in an editor", "third")
        config.write_text(HOSTILE)
        terminal.until("KIND", gone="Mend that line")
        terminal.press("q")
        assert terminal.finish() == 0


@pytest.mark.parametrize("key", ["q", "\x03", "\x11"], ids=["q", "ctrl+c", "ctrl+q"])
def test_leaving_restores_the_terminal(key: str, config: Path) -> None:
    with mp() as terminal:
        terminal.until("ctrl+p commands")
        assert not terminal.is_restored
        terminal.press(key)
        assert terminal.finish() == 0
        assert terminal.is_restored


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=["TERM", "HUP"]
)
def test_being_told_to_go_restores_the_terminal(
    number: signal.Signals, code: int, config: Path
) -> None:
    with mp() as terminal:
        terminal.until("ctrl+p commands")
        terminal.process.send_signal(number)
        assert terminal.finish() == code
        assert terminal.is_restored


CRASH = """
import sys
from mixdesk.ops.context import Context
from mixdesk_tui import main
from mixdesk_tui.screens.list_screen import ListScreen
def fail(screen):
    secret = "canary-91c0de"
    raise LookupError("what went wrong")
ListScreen.action_start_filter = fail
sys.exit(main.run(Context.from_environment()))
"""


@pytest.mark.parametrize("debug", ["", "1"])
def test_a_crash_restores_the_terminal_and_says_little(debug: str, config: Path) -> None:
    with mp(command=(sys.executable, "-c", CRASH), MP_DEBUG=debug) as terminal:
        terminal.until("ctrl+p commands")
        terminal.press("2")
        terminal.until("KIND")
        terminal.press("/")
        assert terminal.finish() == 1
        assert terminal.is_restored
        after = terminal.sent.rpartition(b"\x1b[?1049l")[2]
        assert b"LookupError" in after
        assert (b"what went wrong" in after) == bool(debug)
        assert b"canary" not in after


def test_without_colour_no_colour_is_sent(config: Path) -> None:
    with mp(NO_COLOR="1") as terminal:
        terminal.until("ctrl+p commands")
        terminal.press("2")
        terminal.until("KIND")
        terminal.press("e")
        terminal.until("next field")
        terminal.press("\x1b")
        terminal.until("log in", gone="next field")
        terminal.press("q")
        terminal.finish()
    styles = {
        part
        for found in re.findall(rb"\x1b\[([0-9;]*)m", terminal.sent)
        for part in found.split(b";")
    }
    coloured = {style for style in styles if style.isdigit() and 30 <= int(style) <= 107}
    assert coloured - {b"39", b"49"} == set()


def test_the_smallest_terminal_works_and_a_smaller_one_says_so(config: Path) -> None:
    with mp(columns=60, rows=16) as terminal:
        terminal.until("team", "ctrl+p commands")
        terminal.resize(50, 10)
        terminal.until("needs a little more room")
        terminal.resize(80, 24)
        terminal.until("team", "ctrl+p commands", gone="needs a little more room")
        terminal.press("q")
        assert terminal.finish() == 0


def test_no_core_is_dumped(config: Path) -> None:
    with mp() as terminal:
        terminal.until("ctrl+p commands")
        assert resource.prlimit(terminal.process.pid, resource.RLIMIT_CORE) == (0, 0)
        terminal.press("q")
        terminal.finish()


def test_an_empty_machine_says_how_to_start(home: Path) -> None:
    with mp() as terminal:
        terminal.until("No account yet.", "add a service account")
        terminal.press("q")
        assert terminal.finish() == 0
    assert not (home / ".mp" / "config.toml").exists()
