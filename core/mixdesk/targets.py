"""``mp.targets``: saved, named places to work (account, project, optional workspace)."""

from __future__ import annotations

import builtins

from mixdesk.model.session import ActiveSession
from mixdesk.model.target import Target, target_from_entry
from mixdesk.ops import targets as ops
from mixdesk.ops.context import Context

__all__ = ["add", "list", "remove", "rename", "show", "update", "use"]


def list() -> builtins.list[Target]:
    """Return every sound target; its account may be gone.

    Returns:
        Targets, by name.

    Raises:
        StoreError: The file cannot be read or is not TOML.
    """
    return [target_from_entry(entry) for entry in Context.from_environment().config.list_targets()]


def add(name: str, *, account: str, project: str, workspace: int | None = None) -> Target:
    """Save a target.

    Args:
        name: Letters, digits, ``-`` and ``_``, at most 64.
        account: Name of the account.
        project: Id of the project: a string of digits.
        workspace: Id of the workspace; None leaves the choice to the first call that needs one.

    Returns:
        The target as saved.

    Raises:
        TargetExistsError: There is one of this name.
        AccountNotFoundError: There is no such account.
        InvalidArgumentError: The name, project or workspace is none.
        StoreError: The file cannot be changed.
    """
    ops.add_target(
        Context.from_environment(), name, account=account, project=project, workspace=workspace
    )
    return show(name)


def update(
    name: str,
    *,
    account: str | None = None,
    project: str | None = None,
    workspace: int | None = None,
) -> Target:
    """Change what is given of a target.

    A new account or project takes the workspace away unless one is given with it.

    Args:
        name: The target.
        account: Name of the account.
        project: Id of the project.
        workspace: Id of the workspace.

    Returns:
        The target as saved.

    Raises:
        TargetNotFoundError: There is none of this name.
        AccountNotFoundError: There is no such account.
        InvalidArgumentError: The project or workspace is none.
        StoreError: The file cannot be changed.
    """
    ops.update_target(
        Context.from_environment(), name, account=account, project=project, workspace=workspace
    )
    return show(name)


def rename(name: str, new_name: str) -> Target:
    """Give a target another name.

    Args:
        name: The target.
        new_name: Letters, digits, ``-`` and ``_``, at most 64.

    Returns:
        The target under its new name.

    Raises:
        TargetNotFoundError: There is none of this name.
        TargetExistsError: The new name is taken.
        InvalidArgumentError: The new name is not one.
        StoreError: The file cannot be changed.
    """
    ops.rename_target(Context.from_environment(), name, new_name)
    return show(new_name)


def remove(name: str) -> None:
    """Remove a target.

    Args:
        name: The target.

    Raises:
        TargetNotFoundError: There is none of this name.
        StoreError: The file cannot be changed.
    """
    ops.remove_target(Context.from_environment(), name)


def use(name: str) -> ActiveSession:
    """Make a target current: account, its home project, and workspace, in one transaction.

    Args:
        name: The target.

    Returns:
        The active choice as saved.

    Raises:
        TargetNotFoundError: There is none of this name.
        AccountNotFoundError: Its account is gone.
        ConfigError: Its block, or its account's, is broken.
        StoreError: The file cannot be changed.
    """
    ctx = Context.from_environment()
    ops.use_target(ctx, name)
    active = ctx.config.get_active()
    return ActiveSession(account=active.account, workspace=active.workspace)


def show(name: str) -> Target:
    """Return one target.

    Args:
        name: The target.

    Returns:
        The target.

    Raises:
        TargetNotFoundError: There is none of this name.
        ConfigError: Its block is broken.
        StoreError: The file cannot be read or is not TOML.
    """
    return target_from_entry(Context.from_environment().config.get_target(name))
