"""Another process changes the file fifty times while somebody scrolls and types."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Hashable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from mixdesk.ops.context import Context
from mixdesk_tui import watching
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.screens.list_screen import ListScreen
from mixdesk_tui.services import Services
from mixdesk_tui.watching import POLL
from mixdesk_tui.widgets.line_table import LineTable
from tests.app.driving import driven, press, settled, shown

PATIENCE = 30.0

BLOCK = """\
[accounts.a{:02}]
type = "service_account"
region = "us"
username = "a"
secret = "s"
"""

CHANGES = """
from mixdesk.model.secret import Secret
from mixdesk.ops import accounts
from mixdesk.ops.context import Context
ctx = Context.from_environment()
for number in range(50):
    if number % 2:
        accounts.update_account(ctx, "a07", default_project=str(number))
    else:
        accounts.add_account(
            ctx,
            f"b1{number:02}",
            type="service_account",
            region="us",
            username="b",
            secret=Secret("s"),
        )
        if number:
            accounts.remove_account(ctx, f"b1{number - 2:02}", force=True)
"""


@pytest.fixture(autouse=True)
def _looks_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "POLL", POLL)


@pytest.fixture
def config(home: Path) -> Path:
    root = home / ".mp"
    root.mkdir(mode=0o700)
    path = root / "config.toml"
    path.write_text("\n".join(BLOCK.format(number) for number in range(40)))
    path.chmod(0o600)
    return path


def begin() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", CHANGES])


@dataclass
class Desk:
    """The app over the real files, with its own watcher, whose looks are counted."""

    looks: int = 0

    def app(self) -> MixdeskApp:
        services = Services.from_context(Context.from_environment())
        look = services.fingerprint

        def counted() -> Hashable:
            self.looks += 1
            return look()

        return MixdeskApp(replace(services, fingerprint=counted), services.read())


async def last_state(desk: Desk, pilot: Pilot[None]) -> int:
    """Wait until the last state is shown; how many looks of the watcher that took."""
    app = app_of(pilot)
    before, deadline = desk.looks, time.monotonic() + PATIENCE
    while "b148" not in shown(app) or "b146" in shown(app):
        assert time.monotonic() < deadline, shown(app)
        await pilot.pause(0.02)
    return desk.looks - before


def app_of(pilot: Pilot[None]) -> MixdeskApp:
    assert isinstance(pilot.app, MixdeskApp)
    return pilot.app


def query_of(pilot: Pilot[None]) -> str:
    assert isinstance(pilot.app.screen, ListScreen)
    return str(pilot.app.screen.state.query)


async def test_the_cursor_stays_while_the_table_is_scrolled(config: Path) -> None:
    desk = Desk()
    async with driven(desk.app()) as pilot:
        await press(pilot, "2", "slash", "1", "enter", "g")
        at = pilot.app.screen.query_one(LineTable).key
        process = begin()
        while process.poll() is None:
            await pilot.press("j", "G", "g", "j", "k")
            assert pilot.app.screen.query_one(LineTable).key == at
        assert process.returncode == 0
        assert await last_state(desk, pilot) <= 1 / POLL
        await settled(pilot)
        assert pilot.app.screen.query_one(LineTable).key == at
        assert query_of(pilot) == "1"


async def test_what_is_typed_into_the_filter_stays(config: Path) -> None:
    desk = Desk()
    async with driven(desk.app()) as pilot:
        await press(pilot, "2", "slash")
        typed = 0
        process = begin()
        while process.poll() is None:
            await pilot.press("b", "1", "backspace", "backspace")
            typed += 1
        await pilot.press("b", "1")
        assert typed
        assert process.returncode == 0
        assert await last_state(desk, pilot) <= 1 / POLL
        await settled(pilot)
        assert query_of(pilot) == "b1"
        assert pilot.app.focused is not None
        assert pilot.app.focused.id == "query"
        assert "1 of 41" in shown(app_of(pilot))
