"""A machine that knows nobody yet, somebody with a browser, and Mixpanel."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

import mixdesk as mp
from mixdesk.login.events import Event, UrlReady
from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox import browsing
from tests.core.sandbox.asking import plain_http
from tests.fakes.ports import free_ports

COMMAND = Path(__file__).with_name("browser_command.py")


class Here:
    """A machine that knows nobody yet, somebody with a browser, and Mixpanel."""

    def __init__(self, home: Path, server: SandboxServer, patch: pytest.MonkeyPatch) -> None:
        self.root = home / ".mp"
        self.server = server
        self.events: list[Event] = []
        self.setenv = patch.setenv
        self.ports = free_ports(2)
        self._visits: list[threading.Thread] = []
        patch.setenv("MP_API_BASE_URL", server.base_url)
        patch.setattr("mixdesk.ops.login.PORTS", self.ports)

    def browse(self, account: str = "acme-corp") -> None:
        """Let the browser of this machine be somebody's; ``-`` is one who says no."""
        self.setenv("DISPLAY", ":0")
        self.setenv("BROWSER", f"{sys.executable} {COMMAND} {account} %s")

    def elsewhere(self, account: str = "acme-corp") -> Callable[[Event], None]:
        """Listen to a login whose address somebody opens as soon as it is told."""

        def hear(event: Event) -> None:
            self.events.append(event)
            if isinstance(event, UrlReady):
                self._visits.append(threading.Thread(target=visit, args=(event.url,)))
                self._visits[-1].start()

        def visit(url: str) -> None:
            with plain_http() as http, suppress(httpx.HTTPError):  # the login may be over
                http.get(browsing.log_in(url, account))

        return hear

    def close(self) -> None:
        """Wait until every browser is closed."""
        for visit in self._visits:
            visit.join()

    def log_in(self, name: str = "acme") -> mp.AccountSummary:
        """Log in in a browser elsewhere, and take the first project."""
        return mp.accounts.login_unified(
            name=name,
            no_browser=True,
            project_picker=first_of("us"),
            on_event=self.elsewhere(),
        )

    def everything(self) -> dict[str, bytes]:
        """Every file with its bytes, every directory with nothing; locks and the log aside."""
        return {
            str(path.relative_to(self.root)): b"" if path.is_dir() else path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.suffix != ".lock" and path.name != "activity.jsonl"
        }

    def all(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


def first_of(domain: str) -> mp.ProjectPicker:
    def pick(me: mp.MeResponse, projects: list[tuple[str, mp.MeProjectInfo]]) -> str:
        return next(id for id, each in projects if each.domain in (None, DOMAINS[domain]))

    return pick


DOMAINS = {"us": "mixpanel.com", "eu": "eu.mixpanel.com", "in": "in.mixpanel.com"}
