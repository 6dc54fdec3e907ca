"""Which account, project, workspace and headers apply, and why.

Pure: reads only what it is given, writes nothing, and the same input gives the same output. Per
axis the first source that says something wins; the others are kept as what it hides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mixdesk.exceptions import ConfigError
from mixdesk.model.records import (
    AccountEntry,
    Axis,
    Problem,
    Resolution,
    Shadowed,
    Source,
    TargetEntry,
)
from mixdesk.model.text import clean
from mixdesk.resolve.environment import Environment, read_environment
from mixdesk.store.bridge import BridgeEntry
from mixdesk.store.guards import refuse_bad_ids, sound_account, sound_target
from mixdesk.store.snapshot import Snapshot

_UNSET = Axis(None, "unset", "")


def resolve(
    environ: Mapping[str, str],
    config: Snapshot,
    bridge: BridgeEntry | None = None,
    *,
    account: str | None = None,
    project: str | None = None,
    workspace: int | None = None,
    target: str | None = None,
) -> Resolution:
    """Resolve every axis, with its source and what that hides.

    Args:
        environ: The environment.
        config: What ``config.toml`` says.
        bridge: What the bridge file says, if there is one.
        account: An account named by the caller.
        project: A project id named by the caller.
        workspace: A workspace id named by the caller.
        target: A target named by the caller; excludes the other three.

    Returns:
        The resolution. An axis that nothing speaks of is ``unset``.

    Raises:
        ConfigError: A variable has a bad value, or a broken account or target was named.
        InvalidArgumentError: ``project`` or ``workspace`` is none.
        AccountNotFoundError: ``account`` names none.
        TargetNotFoundError: ``target`` names none.
        ValueError: ``target`` together with another axis.
    """
    if target is not None and (account, project, workspace) != (None, None, None):
        raise ValueError("target= excludes account=, project= and workspace=")
    refuse_bad_ids(project, workspace)
    env = read_environment(environ)
    saved = sound_target(config, target) if target is not None else None
    named = _Named(account, project, workspace, saved)
    account_axis = _first(_accounts(env, named, bridge, config))
    entry, problems = _entry(account_axis, env, bridge, config)
    return Resolution(
        account=account_axis,
        project=_first(_projects(env, named, bridge, entry)),
        workspace=_first(_workspaces(env, named, bridge, config)),
        headers=_headers(config, bridge),
        entry=entry,
        problems=(*env.problems, *problems),
    )


def require(resolution: Resolution) -> AccountEntry:
    """Return the account of a resolution that is enough for a session.

    Raises:
        ConfigError: There is no account, or no project; the text lists every way to mend it.
    """
    entry = require_account(resolution)
    if resolution.project.value is None:
        raise no_project(entry.name)
    return entry


def require_account(resolution: Resolution) -> AccountEntry:
    """Return the account of a resolution, whether or not there is a project.

    Raises:
        ConfigError: There is none; the text lists every way to mend it.
    """
    if resolution.entry is None:
        raise _no_account(resolution)
    return resolution.entry


def no_project(name: str) -> ConfigError:
    """Build the error for an account without a project, with every way to mend it."""
    return ConfigError(
        f"Account {name!r} has no project yet.",
        hint=f"Choose one: mp project use PROJECT -a {name}, or mp target use NAME, "
        "or --project ID for one command, or set MP_PROJECT_ID.",
        details={"axis": "project", "account": name},
    )


class _Named:
    """What the caller named, whether one by one or through a target."""

    def __init__(
        self,
        account: str | None,
        project: str | None,
        workspace: int | None,
        target: TargetEntry | None,
    ) -> None:
        self._own = {"account": account, "project": project, "workspace": workspace}
        self._target = target

    def candidates(self, axis: str) -> Iterable[Shadowed]:
        own = self._own[axis]
        if own is not None:
            yield Shadowed(own, "param", f"--{axis}")
        saved = getattr(self._target, axis, None)
        if self._target is not None and saved is not None:
            yield Shadowed(saved, "target", f"target {clean(self._target.name)}")


def _first(candidates: Iterable[Shadowed]) -> Axis:
    """The first candidate wins; the rest is what it hides."""
    found = list(candidates)
    if not found:
        return _UNSET
    winner, *hidden = found
    return Axis(winner.value, winner.source, winner.origin, tuple(hidden))


def _accounts(
    env: Environment, named: _Named, bridge: BridgeEntry | None, config: Snapshot
) -> Iterable[Shadowed]:
    for entry, variables in env.accounts:
        yield Shadowed(entry.name, "env", variables)
    yield from named.candidates("account")
    if bridge is not None:
        yield Shadowed(bridge.account.name, "bridge", bridge.path)
    if config.active.account is not None:
        yield Shadowed(config.active.account, "active", "[active].account")


def _projects(
    env: Environment, named: _Named, bridge: BridgeEntry | None, entry: AccountEntry | None
) -> Iterable[Shadowed]:
    if env.project is not None:
        yield Shadowed(env.project, "env", "MP_PROJECT_ID")
    yield from named.candidates("project")
    if bridge is not None and bridge.project is not None:
        yield Shadowed(bridge.project, "bridge", bridge.path)
    # The project of an environment account is MP_PROJECT_ID itself: it hides nothing.
    made_by_env = entry is not None and entry in [made for made, _ in env.accounts]
    if entry is not None and entry.default_project is not None and not made_by_env:
        origin = f"default_project of {entry.name}"
        yield Shadowed(entry.default_project, "account_default", origin)


def _workspaces(
    env: Environment, named: _Named, bridge: BridgeEntry | None, config: Snapshot
) -> Iterable[Shadowed]:
    if env.workspace is not None:
        yield Shadowed(env.workspace, "env", "MP_WORKSPACE_ID")
    yield from named.candidates("workspace")
    if bridge is not None and bridge.workspace is not None:
        yield Shadowed(bridge.workspace, "bridge", bridge.path)
    if config.active.workspace is not None:
        yield Shadowed(config.active.workspace, "active", "[active].workspace")


def _headers(config: Snapshot, bridge: BridgeEntry | None) -> Axis:
    """The header of the settings, with those of the bridge over it (names ignore case)."""
    headers = dict([config.custom_header]) if config.custom_header else {}
    source: Source = "settings" if headers else "unset"
    origin = "[settings].custom_header" if headers else ""
    hidden: tuple[Shadowed, ...] = ()
    if bridge is not None and bridge.headers:
        over = {name.lower() for name in bridge.headers}
        hidden = tuple(
            Shadowed({name: value}, source, origin)
            for name, value in headers.items()
            if name.lower() in over
        )
        kept = {name: value for name, value in headers.items() if name.lower() not in over}
        headers = {**kept, **bridge.headers}
        source, origin = "bridge", bridge.path
    return Axis(headers, source, origin, hidden)


def _entry(
    axis: Axis, env: Environment, bridge: BridgeEntry | None, config: Snapshot
) -> tuple[AccountEntry | None, tuple[Problem, ...]]:
    """The account behind the winning name, or why there is none."""
    match axis.source:
        case "env":
            return env.accounts[0][0], ()
        case "bridge" if bridge is not None:
            return bridge.account, ()
        case "param" | "target":
            return sound_account(config, axis.value), ()
        case "active":
            found: Any = config.accounts.get(axis.value)
            return found, () if found else _why_not(config, axis.value)
        case _:
            return None, ()


def _why_not(config: Snapshot, name: str) -> tuple[Problem, ...]:
    """Why the active account cannot be used."""
    broken = config.problem_of("accounts", name)
    gone = next((p for p in config.problems if p.section == ("active",)), None)
    problem = broken or gone
    return (problem,) if problem else ()


def _no_account(resolution: Resolution) -> ConfigError:
    if resolution.account.value is not None:
        problem = next((p for p in resolution.problems if p.path != "environment"), None)
        said = problem.summary if problem else "The active account cannot be used."
        hint = problem.hint if problem else "Choose another: mp account use NAME"
        return ConfigError(said, hint=hint, details={"axis": "account"})
    begun = " ".join(problem.summary for problem in resolution.problems)
    return ConfigError(
        "No account is chosen." + (f" {begun}" if begun else ""),
        hint="Choose one: mp account use NAME. Add one: mp account add NAME. For one command: "
        "--account NAME or --target NAME. For this shell: MP_USERNAME, MP_SECRET, MP_PROJECT_ID "
        "and MP_REGION, or MP_OAUTH_TOKEN, MP_PROJECT_ID and MP_REGION. From another machine: "
        "MP_AUTH_FILE.",
        details={"axis": "account"},
    )
