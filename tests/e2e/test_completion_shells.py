"""Tab in real shells: what is completed is what a program then gets."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pexpect
import pyte
import pytest

from mixdesk.sandbox.seed import seed
from mixdesk_cli import completion
from tests.e2e.terminal import text_of

PATIENCE = 30.0

START = {
    "bash": (["bash", "--noprofile", "--norc", "-i"], 'PS1="$ "; eval "$(mp completion bash)"'),
    "zsh": (["zsh", "-f", "-i"], 'PS1="$ "; eval "$(mp completion zsh)"'),
    "fish": (["fish", "--no-config", "-i"], "mp completion fish | source"),
}
SHELLS = [
    pytest.param("bash", id="bash"),
    pytest.param("zsh", id="zsh", marks=pytest.mark.needs_zsh),
    pytest.param("fish", id="fish", marks=pytest.mark.needs_fish),
]

# Each is put behind a number that no other has, so that the number completes to it.
ODD = [
    "a b",
    "it's",
    'say "hi"',
    "$HOME",
    "$(touch owned)",
    "`touch owned`",
    "a;touch owned",
    "a&b|c>d<e",
    "back\\slash",
    "\\",
    "!x!!",
    "*",
    "?[a]{b,c}",
    "#c",
    "~x",
    "(x)",
    "%s^x=y",
    "a:b",
    "München 実験 🚀",
    "-x",
    "ends in '",
]

# Every other line than a question about completion is only noted: its words, each ended by NUL.
WRAPPER = """\
#!/bin/sh
if [ "$1" = completion ]; then exec {python} -m mixdesk_cli "$@"; fi
printf '%s\\0' "$@" >> {log}
printf '\\n' >> {log}
"""


class Shell:
    """An interactive shell in a terminal of its own."""

    def __init__(self, name: str, place: Path, setup: str | None = None) -> None:
        self._log = place / "log"
        bin_ = place / "bin"
        bin_.mkdir()
        for program in ("mp", "mixdesk"):
            (bin_ / program).write_text(WRAPPER.format(python=sys.executable, log=self._log))
            (bin_ / program).chmod(0o755)
        (bin_ / "only-here").touch(mode=0o755)
        self.work = place / "work"
        self.work.mkdir()
        command, usual = START[name]
        environ = {**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}"}
        self._child: Any = pexpect.spawn(
            command[0], command[1:], env=environ, cwd=self.work, dimensions=(30, 120), timeout=30
        )
        self._screen = pyte.Screen(120, 30)
        self._stream = pyte.ByteStream(self._screen)
        # The shell is asked for a word that it does not echo as it is typed.
        self.type(f"{setup or usual}; echo it-is-'re'ady\r")
        self.until("it-is-ready")

    def type(self, keys: str) -> None:
        self._child.send(keys)

    def until(self, *texts: str) -> None:
        """Wait until all texts are on the screen."""
        self._wait(lambda: all(text in self.text for text in texts), texts)

    def runs(self, keys: str) -> list[str]:
        """Type keys and Enter; return the words that the program got."""
        before = self._lines()
        self.type(keys + "\r")
        self._wait(lambda: len(self._lines()) > len(before), keys)
        return self._lines()[-1].split("\0")[:-1]

    def close(self) -> None:
        self._child.kill(signal.SIGKILL)
        self._child.wait()  # on its own, closing gives up after half a second
        self._child.close()

    @property
    def text(self) -> str:
        return text_of(self._screen)

    def _lines(self) -> list[str]:
        return self._log.read_text().splitlines() if self._log.exists() else []

    def _wait(self, holds: Callable[[], bool], what: object) -> None:
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, f"no {what!r} on:\n{self.text}"
            try:
                self._stream.feed(self._child.read_nonblocking(65536, timeout=0.05))
            except pexpect.TIMEOUT:
                continue


@pytest.fixture
def demo(home: Path) -> Path:
    root = home / ".mp"
    root.mkdir(mode=0o700)
    seed(root)
    return root / "config.toml"


@pytest.fixture
def odd(demo: Path) -> Path:
    """The demo with targets whose names a shell would like to read something into."""
    with demo.open("a") as file:
        for number, name in enumerate(ODD):
            quoted = f"{number:03}{name}".replace("\\", "\\\\").replace('"', '\\"')
            file.write(f'\n[targets."{quoted}"]\naccount = "ci"\nproject = "1"\n')
    return demo


@pytest.fixture
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shell]:
    made = Shell(request.param, tmp_path)
    yield made
    made.close()


in_every_shell = pytest.mark.parametrize("shell", SHELLS, indirect=True)


@in_every_shell
def test_a_name_comes_out_as_it_is_whatever_is_in_it(odd: Path, shell: Shell) -> None:
    for number, name in enumerate(ODD):
        for begun in (f"{number:03}", f"'{number:03}", f'"{number:03}'):
            assert shell.runs(f"mp target show {begun}\t") == [
                "target",
                "show",
                f"{number:03}{name}",
            ]
    assert list(shell.work.iterdir()) == []


@in_every_shell
def test_a_name_that_is_half_typed_goes_on(odd: Path, shell: Shell) -> None:
    for line, name in (
        ("mp use 000a\\ \t", "000a b"),
        ("mp use '000a \t", "000a b"),
        ('mp use "000a \t', "000a b"),
        ("mp use 017a:\t", "017a:b"),
        ("mp use target:000\t", "target:000a b"),
        ("mp use account:wareh\t", "account:warehouse"),
    ):
        assert shell.runs(line) == ["use", name]


@in_every_shell
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("mp targ\tsh\tec\t", ["target", "show", "ecom"]),
        ("mp -a wareh\tsess\t", ["-a", "warehouse", "session"]),
        ("mp session --account=wareh\t", ["session", "--account=warehouse"]),
        ("mp session --exp\t", ["session", "--explain"]),
        ("mp account list -f jsonl\t", ["account", "list", "-f", "jsonl"]),
        ("mp project use E-C\t", ["project", "use", "E-Commerce"]),
        ("mp project show 30\t", ["project", "show", "3018488"]),
        (
            "mp project list -a acme-corp -p 30\t",
            ["project", "list", "-a", "acme-corp", "-p", "3018488"],
        ),
        ("mp workspace use Con\t", ["workspace", "use", "Console"]),
        ("cd .; mixdesk target use indi\t", ["target", "use", "india"]),
        ("mp exec -- only-he\t", ["exec", "--", "only-here"]),
        (
            "mp account export-bridge --to some-f\t",
            ["account", "export-bridge", "--to", "some-file"],
        ),
    ],
)
def test_what_may_come_next(demo: Path, shell: Shell, line: str, words: list[str]) -> None:
    (shell.work / "some-file").touch()
    assert shell.runs(line) == words


@in_every_shell
def test_several_are_listed(demo: Path, shell: Shell) -> None:
    shell.type("mp workspace \t\t")
    shell.until("list", "show", "use")
    shell.type("\x15mp workspace show \t\t")
    shell.until("All", "Project", "Console")


@pytest.mark.parametrize("shell", SHELLS[1:], indirect=True)
def test_what_they_are_stands_beside_them(demo: Path, shell: Shell) -> None:
    shell.type("mp target \t\t")
    shell.until("Save a target.")


@in_every_shell
def test_nothing_is_changed_asked_or_said(demo: Path, shell: Shell, home: Path) -> None:
    def files() -> dict[str, tuple[int, bytes]]:
        return {
            str(path): (path.stat().st_mtime_ns, path.read_bytes())
            for path in (home / ".mp").rglob("*")
            if path.is_file()
        }

    before = files()
    # Never asked, and nobody there to ask; then a file that cannot be read.
    assert shell.runs("mp project show -a acme-eu EU\t") == [
        "project",
        "show",
        "-a",
        "acme-eu",
        "EU",
    ]
    assert files() == before
    demo.write_text("this is no toml")
    assert shell.runs("mp account use wareh\t") == ["account", "use", "wareh"]
    assert "error" not in shell.text
    assert "Traceback" not in shell.text


@in_every_shell
def test_another_program_of_that_name_completes_nothing(demo: Path, shell: Shell) -> None:
    program = shell.work.parent / "bin" / "mp"
    program.write_text(program.read_text().replace("exec", "echo oops >&2; exit 2; exec"))
    assert shell.runs("mp account use wareh\t") == ["account", "use", "wareh"]
    assert "oops" not in shell.text


@pytest.mark.parametrize(
    ("shell", "check"),
    [
        pytest.param("bash", ["bash", "-n"], id="bash"),
        pytest.param("zsh", ["zsh", "-f", "-n"], id="zsh", marks=pytest.mark.needs_zsh),
        pytest.param("fish", ["fish", "-n"], id="fish", marks=pytest.mark.needs_fish),
    ],
)
def test_a_script_is_read_without_a_word(shell: str, check: list[str], tmp_path: Path) -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "mixdesk_cli", "completion", shell],
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert printed.stderr == b""
    script = tmp_path / "script"
    script.write_bytes(printed.stdout)
    read = subprocess.run([*check, script], capture_output=True, check=False, timeout=60)
    assert (read.returncode, read.stdout, read.stderr) == (0, b"", b"")


@pytest.mark.needs_zsh
def test_zsh_finds_it_in_its_path_of_functions(demo: Path, tmp_path: Path) -> None:
    functions = tmp_path / "functions"
    functions.mkdir()
    shutil.copy(Path(completion.__path__[0], "mp.zsh"), functions / "_mp")
    setup = f"fpath=({functions} $fpath); autoload -Uz compinit; compinit -u"
    shell = Shell("zsh", tmp_path, setup)
    try:
        for program in ("mp", "mp", "mixdesk"):
            assert shell.runs(f"{program} use wareh\t") == ["use", "warehouse"]
    finally:
        shell.close()
