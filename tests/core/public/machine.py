"""The accounts, targets and projects that the documentation's samples name."""

from __future__ import annotations

import gc
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from mixdesk.sandbox import data
from mixdesk.sandbox.data import ANA, ROBOT
from mixdesk.sandbox.identities import Identity
from mixdesk.sandbox.server import SandboxServer

CONFIG = """\
# Who we are.

[active]
account = "team"

[accounts.team]  # robots
type            = "service_account"
region          = "us"
default_project = "3713224"
username        = "team.x.mp-service-account"
secret          = "made-up-secret-of-team"

[accounts.personal]  # Ana
type            = "oauth_browser"
region          = "eu"
default_project = "998812"

[targets.ecom]
account   = "team"
project   = "3018488"
workspace = 3448414
"""

WORKSPACES = {"3713224": 3448412, "3018488": 3448414}
"""First workspace of the projects that the samples name, so that theirs are where they say."""


class Asked(NamedTuple):
    """For whom a query was asked, seen from the other side."""

    account: str | None
    project: str
    workspace: str


class Machine:
    """A home directory with files in it, and the sandbox that its accounts belong to.

    Args:
        home: The home directory.
        server: Where requests go.
        monkeypatch: Undoes all of it.
    """

    def __init__(self, home: Path, server: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = home
        self.server = server
        monkeypatch.setenv("MP_API_BASE_URL", server.base_url)
        for project, workspace in WORKSPACES.items():
            monkeypatch.setitem(data._KNOWN_WORKSPACES, project, workspace)
        team, personal = (
            Identity("team", "us", ROBOT, (100,)),
            Identity("personal", "eu", ANA, (200,)),
        )
        server.identities.add_service_account(
            team, "team.x.mp-service-account", "made-up-secret-of-team"
        )
        server.identities.add_token(personal, "made-up-access-of-personal")
        self._write(home / ".mp" / "config.toml", CONFIG)
        self._write(
            home / ".mp" / "accounts" / "personal" / "tokens.json",
            json.dumps(
                {
                    "access_token": "made-up-access-of-personal",
                    "refresh_token": "made-up-refresh-of-personal",
                    "expires_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
                    "token_type": "Bearer",
                    "scope": "projects analysis events",
                }
            ),
        )

    @property
    def config(self) -> str:
        """What ``config.toml`` says by now."""
        return (self.home / ".mp" / "config.toml").read_text()

    @property
    def asked(self) -> list[Asked]:
        """The queries so far."""
        return [
            Asked(
                entry.account,
                "".join(entry.query.get("project_id", ())),
                "".join(entry.query.get("workspace_id", ())),
            )
            for entry in self.server.requests.to("/api/query/")
        ]

    def everybody_hangs_up(self) -> None:
        """Wait until nothing that was left behind holds a connection."""
        gc.collect()
        self.server.wait_until_idle()

    @staticmethod
    def _write(path: Path, text: str) -> None:
        for directory in reversed([path.parent, *path.parent.parents]):
            directory.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(text)
