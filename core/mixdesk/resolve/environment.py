"""What the environment says about who you are. Read at the call; a bad value is never ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mixdesk.exceptions import ConfigError
from mixdesk.model import rules
from mixdesk.model.records import AccountEntry, Problem
from mixdesk.model.rules import REGIONS, Region
from mixdesk.model.secret import Secret
from mixdesk.model.text import clean

SERVICE_ACCOUNT_NAME = "env-service-account"
BEARER_NAME = "env-oauth-token"

_QUAD = ("MP_USERNAME", "MP_SECRET", "MP_PROJECT_ID", "MP_REGION")
_TRIPLE = ("MP_OAUTH_TOKEN", "MP_PROJECT_ID", "MP_REGION")


class Environment(NamedTuple):
    """The identity variables, checked."""

    accounts: tuple[tuple[AccountEntry, str], ...] = ()
    """Accounts that the environment makes, the first wins, each with its variables."""
    project: str | None = None
    workspace: int | None = None
    problems: tuple[Problem, ...] = ()
    """Sets of variables that are incomplete and therefore make no account."""


def read_environment(environ: Mapping[str, str]) -> Environment:
    """Read the identity variables.

    Args:
        environ: The environment. Empty variables count as unset.

    Returns:
        What they say.

    Raises:
        ConfigError: A variable has a value that it cannot have; the error names both.
    """
    region = _region(environ)
    project = _digits(environ, "MP_PROJECT_ID", "a string of digits")
    workspace = _workspace(environ)
    accounts: list[tuple[AccountEntry, str]] = []
    problems: list[Problem] = []
    if _complete(environ, _QUAD, _QUAD[:2], problems) and region and project:
        accounts.append((_service_account(environ, region, project), "MP_USERNAME + MP_SECRET"))
    if _complete(environ, _TRIPLE, _TRIPLE[:1], problems) and region and project:
        accounts.append((_bearer(environ, region, project), "MP_OAUTH_TOKEN"))
    return Environment(tuple(accounts), project, workspace, tuple(problems))


def _service_account(environ: Mapping[str, str], region: Region, project: str) -> AccountEntry:
    return AccountEntry(
        name=SERVICE_ACCOUNT_NAME,
        type="service_account",
        region=region,
        default_project=project,
        username=environ["MP_USERNAME"],
        secret=Secret(environ["MP_SECRET"]),
    )


def _bearer(environ: Mapping[str, str], region: Region, project: str) -> AccountEntry:
    return AccountEntry(
        name=BEARER_NAME,
        type="oauth_token",
        region=region,
        default_project=project,
        token=Secret(environ["MP_OAUTH_TOKEN"]),
    )


def _complete(
    environ: Mapping[str, str],
    needed: tuple[str, ...],
    telling: tuple[str, ...],
    problems: list[Problem],
) -> bool:
    """Whether a set of variables is complete; one that was begun and not finished is reported."""
    missing = [name for name in needed if not environ.get(name)]
    if missing and any(environ.get(name) for name in telling):
        begun = " and ".join(name for name in telling if environ.get(name))
        problems.append(
            Problem(
                kind="reference",
                code="incomplete_environment",
                section=(),
                key=begun,
                summary=f"{begun} is set, but without {', '.join(missing)} it makes no account.",
                hint=f"Set the rest as well, or take it away: unset {begun.replace(' and', '')}",
                path="environment",
            )
        )
    return not missing


def _region(environ: Mapping[str, str]) -> Region | None:
    value = environ.get("MP_REGION")
    if not value:
        return None
    for region in REGIONS:
        if value == region:
            return region
    raise _bad("MP_REGION", value, "us, eu or in")


def _workspace(environ: Mapping[str, str]) -> int | None:
    text = _digits(environ, "MP_WORKSPACE_ID", "a whole number above zero")
    if text is None:
        return None
    if not text.strip("0") or len(text) > 18:
        raise _bad("MP_WORKSPACE_ID", text, "a whole number above zero")
    return int(text)


def _digits(environ: Mapping[str, str], name: str, expects: str) -> str | None:
    value = environ.get(name)
    if not value:
        return None
    if not rules.is_project(value):
        raise _bad(name, value, expects)
    return value


def _bad(name: str, value: str, expects: str) -> ConfigError:
    return ConfigError(
        f"{name} is {clean(value, 40)!r}, but it must be {expects}.",
        hint=f"Correct it, or take it away: unset {name}",
        details={"variable": name, "value": clean(value, 40)},
    )
