"""``mp login`` and ``mp account test`` on a real terminal: pasting, choosing, Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest

from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.seed import ENVIRONMENT, seed
from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox import browsing
from tests.core.sandbox.asking import WAREHOUSE
from tests.e2e.logging_in import go_back
from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.usefixtures("ports_to_itself")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxServer]:
    with SandboxServer() as one:
        monkeypatch.setenv("MP_API_BASE_URL", one.base_url)
        yield one


class Session:
    """A command line on a terminal of its own."""

    def __init__(self, line: str, **environ: str) -> None:
        self.child: Any = pexpect.spawn(
            sys.executable,
            ["-m", "mixdesk_cli", *line.split()],
            env={**os.environ, **environ},
            dimensions=(40, 400),
            encoding="utf-8",
            timeout=30,
        )
        self.shown = ""

    def see(self, text: str) -> None:
        self.child.expect(text)
        self.shown += self.child.before + self.child.after

    def url(self) -> str:
        self.see(r"(http://\S+/authorize/\?\S+)\r\n")
        url: str = self.child.match[1]
        return url

    def type(self, text: str) -> None:
        self.child.send(text)

    def end(self) -> int:
        self.child.expect(pexpect.EOF)
        self.shown += self.child.before
        self.child.wait()
        self.child.close()
        code: int = self.child.exitstatus
        return code


def saved(home: Path) -> dict[str, Any]:
    return tomllib.loads((home / ".mp" / "config.toml").read_text())


def files(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file() and path.suffix != ".lock"]


def test_a_pasted_address_and_two_answers(server: SandboxServer, home: Path) -> None:
    login = Session("login --no-browser")
    location = browsing.log_in(login.url())
    login.see("paste it here")
    login.see("Waiting for your answer … [45]:")
    login.type("https://example.com/nothing\r")
    login.see("warning: ")
    login.type("x\x7f" + location + "\r")
    login.see("sees 16 projects in us")
    login.see(r"look for \[1\]: ")
    login.type("mobile\r")
    login.see("Mobile App .iOS. 3713227")
    login.see(r"look for \[1\]: ")
    login.type("2\r")
    login.see(r"Name of the account \[acme-inc\]: ")
    login.type("bad name\r")
    login.see(r"Name of the account \[acme-inc\]: ")
    login.type("mine\r")
    login.see("ana@acme.example is now mine · Mobile App")
    assert login.end() == 0
    assert saved(home)["accounts"]["mine"]["default_project"] == "3713227"
    assert browsing.fields_of(location)["code"] not in login.shown
    assert "example.com" not in login.shown


def test_half_an_address_is_no_answer_to_the_next_question(
    server: SandboxServer, home: Path
) -> None:
    login = Session("login --no-browser --name mine")
    location = browsing.log_in(login.url())
    login.see("paste it here")
    login.type("zzz\r3713226")
    login.see("warning: ")
    go_back(location)
    login.see(r"look for \[1\]: ")
    login.type("\r")
    assert login.end() == 0
    assert saved(home)["accounts"]["mine"]["default_project"] == "3713224"


@pytest.mark.parametrize("where", ["Waiting for", r"look for \[1\]: "])
def test_an_interrupt_leaves_nothing(server: SandboxServer, home: Path, where: str) -> None:
    login = Session("login --no-browser")
    url = login.url()
    if where != "Waiting for":
        go_back(browsing.log_in(url))
    login.see(where)
    login.child.sendintr()
    assert login.end() == 130
    assert "Traceback" not in login.shown
    assert files(home) == []


def test_the_terminal_is_as_it_was(server: SandboxServer, home: Path) -> None:
    command = [sys.executable, "-m", "mixdesk_cli", "login", "--no-browser"]
    terminal = Terminal(command, os.environ)
    try:
        terminal.until("Waiting for")
        assert not terminal.hears_as_before
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.finish() == 130
        assert terminal.hears_as_before
    finally:
        terminal.close()


def test_the_end_of_input_at_a_question_is_no(server: SandboxServer, home: Path) -> None:
    login = Session("login --no-browser")
    go_back(browsing.log_in(login.url()))
    login.see(r"look for \[1\]: ")
    login.child.sendeof()
    login.see("Nothing was changed")
    assert login.end() == 1
    assert files(home) == []


def test_a_dumb_terminal_gets_lines_only(server: SandboxServer, home: Path) -> None:
    login = Session("login --no-browser --device --name mine --project 3713224", TERM="dumb")
    location = browsing.log_in(login.url())
    login.see("type this code: [A-Z]{4}-[A-Z]{4}\r\n")
    go_back(location)
    assert login.end() == 0
    plain = login.shown.replace("\r\n", "\n")
    assert not set(map(chr, range(32))) - {"\n"} & set(plain)
    assert "Waiting" not in plain


def test_a_code_is_drawn_for_a_phone(server: SandboxServer, home: Path) -> None:
    login = Session("login --device")
    login.see("type this code: [A-Z]{4}-[A-Z]{4}")
    login.see("▀▀▀▀▀▀▀")
    login.see("Waiting for")
    login.child.sendintr()
    assert login.end() == 130


def test_a_username_and_a_secret_are_asked_for(server: SandboxServer, home: Path) -> None:
    login = Session("login -S --project 3713224")
    login.see("Username: ")
    login.type(f"{WAREHOUSE[0]}\r")
    login.see("Secret: ")
    login.type(f"{WAREHOUSE[1]}\r")
    login.see(r"Name of the account \[acme-inc\]: ")
    login.type("\r")
    assert login.end() == 0
    assert WAREHOUSE[1] not in login.shown
    assert saved(home)["accounts"]["acme-inc"]["username"] == WAREHOUSE[0]


@pytest.fixture
def demo(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = home / ".mp"
    root.mkdir(mode=0o700)
    seed(root)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


class Gate:
    """Holds answers back until a test opens it."""

    def __init__(self) -> None:
        self.is_open = False

    def is_set(self) -> bool:
        return self.is_open


@pytest.mark.usefixtures("demo")
def test_every_account_has_a_line_until_all_are_known(server: SandboxServer) -> None:
    gate = Gate()
    server.faults.add("/api/app/me", Fault("late", gate=gate, account="acme-corp"))
    command = [sys.executable, "-m", "mixdesk_cli", "account", "test", "--all"]
    terminal = Terminal(command, {**os.environ, "NO_COLOR": "1"}, columns=120, rows=40)
    try:
        terminal.until("acme-corp      …", "ci             ok")
        gate.is_open = True
        assert terminal.finish() == 2
        lines = [line for line in terminal.text.splitlines() if line]
        assert [line.split()[0] for line in lines].count("acme-corp") == 1
        assert lines[0].split() == ["NAME", "USER", "PROJECTS", "STATE"]
        assert "accounts are accepted." in terminal.text
    finally:
        gate.is_open = True
        terminal.close()


@pytest.mark.usefixtures("demo")
def test_an_interrupt_ends_the_tests(server: SandboxServer) -> None:
    gate = Gate()
    server.faults.add("/api/app/me", Fault("late", gate=gate))
    tests = Session("account test --all", NO_COLOR="1")
    tests.see("acme-corp +…")
    tests.child.sendintr()
    assert tests.end() == 130
    gate.is_open = True
    assert "Traceback" not in tests.shown
    assert not re.search("accounts are accepted", tests.shown)
