"""What ``/me`` answers: the user, and every project and workspace the account can see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError


class _Open(BaseModel):
    """Fields that we do not know are kept."""

    model_config = ConfigDict(frozen=True, extra="allow")


class MeUserInfo(_Open):
    """Who an account is."""

    id: int
    """The user's id."""

    email: str
    """The user's address."""


class MeOrgInfo(_Open):
    """An organization that the account belongs to."""

    id: int
    name: str
    role: str | None = None
    permissions: list[str] | None = None


class MeProjectInfo(_Open):
    """A project that the account can see."""

    name: str
    organization_id: int
    timezone: str | None = None
    has_workspaces: bool | None = None
    domain: str | None = None
    type: str | int | None = None


class MeWorkspaceInfo(_Open):
    """A workspace that the account can see."""

    id: int
    name: str
    project_id: int
    is_default: bool | None = None
    is_global: bool | None = None
    is_restricted: bool | None = None
    is_visible: bool | None = None
    description: str | None = None
    creator_name: str | None = None


class MeResponse(_Open):
    """All that ``/me`` answers."""

    user_id: int | None = None
    user_email: str | None = None
    user_name: str | None = None
    organizations: dict[str, MeOrgInfo] = {}
    projects: dict[str, MeProjectInfo] = {}
    workspaces: dict[str, MeWorkspaceInfo] = {}
    cached_at: float | None = None
    """When it was asked, in seconds since the epoch."""


_PARTS: Mapping[str, type[_Open]] = {
    "organizations": MeOrgInfo,
    "projects": MeProjectInfo,
    "workspaces": MeWorkspaceInfo,
}


def read_answer(answer: Mapping[str, Any]) -> MeResponse:
    """Make the model of an answer of ``/me``; what has another shape is left out of it."""
    try:
        return MeResponse.model_validate(answer)
    except ValidationError:
        parts = {name: _sound(answer.get(name), kind) for name, kind in _PARTS.items()}
    try:
        return MeResponse.model_validate({**answer, **parts})
    except ValidationError:
        return MeResponse.model_validate(parts)


def _sound(entries: object, kind: type[_Open]) -> dict[str, Any]:
    """The entries that are what they should be."""
    if not isinstance(entries, dict):
        return {}
    return {str(key): value for key, value in entries.items() if _is_sound(value, kind)}


def _is_sound(value: object, kind: type[_Open]) -> bool:
    try:
        kind.model_validate(value)
    except ValidationError:
        return False
    return True
