"""Saving the session as a target, under a name that nobody has to think of."""

from __future__ import annotations

from typing import NamedTuple

from mixdesk.exceptions import ConfigError
from mixdesk.login.naming import free_name, slugify
from mixdesk.model.records import SessionView, TargetEntry
from mixdesk.model.text import clean
from mixdesk.ops.context import Context
from mixdesk.ops.session import view_session
from mixdesk.store.snapshot import Snapshot


class SavedPlace(NamedTuple):
    """The target that is the session."""

    name: str
    is_new: bool
    """Whether it was saved now; False where a target was exactly this place already."""


def save_place(ctx: Context) -> SavedPlace:
    """Save account, project and workspace of the session as a target.

    It is called after its project; where a target or an account has that name already, with the
    first free number after it: the name shall be good for ``mp use NAME`` too.

    Args:
        ctx: Where the files are.

    Returns:
        The target; one that is this place already is left as it is.

    Raises:
        ConfigError: The session is no account of the file, or has no project.
        StoreError: The file cannot be read or changed.
    """
    view = view_session(ctx)
    account, project, workspace = _place(view)
    config = ctx.config.snapshot()
    known = next(
        (
            name
            for name, target in sorted(config.targets.items())
            if target == TargetEntry(name, account, project, workspace)
        ),
        None,
    )
    if known is not None:
        return SavedPlace(known, is_new=False)
    name = _name(view, project, config)
    ctx.config.add_target(name, account=account, project=project, workspace=workspace)
    return SavedPlace(name, is_new=True)


def _place(view: SessionView) -> tuple[str, str, int | None]:
    resolution = view.resolution
    account, project = resolution.account, resolution.project.value
    if account.value is None:
        raise ConfigError("No account is active.", hint="Choose one: mp account use NAME")
    if account.source in ("env", "bridge"):
        raise ConfigError(
            f"Who you are comes from {clean(account.origin)}, and a target needs an account that "
            "is saved here.",
            hint="Add the account, or choose one that is saved: mp account list",
            details={"source": account.source},
        )
    if project is None:
        raise ConfigError(
            "A target has a project, and there is no current one.",
            hint="Choose one first: mp project use PROJECT",
        )
    return account.value, project, resolution.workspace.value


def _name(view: SessionView, project: str, config: Snapshot) -> str:
    base = slugify(view.project_name) or f"project-{project}"[:64]
    return free_name(base, {*config.defined("targets"), *config.defined("accounts")})
