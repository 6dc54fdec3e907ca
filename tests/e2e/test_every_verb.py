"""Every verb as a real process, in a pipe and on a terminal, with every exit code there is."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest

from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.seed import ENVIRONMENT, seed
from mixdesk.sandbox.server import SandboxServer
from mixdesk.store.files import Place, write_file
from mixdesk_cli.lazy import LazyGroup
from mixdesk_cli.root import cli
from tests.cli.schema import PAGE, Schema
from tests.e2e.newcomer import Newcomer

IN_A_PIPE = """
0    mp
0    mp -t ecom
3    mp --nonsense
3    mp nonsense
0    mp login --token-env ACME_CI_TOKEN --name bot --project 3713226 -f json
1    mp login --token-env ACME_CI_TOKEN --name acme-corp
2    TOKEN=wrong mp login --token-env TOKEN --name bot
3    mp login --device --token-env ACME_CI_TOKEN
4    mp login --token-env ACME_CI_TOKEN --name bot --project 1
0    mp session --explain
0    mp session --bridge -f json
1    MP_REGION=xx mp session
3    mp session -f yaml
4    mp session -a nobody
0    mp use ecom
1    mp use -
1    mp use prod
3    mp use
4    mp use nowhere
0    mp account list -f json
0    mp account show
4    mp account show nobody
0    mp account add new --region us --username u --secret-stdin <<< made-up
1    mp account add ci --region us --token-env VARIABLE
3    mp account add new
0    mp account update acme-eu -p 1
3    mp account update acme-eu
4    mp account update nobody -p 1
0    mp account rename ci robot
1    mp account rename ci acme-eu
4    mp account rename nobody robot
0    mp account remove nightly
1    mp account remove acme-eu
4    mp account remove nobody
0    mp account use ci
4    mp account use nobody
0    mp account test ci -f json
2    mp account test agency
2    mp account test --all
4    mp account test nobody
5    mp account test warehouse
0    mp account login acme-corp -f json
3    mp account login ci --device
4    mp account login nobody
0    mp account logout -f json
3    mp account logout ci
0    mp account token
1    mp account token acme-eu
2    mp account token agency
0    mp account export-bridge --to bridge.json -f json
1    mp account export-bridge --to /dev/null
3    mp account export-bridge
0    mp account remove-bridge
3    mp account remove-bridge extra
0    mp target list
0    mp target show ecom -f json
4    mp target show nowhere
0    mp target add here
1    mp target add ecom
0    mp target update ecom -w 3448424
4    mp target update nowhere -w 1
0    mp target rename ecom shop
1    mp target rename ecom prod
0    mp target remove ecom
4    mp target remove nowhere
0    mp target use india
1    mp target use prod
4    mp target use nowhere
0    mp project list
2    mp project list -a agency --refresh
5    mp project list -a warehouse --refresh
0    mp project show E-Commerce
4    mp project show Nowhere
0    mp project use 3018488 -w 3448424
1    mp project use 998812
3    mp project use
4    mp project use Nowhere
0    mp workspace list
0    mp workspace show Console
4    mp workspace show Nowhere
0    mp workspace use --none
3    mp workspace use
4    mp workspace use 3448424
0    mp open --no-browser
4    mp open Nowhere
0    mp exec -t ecom -- sh -c 'test "$MP_PROJECT_ID" = 3018488'
7    mp exec -- sh -c 'exit 7'
125  mp exec -a nobody -- true
126  mp exec -- /
127  mp exec -- no-such-command
0    mp env -t ecom --shell json
1    mp env -t prod
2    mp env -a agency
3    mp env --shell tcsh
0    mp prompt
3    mp prompt --format '{nothing}'
0    HOME=~/well mp doctor --offline
1    mp doctor --offline --fix -f json
0    mp completion zsh
3    mp completion
0    mp demo
3    mp demo --projects 0
"""
"""Exit code, then the line; variables before it, ``<<<`` and its stdin after it."""

SECRET = {"Secret: ": "made-up\r"}
PICK = {"esc leave": "\r"}
NAME = {"Type prod to go on: ": "prod\r"}

ON_A_TERMINAL: tuple[tuple[int, str, Mapping[str, str]], ...] = (
    (0, "mp", {"acme-corp": "q"}),
    (0, "mp login --project 3713224", {"Name of the account [acme-inc]: ": "\r"}),
    (130, "mp login --no-browser", {"Waiting": "\x03"}),
    (0, "mp session", {}),
    (0, "mp use", PICK),
    (130, "mp use", {"esc leave": "\x03"}),
    (0, "mp account list", {}),
    (0, "mp account show", {}),
    (0, "mp account add new --region us --username u", SECRET),
    (130, "mp account add new --region us --username u", {"Secret: ": "\x03"}),
    (0, "mp account update warehouse --secret-stdin", SECRET),
    (0, "mp account remove nightly", {"[y/N] ": "y\r"}),
    (1, "mp account remove nightly", {"[y/N] ": "n\r"}),
    (2, "mp account test --all", {}),
    (0, "mp account login acme-corp", {}),
    (0, "mp target list", {}),
    (0, "mp target show ecom", {}),
    (0, "mp target remove ecom", {"[y/N] ": "y\r"}),
    (0, "mp target use prod", NAME),
    (1, "mp target use prod", {"Type prod to go on: ": "staging\r"}),
    (0, "mp project list", {}),
    (0, "mp project show", {}),
    (0, "mp project use", PICK),
    (0, "mp workspace list", {}),
    (0, "mp workspace show", {}),
    (0, "mp workspace use", PICK),
    (0, "mp exec -t prod -- true", NAME),
    (125, "mp exec -t prod -- true", {"Type prod to go on: ": "\r"}),
    (0, "mp env -t prod", NAME),
    (1, "mp doctor --offline", {}),
    (0, "mp demo", {"made-up data": "q"}),
)
"""Exit code, line, and what is typed where a text comes up."""

THE_SAME_EVERYWHERE = {
    "mp account export-bridge",
    "mp account logout",
    "mp account remove-bridge",
    "mp account rename",
    "mp account token",
    "mp account use",
    "mp completion",
    "mp open",
    "mp prompt",
    "mp target add",
    "mp target rename",
    "mp target update",
}
"""Verbs that ask nothing and print the same wherever they run."""

_WELL = b"""\
[active]
account = "team"
[accounts.team]
type = "service_account"
region = "us"
default_project = "1"
username = "u"
secret = "made-up"
"""

PIPED = [(int(code), line) for code, line in re.findall(r"^(\d+) +(.+)$", IN_A_PIPE, re.M)]


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's files, written once."""
    root = tmp_path_factory.mktemp("seeded")
    seed(root)
    return root


