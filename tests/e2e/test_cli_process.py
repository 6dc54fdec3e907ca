"""The command line as a real process, in pipes."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mixdesk.sandbox.seed import seed

CANARY = "canary-2b9d44"

UNWANTED = ("textual", "rich", "httpx", "tomlkit", "pydantic")

MP = [sys.executable, "-m", "mixdesk_cli"]


def mp(*argv: str, stdin: bytes = b"", **environ: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*MP, *argv],
        input=stdin,
        env={**os.environ, **environ},
        capture_output=True,
        check=False,
        timeout=60,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


@pytest.fixture
def demo(home: Path) -> Path:
    root = home / ".mp"
    root.mkdir(mode=0o700)
    seed(root)
    return root / "config.toml"


def test_an_empty_machine(home: Path) -> None:
    done = mp()
    assert done.returncode == 0
    assert "mp account add" in done.stderr
    assert list(home.iterdir()) == []


def test_version() -> None:
    done = mp("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("mixdesk ")


@pytest.mark.parametrize(
    "line",
    [
        "account list",
        "project list",
        "project show -f json",
        "workspace list",
        "open --no-browser",
        "completion bash",
        "completion bash --answer -- mp\\ use\\  x",
    ],
)
def test_a_closed_pipe_is_no_error(demo: Path, line: str) -> None:
    process = subprocess.Popen(
        [*MP, *shlex.split(line)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert err == b""


def test_a_closed_pipe_for_errors_too_is_quiet(demo: Path) -> None:
    process = subprocess.Popen(
        [*MP, "session", "-a", "nobody"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(timeout=60) != 0


@pytest.mark.parametrize("closed", [">&-", "<&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_crash(demo: Path, closed: str) -> None:
    line = f'"$0" -m mixdesk_cli account use ci {closed}'
    done = subprocess.run(
        ["sh", "-c", line, sys.executable], capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0
    assert b"ci" in demo.read_bytes().split(b"[accounts", 1)[0]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
@pytest.mark.parametrize("line", ["account list", "prompt", "completion zsh", "exec --help"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_told(demo: Path, line: str, unbuffered: str) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*MP, *line.split()],
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    assert done.returncode == (125 if "exec" in line else 1)
    assert done.stderr == b"error: The output could not be written: No space left on device.\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
@pytest.mark.parametrize(("line", "code"), [("use ecom", 1), ("exec -a nobody -- true", 125)])
def test_what_cannot_be_told_is_no_crash(demo: Path, line: str, code: int) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*MP, *line.split()], stderr=full, check=False, timeout=60)
    assert done.returncode == code


def test_a_locale_that_cannot_show_a_letter_is_no_crash(demo: Path) -> None:
    done = mp("session", "-f", "table", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "\\xb7" in done.stdout


@pytest.mark.parametrize("debug", ["", "1"])
def test_an_error_shows_no_traceback_unless_asked_and_never_values(demo: Path, debug: str) -> None:
    done = mp("session", "-a", "nobody", MP_DEBUG=debug, MP_OAUTH_TOKEN=CANARY)
    assert done.returncode == 4
    assert ("Traceback" in done.stderr) is bool(debug)
    assert CANARY not in done.stderr


def test_a_defect_is_admitted_without_a_traceback(demo: Path, tmp_path: Path) -> None:
    program = (
        "import sys, mixdesk_cli.main as main\n"
        "def broken(*args, **kwargs):\n"
        f"    secret = {CANARY!r}\n"
        "    raise RuntimeError(secret)\n"
        "main.execute = broken\n"
        "sys.exit(main.run(['session']))\n"
    )
    script = tmp_path / "broken.py"
    script.write_text(program)
    for debug in ("", "1"):
        done = subprocess.run(
            [sys.executable, script],
            env={**os.environ, "MP_DEBUG": debug},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 1
        assert ("Traceback" in done.stderr) is bool(debug)
        assert debug or CANARY not in done.stderr
        assert debug or "MP_DEBUG=1" in done.stderr


def test_a_crash_leaves_no_core(tmp_path: Path) -> None:
    program = (
        "import resource\n"
        "from mixdesk_cli.main import run\n"
        "run(['--help'])\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "0"


def test_a_secret_is_in_no_argument_and_no_output(home: Path) -> None:
    process = subprocess.Popen(
        [*MP, "account", "add", "team", "--region", "us", "--username", "u", "--secret-stdin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(CANARY.encode())
    process.stdin.flush()
    cmdline = Path(f"/proc/{process.pid}/cmdline")
    if cmdline.exists():
        assert CANARY.encode() not in cmdline.read_bytes()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert CANARY.encode() not in out + err
    assert CANARY in (home / ".mp" / "config.toml").read_text()
    assert CANARY not in (home / ".mp" / "activity.jsonl").read_text()
    for verb in ("account list", "account show", "session", "target list"):
        for format_ in ("table", "json", "jsonl", "csv", "plain"):
            done = mp(*verb.split(), "-v", "-f", format_, MP_DEBUG="1")
            assert CANARY not in done.stdout + done.stderr


def test_an_interrupt_exits_130(home: Path) -> None:
    process = subprocess.Popen(
        [*MP, "account", "add", "team", "--region", "us", "--username", "u", "--secret-stdin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    _wait_until_it_reads(process.pid)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert (out, err.strip()) == (b"", b"")
    assert list(home.iterdir()) == []


def _wait_until_it_reads(pid: int) -> None:
    """Wait until the process sleeps in a read of its stdin: the verb is at work."""
    wchan = Path(f"/proc/{pid}/wchan")
    if not wchan.exists():
        pytest.skip("this system does not tell what a process waits for")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if "pipe" in wchan.read_text():
            return
        time.sleep(0.01)
    pytest.fail("it never read its stdin")


def test_the_demo_in_a_pipe(home: Path, tmp_path: Path) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    done = mp("demo", TMPDIR=str(place), MP_ACCOUNT="mine", MP_REGION="xx")
    assert done.returncode == 0
    assert done.stdout.startswith("account\tacme-corp\tactive\t")
    (root,) = place.iterdir()
    assert str(root) in done.stderr
    listed = mp(
        "account",
        "list",
        "-f",
        "json",
        MP_STORAGE_DIR=str(root),
        MP_CONFIG_PATH=str(root / "config.toml"),
    )
    assert len(json.loads(listed.stdout)) == 11
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    "line",
    [
        "session",
        "account list",
        "account show",
        "target list",
        "target show ecom",
        "project list",
        "project show E-Commerce",
        "workspace list",
        "workspace show",
        "-h",
    ],
)
@pytest.mark.parametrize("format_", ["table", "json", "csv"])
def test_a_reading_verb_loads_nothing_heavy(demo: Path, line: str, format_: str) -> None:
    options = [] if line == "-h" else ["-f", format_]
    program = (
        "import sys\n"
        "from mixdesk_cli.main import run\n"
        f"code = run({[*line.split(), *options]!r})\n"
        f"loaded = sorted({set(UNWANTED)!r} & set(sys.modules))\n"
        "print(code, *loaded, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr.splitlines()[-1] == "0"


def test_help_loads_no_verb() -> None:
    program = (
        "import sys\n"
        "from mixdesk_cli.main import run\n"
        "run(['--help'])\n"
        "run(['account', '--help'])\n"
        "print([name for name in sys.modules if name.startswith('mixdesk_cli.commands')])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_debug_on_the_line_shows_the_way_to_an_error_and_to_a_defect(demo: Path) -> None:
    for line in (["--debug", "session", "-a", "nobody"], ["session", "-a", "nobody", "--debug"]):
        done = mp(*line, MP_OAUTH_TOKEN=CANARY)
        assert done.returncode == 4
        assert "Traceback" in done.stderr
        assert CANARY not in done.stderr
    program = (
        "import sys, mixdesk_cli.main as main\n"
        "def broken(*args, **kwargs):\n"
        "    raise RuntimeError('boom')\n"
        "main.execute = broken\n"
        "sys.exit(main.run(sys.argv[1:]))\n"
    )
    for line, is_shown in ((["session", "--debug"], True), (["exec", "--", "x", "--debug"], False)):
        done = subprocess.run(
            [sys.executable, "-c", program, *line],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ("Traceback" in done.stderr) is is_shown
