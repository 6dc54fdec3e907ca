"""A home directory, what lies in it, and the context that the operations are given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mixdesk.model.records import StatusEntry
from mixdesk.model.rules import AccountStatus
from mixdesk.model.secret import Secret
from mixdesk.ops.context import Context
from mixdesk.store.me_cache import write_me
from mixdesk.store.preferences import change_preferences
from mixdesk.store.status import write_status
from mixdesk.store.tokens import TokenEntry, write_tokens

NOW = 1_800_000_000.0

CONFIG = """\
[active]
account = "team"
workspace = 71

[accounts.team]
type = "service_account"
region = "us"
default_project = "11"
username = "team.x"
secret = "s"

[accounts.ana]
type = "oauth_browser"
region = "eu"
default_project = "22"

[accounts.ci]
type = "oauth_token"
region = "in"
token_env = "CI_TOKEN"

[targets.ecom]
account = "team"
project = "12"
workspace = 72

[targets.home]
account = "team"
project = "11"
workspace = 71

[targets.berlin]
account = "ana"
project = "22"
"""

ME: Mapping[str, Any] = {
    "user_id": 1,
    "user_email": "ana@example.com",
    "user_name": "Ana",
    "organizations": {"5": {"id": 5, "name": "Acme"}},
    "projects": {
        "11": {"name": "Eleven", "organization_id": 5, "timezone": "UTC"},
        "12": {"name": "Twelve", "organization_id": 5},
        "22": {"name": "Twenty-two", "organization_id": 5, "domain": "eu.mixpanel.com"},
    },
    "workspaces": {
        "71": {"id": 71, "name": "All of eleven", "project_id": 11},
        "72": {"id": 72, "name": "All of twelve", "project_id": 12},
    },
}


class Stopped:
    """A clock that stands still; nothing here waits."""

    def now(self) -> float:
        return NOW

    def monotonic(self) -> float:
        return NOW

    def sleep(self, seconds: float) -> None:
        raise AssertionError(f"slept {seconds} s")


class World:
    """The files of one user.

    Args:
        home: His home directory.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environ = {"HOME": str(home)}

    @property
    def ctx(self) -> Context:
        return Context.from_environment(self.environ, clock=Stopped())

    @property
    def config(self) -> Path:
        return self.home / ".mp" / "config.toml"

    @property
    def text(self) -> str:
        return self.config.read_text()

    def write_config(self, text: str = CONFIG) -> Context:
        self.config.parent.mkdir(mode=0o700, exist_ok=True)
        self.config.write_text(text)
        self.config.chmod(0o600)
        return self.ctx

    def directory(self, account: str) -> Path:
        return self.home / ".mp" / "accounts" / account

    def write_tokens(
        self, account: str, *, ends: float = NOW + 600, refresh: str | None = "r"
    ) -> None:
        entry = TokenEntry(Secret("a"), ends, Secret(refresh) if refresh else None)
        write_tokens(self.ctx.storage.account(account, "tokens.json"), entry)

    def write_me(self, account: str, answer: Mapping[str, Any] = ME) -> None:
        write_me(self.ctx.storage.account(account, "me.json"), answer, NOW - 60)

    def write_status(self, account: str, status: AccountStatus, email: str | None = None) -> None:
        place = self.ctx.storage.account(account, "status.json")
        write_status(place, StatusEntry(status, NOW - 30, email))

    def protect(self, *targets: str) -> None:
        change_preferences(self.ctx.storage.preferences, protected_targets=targets)

    def write_bridge(self, **fields: Any) -> Path:
        account = {"name": "carried", "type": "service_account", "region": "us"}
        account |= {"username": "robot", "secret": "s"}
        path = self.home / "bridge.json"
        path.write_text(json.dumps({"version": 2, "account": account, **fields}))
        path.chmod(0o600)
        self.environ["MP_AUTH_FILE"] = str(path)
        return path
