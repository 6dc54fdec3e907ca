"""A home with an account of every kind and state, the Mixpanel they belong to, and a clock."""

from __future__ import annotations

import gc
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import mixdesk as mp
from mixdesk.sandbox.data import ANA, ROBOT
from mixdesk.sandbox.identities import Identity
from mixdesk.sandbox.server import SandboxServer

NOW = 1_800_000_000.0

CONFIG = """\
# Who we are.

[active]
account   = "team"
workspace = 3448413

[accounts.team]
type            = "service_account"
region          = "us"
default_project = "3713224"  # the demo
username        = "team"
secret          = "secret-of-team"

[accounts.personal]
type            = "oauth_browser"
region          = "eu"
default_project = "998812"

[accounts.ci]
type            = "oauth_token"
region          = "us"
default_project = "3713226"
token_env       = "CI_TOKEN"

[accounts.inline]
type            = "oauth_token"
region          = "in"
default_project = "2200101"
token           = "token-of-inline"

[accounts.bare]
type     = "service_account"
region   = "us"
username = "bare"
secret   = "secret-of-bare"

[accounts.late]  # never logged in
type            = "oauth_browser"
region          = "us"
default_project = "3713225"

[accounts.dead]  # its login is over
type            = "oauth_browser"
region          = "us"
default_project = "3713225"

[accounts.silent]  # nobody sets its variable
type            = "oauth_token"
region          = "eu"
default_project = "998813"
token_env       = "SILENT_TOKEN"

[accounts.broken]
type   = "oauth_browser"
region = "mars"

[targets.ecom]
account   = "team"
project   = "3018488"
workspace = 3448424

[targets.berlin]
account = "personal"
project = "998814"

[targets.lateness]
account = "late"
project = "3713225"

[targets.ghost]
account = "gone"
project = "3713225"

[settings]
custom_header = { name = "X-Cluster", value = "one" }
"""

QUAD = {"MP_USERNAME": "robot", "MP_SECRET": "secret-of-robot", "MP_REGION": "us"}
BEARER = {"MP_OAUTH_TOKEN": "token-of-porter", "MP_REGION": "us"}
"""What makes an account together with ``MP_PROJECT_ID``; the sandbox lets both in."""

Axes = tuple[str, str, int | None]


class StillClock:
    """Stands still but for what is slept or set."""

    def __init__(self) -> None:
        self.time = NOW
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


class Asked(NamedTuple):
    """A question, seen from the other side."""

    account: str | None
    path: str
    project: str
    workspace: str


class Desk:
    """Files in a home directory, and the sandbox that its accounts belong to.

    Args:
        home: The home directory.
        server: Where requests go.
        clock: What time it is, on both sides.
        patch: Undoes all of it.
    """

    def __init__(
        self, home: Path, server: SandboxServer, clock: StillClock, patch: pytest.MonkeyPatch
    ) -> None:
        self.home = home
        self.server = server
        self.clock = clock
        self.patch = patch
        self.root = home / ".mp"
        self._opened: list[mp.Workspace] = []
        patch.setattr("mixdesk.ops.context.SystemClock", lambda: clock)
        patch.setenv("MP_API_BASE_URL", server.base_url)
        patch.setenv("CI_TOKEN", "token-of-ci")
        self.write(self.root / "config.toml", CONFIG)
        self._let_in()
        self.log_in("personal", region="eu")
        dead = self.log_in("dead", ends_in=-60.0)
        server.oauth.revoke(dead)

    @property
    def config(self) -> Path:
        return self.root / "config.toml"

    @property
    def activity(self) -> list[dict[str, Any]]:
        """What the log says was changed."""
        path = self.root / "activity.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def me(self, account: str) -> Path:
        """Where the last ``/me`` of an account is kept."""
        return self.root / "accounts" / account / "me.json"

    def open(self, **axes: Any) -> mp.Workspace:
        """A workspace that is closed when the test ends."""
        ws = mp.Workspace(**axes)
        self._opened.append(ws)
        return ws

    def setenv(self, values: Mapping[str, str]) -> None:
        for name, value in values.items():
            self.patch.setenv(name, value)

    def asked(self, path: str = "/api/") -> list[Asked]:
        """What was asked of the API so far."""
        return [
            Asked(
                entry.account,
                entry.path,
                "".join(entry.query.get("project_id", ())),
                "".join(entry.query.get("workspace_id", ())),
            )
            for entry in self.server.requests.to(path)
        ]

    def write(self, path: Path, content: str | bytes) -> Path:
        """Write a private file in private directories."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for directory in path.parents:
            if directory.is_relative_to(self.root):
                directory.chmod(0o700)
        path.touch(mode=0o600)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def log_in(self, account: str, *, region: mp.Region = "us", ends_in: float = 3600.0) -> str:
        """Give an account tokens; return its refresh token."""
        issued = self.server.oauth.issue(account, region=region, ends_in=ends_in)
        path = self.root / "accounts" / account / "tokens.json"
        self.write(path, json.dumps(self.tokens(issued, ends_in, region)))
        return issued.refresh_token

    def tokens(self, issued: Any, ends_in: float, region: str) -> dict[str, Any]:
        """A login as a file has it."""
        return {
            "access_token": issued.access_token,
            "refresh_token": issued.refresh_token,
            "expires_at": datetime.fromtimestamp(self.clock.now() + ends_in, UTC).isoformat(),
            "token_type": "Bearer",
            "scope": "projects",
            "client_id": f"made-up-client-{region}",
        }

    def carry(
        self,
        account: str = "personal",
        *,
        region: mp.Region = "eu",
        default_project: str | None = None,
        **more: Any,
    ) -> Path:
        """Let there be a bridge with a browser account of its own login."""
        issued = self.server.oauth.issue(f"carried-{account}", region=region)
        home = {"default_project": default_project} if default_project else {}
        fields = {
            "version": 2,
            "account": {"name": account, "type": "oauth_browser", "region": region, **home},
            "tokens": self.tokens(issued, 3600.0, region),
            **more,
        }
        path = self.write(self.home / "carried" / "auth.json", json.dumps(fields))
        path.parent.chmod(0o700)
        self.patch.setenv("MP_AUTH_FILE", str(path))
        return path

    def close(self) -> None:
        """Wait until nobody holds a connection any more."""
        for ws in self._opened:
            ws.close()
        gc.collect()
        self.server.wait_until_idle()

    def _let_in(self) -> None:
        identities = self.server.identities
        for name in ("team", "bare", "robot"):
            identity = Identity(name, "us", ROBOT, (100,))
            identities.add_service_account(identity, name, f"secret-of-{name}")
        auditor = Identity("auditor", "us", ROBOT, (100,), sees_user=False)
        identities.add_service_account(auditor, "auditor", "secret-of-auditor")
        for name in ("ci", "porter"):
            identities.add_token(Identity(name, "us", ROBOT, (100,)), f"token-of-{name}")
        identities.add_token(Identity("inline", "in", ANA, (300,)), "token-of-inline")


def axes(ws: mp.Workspace) -> Axes:
    """What a workspace is about, which all its properties agree on."""
    session = ws.session
    assert (ws.account, ws.project, ws.workspace) == (
        session.account,
        session.project,
        session.workspace,
    )
    return session.account.name, session.project_id, session.workspace_id


def seen_by(events: list[str]) -> str:
    """For whom the sandbox says it answered."""
    (mark,) = [name for name in events if name.startswith("Seen by ")]
    return mark
