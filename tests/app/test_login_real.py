"""The dialog on the real core, against the sandbox: from the first key to what is on disk."""

from __future__ import annotations

import asyncio
import socket
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from mixdesk.login.events import (
    CodeReady,
    Event,
    Failed,
    NameNeeded,
    PasteRefused,
    ProjectNeeded,
    Saved,
    UrlReady,
)
from mixdesk.login.machine import Answers, Controls, Emit
from mixdesk.login.request import LoginRequest
from mixdesk.ops.context import Context
from mixdesk.sandbox.server import SandboxServer
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.dialogs.login.screen import LoginDialog
from mixdesk_tui.services import Services
from tests.app.driving import driven, press, settled, shown, write
from tests.core.sandbox import browsing
from tests.core.sandbox.asking import plain_http
from tests.fakes.ports import free_ports


class Here:
    """An empty machine, Mixpanel, and somebody whose browser is elsewhere."""

    def __init__(self, home: Path, ports: tuple[int, ...]) -> None:
        self.root = home / ".mp"
        self.ports = ports
        self.events: list[Event] = []
        self._news = asyncio.Event()
        services = Services.from_context(Context.from_environment())
        self._log_in = services.log_in
        self.app = MixdeskApp(replace(services, log_in=self.log_in), services.read())

    async def log_in(
        self, request: LoginRequest, answers: Answers, controls: Controls, emit: Emit
    ) -> None:
        """The core's own, overheard."""

        def hear(event: Event) -> None:
            emit(event)
            self.events.append(event)
            self._news.set()

        await self._log_in(request, answers, controls, hear)

    async def until(self, pilot: Pilot[None], kind: type[Event]) -> None:
        """Wait until something of a kind has happened and is painted."""
        async with asyncio.timeout(60):
            while not any(isinstance(event, kind) for event in self.events):
                self._news.clear()
                await self._news.wait()
        await settled(pilot)

    async def says_yes(self, account: str = "acme-corp") -> str:
        """Somebody opens the address elsewhere and agrees: where the browser is sent back to."""
        assert isinstance(self.app.screen, LoginDialog)
        return await asyncio.to_thread(browsing.log_in, self.app.screen.state.seen.url, account)

    def files(self) -> dict[str, bytes]:
        """Every file with its bytes, every directory with nothing; locks and the log aside."""
        return {
            str(path.relative_to(self.root)): b"" if path.is_dir() else path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.suffix != ".lock" and path.name != "activity.jsonl"
        }

    def saved(self) -> dict[str, object]:
        found: dict[str, object] = tomllib.loads((self.root / "config.toml").read_text())
        return found


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as one:
        yield one


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> tuple[int, ...]:
    ports = free_ports(2)
    monkeypatch.setattr("mixdesk.ops.login.PORTS", ports)
    return tuple(ports)


