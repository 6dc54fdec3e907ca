"""The picker and the tests of accounts on the real core, against the embedded Mixpanel."""

from __future__ import annotations

import asyncio
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mixdesk.ops.context import Context
from mixdesk.sandbox.data import ROBOT
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.identities import Identity
from mixdesk.sandbox.seed import ENVIRONMENT, seed
from mixdesk.sandbox.server import SandboxServer
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.services import Services
from tests.app.driving import driven, press, settled, shown, write

SECRET = "canary-secret-4be1"
ME = "/api/app/me"


class Demo(NamedTuple):
    """The demo's world and the server that answers it."""

    server: SandboxServer
    root: Path
    services: Services

    def app(self) -> MixdeskApp:
        return MixdeskApp(self.services, self.services.read())

    @property
    def config(self) -> dict[str, Any]:
        return tomllib.loads((self.root / "config.toml").read_text())

    def add_accounts(self, count: int) -> None:
        """Add service accounts that the server lets in."""
        with (self.root / "config.toml").open("a") as config:
            for number in range(count):
                name = f"robot-{number:02}"
                config.write(
                    f'\n[accounts.{name}]\ntype = "service_account"\nregion = "us"\n'
                    f'username = "{name}.sa"\nsecret = "{SECRET}"\n'
                )
                identity = Identity(name, "us", ROBOT, (100,))
                self.server.identities.add_service_account(identity, f"{name}.sa", SECRET)

    def use(self, account: str) -> None:
        self.services.use_account(account)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    root = tmp_path / "demo"
    root.mkdir(mode=0o700)
    seed(root)
    with SandboxServer(projects=300, hostile=True) as server:
        environ = {
            **ENVIRONMENT,
            "HOME": str(root),
            "MP_STORAGE_DIR": str(root),
            "MP_CONFIG_PATH": str(root / "config.toml"),
            "MP_API_BASE_URL": server.base_url,
        }
        ctx = Context.from_environment(environ, directory=None)
        yield Demo(server, root, Services.from_context(ctx))


async def test_refresh_find_choose_and_go_on_offline(demo: Demo) -> None:
    app = demo.app()
    async with driven(app, (120, 40)) as pilot:
        await press(pilot, "4", "r")
        assert "300 projects" in shown(app) or "acme-corp sees" in shown(app)
        assert "from /me, just now" in shown(app)
        await press(pilot, "slash")
        await write(pilot, "ecom")
        await press(pilot, "enter", "enter")
        assert demo.config["accounts"]["acme-corp"]["default_project"] == "3018488"
        await press(pilot, "escape")
        assert "recent" in shown(app)
        assert "acme-corp › E-Commerce" in shown(app)
        demo.server.stop()
        await press(pilot, "r")
        assert "No answer to /me: the server cannot be reached." in shown(app)
        assert "E-Commerce" in shown(app)
        assert "from /me," in shown(app)


async def test_a_workspace_and_its_project_are_one_change(demo: Demo) -> None:
    app = demo.app()
    async with driven(app) as pilot:
        await press(pilot, "4", "tab", "j", "enter")
        active = demo.config["active"]
        assert active["workspace"] == 3448414
        assert "acme-corp" in active["account"]


async def test_a_favourite_is_kept(demo: Demo) -> None:
    app = demo.app()
    async with driven(app) as pilot:
        await press(pilot, "4", "f")
        assert demo.services.list_projects().favourites == ("3713224",)
        app.poll()
        await settled(pilot)
        await settled(pilot)
        assert "favourites" in shown(app)
        await press(pilot, "f")
        assert demo.services.list_projects().favourites == ()


async def test_cancelled_it_leaves_nothing_running_and_nothing_changed(demo: Demo) -> None:
    gate = threading.Event()
    demo.server.faults.add(ME, Fault("late", gate=gate))
    kept = (demo.root / "accounts/acme-corp/me.json").read_bytes()
    app = demo.app()
    async with driven(app) as pilot:
        await press(pilot, "4")
        await pilot.press("r")
        await asyncio.to_thread(demo.server.requests.wait_for, 1)
        await pilot.press("escape")
        demo.server.wait_until_idle()
        await settled(pilot)
        gate.set()
        assert (demo.root / "accounts/acme-corp/me.json").read_bytes() == kept
        assert "asking" not in shown(app)


ERRORS = {
    "401": (Fault(status=401), "does not accept these credentials"),
    "403": (Fault(status=403), "may not"),
    "html": (Fault("html"), "an HTML page"),
    "truncated": (Fault("truncated"), "no JSON"),
    "cut": (Fault("cut"), "broke off"),
    "reset": (Fault("reset"), "No answer to /me"),
    "redirect": (Fault("redirect", to="https://example.com/"), "redirect"),
    "404": (Fault(status=404), "refused"),
    "429": (Fault(status=429, retry_after="Sun, 06 Nov 1994 08:49:37 GMT"), "slow down"),
    "503": (Fault(status=503, retry_after=0), "failed to answer"),
    "100 MB": (Fault("huge"), "cut off"),
    "endless": (Fault("endless"), "cut off"),
}


@pytest.mark.parametrize("kind", ERRORS)
async def test_every_failure_is_worded_without_secrets(demo: Demo, kind: str) -> None:
    fault, words = ERRORS[kind]
    demo.server.faults.add(ME, fault)
    app = demo.app()
    async with driven(app, (120, 40)) as pilot:
        await press(pilot, "4", "r")
        text = " ".join(shown(app).split())
        assert words in text
        assert "made-up-access" not in text
        assert "E-Commerce" in text


async def test_fifty_accounts_are_tested_side_by_side(demo: Demo) -> None:
    demo.add_accounts(50)
    demo.server.faults.add(ME, Fault("late", delay=0.2))
    names = [f"robot-{number:02}" for number in range(50)]
    app = demo.app()
    async with driven(app, (120, 40)) as pilot:
        await press(pilot, "2", "T")
        rows = {row.name: row.status for row in demo.services.read().accounts}
        assert {rows[name] for name in names} == {"ok"}
        assert "need attention" in shown(app)
        assert SECRET not in app.export_screenshot()


async def test_cancelled_tests_leave_nothing_running(demo: Demo) -> None:
    demo.add_accounts(20)
    gate = threading.Event()
    demo.server.faults.add(ME, Fault("late", gate=gate))
    app = demo.app()
    async with driven(app) as pilot:
        await press(pilot, "2")
        await pilot.press("T")
        await asyncio.to_thread(demo.server.requests.wait_for, 1)
        await pilot.press("escape")
        demo.server.wait_until_idle()
        await settled(pilot)
        gate.set()
        assert not list(demo.root.glob("accounts/robot-*/status.json"))
        assert "testing" not in shown(app)
