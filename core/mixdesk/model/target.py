"""The target: a saved, named (account, project, optional workspace)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from mixdesk.model.records import TargetEntry
from mixdesk.model.session import ProjectId


class Target(BaseModel):
    """A saved place to work: ``[targets.NAME]`` in ``config.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid", regex_engine="python-re")

    name: Annotated[str, Field(min_length=1)]
    """Its name in ``config.toml``."""

    account: Annotated[str, Field(min_length=1)]
    """Name of the account; it may be gone."""

    project: ProjectId
    """Id of the project."""

    workspace: Annotated[int, Field(gt=0, strict=True)] | None = None
    """Id of the workspace; None leaves the choice to the first call that needs one."""


def target_from_entry(entry: TargetEntry) -> Target:
    """Make the documented model of a target record."""
    return Target(
        name=entry.name, account=entry.account, project=entry.project, workspace=entry.workspace
    )
