"""What ``mp env`` prints is read by real shells, which then hold exactly what was meant."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from mixdesk.resolve.identity import IDENTITY
from mixdesk.sandbox.seed import seed
from mixdesk_cli.shells import script
from tests.e2e.shells import TELL, run, telling, told, values

MP = f"{sys.executable} -m mixdesk_cli"

BASH = pytest.param(["bash", "--norc", "--noprofile"], "bash", id="bash")
ZSH = pytest.param(["zsh", "-f"], "zsh", id="zsh", marks=pytest.mark.needs_zsh)
FISH = pytest.param(["fish", "--no-config"], "fish", id="fish", marks=pytest.mark.needs_fish)

VARIANTS = [
    BASH,
    pytest.param(["bash", "--posix", "-u"], "bash", id="bash-posix"),
    pytest.param(["bash", "--norc", "--noprofile", "-eu"], "bash", id="bash-strict"),
    ZSH,
    pytest.param(
        [
            "zsh",
            "-f",
            "-o",
            "rcquotes",
            "-o",
            "ksharrays",
            "-o",
            "shwordsplit",
            "-o",
            "extendedglob",
        ],
        "zsh",
        id="zsh-options",
        marks=pytest.mark.needs_zsh,
    ),
    pytest.param(
        ["zsh", "-f", "-e", "-u", "-o", "posixidentifiers", "-o", "warncreateglobal"],
        "zsh",
        id="zsh-strict",
        marks=pytest.mark.needs_zsh,
    ),
    FISH,
]
SHELLS = [BASH, ZSH, FISH]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, **more}


@pytest.mark.parametrize(("command", "shell"), VARIANTS)
@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_every_value_comes_out_as_it_went_in(command: list[str], shell: str, locale: str) -> None:
    meant = values()
    text = script({**meant, "V_gone": None}, shell)
    environ = environment(LC_ALL=locale, V_gone="here", V0="before")
    held = told(run(command, text + telling() + "\n", environ))
    assert {name: value for name, value in held.items() if name.startswith("V")} == meant


def test_no_history_is_put_in_where_a_line_is_evaluated(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text(script({"V": "!! !$ !1"}, "bash"))
    lines = f'set -o history -o histexpand\necho owned\neval "$(cat {text})"\n{telling()}\n'
    assert told(run(["bash", "--norc"], lines, environment()))["V"] == "!! !$ !1"


@pytest.mark.parametrize(("command", "shell"), SHELLS)
def test_what_is_printed_can_be_looked_at(command: list[str], shell: str) -> None:
    meant = values()
    text = script(meant, shell)
    assert len(text.splitlines()) == len(meant)
    assert text.replace("\n", "").isascii()
    assert text.replace("\n", "").isprintable()


def test_plain_values_are_for_every_posix_shell() -> None:
    meant = {name: value for name, value in values().items() if value.isascii()}
    meant = {name: value for name, value in meant.items() if value.isprintable()}
    assert len(meant) > 30
    held = told(run(["sh"], script(meant, "bash") + telling() + "\n", environment()))
    assert {name: value for name, value in held.items() if name.startswith("V")} == meant


@pytest.mark.needs_fish
def test_a_universal_variable_of_fish_is_hidden_and_kept() -> None:
    lines = "set -Ux MP_ACCOUNT everywhere\n"
    lines += script({"MP_ACCOUNT": None, "MP_TARGET": "ecom"}, "fish") + telling() + "\n"
    held = told(run(["fish"], lines, environment()))
    assert {name: value for name, value in held.items() if value} == {"MP_TARGET": "ecom"}
    assert run(["fish"], "echo $MP_ACCOUNT\n", environment()) == "everywhere\n"


# --- the whole way: a configuration, mp env, a shell, a program --------------------------


@pytest.fixture
def config(home: Path) -> Path:
    """The demo, with a service account whose secret means harm, in one line and in several."""
    root = home / ".mp"
    root.mkdir(mode=0o700)
    seed(root)
    path = root / "config.toml"
    with path.open("a") as file:
        for number, secret in enumerate(_secrets()):
            file.write(f"[accounts.h{number}]\ntype = 'service_account'\nregion = 'eu'\n")
            file.write("default_project = '7'\nusername = 'h'\n")
            file.write(f"secret = {json.dumps(secret)}\n")
    return path


def _secrets() -> list[str]:
    return ["a'b\"c`touch owned`$(touch owned)\\", "two\nlines\n", "\u2019; touch owned; \u2018"]


EVALUATE = {
    "bash": 'eval "$({line})"\n',
    "zsh": 'eval "$({line})"\n',
    "fish": "{line} | source\n",
}


@pytest.mark.parametrize(("command", "shell"), SHELLS)
def test_the_shell_becomes_the_account(
    config: Path, home: Path, command: list[str], shell: str
) -> None:
    environ = environment(
        SHELL=f"/bin/{shell}", **dict.fromkeys(IDENTITY, "of another"), KEPT="kept"
    )
    for number, secret in enumerate(_secrets()):
        line = EVALUATE[shell].format(line=f"{MP} env -a h{number}")
        held = told(run(command, line + telling() + "\n", environ))
        assert held == {
            "MP_USERNAME": "h",
            "MP_SECRET": secret,
            "MP_PROJECT_ID": "7",
            "MP_REGION": "eu",
        }
    assert not (home / "owned").exists()


@pytest.mark.parametrize(("command", "shell"), SHELLS)
def test_a_switch_by_name_is_followed_by_the_next_call(
    config: Path, command: list[str], shell: str
) -> None:
    environ = environment(SHELL=f"/bin/{shell}", MP_PROJECT_ID="5", MP_ACCOUNT="ci")
    line = EVALUATE[shell].format(line=f"{MP} env -t india --names")
    shown = run(command, f"{line}{MP} session -q\n", environ)
    assert shown.splitlines()[:2] == [
        "account\tacme-india\ttarget\ttarget india",
        "project\t2200101\ttarget\ttarget india",
    ]
    assert told(run(command, line + telling() + "\n", environ)) == {"MP_TARGET": "india"}


@pytest.mark.parametrize(("command", "shell"), SHELLS)
def test_a_failure_changes_nothing(config: Path, command: list[str], shell: str) -> None:
    line = EVALUATE[shell].format(line=f"{MP} env -a nobody 2> /dev/null")
    environ = environment(MP_ACCOUNT="ci")
    assert told(run(command, line + telling() + "\n", environ)) == {"MP_ACCOUNT": "ci"}


def test_json_is_for_programs(config: Path) -> None:
    argv = [sys.executable, "-m", "mixdesk_cli", "env", "-a", "h1", "--shell", "json"]
    done = subprocess.run(argv, capture_output=True, check=True, timeout=60)
    assert json.loads(done.stdout)["MP_SECRET"] == _secrets()[1]


class TestPowerShell:
    """There is none here to ask; its rules for quotes are few, and told by :func:`read`."""

    def test_every_text_comes_out_as_it_went_in(self) -> None:
        meant = {
            name: value
            for name, value in values().items()
            if not any("\udc80" <= char <= "\udcff" for char in value)
        }
        lines = script({**meant, "V_gone": None}, "powershell").splitlines()
        assert lines[0] == "$env:V_gone = $null"
        assert len(lines) == len(meant) + 1
        for line, (name, value) in zip(lines[1:], meant.items(), strict=True):
            variable, _, expression = line.partition(" = ")
            assert variable == f"$env:{name}"
            assert self.read(expression) == value

    @staticmethod
    def read(expression: str) -> str:
        """Add up literal strings and characters by number; anything else is an error."""
        assert expression.isascii()
        assert expression.startswith("'")
        units: list[int] = []
        rest = expression
        while rest:
            if rest.startswith("'"):
                text, rest = TestPowerShell.literal(rest[1:])
                units += map(ord, text)
            else:
                assert rest.startswith("[char]0x")
                units.append(int(rest[8:12], 16))
                rest = rest[12:]
            assert not rest or rest.startswith(" + ")
            rest = rest[3:]
        return b"".join(unit.to_bytes(2, "big") for unit in units).decode("utf-16-be")

    @staticmethod
    def literal(text: str) -> tuple[str, str]:
        """The content of a quoted string up to its end, and what follows."""
        end = 0
        while True:
            end = text.index("'", end)
            if text[end : end + 2] != "''":
                return text[:end].replace("''", "'"), text[end + 1 :]
            end += 2


def test_the_shells_are_asked_what_they_really_hold() -> None:
    """The other tests would be worth nothing if this way of asking lost something."""
    environ: Mapping[str, str] = {**environment(), "V": "a\n'\udcff"}
    done = subprocess.run(
        [sys.executable, "-c", TELL], env=environ, capture_output=True, check=True
    )
    assert told(done.stdout.decode())["V"] == "a\n'\udcff"
    assert shutil.which("bash")
