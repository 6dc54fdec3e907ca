"""The command line on a real terminal: questions, hidden prompts, colour, Ctrl-C."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pexpect
import pytest

from mixdesk.sandbox.seed import seed

CANARY = "canary-91c0de"


def mp(line: str, environ: dict[str, str] | None = None, *, columns: int = 80) -> Any:
    return pexpect.spawn(
        sys.executable,
        ["-m", "mixdesk_cli", *line.split()],
        env={**os.environ, **(environ or {})},
        dimensions=(24, columns),
        encoding="utf-8",
        timeout=30,
    )


def ended(child: Any) -> tuple[int, str]:
    """The exit code, and everything that came since the last expectation."""
    child.expect(pexpect.EOF)
    child.wait()
    child.close()
    return child.exitstatus, child.before.replace("\r\n", "\n")


@pytest.fixture
def demo(home: Path) -> Path:
    root = home / ".mp"
    root.mkdir(mode=0o700)
    seed(root)
    return root / "config.toml"


def saved(config: Path) -> dict[str, Any]:
    return tomllib.loads(config.read_text())


def test_a_table_is_what_a_terminal_gets(demo: Path) -> None:
    code, shown = ended(mp("account list"))
    assert code == 0
    assert "NAME" in shown
    assert "\x1b[" in shown
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert "\x1b" not in plain
    assert max(map(len, plain.splitlines())) <= 80


@pytest.mark.parametrize(
    ("line", "environ"),
    [
        ("account list", {"NO_COLOR": "1"}),
        ("account list", {"TERM": "dumb"}),
        ("--no-color account list", {}),
        ("account list --no-color", {}),
        ("project list --no-color", {}),
        ("workspace show --no-color", {}),
        ("use warehouse --no-color", {"MP_PROJECT_ID": "1"}),
    ],
)
def test_colour_can_be_declined(demo: Path, line: str, environ: dict[str, str]) -> None:
    code, shown = ended(mp(line, environ))
    assert code == 0
    assert "\x1b" not in shown


def test_the_width_is_that_of_the_terminal(demo: Path) -> None:
    _, shown = ended(mp("target list", {"NO_COLOR": "1"}, columns=50))
    assert max(map(len, shown.splitlines())) <= 50


def test_hostile_names_never_emit_an_escape(demo: Path) -> None:
    name = r"\u001b]0;owned\u0007\u001b[2Jx\u202ey\u009b31mz"
    with demo.open("a") as file:
        file.write(f'\n[targets."{name}"]\naccount = "ci"\nproject = "1"\n')
        file.write(f'\n[accounts."{name}"]\ntype = "{name}"\n')
    for line in ("target list", "account list", "session", "session --explain", "target show zz"):
        for format_ in ("", " -f json", " -f csv", " -f plain"):
            if "show" in line and format_:
                continue
            _, shown = ended(mp(line + format_, {"NO_COLOR": "1"}))
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown), line


def test_a_secret_is_asked_for_and_not_shown(home: Path) -> None:
    child = mp("account add team --region us --username u")
    child.expect("Secret: ")
    child.sendline(CANARY)
    code, shown = ended(child)
    assert code == 0
    assert CANARY not in shown
    assert saved(home / ".mp" / "config.toml")["accounts"]["team"]["secret"] == CANARY


def test_secret_stdin_on_a_terminal_asks_too(home: Path) -> None:
    child = mp("account add ci --type oauth_token --region us --secret-stdin")
    child.expect("Bearer token: ")
    child.sendline(CANARY)
    assert ended(child)[0] == 0


@pytest.mark.parametrize("line", ["account add team --region us --username u", "account remove ci"])
def test_an_interrupt_at_a_question_exits_130(demo: Path, line: str) -> None:
    before = demo.read_bytes()
    child = mp(line)
    child.expect([": ", r"\] "])
    child.sendintr()
    code, shown = ended(child)
    assert code == 130
    assert "Traceback" not in shown
    assert demo.read_bytes() == before


def test_the_end_of_input_at_a_question_is_no(demo: Path) -> None:
    before = demo.read_bytes()
    for line, question in (("account remove ci", r"\] "), ("target use prod", "go on: ")):
        child = mp(line)
        child.expect(question)
        child.sendeof()
        assert ended(child)[0] == 1
    child = mp("account add team --region us --username u")
    child.expect("Secret: ")
    child.sendeof()
    assert ended(child)[0] != 0
    assert demo.read_bytes() == before


def test_remove_lists_the_targets_and_asks(demo: Path) -> None:
    child = mp("account remove acme-eu")
    child.expect("eu-prod")
    child.expect(r"\[y/N\] ")
    child.sendline("n")
    assert ended(child)[0] == 1
    child = mp("account remove acme-eu")
    child.expect(r"\[y/N\] ")
    child.sendline("y")
    assert ended(child)[0] == 0
    assert "acme-eu" not in saved(demo)["accounts"]


def test_a_protected_target_has_its_name_typed(demo: Path) -> None:
    child = mp("target use prod")
    child.expect("Type prod to go on: ")
    child.sendline("prod")
    assert ended(child)[0] == 0
    assert saved(demo)["accounts"]["acme-corp"]["default_project"] == "3713225"


def test_no_app_on_a_dumb_terminal(demo: Path) -> None:
    code, shown = ended(mp("", {"TERM": "dumb"}))
    assert code == 0
    assert "acme-corp" in shown


def test_options_alone_ask_for_the_session(demo: Path) -> None:
    code, shown = ended(mp("-t ecom"))
    assert code == 0
    assert "E-Commerce" in shown