@pytest.fixture
def here(
    home: Path, server: SandboxServer, ports: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> Here:
    monkeypatch.setenv("MP_API_BASE_URL", server.base_url)
    return Here(home, ports)


@asynccontextmanager
async def at_the_start(here: Here) -> AsyncIterator[Pilot[None]]:
    """The empty machine, asked to log in with a browser."""
    async with driven(here.app) as pilot:
        assert "No account yet." in shown(here.app)
        await press(pilot, "l", "enter")
        await here.until(pilot, UrlReady)
        yield pilot


def visit(url: str) -> int:
    with plain_http() as http:
        return http.get(url).status_code


async def choose(here: Here, pilot: Pilot[None]) -> None:
    """Take E-Commerce, and the name that is suggested."""
    await here.until(pilot, ProjectNeeded)
    await press(pilot, *"e-com", "enter")
    await here.until(pilot, NameNeeded)
    await press(pilot, "enter")
    await here.until(pilot, Saved)


async def test_from_the_first_key_to_an_account(here: Here) -> None:
    async with at_the_start(here) as pilot:
        assert "not opened" in shown(here.app)
        assert await asyncio.to_thread(visit, await here.says_yes()) == 200
        await choose(here, pilot)
        closing = shown(here.app)
        await press(pilot, "enter")
        assert "No account yet." not in shown(here.app)
    active = here.saved()["active"]
    assert isinstance(active, dict)
    name = active["account"]
    assert f"ana@acme.example is now {name} · E-Commerce" in closing
    accounts = here.saved()["accounts"]
    assert accounts == {
        name: {"type": "oauth_browser", "region": "us", "default_project": "3018488"}
    }
    stored = {f"accounts/{name}/{each}.json" for each in ("tokens", "client", "me", "status")}
    assert stored <= set(here.files())


async def test_a_new_login_is_undone_after_a_question(here: Here) -> None:
    async with at_the_start(here) as pilot:
        await asyncio.to_thread(visit, await here.says_yes())
        await choose(here, pilot)
        await press(pilot, "enter", "u")
        assert "and its tokens go from this machine" in shown(here.app)
        assert any(name.endswith("tokens.json") for name in here.files())
        await press(pilot, "y")
        assert "No account yet." in shown(here.app)
    assert {name for name, content in here.files().items() if content} == {
        "config.toml.previous",
        "oauth/client_us.json",
    }


async def test_a_pasted_address_does_it_too_and_a_wrong_one_does_no_harm(here: Here) -> None:
    async with at_the_start(here) as pilot:
        here.app.post_message(Paste("https://mixpanel.com/somewhere"))
        await here.until(pilot, PasteRefused)
        here.app.post_message(Paste(await here.says_yes()))
        await choose(here, pilot)
        assert "is now" in shown(here.app)


async def test_esc_leaves_no_file_no_task_and_no_port(here: Here) -> None:
    before = here.files()
    async with at_the_start(here) as pilot:
        tasks = len(asyncio.all_tasks())
        await here.until(pilot, CodeReady)
        await press(pilot, "escape")
        assert here.files() == before
        assert len(asyncio.all_tasks()) < tasks
        for port in here.ports:
            with socket.socket() as one:
                one.bind(("127.0.0.1", port))


async def test_a_login_that_has_its_tokens_can_still_be_cancelled(here: Here) -> None:
    before = here.files()
    async with at_the_start(here) as pilot:
        await asyncio.to_thread(visit, await here.says_yes())
        await here.until(pilot, ProjectNeeded)
        await press(pilot, "escape")
    assert here.files() == before


async def test_a_service_account_is_found_where_it_is_good(here: Here) -> None:
    async with driven(here.app) as pilot:
        await press(pilot, "s")
        await write(pilot, "reports.91be07.mp-service-account")
        await press(pilot, "tab")
        await write(pilot, "made-up-secret-of-acme-eu")
        await press(pilot, "enter")
        await here.until(pilot, ProjectNeeded)
        assert "does not know it" in shown(here.app)
        assert "made-up-secret" not in here.app.export_screenshot()
        await press(pilot, "enter")
        await here.until(pilot, NameNeeded)
        await press(pilot, "ctrl+u", *"reports", "enter")
        await here.until(pilot, Saved)
        assert "is now reports" in shown(here.app)
    accounts = here.saved()["accounts"]
    assert isinstance(accounts, dict)
    assert accounts["reports"]["region"] == "eu"


async def test_a_wrong_secret_is_said_and_nothing_is_stored(here: Here) -> None:
    before = here.files()
    async with driven(here.app) as pilot:
        await press(pilot, "s")
        await write(pilot, "reports.91be07.mp-service-account")
        await press(pilot, "tab", "x", "enter")
        await here.until(pilot, Failed)
        assert "No region knows this credential" in shown(here.app)
        await press(pilot, "escape")
    assert here.files() == before


async def test_logging_out_tells_the_server_and_logging_in_again_brings_it_back(
    here: Here, server: SandboxServer
) -> None:
    async with at_the_start(here) as pilot:
        await asyncio.to_thread(visit, await here.says_yes())
        await choose(here, pilot)
        await press(pilot, "enter", "2", "L", "y")
        await settled(pilot)
        assert "logged out, here" in shown(here.app)
        assert server.requests[-1].path == "/oauth/revoke_token/"
        assert not [name for name in here.files() if name.endswith("tokens.json")]
        here.events.clear()
        await press(pilot, "l")
        await here.until(pilot, UrlReady)
        await asyncio.to_thread(visit, await here.says_yes())
        await here.until(pilot, Saved)
        assert [name for name in here.files() if name.endswith("tokens.json")]
