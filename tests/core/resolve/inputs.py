"""Everything the resolver can be given, as one value that can be varied axis by axis."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from mixdesk.model.records import AccountEntry, Resolution
from mixdesk.model.secret import Secret
from mixdesk.resolve.resolver import resolve
from mixdesk.store.bridge import BridgeEntry
from mixdesk.store.config import ConfigManager
from mixdesk.store.snapshot import Snapshot

BRIDGE_PATH = "/elsewhere/mixpanel_auth.json"
QUAD = {"MP_USERNAME": "robot", "MP_SECRET": "s", "MP_REGION": "eu"}
BEARER = {"MP_OAUTH_TOKEN": "t", "MP_REGION": "eu"}
"""What makes an account together with ``MP_PROJECT_ID``."""

_directory = tempfile.TemporaryDirectory()


@cache
def config(text: str = "") -> Snapshot:
    """What a ``config.toml`` of this text says, as the store reads it."""
    path = Path(_directory.name, f"{abs(hash(text))}.toml")
    path.write_text(text, encoding="utf-8", newline="")
    path.chmod(0o600)
    return ConfigManager(path, environ={"HOME": _directory.name}).snapshot()


def account(name: str, default_project: str | None = None) -> str:
    """A service account as it stands in ``config.toml``."""
    block = f'[accounts.{name}]\ntype = "service_account"\nregion = "us"\n'
    block += 'username = "someone"\nsecret = "something"\n'
    return block + (f'default_project = "{default_project}"\n' if default_project else "")


def bridge(
    name: str = "carried",
    *,
    default_project: str | None = None,
    project: str | None = None,
    workspace: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> BridgeEntry:
    """A bridge with a service account."""
    entry = AccountEntry(
        name, "service_account", "eu", default_project, username="robot", secret=Secret("s")
    )
    return BridgeEntry(BRIDGE_PATH, entry, None, project, workspace, headers or {})


class ReadOnly(Mapping[str, str]):
    """An environment that can be read and nothing else."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True)
class Inputs:
    """What each source says of each axis; None where it says nothing."""

    env_account: Mapping[str, str] = field(default_factory=dict)
    env_project: str | None = None
    env_workspace: int | None = None

    param_account: str | None = None
    param_project: str | None = None
    param_workspace: int | None = None

    target: bool = False
    target_account: str = "from-target"
    target_project: str = "30"
    target_workspace: int | None = None

    bridge: bool = False
    bridge_account: str = "carried"
    bridge_default: str | None = None
    bridge_project: str | None = None
    bridge_workspace: int | None = None

    active_account: str | None = None
    active_workspace: int | None = None

    default_project: str | None = None
    """Of every account in the file."""

    def environ(self) -> dict[str, str]:
        values = dict(self.env_account)
        if self.env_project is not None:
            values["MP_PROJECT_ID"] = self.env_project
        if self.env_workspace is not None:
            values["MP_WORKSPACE_ID"] = str(self.env_workspace)
        return values

    def config(self) -> Snapshot:
        text = "[active]\n"
        if self.active_account is not None:
            text += f'account = "{self.active_account}"\n'
        if self.active_workspace is not None:
            text += f"workspace = {self.active_workspace}\n"
        for name in ("from-param", "from-target", "from-active", "other"):
            text += account(name, self.default_project)
        text += f'[targets.ecom]\naccount = "{self.target_account}"\n'
        text += f'project = "{self.target_project}"\n'
        if self.target_workspace is not None:
            text += f"workspace = {self.target_workspace}\n"
        return config(text)

    def carried(self) -> BridgeEntry | None:
        if not self.bridge:
            return None
        return bridge(
            self.bridge_account,
            default_project=self.bridge_default,
            project=self.bridge_project,
            workspace=self.bridge_workspace,
        )

    def named(self) -> dict[str, Any]:
        given = {
            "account": self.param_account,
            "project": self.param_project,
            "workspace": self.param_workspace,
            "target": "ecom" if self.target else None,
        }
        return {name: value for name, value in given.items() if value is not None}

    def resolve(self) -> Resolution:
        return resolve(ReadOnly(self.environ()), self.config(), self.carried(), **self.named())
