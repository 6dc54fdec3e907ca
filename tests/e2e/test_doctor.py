"""``mp doctor`` as a process, in a pipe and on a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest

from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.seed import seed
from mixdesk.sandbox.server import SandboxServer
from tests.e2e.terminal import Terminal

MP = [sys.executable, "-m", "mixdesk_cli"]

PATIENT = """\
import sys
from functools import partial
from mixdesk.ops.doctor import network
from mixdesk_cli.commands import doctor
from mixdesk_cli.main import run
network.TIMEOUT = 600.0
doctor.Network = partial(network.Network, patience=600.0)
sys.exit(run(["doctor"]))
"""
"""``mp doctor``, which waits for an answer longer than a test does."""

UNWANTED = ("textual", "tomlkit", "pydantic", "pyperclip", "httpx", "rich")


@pytest.fixture
def demo(home: Path) -> Path:
    root = home / ".mp"
    root.mkdir(mode=0o700)
    seed(root)
    return root


@pytest.fixture
def well(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing is wrong."""
    for name in ("mp", "mixdesk"):
        program = home / "bin" / name
        program.parent.mkdir(mode=0o700, exist_ok=True)
        program.write_text("from mixdesk_cli.main import run\n")
        program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{home / 'bin'}:{os.environ['PATH']}")
    return home


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as one:
        yield one


def mp(*argv: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MP, *argv],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("format_", ["table", "json", "jsonl", "csv", "plain"])
def test_how_it_ends(well: Path, server: SandboxServer, format_: str) -> None:
    done = mp("doctor", "-f", format_, MP_API_BASE_URL=server.base_url)
    assert (done.returncode, done.stderr) == (0, "Nothing is wrong.\n")
    done = mp("doctor", "--offline", "-f", format_, MP_REGION="xx")
    assert (done.returncode, done.stderr) == (1, "1 thing is wrong.\n")
    assert "MP_REGION" in done.stdout


def test_it_mends_and_says_so(demo: Path, well: Path) -> None:
    path = demo / "accounts" / "acme-corp" / "tokens.json"
    path.chmod(0o644)
    done = mp("doctor", "--offline", "-q")
    assert done.returncode == 1
    assert f"open_to_others\t{path}\t" in done.stdout
    assert "mp doctor --fix" in done.stdout
    assert "open_to_others" in mp("doctor", "--offline", "--fix").stdout
    assert "open_to_others" not in mp("doctor", "--offline").stdout
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("options", [["--offline"], ["--offline", "--fix"]])
def test_it_loads_nothing_heavy(demo: Path, options: list[str]) -> None:
    program = (
        "import sys\n"
        "from mixdesk_cli.main import run\n"
        f"run({['doctor', *options]!r})\n"
        f"print(*sorted({set(UNWANTED)!r} & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr.splitlines()[-1] == ""


def test_a_reader_that_has_left_is_no_error(demo: Path) -> None:
    process = subprocess.Popen(
        [*MP, "doctor", "--offline", "-q"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate(timeout=60)
    assert err == b""


def test_on_a_terminal_it_is_a_page_with_colour(demo: Path, server: SandboxServer) -> None:
    environ = {**os.environ, "MP_API_BASE_URL": server.base_url}
    terminal = Terminal([*MP, "doctor"], environ, columns=100, rows=60)
    try:
        assert terminal.finish() == 1
        assert "network" in terminal.text
        assert f"127.0.0.1:{server.port} answers" in terminal.text
        assert "asking 127" not in terminal.text
        assert (
            b"\x1b[31merror\x1b[0m" in terminal.sent or b"\x1b[33mwarning\x1b[0m" in terminal.sent
        )
    finally:
        terminal.close()


def test_an_interrupt_ends_it_at_once(home: Path, server: SandboxServer) -> None:
    server.faults.add("/", Fault("late", gate=threading.Event()))
    environ = {**os.environ, "MP_API_BASE_URL": server.base_url}
    child: Any = pexpect.spawn(
        sys.executable,
        ["-c", PATIENT],
        env=environ,
        dimensions=(24, 80),
        encoding="utf-8",
        timeout=60,
    )
    child.expect_exact(f"0 of 1 answered; asking 127.0.0.1:{server.port}")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.wait()
    child.close()
    assert child.exitstatus == 130
    assert "Traceback" not in child.before
    server.wait_until_idle()
