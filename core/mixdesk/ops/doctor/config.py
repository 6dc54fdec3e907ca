"""Whether ``config.toml`` holds together, and chooses an account and a project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Literal

from mixdesk.model.records import AccountEntry, Problem, TargetEntry
from mixdesk.ops.doctor.finding import Found, found
from mixdesk.ops.doctor.scene import Scene
from mixdesk.store.snapshot import Snapshot

_ALWAYS_ERRORS = ("old_layout", "no_table")

_Place = tuple[str | None, str | None, int | None]
"""Account, project and workspace."""


def check(scene: Scene) -> Iterator[Found]:
    """Look at the file, and at what it chooses."""
    config = scene.config
    if config is None:
        yield from _unreadable(scene)
        return
    findings = [
        *(_problem(scene, config, each) for each in config.problems if each.kind != "safety"),
        *_choice(scene, config),
        *_foreign_workspaces(scene, config),
        *_without_project(scene, config),
        *_twins(config),
    ]
    yield from findings
    if not any(each.finding.is_wrong for each in findings):
        counts = {"accounts": len(config.accounts), "targets": len(config.targets)}
        yield found("config", "config_sound", "ok", config.path, **counts)


def _unreadable(scene: Scene) -> Iterator[Found]:
    error = scene.config_error
    if error is None or error.path in scene.spoiled:
        return
    line = error.details.get("line")
    yield found(
        "config",
        "config_unreadable",
        "error",
        f"{error.path}:{line}" if line else error.path,
        summary=error.summary,
        hint=error.hint,
    )


def _problem(scene: Scene, config: Snapshot, problem: Problem) -> Found:
    """A problem of the file, worse if the account in use cannot be used for it."""
    in_use = {("active",), ("accounts", config.active.account), ("targets", _target(scene))}
    is_error = problem.section in in_use or problem.code in _ALWAYS_ERRORS
    severity: Literal["error", "warning"] = "error" if is_error else "warning"
    return found(
        "config",
        problem.code,
        severity,
        problem.place,
        summary=problem.summary,
        hint=problem.hint,
        section=".".join(problem.section),
        key=problem.key,
    )


def _target(scene: Scene) -> str | None:
    return scene.environ.get("MP_TARGET")


def _choice(scene: Scene, config: Snapshot) -> Iterator[Found]:
    """Whether an account and a project are chosen, wherever that is."""
    resolution = scene.resolution
    if resolution is None:
        return
    if resolution.account.value is None:
        if config.defined("accounts"):
            yield found("config", "no_account_chosen", "warning", config.path)
        else:
            yield found("config", "no_accounts", "note", config.path)
    elif resolution.entry is not None and resolution.project.value is None:
        yield found("config", "no_project_chosen", "warning", resolution.entry.name)


def _foreign_workspaces(scene: Scene, config: Snapshot) -> Iterator[Found]:
    """Workspaces that are known to belong to another project than they are saved with."""
    resolution = scene.resolution
    if resolution is not None:
        project, workspace = resolution.project, resolution.workspace
        place = (resolution.account.value, project.value, workspace.value)
        yield from _foreign(scene, place, workspace.origin, by=project.origin)
    for target in config.targets.values():
        yield from _foreign(scene, _place(target), f"target {target.name}", by=None)


def _foreign(scene: Scene, place: _Place, subject: str, *, by: str | None) -> Iterator[Found]:
    """Whether a place cannot be.

    Args:
        scene: What is known of the workspace.
        place: The place.
        subject: What holds the workspace.
        by: What decides about the project, where that is something else.
    """
    account, project, workspace = place
    if workspace is None or project is None:
        return
    known = scene.index(account).workspaces.get(workspace)
    if known is None or known.project in ("", project):
        return
    yield found(
        "config",
        "foreign_workspace",
        "warning",
        subject,
        workspace=workspace,
        name=known.name,
        belongs_to=known.project,
        project=project,
        project_by=by,
    )


def _without_project(scene: Scene, config: Snapshot) -> Iterator[Found]:
    """Accounts that have to be told a project each time; one in use is told about by itself."""
    current = scene.current
    names = tuple(
        name
        for name, entry in sorted(config.accounts.items())
        if entry.default_project is None and (current is None or name != current.name)
    )
    if names:
        yield found("config", "no_home_project", "note", ", ".join(names), accounts=names)


def _twins(config: Snapshot) -> Iterator[Found]:
    """Accounts with one login, targets for one place: one of them may be a forgotten copy."""
    accounts: dict[object, list[str]] = defaultdict(list)
    targets: dict[object, list[str]] = defaultdict(list)
    for account in config.accounts.values():
        if (login := _login(account)) is not None:
            accounts[login].append(account.name)
    for target in config.targets.values():
        targets[_place(target)].append(target.name)
    for code, groups in (("same_login", accounts), ("same_target", targets)):
        for names in groups.values():
            if len(names) > 1:
                together = tuple(sorted(names))
                yield found("config", code, "note", ", ".join(together), names=together)


def _login(account: AccountEntry) -> object:
    """What tells one login from another; None where that is not in the file."""
    if account.type == "service_account":
        return (account.region, account.username, account.default_project)
    return (account.token_env, account.default_project) if account.token_env else None


def _place(target: TargetEntry) -> _Place:
    return (target.account, target.project, target.workspace)
