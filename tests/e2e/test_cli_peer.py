"""``mp`` beside the real ``mixpanel_headless``: its commands are handed to it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import click
import pytest

from mixdesk.sandbox.seed import seed
from mixdesk_cli import peer
from mixdesk_cli.root import cli

pytestmark = pytest.mark.peer

_GROUPS = """\
import sys, typer
from mixpanel_headless.cli.main import app
print(*typer.main.get_command(app).commands)
"""


def run(python: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(python), *words], capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sources under test, for the other package's Python."""
    roots = [Path(peer.__file__).parents[1], Path(__file__).parents[2] / "core"]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, roots)))


@pytest.mark.usefixtures("ours")
def test_a_command_of_the_other_package_runs_there(peer_python: Path, home: Path) -> None:
    (home / ".mp").mkdir(mode=0o700)
    seed(home / ".mp")
    (home / "mixpanel_headless.py").write_text("raise SystemExit('taken from the directory')\n")
    done = run(peer_python, "-m", "mixdesk_cli", "-t", "ecom", "query", "segmentation", "--help")
    assert done.returncode == 0, done.stderr
    assert "mp query segmentation" in done.stdout
    wrong = run(peer_python, "-m", "mixdesk_cli", "query", "--nonsense")
    assert wrong.returncode == 2  # as that package has it
    assert run(peer_python, "-m", "mixdesk_cli", "sesion").returncode == 3


def test_all_of_its_commands_that_we_have_not_are_known(
    peer_python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer, "find_spec", lambda name: True)
    done = run(peer_python, "-c", _GROUPS)
    theirs = set(done.stdout.split())
    assert len(theirs) > 20, done.stderr
    ours = set(cli.list_commands(click.Context(cli)))
    assert {name for name in theirs if peer.find_command(name)} == theirs - ours
