"""The picker on a real terminal: names that mean harm, and a home that nothing looks into."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from mixdesk.clock import SystemClock
from mixdesk.sandbox.data import ANA, me_answer
from mixdesk.sandbox.seed import seed
from mixdesk.sandbox.world import organizations
from mixdesk.store.me_cache import write_me
from mixdesk.store.storage import Storage
from tests.e2e.terminal import Terminal

# What no name may bring to the terminal: its sequences, whole or beheaded, and its invisible marks.
HARM = (b"]52;", b"]8;;", b"owned", b"\x1b[2J\x1b[H", "\u202e".encode(), "\u2066".encode())


@pytest.fixture
def hostile(tmp_path: Path) -> dict[str, str]:
    """An environment whose active account sees every hostile name."""
    root = tmp_path / "mp"
    root.mkdir(mode=0o700)
    seed(root)
    answer = me_answer(ANA, (100, 200, 300, 400), organizations(200, hostile=True))
    me = Storage.at(root).account("acme-corp", "me.json")
    write_me(me, answer, SystemClock().now())
    places = {"MP_STORAGE_DIR": str(root), "MP_CONFIG_PATH": str(root / "config.toml")}
    return {**os.environ, **places}


def test_names_of_projects_and_organizations_are_only_text(hostile: dict[str, str]) -> None:
    terminal = Terminal((sys.executable, "-m", "mixdesk_cli"), hostile, columns=120, rows=40)
    try:
        terminal.until("ctrl+p commands")
        terminal.press("4")
        terminal.until("ORGANIZATION", "200 projects")
        terminal.press("G")
        terminal.until("ID")
        for _ in range(8):
            terminal.press("\x15")  # ctrl+u: through every page of them
        terminal.press("/evil")
        terminal.until("of 200")
        terminal.press("\r\t")
        terminal.press("q")
        assert terminal.finish() == 0
        assert [each for each in HARM if each in terminal.sent] == []
    finally:
        terminal.close()


@pytest.mark.needs_strace
def test_the_demo_reads_and_writes_nothing_of_the_users_home(home: Path, tmp_path: Path) -> None:
    (home / ".mp").mkdir(mode=0o700)
    (home / ".mp" / "config.toml").write_text("this is not TOML", encoding="utf-8")
    (home / "mixpanel_auth.json").write_text("{}", encoding="utf-8")
    trace = tmp_path / "trace"
    strace = shutil.which("strace") or "strace"
    traced = (strace, "-f", "-qq", "-e", "trace=%file", "-o", str(trace))
    command = (*traced, sys.executable, "-m", "mixdesk_cli", "demo", "--projects", "40")
    environ = {**os.environ, "MP_ACCOUNT": "mine", "MP_PROJECT_ID": "1", "MP_REGION": "xx"}
    terminal = Terminal(command, environ, columns=120, rows=40)
    try:
        terminal.until("acme-corp", "ctrl+p commands")
        terminal.press("4")
        terminal.until("40 projects")
        terminal.press("r")
        terminal.until("just now")
        terminal.press("q")
        assert terminal.finish() == 0
    finally:
        terminal.close()
    touched = re.findall(rf'"({re.escape(str(home))}[^"]*)"', trace.read_text(errors="replace"))
    assert [path for path in touched if path != str(home)] == []
