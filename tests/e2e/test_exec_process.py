"""``mp exec`` as a real process: the command finds everything as if it had been started alone."""

from __future__ import annotations

import json
import os
import resource
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pexpect
import pytest

from mixdesk.resolve.identity import IDENTITY
from mixdesk.sandbox.seed import seed
from mixdesk.sandbox.server import SandboxServer

MP = [sys.executable, "-m", "mixdesk_cli"]
CANARY = f"canary-{secrets.token_hex(4)}"
"""Of this worker alone: it is looked for in the arguments of every process."""

SCAN = """\
import os, glob
found = []
for path in glob.glob("/proc/[0-9]*/cmdline"):
    try:
        words = open(path, "rb").read()
    except OSError:
        continue
    if os.environb[b"MP_SECRET"] in words:
        found.append(path)
print(len(glob.glob("/proc/[0-9]*/cmdline")), found)
"""


@pytest.fixture
def config(home: Path) -> Path:
    """The demo, with an account whose secret is looked for."""
    root = home / ".mp"
    root.mkdir(mode=0o700)
    seed(root)
    path = root / "config.toml"
    with path.open("a") as file:
        file.write('\n[accounts.canary]\ntype = "service_account"\nregion = "us"\n')
        file.write(f'default_project = "7"\nusername = "u"\nsecret = "{CANARY}"\n')
    return path


