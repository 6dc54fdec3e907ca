"""Every operation of the config with what it means, told a second time on plain data."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from mixdesk.model.secret import Secret
from mixdesk.store.config import ConfigManager
from tests.core.store.generated import ACCOUNT_NAMES, TARGET_NAMES, Draw, Owner

Data = dict[str, Any]

_new_accounts = st.sampled_from(["new", "team", "N-1_x"])
_new_targets = st.sampled_from(["fresh", "ecom", "T_2"])
_projects = st.sampled_from(["1", "77", "3713224"])
_workspaces = st.integers(1, 5_000_000)


@dataclass(frozen=True, slots=True)
class Operation:
    """One change: how it is asked for, what it means, which lines it may touch."""

    name: str
    run: Callable[[ConfigManager], object]
    means: Callable[[Data], None]
    """Applied to a copy of the old meaning; raises ``RefusedError`` where an error is due."""
    touches: tuple[Owner, ...]
    """Lines of these owners and below them may change."""
    removes: Owner | None = None
    """A table that goes, with the comments inside it."""

    def expected(self, data: Data) -> Data | None:
        """The new meaning, or None where the operation must be refused."""
        after = copy.deepcopy(data)
        try:
            self.means(after)
        except RefusedError:
            return None
        return after


class RefusedError(Exception):
    """The operation must raise a typed error and change nothing."""


def existing(data: Data, kind: str, name: str) -> Data:
    """A block that must be there."""
    try:
        block: Data = data[kind][name]
    except KeyError:
        raise RefusedError from None
    return block


def _active(data: Data, **changes: Any) -> None:
    active = data.setdefault("active", {})
    for key, value in changes.items():
        if value is None:
            active.pop(key, None)
        else:
            active[key] = value


def wrapped(fields: Data) -> Data:
    """Fields of an account as arguments: its secrets in their wrapping."""
    return {
        key: Secret(value) if key in ("secret", "token") else value for key, value in fields.items()
    }


def use_account(name: str) -> Operation:
    def means(data: Data) -> None:
        existing(data, "accounts", name)
        _active(data, account=name, workspace=None)

    return Operation(
        f"use {name}",
        lambda config: config.set_active(account=name),
        means,
        (("active", "account"), ("active", "workspace")),
    )


def set_workspace(workspace: int) -> Operation:
    return Operation(
        f"workspace {workspace}",
        lambda config: config.set_active(workspace=workspace),
        lambda data: _active(data, workspace=workspace),
        (("active", "workspace"),),
    )


def clear(*, account: bool, workspace: bool) -> Operation:
    def means(data: Data) -> None:
        if account:
            _active(data, account=None)
        if account or workspace:
            _active(data, workspace=None)

    return Operation(
        f"clear {account} {workspace}",
        lambda config: config.clear_active(account=account, workspace=workspace),
        means,
        (("active", "account"), ("active", "workspace")),
    )


def apply_session(account: str | None, project: str, workspace: int | None) -> Operation:
    def means(data: Data) -> None:
        owner = account or data.get("active", {}).get("account")
        if owner is None:
            raise RefusedError
        existing(data, "accounts", owner)["default_project"] = project
        if account is not None:
            _active(data, account=account)
        _active(data, workspace=workspace)

    touches: list[Owner] = [("active", "account"), ("active", "workspace")]
    touches += [("accounts", name, "default_project") for name in ACCOUNT_NAMES]
    return Operation(
        f"session {account} {project} {workspace}",
        lambda config: config.apply_session(account=account, project=project, workspace=workspace),
        means,
        tuple(touches),
    )


def add_account(name: str, fields: Data) -> Operation:
    def run(config: ConfigManager) -> object:
        return config.add_account(name, **wrapped(fields))

    def means(data: Data) -> None:
        accounts = data.setdefault("accounts", {})
        if name in accounts:
            raise RefusedError
        if not accounts:
            _active(data, account=name, workspace=None)
        accounts[name] = dict(fields)

    return Operation(f"add {name}", run, means, (("active", "account"), ("active", "workspace")))


def update_account(name: str, fields: Data) -> Operation:
    def run(config: ConfigManager) -> object:
        return config.update_account(name, **wrapped(fields))

    def means(data: Data) -> None:
        block = existing(data, "accounts", name)
        kinds = {"secret": "service_account", "token": "oauth_token", "token_env": "oauth_token"}
        if any(kinds.get(key, block["type"]) != block["type"] for key in fields):
            raise RefusedError
        if "token" in fields:
            block.pop("token_env", None)
        if "token_env" in fields:
            block.pop("token", None)
        moved = fields.get("default_project", block.get("default_project"))
        if moved != block.get("default_project") and data.get("active", {}).get("account") == name:
            _active(data, workspace=None)
        block.update(fields)

    keys = {*fields, "token", "token_env"} if "token" in fields or "token_env" in fields else fields
    touches = [("accounts", name, key) for key in keys]
    return Operation(
        f"update {name} {sorted(fields)}", run, means, (*touches, ("active", "workspace"))
    )


def remove_account(name: str) -> Operation:
    def means(data: Data) -> None:
        existing(data, "accounts", name)
        del data["accounts"][name]
        if data.get("active", {}).get("account") == name:
            _active(data, account=None, workspace=None)

    return Operation(
        f"remove {name}",
        lambda config: config.remove_account(name, force=True),
        means,
        (("accounts", name), ("active", "account"), ("active", "workspace")),
        removes=("accounts", name),
    )


def rename_account(name: str, new: str) -> Operation:
    def means(data: Data) -> None:
        block = existing(data, "accounts", name)
        if new in data["accounts"]:
            raise RefusedError
        data["accounts"][new] = block
        del data["accounts"][name]
        for target in data.get("targets", {}).values():
            if target["account"] == name:
                target["account"] = new
        if data.get("active", {}).get("account") == name:
            _active(data, account=new)

    touches: list[Owner] = [("accounts", name), ("active", "account")]
    touches += [("targets", target, "account") for target in TARGET_NAMES]
    return Operation(
        f"rename {name} {new}",
        lambda config: config.rename_account(name, new),
        means,
        tuple(touches),
    )


def add_target(name: str, account: str, project: str, workspace: int | None) -> Operation:
    def means(data: Data) -> None:
        existing(data, "accounts", account)
        targets = data.setdefault("targets", {})
        if name in targets:
            raise RefusedError
        targets[name] = {"account": account, "project": project}
        if workspace is not None:
            targets[name]["workspace"] = workspace

    return Operation(
        f"add target {name}",
        lambda config: config.add_target(
            name, account=account, project=project, workspace=workspace
        ),
        means,
        (),
    )


def update_target(name: str, project: str) -> Operation:
    def means(data: Data) -> None:
        target = existing(data, "targets", name)
        if target["project"] != project:
            target.pop("workspace", None)
        target["project"] = project

    return Operation(
        f"update target {name}",
        lambda config: config.update_target(name, project=project),
        means,
        (("targets", name, "project"), ("targets", name, "workspace")),
    )


def rename_target(name: str, new: str) -> Operation:
    def means(data: Data) -> None:
        target = existing(data, "targets", name)
        if new in data["targets"]:
            raise RefusedError
        data["targets"][new] = target
        del data["targets"][name]

    return Operation(
        f"rename target {name} {new}",
        lambda config: config.rename_target(name, new),
        means,
        (("targets", name),),
    )


def remove_target(name: str) -> Operation:
    def means(data: Data) -> None:
        existing(data, "targets", name)
        del data["targets"][name]

    return Operation(
        f"remove target {name}",
        lambda config: config.remove_target(name),
        means,
        (("targets", name),),
        removes=("targets", name),
    )


def apply_target(name: str) -> Operation:
    def means(data: Data) -> None:
        target = existing(data, "targets", name)
        existing(data, "accounts", target["account"])["default_project"] = target["project"]
        _active(data, account=target["account"], workspace=target.get("workspace"))

    touches: list[Owner] = [("active", "account"), ("active", "workspace")]
    touches += [("accounts", account, "default_project") for account in ACCOUNT_NAMES]
    return Operation(
        f"apply {name}", lambda config: config.apply_target(name), means, tuple(touches)
    )


def set_header(name: str, value: str) -> Operation:
    def means(data: Data) -> None:
        data.setdefault("settings", {})["custom_header"] = {"name": name, "value": value}

    return Operation(
        f"header {name}",
        lambda config: config.set_custom_header(name=name, value=value),
        means,
        (("settings", "custom_header"),),
    )


_service = {"type": "service_account", "region": "us", "username": "u.x", "secret": 's"1'}
_bearer = {"type": "oauth_token", "region": "in", "token_env": "MP_T", "default_project": "5"}
_fields = st.sampled_from(
    [
        {"region": "eu"},
        {"default_project": "77"},
        {"region": "in", "default_project": "1"},
        {"secret": "new 'one'"},
        {"token": "n3w"},
        {"token_env": "MP_OTHER"},
    ]
)


@st.composite
def operations(draw: Draw, accounts: tuple[str, ...], targets: tuple[str, ...]) -> Operation:
    """An operation, mostly on names that there are."""
    account = draw(st.sampled_from([*accounts, *accounts, *accounts, "nobody"]))
    target = draw(st.sampled_from([*targets, *targets, *targets, "nowhere"]))
    fields = draw(st.sampled_from([_service, _bearer]))
    choices: list[Callable[[], Operation]] = [
        lambda: use_account(account),
        lambda: set_workspace(draw(_workspaces)),
        lambda: clear(account=draw(st.booleans()), workspace=draw(st.booleans())),
        lambda: apply_session(
            draw(st.sampled_from([account, None])),
            draw(_projects),
            draw(st.none() | _workspaces),
        ),
        lambda: add_account(draw(_new_accounts), fields),
        lambda: update_account(account, draw(_fields)),
        lambda: update_account(account, draw(_fields)),
        lambda: remove_account(account),
        lambda: rename_account(account, draw(_new_accounts)),
        lambda: add_target(
            draw(_new_targets), account, draw(_projects), draw(st.none() | _workspaces)
        ),
        lambda: update_target(target, draw(_projects)),
        lambda: rename_target(target, draw(_new_targets)),
        lambda: remove_target(target),
        lambda: apply_target(target),
        lambda: set_header("X-Two", "2"),
    ]
    return draw(st.sampled_from(choices))()  # type: ignore[no-any-return]
