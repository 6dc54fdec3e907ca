"""Machines in many states, each with a home of its own."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

import pytest

from mixdesk.sandbox.data import SAM
from mixdesk.sandbox.identities import Identity
from mixdesk.sandbox.seed import ENVIRONMENT, seed
from mixdesk.sandbox.server import SandboxServer
from mixdesk.store.me_cache import write_me
from mixdesk.store.storage import Storage
from tests.cli.test_formats import HOSTILE_CONFIG
from tests.cli.world import Ended, World
from tests.core.sandbox.asking import CI, WAREHOUSE

_BROKEN = """
[active]
account = "mistyped"
[accounts.mistyped]
tpye = "service_account"
region = "us"
[accounts.nowhere]
type = "oauth_browser"
region = "mars"
default_project = "12x"
[accounts.old]
type = "oauth_browser"
region = "us"
project_id = "1"
[targets.half]
account = "mistyped"
[targets.worse]
account = 5
project = "x"
workspace = -1
[targets.dangling]
account = "gone"
project = "1"
"""

_BARE = """
[active]
account = "eu"
[accounts.eu]
type = "oauth_browser"
region = "eu"
[accounts.logged-out]
type = "oauth_browser"
region = "us"
[accounts.ind]
type = "service_account"
region = "in"
username = "u"
secret = "s"
"""


_CI = """
[active]
account = "ci"
[accounts.ci]
type = "oauth_token"
region = "us"
token_env = "CI_TOKEN"
[targets.deploy]
account = "ci"
project = "1"
"""

STATES = {
    "broken": _BROKEN,
    "hostile": HOSTILE_CONFIG,
    "bare": _BARE,
    "ci": _CI,
    "layout": 'default = "a"\n',
    "oversized": _BARE + "#" * (1 << 20),
}
"""Machines that are their ``config.toml``; the others are made by :class:`Machines`."""


class Machines:
    """Makes machines, each with a home of its own, that ask one sandbox."""

    def __init__(self, root: Path, server: SandboxServer, capture: pytest.CaptureFixture[str]):
        self._root, self._server, self._capture = root, server, capture

    def run(self, title: str, line: str, *options: str) -> Ended:
        """Run ``machine: words`` of a title on a new machine."""
        return self.again(title, line)(*options)

    def again(self, title: str, line: str) -> Callable[..., Ended]:
        """Make a machine on which ``machine: words`` of a title may run more than once."""
        state, _, words = line.partition(":")
        mp = self.make(state)
        return partial(mp, *title.split()[1:], *words.format(home=mp.home).split())

    def make(self, state: str) -> World:
        """A machine in one of the states below."""
        mp = World(Path(mkdtemp(dir=self._root)), self._capture)
        mp.environ["MP_API_BASE_URL"] = self._server.base_url
        if state in STATES:
            mp.write(STATES[state])
        elif state != "empty":
            getattr(self, f"_{state}")(mp)
        return mp

    def _demo(self, mp: World) -> None:
        seeded = self._root / "seeded"
        if not seeded.exists():
            seeded.mkdir(mode=0o700)
            seed(seeded)
        shutil.copytree(seeded, mp.home / ".mp")
        mp.environ |= ENVIRONMENT

    def _environment(self, mp: World) -> None:
        self._demo(mp)
        mp.environ["MP_USERNAME"], mp.environ["MP_SECRET"] = WAREHOUSE
        mp.environ |= {"MP_PROJECT_ID": "3713237", "MP_REGION": "us", "MP_WORKSPACE_ID": "12"}

    def _bearer(self, mp: World) -> None:
        self._demo(mp)
        mp.environ |= {"MP_OAUTH_TOKEN": CI, "MP_PROJECT_ID": "3713226", "MP_REGION": "us"}

    def _warehouse(self, mp: World) -> None:
        mp.environ["MP_USERNAME"], mp.environ["MP_SECRET"] = WAREHOUSE

    def _unreachable(self, mp: World) -> None:
        self._demo(mp)
        mp.environ["MP_API_BASE_URL"] = "http://127.0.0.1:1"

    def _guest(self, mp: World) -> None:
        self._server.identities.add_token(Identity("guest", "us", SAM, ()), "made-up-guest")
        mp.write(STATES["ci"])
        mp.environ["CI_TOKEN"] = "made-up-guest"

    def _bridge(self, mp: World) -> None:
        self._demo(mp)
        place = mp.home / ".claude" / "mixpanel" / "auth.json"
        assert mp("account", "export-bridge", "--to", str(place), "-p", "1", "-w", "2").code == 0

    def _light(self, mp: World) -> None:
        """A bridge without a refresh token, that pins nothing but the account's own project."""
        self._demo(mp)
        place = mp.home / ".claude" / "mixpanel" / "auth.json"
        assert mp("account", "export-bridge", "--to", str(place), "--access-only").code == 0

    def _machine(self, mp: World) -> None:
        """A bridge of a service account of another region."""
        mp.write(STATES["bare"])
        place = mp.home / ".claude" / "mixpanel" / "auth.json"
        assert mp("account", "export-bridge", "--to", str(place), "-a", "ind").code == 0

    def _token(self, mp: World) -> None:
        """A bridge of a bearer token of a third region."""
        mp.write(STATES["ci"].replace('"us"', '"eu"'))
        mp.environ["CI_TOKEN"] = "made-up"
        place = mp.home / ".claude" / "mixpanel" / "auth.json"
        assert mp("account", "export-bridge", "--to", str(place)).code == 0

    def _terse(self, mp: World) -> None:
        """A project of which Mixpanel told the name and nothing else."""
        mp.write(STATES["bare"])
        answer = {"user_id": 1, "projects": {"7": {"name": "Seven"}}}
        place = Storage.at(mp.home / ".mp").account("eu", "me.json")
        write_me(place, answer, time.time())

    def _open(self, mp: World) -> None:
        mp.write(STATES["bare"])
        mp.config.chmod(0o644)