def run(*argv: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(argv, capture_output=True, check=False, timeout=60, **options)


def mp(*argv: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return run(*MP, *argv, **options)


def seen(code: str, *, through: bool, **options: Any) -> bytes:
    """What a program sees, started alone or through ``mp exec``."""
    words = [sys.executable, "-I", "-c", code]
    done = mp("exec", "--", *words, **options) if through else run(*words, **options)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


def alike(code: str, **options: Any) -> bytes:
    """Check that a program sees the same either way, and return it."""
    alone = seen(code, through=False, **options)
    assert seen(code, through=True, **options) == alone
    return alone


@pytest.mark.usefixtures("config")
class TestTheCommand:
    @pytest.mark.parametrize("code", [0, 1, 2, 42, 125, 126, 127, 130, 255])
    def test_its_exit_code_is_the_exit_code(self, code: int) -> None:
        assert mp("exec", "--", "sh", "-c", f"exit {code}").returncode == code

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
    def test_its_death_is_the_death(self, number: signal.Signals) -> None:
        done = mp("exec", "--", "sh", "-c", f"kill -{int(number)} $$")
        assert (done.returncode, done.stderr) == (-number, b"")

    def test_it_takes_the_place_of_mp(self) -> None:
        process = subprocess.Popen(
            [*MP, "exec", "--", "sh", "-c", "echo $$"], stdout=subprocess.PIPE
        )
        out, _ = process.communicate(timeout=60)
        assert int(out) == process.pid

    def test_its_streams_are_those_of_mp(self) -> None:
        data = bytes(range(256)) * 1000
        done = mp("exec", "--", "sh", "-c", "cat; echo told >&2", input=data)
        assert (done.stdout, done.stderr) == (data, b"told\n")

    @pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="there is no /proc here")
    @pytest.mark.parametrize(
        ("closed", "left"), [("<&-", "12"), (">&-", "02"), ("2>&-", "01"), ("<&- >&- 2>&-", "")]
    )
    def test_a_stream_that_is_closed_stays_closed(
        self, closed: str, left: str, tmp_path: Path
    ) -> None:
        report = tmp_path / "report"
        look = 'for n in 0 1 2; do [ -e /proc/$$/fd/$n ] && a=$a$n; done; echo "$a" > "$0"'
        run("sh", "-c", f'exec "$@" {closed}', "sh", *MP, "exec", "sh", "-c", look, str(report))
        assert report.read_text() == f"{left}\n"

    def test_it_finds_its_words_untouched(self) -> None:
        words = ["", " ", "a\nb", "$HOME", "`id`", "*", "--", "-t", "\udcff", "\u4f60"]
        code = "import sys, json; print(json.dumps(sys.argv[1:]))"
        done = mp("exec", "--", sys.executable, "-c", code, *words)
        assert json.loads(done.stdout) == words

    def test_it_is_looked_up_in_the_path(self, tmp_path: Path) -> None:
        tool = tmp_path / "bin" / "some-tool"
        tool.parent.mkdir()
        tool.write_text("#!/bin/sh\necho it is $1\n")
        tool.chmod(0o700)
        environ = {**os.environ, "PATH": f"{tool.parent}:{os.environ['PATH']}"}
        assert mp("exec", "--", "some-tool", "me", env=environ).stdout == b"it is me\n"


@pytest.mark.usefixtures("config")
class TestWhatItFinds:
    @pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="there is no /proc here")
    @pytest.mark.parametrize("ignored", [None, signal.SIGHUP, signal.SIGINT])
    def test_signals_as_they_were(self, ignored: signal.Signals | None) -> None:
        # A Python at the other end would change what it sees: sed does not.
        words = ["sed", "-n", "/^Sig[IB]/p", "/proc/self/status"]
        before = partial(signal.signal, ignored, signal.SIG_IGN) if ignored else None
        alone = run(*words, preexec_fn=before).stdout
        assert alone
        assert mp("exec", "--", *words, preexec_fn=before).stdout == alone

    def test_a_reader_that_leaves_ends_it(self) -> None:
        line = f"{' '.join(MP)} exec -- yes | head -1; echo ${{PIPESTATUS[0]}}"
        done = run("bash", "-c", line)
        assert (done.stdout, done.stderr) == (b"y\n141\n", b"")

    def test_the_limit_for_core_dumps_as_it_was(self) -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        soft = 4096 if hard == resource.RLIM_INFINITY else min(hard, 4096)
        if not soft:
            pytest.skip("core dumps are forbidden here already")

        def allow() -> None:
            resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))

        code = "import resource; print(resource.getrlimit(resource.RLIMIT_CORE))"
        assert alike(code, preexec_fn=allow) == f"({soft}, {hard})\n".encode()

    def test_the_directory_the_mask_and_the_open_files(self, tmp_path: Path) -> None:
        ours, its = os.pipe()
        code = (
            "import os\n"
            "print(os.getcwd(), os.umask(0), sorted(os.listdir('/dev/fd'))[:-1])\n"
            f"os.write({its}, b'told')\n"
        )
        shown = alike(code, cwd=tmp_path, umask=0o037, pass_fds=[its])
        assert f"{tmp_path} {0o037}".encode() in shown
        assert os.read(ours, 100) == b"toldtold"
        os.close(ours)
        os.close(its)

    def test_the_environment_but_for_who_it_is(self) -> None:
        code = (
            f"import os; print(sorted(pair for pair in os.environb.items() if pair[0].decode()"
            f" not in {IDENTITY!r}))"
        )
        # bytes that are no text, and an empty value
        environ = {**os.environ, "ODD": "a\udcff\nb", "EMPTY": "", "MP_DEBUG": "0"}
        assert b"ODD" in alike(code, env=environ)


@pytest.mark.usefixtures("config")
class TestIdentity:
    """Who the command is, and nobody that it inherited."""

    SHOW = "import json, os; print(json.dumps({name: os.environ.get(name) for name in %r}))"

    def shown(self, *line: str) -> dict[str, str]:
        """The variables of identity that a command sees which runs under somebody else's."""
        other = dict.fromkeys(IDENTITY, "other") | {"MP_REGION": "eu", "MP_PROJECT_ID": "1"}
        words = [sys.executable, "-c", self.SHOW % (IDENTITY,)]
        done = mp(*line, "exec", "-a", "warehouse", "--", *words, env={**os.environ, **other})
        assert done.returncode == 0, done.stderr
        return {name: value for name, value in json.loads(done.stdout).items() if value}

    def test_nothing_is_inherited(self) -> None:
        expected = {
            "MP_USERNAME": "warehouse.4f1c2a.mp-service-account",
            "MP_SECRET": "made-up-secret-of-warehouse",
            "MP_PROJECT_ID": "3713237",
            "MP_REGION": "us",
        }
        assert self.shown() == expected
        # As a command of another command it is the inner one, and has nothing of the outer.
        assert self.shown("exec", "-t", "ecom", "--", *MP) == expected


