"""Who you are, in the few words of a shell prompt. Only what that takes is loaded and read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mixdesk.exceptions import StoreError
from mixdesk.model.records import AccountEntry, Resolution
from mixdesk.model.rules import Region
from mixdesk.resolve.resolver import resolve
from mixdesk.store.bridge import BridgeEntry, find_bridge
from mixdesk.store.me_cache import read_index
from mixdesk.store.me_index import MeIndex
from mixdesk.store.snapshot import Snapshot, read_snapshot
from mixdesk.store.status import read_status
from mixdesk.store.storage import Storage, default_config_path
from mixdesk.store.tokens import TokenEntry, read_tokens, seconds

_SOON = 600.0
"""A token that does not renew deserves attention this many seconds before its end."""


class PromptView(NamedTuple):
    """What a prompt can show. Names of projects and workspaces are clean; a target's is raw."""

    account: str
    region: Region | None = None
    project_id: str | None = None
    project_name: str | None = None
    workspace_id: int | None = None
    workspace_name: str | None = None
    target: str | None = None
    """The target that was chosen, else the first that means the same."""
    expires_at: float | None = None
    """When the token ends, in seconds since the epoch."""
    can_refresh: bool = False
    needs_attention: bool = False
    """Whether the next request would fail, or go elsewhere than it seems."""


def view_prompt(
    environ: Mapping[str, str],
    now: float,
    directory: str | None = ".",
    *,
    account: str | None = None,
    project: str | None = None,
    workspace: int | None = None,
    target: str | None = None,
) -> PromptView | None:
    """Who you are, from the files alone.

    Args:
        environ: The environment.
        now: The time, in seconds since the epoch.
        directory: The working directory, in which a bridge may lie; None looks in none.
        account: An account named by the caller.
        project: A project id named by the caller.
        workspace: A workspace id named by the caller.
        target: A target named by the caller; excludes the other three.

    Returns:
        What there is to show; None when no account applies.

    Raises:
        ConfigError: A variable has a bad value, the bridge is none, or a broken account or
            target was named.
        AccountNotFoundError: ``account`` names none.
        TargetNotFoundError: ``target`` names none.
        StoreError: The file cannot be read or is not TOML.
    """
    config = read_snapshot(default_config_path(environ))
    bridge = find_bridge(environ, directory)
    found = resolve(
        environ,
        config,
        bridge,
        account=account,
        project=project,
        workspace=workspace,
        target=target,
    )
    if found.account.value is None:
        return None
    if found.entry is None:
        return PromptView(found.account.value, needs_attention=True)
    files = _Files(environ, found, bridge)
    known = files.index.projects.get(found.project.value or "")
    place = files.index.workspaces.get(found.workspace.value or 0)
    is_foreign = place is not None and place.project != found.project.value
    tokens = files.tokens
    return PromptView(
        account=found.entry.name,
        region=found.entry.region,
        project_id=found.project.value,
        project_name=known.name if known else None,
        workspace_id=found.workspace.value,
        workspace_name=place.name if place else None,
        target=target or _same_target(config, found),
        expires_at=_end(environ, found, tokens),
        can_refresh=tokens is not None and tokens.refresh_token is not None,
        needs_attention=(
            found.project.value is None
            or bool(found.problems)
            or is_foreign
            or _needs_credential(environ, now, found, tokens)
            or files.is_refused
        ),
    )


class _Files:
    """What the account's own files say; those of an account that is in no file say nothing."""

    def __init__(
        self, environ: Mapping[str, str], found: Resolution, bridge: BridgeEntry | None
    ) -> None:
        self.index = MeIndex()
        self.tokens: TokenEntry | None = None
        self.is_refused = False
        entry = found.entry
        if found.account.source == "bridge":
            self.tokens = bridge.tokens if bridge else None
        elif entry is not None and found.account.source != "env":
            self._read(Storage.from_environment(environ), entry)

    def _read(self, storage: Storage, entry: AccountEntry) -> None:
        self.index = read_index(storage.account(entry.name, "me.json"))
        status = read_status(storage.account(entry.name, "status.json"))
        self.is_refused = status.status in ("needs_login", "needs_token")
        if entry.type == "oauth_browser":
            try:
                self.tokens = read_tokens(storage.account(entry.name, "tokens.json"))
            except StoreError:
                self.tokens = None


def _same_target(config: Snapshot, found: Resolution) -> str | None:
    """The first target that leads to the very same place."""
    if found.account.source in ("env", "bridge"):
        return None
    here = (found.account.value, found.project.value, found.workspace.value)
    for target in config.targets.values():
        if (target.account, target.project, target.workspace) == here:
            return target.name
    return None


def _end(environ: Mapping[str, str], found: Resolution, tokens: TokenEntry | None) -> float | None:
    if found.account.source == "env":
        is_bearer = found.entry is not None and found.entry.type == "oauth_token"
        return seconds(environ.get("MP_TOKEN_EXPIRES_AT")) if is_bearer else None
    return tokens.expires_at if tokens else None


def _needs_credential(
    environ: Mapping[str, str], now: float, found: Resolution, tokens: TokenEntry | None
) -> bool:
    """Whether there is no secret that will do for the next minutes."""
    entry = found.entry
    if entry is None or entry.type == "service_account":
        return False
    if entry.type == "oauth_browser":
        renews = tokens is not None and tokens.refresh_token is not None
        return tokens is None or (tokens.expires_at - now < _SOON and not renews)
    end = _end(environ, found, None)
    has_token = entry.token is not None or bool(environ.get(entry.token_env or ""))
    return not has_token or (end is not None and end - now < _SOON)
