"""Which project a new login works in, and what its account is called."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from mixdesk.exceptions import (
    AccountExistsError,
    ConfigError,
    InvalidArgumentError,
    MixdeskError,
    ProjectNotFoundError,
)
from mixdesk.login.events import NameNeeded, ProjectHidden, ProjectNeeded
from mixdesk.login.machine import Emit
from mixdesk.login.naming import free_name, name_of_organization
from mixdesk.login.request import LoginRequest
from mixdesk.model.records import ProjectEntry
from mixdesk.model.rules import Region
from mixdesk.store.guards import refuse_bad_name
from mixdesk.store.me_index import MeIndex

_SHOWN = 12


async def choose_project(
    request: LoginRequest,
    index: MeIndex,
    region: Region,
    environ: Mapping[str, str],
    ask: Callable[[ProjectNeeded], Awaitable[str]] | None,
    answer: Mapping[str, Any],
    emit: Emit,
) -> str | None:
    """Choose the home project of a new account.

    Given, else ``MP_PROJECT_ID``, else the only one, else whoever is asked decides.

    Args:
        request: What was asked for.
        index: What the account can see.
        region: Where it is.
        environ: May name a project.
        ask: Who decides; None when nobody can.
        answer: What ``/me`` said.
        emit: Is told what happens.

    Returns:
        The project's id; None when the account sees none.

    Raises:
        ProjectNotFoundError: The one that was named cannot be seen.
        ConfigError: It is in another region, or there are several and nobody to choose.
    """
    projects = {each.id: each for each in sorted_projects(index)}
    if request.project is not None:
        return _visible(request.project, projects, region)
    named = environ.get("MP_PROJECT_ID")
    if named and named in projects:
        return _visible(named, projects, region)
    if named:
        emit(ProjectHidden(named))
    here = [each for each in projects.values() if each.region in (None, region)]
    if not projects:
        return None
    if request.take_first_project:
        return here[0].id if here else None
    if len(projects) == 1:
        return _visible(next(iter(projects)), projects, region)
    if ask is None:
        raise _ambiguous(projects)
    needed = ProjectNeeded(tuple(projects.values()), region, answer)
    emit(needed)
    return _visible(await ask(needed), projects, region)


def sorted_projects(index: MeIndex) -> list[ProjectEntry]:
    """Projects by organization, then by name, case-folded."""
    return sorted(
        index.projects.values(),
        key=lambda each: (each.organization.casefold(), each.name.casefold(), each.id),
    )


async def choose_name(
    request: LoginRequest,
    answer: Mapping[str, Any],
    existing: Collection[str],
    ask: Callable[[NameNeeded], Awaitable[str]] | None,
    emit: Emit,
) -> str:
    """Choose the name of a new account.

    Given, else from the first organization. Whoever is asked may change that.

    Args:
        request: What was asked for.
        answer: What ``/me`` said.
        existing: Names that are taken.
        ask: Who is asked; None when nobody can be.
        emit: Is told what happens.

    Raises:
        AccountExistsError: A browser login whose derived name is taken, and nobody to ask.
    """
    if request.name is not None:
        return request.name
    derived = name_of_organization(answer)
    if ask is not None:
        return await _agreed(free_name(derived, existing), existing, ask, emit)
    if derived in existing and request.kind == "oauth_browser":
        raise AccountExistsError(derived)
    return free_name(derived, existing)


async def _agreed(
    suggestion: str,
    existing: Collection[str],
    ask: Callable[[NameNeeded], Awaitable[str]],
    emit: Emit,
) -> str:
    needed = NameNeeded(suggestion, frozenset(existing))
    while True:
        emit(needed)
        name = (await ask(needed)).strip()
        error = _why_not(name, existing)
        if error is None:
            return name
        needed = NameNeeded(suggestion, needed.taken, error)


def _why_not(name: str, existing: Collection[str]) -> MixdeskError | None:
    try:
        refuse_bad_name(name, "an account")
    except InvalidArgumentError as error:
        return error
    return AccountExistsError(name) if name in existing else None


def _visible(project: str, projects: Mapping[str, ProjectEntry], region: Region) -> str:
    """A project that can be seen, and is where the account is."""
    known = projects.get(project)
    if known is None:
        raise ProjectNotFoundError(
            f"This login cannot see project {project}.",
            hint=f"It sees: {_listed(projects)}",
            details={"project": project, "available_projects": [*projects]},
        )
    if known.region not in (None, region):
        raise ConfigError(
            f"Project {project} ({known.name}) lives in {known.region}, and this login is in "
            f"{region}.",
            hint=f"Log in there: mp login --region {known.region}",
            details={"project": project, "region": known.region},
        )
    return project


def _ambiguous(projects: Mapping[str, ProjectEntry]) -> ConfigError:
    return ConfigError(
        f"This login sees {len(projects)} projects, and none was chosen.",
        hint=f"Name one: --project ID, or set MP_PROJECT_ID. It sees: {_listed(projects)}",
        details={"available_projects": [*projects]},
    )


def _listed(projects: Mapping[str, ProjectEntry]) -> str:
    shown = [f"{each.id} ({each.name})" for each in list(projects.values())[:_SHOWN]]
    return ", ".join(shown) + (", …" if len(projects) > _SHOWN else "") or "none"
