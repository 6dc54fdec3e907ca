"""``mp.session``: the persisted choice, the ``[active]`` block of ``config.toml``."""

from __future__ import annotations

from mixdesk.model.session import ActiveSession
from mixdesk.ops import session as ops
from mixdesk.ops.context import Context

__all__ = ["show", "use"]


def show() -> ActiveSession:
    """Return the persisted choice.

    Returns:
        Account and workspace; the project is the account's ``default_project``.

    Raises:
        StoreError: The file cannot be read or is not TOML.
    """
    active = Context.from_environment().config.get_active()
    return ActiveSession(account=active.account, workspace=active.workspace)


def use(
    *,
    account: str | None = None,
    project: str | None = None,
    workspace: int | None = None,
    target: str | None = None,
) -> None:
    """Save one or more axes in one transaction.

    A new account or project clears the workspace unless one is given with it.

    Args:
        account: The new active account.
        project: The new home project of that account, or of the active one.
        workspace: The new active workspace.
        target: A target to apply; excludes the other three.

    Raises:
        AccountNotFoundError: There is no such account.
        TargetNotFoundError: There is no such target.
        InvalidArgumentError: The project or workspace is none.
        ConfigError: A project without an account, or a broken block.
        StoreError: The file cannot be changed.
        ValueError: ``target`` together with another axis.
    """
    ops.use_session(
        Context.from_environment(),
        account=account,
        project=project,
        workspace=workspace,
        target=target,
    )