@pytest.fixture
def newcomer(seeded: Path, home: Path, request: pytest.FixtureRequest) -> Iterator[Newcomer]:
    """Somebody with the accounts of the demo, one of which asks too often.

    There is a second home directory, ``well``, in which nothing is wrong.
    """
    if "login" in request.node.callspec.params["line"]:
        request.getfixturevalue("ports_to_itself")
    shutil.copytree(seeded, home / ".mp")
    well = home / "well"
    write_file(Place(str(well / ".mp" / "config.toml"), str(well)), _WELL)
    with SandboxServer() as server:
        server.faults.add("/api/app/me", Fault(status=429, retry_after=3600, account="warehouse"))
        one = Newcomer(home)
        one.environ |= {**ENVIRONMENT, "MP_API_BASE_URL": server.base_url, "TMPDIR": str(home)}
        yield one


def verbs(group: LazyGroup, path: str) -> Iterator[str]:
    """Every verb of the command tree."""
    context = click.Context(group)
    for name in group.list_commands(context):
        verb = group.get_command(context, name)
        if isinstance(verb, LazyGroup):
            yield from verbs(verb, f"{path} {name}")
        else:
            yield f"{path} {name}"


def verb_of(line: str) -> str:
    """The verb of a line: the longest that it begins with, variables aside."""
    words = line[line.index("mp") :] + " "
    assert isinstance(cli, LazyGroup)
    return max((verb for verb in verbs(cli, "mp") if words.startswith(f"{verb} ")), default="mp")


def test_every_verb_has_a_line_in_a_pipe_and_on_a_terminal() -> None:
    assert isinstance(cli, LazyGroup)
    every = {"mp", *verbs(cli, "mp")}
    assert {verb_of(line) for _, line in PIPED} == every
    assert {verb_of(line) for _, line, _ in ON_A_TERMINAL} == every - THE_SAME_EVERYWHERE


def test_every_documented_exit_code_comes_up() -> None:
    table = PAGE.read_text().split("## Exit codes\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([0-9, ]+) \|", table, re.MULTILINE)
    documented = {int(code) for row in rows for code in row.split(",")}
    seen = {code for code, _ in PIPED} | {code for code, *_ in ON_A_TERMINAL}
    assert documented <= seen


@pytest.mark.parametrize(("code", "line"), PIPED)
def test_in_a_pipe(newcomer: Newcomer, code: int, line: str) -> None:
    line, _, typed = line.partition(" <<< ")
    words = shlex.split(line)
    start = words.index("mp")
    home = newcomer.environ["HOME"]
    variables = dict(word.replace("~", home).split("=", 1) for word in words[:start])
    done = subprocess.run(
        words[start:],
        input=typed,
        env={**newcomer.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    if code == 3:
        assert done.stdout == ""
        assert done.stderr.startswith("error: ")
    if "-f json" in line:
        title = f"{verb_of(line)} --bridge" if "--bridge" in words else verb_of(line)
        assert not Schema(PAGE.read_text()).check(title, json.loads(done.stdout))


@pytest.mark.parametrize(("code", "line", "answers"), ON_A_TERMINAL)
def test_on_a_terminal(
    newcomer: Newcomer, code: int, line: str, answers: Mapping[str, str]
) -> None:
    ended, shown = newcomer.type(line, answers)
    assert ended == code, shown
    assert "Traceback" not in shown
    assert all(text in shown for text in answers)
    # What a pipe gets has tabs, what eyes get has columns.
    assert "\t" not in shown
