"""Targets: list, add, change, rename, remove, use."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from mixdesk.exceptions import MixdeskError
from mixdesk.model import rules
from mixdesk.model.records import Problem, TargetRow
from mixdesk.ops.context import Context
from mixdesk.ops.names import Names
from mixdesk.store.guards import sound_target
from mixdesk.store.preferences import change_preferences, read_preferences
from mixdesk.store.snapshot import Snapshot


def list_targets(ctx: Context) -> tuple[TargetRow, ...]:
    """Every target of the file by name, broken ones with their problem.

    Raises:
        StoreError: The file cannot be read or is not TOML.
    """
    config = ctx.config.snapshot()
    return target_rows(ctx, config, Names(ctx, config))


def get_target(ctx: Context, name: str) -> TargetRow:
    """One target.

    Raises:
        TargetNotFoundError: There is none of this name.
        StoreError: The file cannot be read or is not TOML.
    """
    config = ctx.config.snapshot()
    if name not in config.defined("targets"):
        sound_target(config, name)
    protected = read_preferences(ctx.storage.preferences).protected_targets
    return _row(config, Names(ctx, config), name, name in protected)


def add_target(
    ctx: Context, name: str, *, account: str, project: str, workspace: int | None = None
) -> TargetRow:
    """Save a target; see :meth:`~mixdesk.store.config.ConfigManager.add_target`."""
    ctx.config.add_target(name, account=account, project=project, workspace=workspace)
    return get_target(ctx, name)


def update_target(
    ctx: Context,
    name: str,
    *,
    account: str | None = None,
    project: str | None = None,
    workspace: int | None = None,
    clear_workspace: bool = False,
) -> TargetRow:
    """Change a target; see :meth:`~mixdesk.store.config.ConfigManager.update_target`."""
    ctx.config.update_target(
        name,
        account=account,
        project=project,
        workspace=workspace,
        clear_workspace=clear_workspace,
    )
    return get_target(ctx, name)


def rename_target(ctx: Context, name: str, new_name: str) -> TargetRow:
    """Give a target another name; its protection follows.

    Raises:
        TargetNotFoundError: There is none of this name.
        TargetExistsError: The new name is taken.
        InvalidArgumentError: The new name is not one.
        StoreError: The file cannot be changed.
    """
    if name == new_name:
        return get_target(ctx, name)
    protected = read_preferences(ctx.storage.preferences).protected_targets
    if name not in protected:
        ctx.config.rename_target(name, new_name)
        return get_target(ctx, new_name)
    _protect(ctx, (*protected, new_name))  # both names, so that nothing on the way leaves it open
    try:
        ctx.config.rename_target(name, new_name)
    except MixdeskError:
        _protect(ctx, protected)
        raise
    _protect(ctx, tuple(new_name if known == name else known for known in protected))
    return get_target(ctx, new_name)


def remove_target(ctx: Context, name: str) -> None:
    """Remove a target, sound or broken.

    Raises:
        TargetNotFoundError: There is none of this name.
        StoreError: The file cannot be changed.
    """
    ctx.config.remove_target(name)
    unprotect_removed(ctx, {name})


def use_target(ctx: Context, name: str) -> None:
    """Make a target current: account, its home project, and workspace, in one transaction.

    Raises:
        TargetNotFoundError: There is none of this name.
        AccountNotFoundError: Its account is gone.
        ConfigError: Its block, or its account's, is broken.
        StoreError: The file cannot be changed.
    """
    ctx.config.apply_target(name)


def protect_target(ctx: Context, name: str, *, protect: bool = True) -> TargetRow:
    """Say whether using or removing a target asks to type its name.

    Args:
        ctx: Where the files are.
        name: The target, sound or broken.
        protect: Whether it shall be protected; as it is already changes nothing.

    Raises:
        TargetNotFoundError: There is none of this name.
        StoreError: The preferences cannot be changed.
    """
    row = get_target(ctx, name)
    if row.is_protected == protect:
        return row
    others = read_preferences(ctx.storage.preferences).protected_targets
    kept = tuple(known for known in others if known != name)
    _protect(ctx, (*kept, name) if protect else kept)
    return get_target(ctx, name)


def unprotect_removed(ctx: Context, names: Collection[str]) -> None:
    """Drop the marks of targets that are gone: one of the same name later is another one."""
    protected = read_preferences(ctx.storage.preferences).protected_targets
    kept = tuple(known for known in protected if known not in names)
    if kept != protected:
        _protect(ctx, kept)


def _protect(ctx: Context, names: tuple[str, ...]) -> None:
    """Keep in the preferences which targets are protected."""
    change_preferences(ctx.storage.preferences, protected_targets=names)


def target_rows(ctx: Context, config: Snapshot, names: Names) -> tuple[TargetRow, ...]:
    """The rows of every target in one snapshot."""
    protected = read_preferences(ctx.storage.preferences).protected_targets
    return tuple(
        _row(config, names, name, name in protected) for name in sorted(config.defined("targets"))
    )


def _row(config: Snapshot, names: Names, name: str, is_protected: bool) -> TargetRow:
    account, project, workspace = _axes(config.defined("targets")[name])
    entry = config.accounts.get(account) if account else None
    known = names.workspace(account, workspace)
    return TargetRow(
        name=name,
        account=account,
        project=project,
        workspace=workspace,
        account_type=entry.type if entry else None,
        region=entry.region if entry else None,
        project_name=names.project(account, project),
        workspace_name=known.name if known and known.project == project else None,
        is_active=_is_active(config, name),
        is_protected=is_protected,
        problem=_problem(config, name, account),
    )


def _axes(block: Any) -> tuple[str | None, str | None, int | None]:
    """What can be read of a target's block, however broken."""
    if not isinstance(block, dict):
        return None, None, None
    account, project, workspace = block.get("account"), block.get("project"), block.get("workspace")
    return (
        account if isinstance(account, str) else None,
        project if rules.is_project(project) else None,
        workspace if rules.is_workspace(workspace) else None,
    )


def _is_active(config: Snapshot, name: str) -> bool:
    """Whether account, project and workspace are exactly the persisted ones."""
    target = config.targets.get(name)
    if target is None or target.account != config.active.account:
        return False
    account = config.accounts.get(target.account)
    project = account.default_project if account else None
    return (target.project, target.workspace) == (project, config.active.workspace)


def _problem(config: Snapshot, name: str, account: str | None) -> Problem | None:
    """Why a target cannot be used: its own problem, or its account's."""
    own = config.problem_of("targets", name)
    return own or (config.problem_of("accounts", account) if account else None)
