"""Switching by a name, and back; and what a switch led to where something hides it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Literal, NamedTuple

from mixdesk.exceptions import AccountNotFoundError, MixdeskError
from mixdesk.model.records import Axis, AxisName, Source
from mixdesk.model.text import clean
from mixdesk.ops.context import Context
from mixdesk.ops.names import Names
from mixdesk.ops.targets import list_targets
from mixdesk.resolve.resolver import resolve
from mixdesk.store.bridge import find_bridge
from mixdesk.store.snapshot import Snapshot
from mixdesk.store.switches import Switch

Kind = Literal["account", "target"]

_AXES: tuple[AxisName, ...] = ("account", "project", "workspace")
_SAVED: tuple[Source, ...] = ("active", "account_default", "unset")


class Named(NamedTuple):
    """What a name stands for."""

    kind: Kind
    name: str
    is_both: bool = False
    """Whether there is an account of this name beside the target."""


class Hidden(NamedTuple):
    """An axis of what is saved that something else decides here."""

    axis: AxisName
    saved: Any
    value: Any
    """What applies instead."""
    source: Source
    origin: str


class Outcome(NamedTuple):
    """What is saved now, and what of it does not count here."""

    account: str | None
    project: str | None
    workspace: int | None
    project_name: str | None = None
    workspace_name: str | None = None
    hidden: tuple[Hidden, ...] = ()
    lacks_project: bool = False
    """Whether the account has no project, and nothing here names one."""


def find_name(ctx: Context, text: str) -> Named:
    """Find the target or account that a name stands for; a target comes first.

    Args:
        ctx: Where the files are.
        text: A name; ``account:NAME`` and ``target:NAME`` say which is meant.

    Raises:
        AccountNotFoundError: There is neither.
        StoreError: The file cannot be read or is not TOML.
    """
    config = ctx.config.snapshot()
    kind, _, name = text.partition(":")
    if kind == "account":
        return Named("account", name)
    if kind == "target":
        return Named("target", name)
    is_account = text in config.defined("accounts")
    if text in config.defined("targets"):
        return Named("target", text, is_both=is_account)
    if is_account:
        return Named("account", text)
    raise _neither(config, text)


def pin_workspace(ctx: Context, workspace: int | None) -> None:
    """Save the workspace that calls run with; None pins none.

    Raises:
        InvalidArgumentError: It is no workspace id.
        StoreError: The file cannot be changed.
    """
    if workspace is None:
        ctx.config.clear_active(workspace=True)
    else:
        ctx.config.apply_session(workspace=workspace)


def last_switch(ctx: Context) -> tuple[Switch, str | None]:
    """The switch that going back takes back, and the protected target that this leads into.

    Raises:
        AccountNotFoundError: The account that was active before is gone.
        ConfigError: There was no switch, or something was changed since.
        StoreError: The file cannot be read or is not TOML.
    """
    switch = ctx.config.last_switch()
    before = switch.before
    place = (before.account, before.project, before.workspace)
    names = (
        row.name
        for row in list_targets(ctx)
        if row.is_protected and (row.account, row.project, row.workspace) == place
    )
    return switch, next(names, None)


def go_back(ctx: Context, switch: Switch | None = None) -> None:
    """Take the last switch back.

    Args:
        ctx: Where the files are.
        switch: The last switch, as :func:`last_switch` told it: if there was another one
            meanwhile, that is an error. None looks it up now.

    Raises:
        AccountNotFoundError: The account that was active before is gone.
        ConfigError: There was no switch, or something was changed since.
        StoreError: The file cannot be changed.
    """
    ctx.config.go_back(switch)


def outcome(ctx: Context, *, account: str | None = None, target: str | None = None) -> Outcome:
    """Tell what is saved now, and each axis that something else decides here.

    Args:
        ctx: Where the files are.
        account: The account that callers here name by default.
        target: The target that callers here name by default.

    Raises:
        ConfigError: A variable has a bad value, or the bridge is none.
        AccountNotFoundError: ``account`` names none.
        TargetNotFoundError: ``target`` names none.
        StoreError: A file cannot be read.
        ValueError: ``account`` together with ``target``.
    """
    config = ctx.config.snapshot()
    bridge = find_bridge(ctx.environ, ctx.directory)
    here = resolve(ctx.environ, config, bridge, account=account, target=target)
    saved = saved_outcome(ctx)
    hidden = []
    for name in _AXES:
        axis: Axis = getattr(here, name)
        value = getattr(saved, name)
        if axis.source not in _SAVED and axis.value != value:
            hidden.append(Hidden(name, value, axis.value, axis.source, axis.origin))
    lacks = saved.account in config.accounts and here.project.value is None
    return saved._replace(hidden=tuple(hidden), lacks_project=lacks)


def saved_outcome(ctx: Context) -> Outcome:
    """What is saved, as it is where nothing hides it.

    Raises:
        StoreError: The file cannot be read or is not TOML.
    """
    config = ctx.config.snapshot()
    saved = resolve({}, config)
    account, project = saved.account.value, saved.project.value
    names = Names(ctx, config)
    known = names.workspace(account, saved.workspace.value)
    return Outcome(
        account=account,
        project=project,
        workspace=saved.workspace.value,
        project_name=names.project(account, project),
        workspace_name=known.name if known else None,
    )


def _neither(config: Snapshot, text: str) -> MixdeskError:
    accounts, targets = sorted(config.defined("accounts")), sorted(config.defined("targets"))
    near = get_close_matches(text, [*targets, *accounts], n=3)
    hint = f"Did you mean {' or '.join(map(clean, near))}? " if near else ""
    return AccountNotFoundError(
        clean(text),
        known=[clean(name) for name in accounts],
        hint=f"There is no target of this name either. {hint}List them: mp account list, "
        "mp target list",
    )