@pytest.mark.usefixtures("config")
class TestFailures:
    @pytest.mark.parametrize(
        ("line", "code"),
        [
            (["exec", "-a", "nobody", "--", "true"], 125),
            (["exec"], 125),
            (["-p", "x", "exec", "--", "true"], 125),
            (["exec", "-t", "prod", "--", "true"], 125),
            (["exec", "--", "no-such-command-here"], 127),
            (["exec", "--", "./no-such-command-here"], 127),
            (["exec", "--", ""], 125),
            (["exec", "--", "/"], 126),
            (["exec", "--", "/etc/passwd"], 126),
            (["exec", "--", "/etc/passwd/x"], 126),
        ],
    )
    def test_are_told_from_those_of_the_command(self, line: list[str], code: int) -> None:
        done = mp(*line)
        assert (done.returncode, done.stdout) == (code, b"")
        assert done.stderr.startswith(b"error: ")
        assert b"Traceback" not in done.stderr

    def test_a_script_without_its_interpreter_cannot_be_run(self, tmp_path: Path) -> None:
        tool = tmp_path / "tool"
        tool.write_text("#!/no/such/interpreter\n")
        tool.chmod(0o700)
        done = mp("exec", "--", str(tool))
        assert done.returncode == 126
        assert b"interpreter" in done.stderr

    def test_a_file_that_is_no_program_is_given_to_no_shell(self, tmp_path: Path) -> None:
        tool = tmp_path / "tool"
        tool.write_text("touch owned\n")
        tool.chmod(0o700)
        done = mp("exec", "--", str(tool), cwd=tmp_path)
        assert done.returncode == 126
        assert not (tmp_path / "owned").exists()


class TestCanary:
    @pytest.mark.skipif(not os.path.exists("/proc/self/cmdline"), reason="there is no /proc here")
    @pytest.mark.parametrize("more", [[], ["-v"], ["-p", "5"]])
    def test_it_is_in_no_arguments_of_any_process(self, config: Path, more: list[str]) -> None:
        done = mp("exec", "-a", "canary", *more, "--", sys.executable, "-c", SCAN)
        count, _, found = done.stdout.decode().partition(" ")
        assert int(count) > 1
        assert found == "[]\n"
        assert CANARY.encode() not in done.stderr

    def test_it_is_found_where_it_is(self) -> None:
        """The test above would be worth nothing if it could not see it."""
        environ = {**os.environ, "MP_SECRET": CANARY}
        done = run(sys.executable, "-c", SCAN, CANARY, env=environ)
        assert done.stdout.decode().partition(" ")[2] != "[]\n"

    @pytest.mark.parametrize(
        "line",
        [
            ["exec", "-v", "-a", "canary", "--", "true"],
            ["exec", "-v", "-a", "canary", "--", "no-such-command-here"],
            ["exec", "-v", "-a", "canary", "--", "/"],
            ["exec", "-v", "-a", "canary", "-w", "x", "--", "true"],
            ["env", "-v", "-a", "canary", "--names"],
            ["prompt", "-v", "-a", "canary"],
            ["prompt"],
        ],
    )
    def test_it_is_told_to_nobody_and_kept_nowhere(
        self, config: Path, home: Path, line: list[str]
    ) -> None:
        done = mp(*line, env={**os.environ, "MP_DEBUG": "1"})
        assert CANARY.encode() not in done.stdout + done.stderr
        holders = [path for path in home.rglob("*") if path.is_file()]
        holders = [path for path in holders if CANARY.encode() in path.read_bytes()]
        assert holders == [config]

    def test_env_shows_it_on_stdout_alone(self, config: Path) -> None:
        done = mp("env", "-v", "-a", "canary", env={**os.environ, "MP_DEBUG": "1"})
        assert CANARY.encode() in done.stdout
        assert CANARY.encode() not in done.stderr

    def test_a_refresh_token_is_handed_to_nobody(self, config: Path) -> None:
        done = mp("exec", "-a", "acme-corp", "--", "env")
        assert b"made-up-access-of-acme-corp" in done.stdout
        assert b"made-up-refresh" not in done.stdout


