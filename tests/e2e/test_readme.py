"""The way of a new user: the commands of the README, typed as they stand there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from mixdesk.sandbox.data import ROBOT
from mixdesk.sandbox.identities import Identity
from mixdesk.sandbox.server import SandboxServer
from tests.e2e.newcomer import ROOT, Newcomer

pytestmark = pytest.mark.usefixtures("ports_to_itself")

SECRET = "canary-0a11ce"
ANSWERS = {
    "demo · made-up data": "q",
    "words to look for [1]: ": "\r",
    "Name of the account [acme-inc]: ": "\r",
    "Secret: ": f"{SECRET}\r",
}
WAY = ("demo", "login", "account add", "account test", "target", "use", "exec", "session")


def steps() -> list[tuple[str, list[str]]]:
    """The commands of the README's first steps, each with the lines that it shows."""
    part = (ROOT / "README.md").read_text().split("\n## First steps\n")[1].split("\n## ")[0]
    block = re.search(r"```console\n(.*?)```", part, re.DOTALL)
    assert block
    found: list[tuple[str, list[str]]] = []
    for line in block[1].splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxServer]:
    with SandboxServer() as one:
        monkeypatch.setenv("MP_API_BASE_URL", one.base_url)
        team = Identity("team", "us", ROBOT, (100,))
        one.identities.add_service_account(team, "team.x.mp-service-account", SECRET)
        yield one


def test_the_first_steps_lead_all_the_way() -> None:
    commands = [command.removeprefix("mp ") for command, _ in steps()]
    places = [
        next(place for place, command in enumerate(commands) if command.startswith(verb))
        for verb in WAY
    ]
    assert places == sorted(places)


def test_the_first_steps_can_be_typed_as_they_stand(server: SandboxServer, home: Path) -> None:
    newcomer = Newcomer(home)
    for command, lines in steps():
        code, shown = newcomer.type(command, ANSWERS)
        assert code == 0, f"{command}\n{shown}"
        said = [line.strip() for line in shown.splitlines()]
        assert not [line for line in lines if line not in said], f"{command}\n{shown}"
        assert SECRET not in shown
    saved = tomllib.loads((home / ".mp" / "config.toml").read_text())
    assert set(saved["accounts"]) == {"acme-inc", "team"}
    assert saved["active"]["account"] == "acme-inc"
