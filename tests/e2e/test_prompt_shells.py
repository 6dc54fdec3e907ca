"""The line of ``mp prompt`` in the prompts of real shells, and what a start of it loads."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from mixdesk.sandbox.seed import seed
from tests.e2e.shells import run

MP = f"{sys.executable} -m mixdesk_cli"

HARMFUL = ("50% $(touch owned) `touch owned`", "${IFS} \\u\\$(touch owned) %n %{ !!")


@pytest.fixture(params=HARMFUL)
def harmful(request: pytest.FixtureRequest) -> str:
    """The name of the target that applies."""
    name: str = request.param
    return name


def shown(name: str) -> str:
    """A name as it is shown."""
    return name.translate({0x24: 0xFF04, 0x60: 0xFF40, 0x5C: 0xFF3C})


@pytest.fixture(autouse=True)
def demo(home: Path) -> Path:
    """The demo, with targets whose names mean harm."""
    root = home / ".mp"
    root.mkdir(mode=0o700)
    seed(root)
    with (root / "config.toml").open("a") as file:
        for name in HARMFUL:
            file.write(f"\n[targets.{json.dumps(name)}]\naccount = 'warehouse'\nproject = '9'\n")
    return home


def environment(target: str) -> dict[str, str]:
    return {**os.environ, "MP_TARGET": target}


def line(shell: str, *options: str) -> str:
    return shlex.join([*MP.split(), "prompt", "--format", "<{target}>", "--shell", shell, *options])


class TestBash:
    """``${PS1@P}`` is what bash would show as its prompt."""

    SHOW = 'printf "%s\\n" "${PS1@P}"\n'

    def test_a_prompt_that_asks_each_time(self, demo: Path, harmful: str) -> None:
        lines = f"ask() {{ {line('bash')}; }}\nPS1='$(ask)'\n{self.SHOW}"
        assert run(["bash", "--norc"], lines, environment(harmful)) == f"<{shown(harmful)}>\n"
        assert not (demo / "owned").exists()

    def test_a_prompt_that_was_put_together_before(self, demo: Path, harmful: str) -> None:
        lines = f'PS1="$({line("bash")})"\n{self.SHOW}'
        assert run(["bash", "--norc"], lines, environment(harmful)) == f"<{shown(harmful)}>\n"
        assert not (demo / "owned").exists()

    def test_colour_takes_no_room(self) -> None:
        lines = f"ask() {{ {line('bash', '--color')}; }}\nPS1='$(ask)'\n{self.SHOW}"
        told = run(["bash", "--norc"], lines, environment("ecom"))
        assert told == "<\x01\x1b[1m\x02ecom\x01\x1b[0m\x02>\n"


@pytest.mark.needs_zsh
class TestZsh:
    """``print -P`` is what zsh would show as its prompt."""

    SHOW = 'print -P "$PROMPT"\n'

    def test_a_prompt_that_asks_each_time(self, demo: Path, harmful: str) -> None:
        lines = f"setopt prompt_subst\nask() {{ {line('zsh')}; }}\nPROMPT='$(ask)'\n{self.SHOW}"
        assert run(["zsh", "-f"], lines, environment(harmful)) == f"<{shown(harmful)}>\n"
        assert not (demo / "owned").exists()

    @pytest.mark.parametrize("option", ["prompt_subst", "no_prompt_subst"])
    def test_a_prompt_that_was_put_together_before(
        self, demo: Path, harmful: str, option: str
    ) -> None:
        lines = f'setopt {option}\nPROMPT="$({line("zsh")})"\n{self.SHOW}'
        assert run(["zsh", "-f"], lines, environment(harmful)) == f"<{shown(harmful)}>\n"
        assert not (demo / "owned").exists()

    def test_colour_takes_no_room(self) -> None:
        lines = f'PROMPT="$({line("zsh", "--color")})"\n{self.SHOW}'
        # What stands between %{ and %} is not counted, and does not show itself.
        assert run(["zsh", "-f"], lines, environment("ecom")) == "<\x1b[1mecom\x1b[0m>\n"


@pytest.mark.needs_fish
def test_fish_shows_it_as_it_is(demo: Path, harmful: str) -> None:
    lines = f"function fish_prompt; {line('fish')}; end\nfish_prompt\n"
    lines += f"function again; echo ({line('fish')}); end\nagain\n"
    told = run(["fish", "--no-config"], lines, environment(harmful))
    assert told == f"<{shown(harmful)}>\n" * 2
    assert not (demo / "owned").exists()


def test_a_start_loads_nothing_that_it_does_not_need() -> None:
    program = (
        "import sys\n"
        "from mixdesk_cli.main import run\n"
        "code = run(['prompt', '--shell', 'bash', '--color'])\n"
        "print(code, *sorted(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    code, *loaded = done.stderr.decode().split()
    assert code == "0"
    assert done.stdout
    unwanted = {"click", "httpx", "pydantic", "tomlkit", "textual", "rich", "signal", "asyncio"}
    unwanted |= {"dataclasses", "inspect"}
    unwanted |= {"ssl", "socket", "subprocess", "shutil", "mixdesk_cli.call", "mixdesk_cli.root"}
    unwanted |= {"mixdesk.ops.context", "mixdesk.ops.session", "mixdesk.store.config"}
    assert not unwanted & set(loaded)


def test_a_reader_that_has_left_is_no_error() -> None:
    process = subprocess.Popen(
        [*MP.split(), "prompt"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")


def test_it_asks_nobody(demo: Path) -> None:
    """The address that would be asked is one where everything ends at once."""
    environ = {**environment(""), "MP_ACCOUNT": "acme-berlin"}
    environ["MP_API_BASE_URL"] = "http://127.0.0.1:1"
    files = {path: path.stat().st_mtime_ns for path in (demo / ".mp").rglob("*")}
    done = subprocess.run(
        [*MP.split(), "prompt", "--format", "{account} {left}"],
        env=environ,
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == (b"acme-berlin renews\n", b"")
    assert {path: path.stat().st_mtime_ns for path in (demo / ".mp").rglob("*")} == files