class TestATokenThatEnds:
    @pytest.fixture
    def server(self, config: Path) -> Iterator[SandboxServer]:
        with SandboxServer() as running:
            yield running

    def hand(self, server: SandboxServer, *options: str) -> subprocess.CompletedProcess[bytes]:
        environ = {**os.environ, "MP_API_BASE_URL": server.base_url}
        code = "import os; print(os.environ['MP_OAUTH_TOKEN'])"
        return mp("exec", *options, "--", sys.executable, "-c", code, env=environ)

    def test_is_renewed_and_let_in(self, server: SandboxServer) -> None:
        before = self.hand(server, "-a", "acme-corp").stdout
        assert before == b"made-up-access-of-acme-corp\n"
        done = self.hand(server, "-a", "acme-corp", "--min-left", "59m")
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout != before
        header = f"Bearer {done.stdout.decode().strip()}"
        assert server.identities.recognise(header, "us") is not None
        # The next one finds it renewed.
        assert self.hand(server, "-a", "acme-corp", "--min-left", "59m").stdout == done.stdout

    def test_or_refused(self, server: SandboxServer) -> None:
        done = self.hand(server, "-a", "acme-corp", "--min-left", "61m")
        assert (done.returncode, done.stdout) == (125, b"")
        assert b"1 h 1 min were asked for" in done.stderr
        assert b"made-up" not in done.stderr

    def test_a_login_that_is_over_is_refused(self, server: SandboxServer) -> None:
        done = self.hand(server, "-a", "agency", "-p", "1")
        assert done.returncode == 125
        assert b"mp account login agency" in done.stderr


@pytest.mark.usefixtures("config")
class TestOnATerminal:
    def spawn(self, *line: str) -> Any:
        return pexpect.spawn(MP[0], [*MP[1:], *line], env=dict(os.environ), timeout=30)

    def test_an_interrupt_is_the_commands(self) -> None:
        script = "trap 'echo caught; exit 7' INT; echo ready; while :; do sleep 0.1; done"
        child = self.spawn("exec", "--", "sh", "-c", script)
        child.expect("ready")
        child.sendintr()
        child.expect("caught")
        child.expect(pexpect.EOF)
        child.wait()
        child.close()
        assert child.exitstatus == 7

    def test_the_terminal_is_the_commands(self) -> None:
        child = self.spawn("exec", "--", "sh", "-c", "test -t 0 && test -t 1 && read a && echo =$a")
        child.sendline("typed")
        child.expect("=typed")

    def test_a_protected_target_has_its_name_typed(self) -> None:
        for typed, code in (("prod", 0), ("no", 125)):
            child = self.spawn("exec", "-t", "prod", "--", "sh", "-c", "echo =$MP_PROJECT_ID")
            child.expect("Type prod to go on: ")
            child.sendline(typed)
            child.expect("=3713225" if code == 0 else "another name")
            child.expect(pexpect.EOF)
            child.wait()
            child.close()
            assert child.exitstatus == code

    def test_a_secret_that_is_shown_is_told(self) -> None:
        child = self.spawn("env", "-a", "canary")
        child.expect("A secret is shown on this terminal")
        child.expect(CANARY)
        child.expect(pexpect.EOF)

    def test_env_asks_beside_what_a_shell_evaluates(self) -> None:
        line = f'eval "$({" ".join(MP)} env -t prod --shell bash)"; echo "=$MP_PROJECT_ID="'
        child = pexpect.spawn("sh", ["-c", line], env=dict(os.environ), timeout=30)
        child.expect("Type prod to go on: ")
        child.sendline("prod")
        child.expect("=3713225=")
