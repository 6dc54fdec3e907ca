"""The jobs of ``docs/tour.md``: their very keys in a real terminal, and the files around them."""

from __future__ import annotations

import base64
import json
import os
import re
import stat
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from mixdesk.ops import projects
from mixdesk.ops.context import Context
from mixdesk.sandbox.data import ROBOT
from mixdesk.sandbox.identities import Identity
from mixdesk.sandbox.seed import ENVIRONMENT, seed
from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox import browsing
from tests.e2e.logging_in import go_back
from tests.e2e.terminal import Terminal
from tests.e2e.tour import Job, jobs

JOBS = jobs()
REMOTE = MappingProxyType({"SSH_TTY": "/dev/pts/9"})
"""Over SSH what is copied goes through the terminal, where it can be seen."""


class World:
    """The demo's files and its Mixpanel, for one job.

    Args:
        root: Where its home directory is.
        count: How many projects there are.
    """

    def __init__(self, root: Path, count: int | None) -> None:
        self.root = root
        seed(root, projects=count)
        self.server = SandboxServer(projects=count)
        self.before = self.files()
        self.terminal: Terminal | None = None

    @property
    def environ(self) -> dict[str, str]:
        places = {
            "MP_STORAGE_DIR": str(self.root),
            "MP_CONFIG_PATH": str(self.root / "config.toml"),
        }
        return {**ENVIRONMENT, **places, "MP_API_BASE_URL": self.server.base_url}

    @property
    def ctx(self) -> Context:
        return Context.from_environment({**os.environ, **self.environ}, directory=None)

    @property
    def sent(self) -> bytes:
        assert self.terminal is not None
        return self.terminal.sent

    def files(self) -> dict[str, bytes]:
        """Every file by its path, but for what is only noted."""
        noted = ("activity.jsonl", ".lock", ".previous", ".index.json")
        found = (each for each in sorted(self.root.rglob("*")) if each.is_file())
        names = {str(each.relative_to(self.root)): each.read_bytes() for each in found}
        return {name: content for name, content in names.items() if not name.endswith(noted)}

    def changed(self) -> set[str]:
        """The files that are other than before."""
        after = self.files()
        names = self.before.keys() | after.keys()
        return {name for name in names if self.before.get(name) != after.get(name)}

    def config(self) -> dict[str, Any]:
        return tomllib.loads((self.root / "config.toml").read_text())

    def preferences(self) -> dict[str, Any]:
        return tomllib.loads((self.root / "ui.toml").read_text())

    def lines_changed(self) -> list[str]:
        """The lines of ``config.toml`` that were not there before; comments and order stay."""
        before = self.before["config.toml"].decode().splitlines()
        after = (self.root / "config.toml").read_text().splitlines()
        assert [line for line in before if line in after or "=" in line] == before
        return [line for line in after if line not in before]

    def copied(self) -> list[str]:
        """What the terminal was asked to put into its clipboard."""
        sent = re.findall(rb"\x1b\]52;c;([^\x07]*)\x07", self.sent)
        return [base64.b64decode(each).decode() for each in sent]


@dataclass(frozen=True)
class Case:
    """What a job needs, what happens elsewhere meanwhile, and what it leaves behind."""

    after: Callable[[World], None]
    prepare: Callable[[World], None] = lambda world: None
    elsewhere: Callable[[World], None] = lambda world: None
    environ: Mapping[str, str] = field(default_factory=dict)
    count: int | None = None


def another_account(world: World) -> None:
    assert world.changed() == {"config.toml"}
    assert world.config()["active"]["account"] == "acme-eu"
    assert len(world.lines_changed()) == 1


def know_the_robot(world: World) -> None:
    robot = Identity("etl", "eu", ROBOT, (200,))
    user = "etl.5e1f.mp-service-account"
    world.server.identities.add_service_account(robot, user, "made-up-secret")


def a_service_account(world: World) -> None:
    config = world.config()
    made = config["accounts"][config["active"]["account"]]
    assert made["username"] == "etl.5e1f.mp-service-account"
    assert made["region"] == "eu"
    assert made["secret"] == "made-up-secret"
    assert b"made-up-secret" not in world.sent


def a_favourite(world: World) -> None:
    assert world.changed() == {"ui.toml"}
    assert world.preferences()["projects"]["favourites"] == ["3713234"]


def how_to_clear_it(world: World) -> None:
    assert world.changed() == set()
    assert world.copied() == ["unset MP_PROJECT_ID"]


def nothing_at_all(world: World) -> None:
    assert world.changed() == set()
    assert b"warehouse" in (world.root / "activity.jsonl").read_bytes()


def say_yes(world: World) -> None:
    assert world.terminal is not None
    world.terminal.until("opened")
    go_back(browsing.log_in(world.terminal.until_there(world.root / "url")))


def a_new_token(world: World) -> None:
    assert world.changed() >= {"accounts/contractor/tokens.json"}
    tokens = json.loads((world.root / "accounts/contractor/tokens.json").read_bytes())
    before = json.loads(world.before["accounts/contractor/tokens.json"])
    assert tokens["access_token"] != before["access_token"]
    assert tokens["refresh_token"].encode() not in world.sent
    assert world.config()["active"] == {"account": "contractor"}


def go_somewhere(world: World) -> None:
    projects.use_project(world.ctx, "3713234")
    world.before = world.files()


def a_target(world: World) -> None:
    assert world.changed() == {"config.toml"}
    before = tomllib.loads(world.before["config.toml"].decode())
    (name,) = world.config()["targets"].keys() - before["targets"]
    assert world.config()["targets"][name] == {"account": "acme-corp", "project": "3713234"}


def at_production(world: World) -> None:
    assert world.changed() == {"config.toml"}
    assert world.config()["accounts"]["acme-corp"]["default_project"] == "3713225"
    assert "workspace" not in world.config()["active"]


def every_answer(world: World) -> None:
    assert "config.toml" not in world.changed()
    tested = {Path(name).parent.name for name in world.changed() if name.endswith("status.json")}
    assert {"acme-eu", "warehouse", "acme-berlin"} <= tested


def a_token(world: World) -> None:
    assert world.changed() == set()
    tokens = json.loads((world.root / "accounts/acme-corp/tokens.json").read_bytes())
    assert world.copied() == [tokens["access_token"]]
    assert tokens["access_token"].encode() not in world.sent


def a_bridge(world: World) -> None:
    (name,) = world.changed()
    path = world.root / name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    carried = json.loads(path.read_bytes())
    tokens = json.loads((world.root / "accounts/acme-corp/tokens.json").read_bytes())
    assert carried["account"]["name"] == "acme-corp"
    assert carried["tokens"]["access_token"] == tokens["access_token"]
    assert not carried["tokens"].get("refresh_token")


def write_the_keys(world: World) -> None:
    with (world.root / "ui.toml").open("a") as file:
        file.write("\n" + JOBS["Make it yours: another theme, another key"].file)


def a_theme(world: World) -> None:
    assert world.preferences()["app"]["theme"] == "mixdesk-light"
    assert world.preferences()["app"]["keymap"] == {"accounts.test_all_accounts": "f5"}
    assert world.preferences()["targets"]["protected"] == ["prod"]
    every_answer(world)


def type_the_code(world: World) -> None:
    assert world.terminal is not None
    world.terminal.until("oauth/device/")
    found = world.terminal.until_match(r"(?m)^ │ +((?:[A-Z] ){4}- (?:[A-Z] ?){4})")
    world.server.oauth.approve(found[1].replace(" ", ""), "new-person")


def a_login(world: World) -> None:
    config = world.config()
    name = config["active"]["account"]
    assert config["accounts"][name]["type"] == "oauth_browser"
    assert f"accounts/{name}/tokens.json" in world.changed()


CASES = {
    "Be another account": Case(another_account),
    "Add a service account, and be it": Case(a_service_account, know_the_robot),
    "Find one project of 10,000, and pin it": Case(a_favourite, count=10_000),
    "See why the wrong project is active": Case(
        how_to_clear_it, environ={"MP_PROJECT_ID": "3018488", **REMOTE}
    ),
    "Undo a removal": Case(nothing_at_all),
    "Log in again before a token ends": Case(
        a_new_token, elsewhere=say_yes, environ={"DISPLAY": ":0"}
    ),
    "Save where you are": Case(a_target, go_somewhere),
    "Go to a protected target": Case(at_production),
    "Test every account": Case(every_answer),
    "Copy a token for a script": Case(a_token, environ=REMOTE),
    "Hand a login to another machine": Case(a_bridge),
    "Make it yours: another theme, another key": Case(a_theme, write_the_keys),
    "One more: from a machine without a browser": Case(
        a_login, elsewhere=type_the_code, environ=REMOTE
    ),
}


@pytest.fixture
def world(home: Path, job: Job) -> Iterator[World]:
    """The demo in an empty home directory, whose browser writes down what it is to open."""
    made = World(home, CASES[job.title].count)
    with made.server:
        yield made


@pytest.mark.usefixtures("ports_to_itself")
@pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)
def test_a_job_takes_the_keys_that_the_tour_says(
    job: Job, world: World, home: Path, tmp_path: Path
) -> None:
    assert job.counted == job.told
    case = CASES[job.title]
    case.prepare(world)
    browse, part = tmp_path / "browse", tmp_path / "part"
    browse.write_text(f'#!/bin/sh\nprintf %s "$1" > {part} && mv {part} {home}/url\n')
    browse.chmod(0o755)
    environ = {**os.environ, **world.environ, "BROWSER": str(browse), **case.environ}
    terminal = world.terminal = Terminal(
        (sys.executable, "-m", "mixdesk_cli"), environ, columns=80, rows=24
    )
    try:
        terminal.until("ctrl+p commands")
        for step in job.steps:
            for keys in step.sent:
                terminal.press(keys)
            if not step.presses:
                case.elsewhere(world)
            terminal.until(*step.shows)
        terminal.press("\x11")  # ctrl+q: whatever is open, and whatever is still being written
        assert terminal.finish() == 0
        case.after(world)
    finally:
        terminal.close()


def test_every_job_of_the_tour_is_tried() -> None:
    assert JOBS.keys() == CASES.keys()
