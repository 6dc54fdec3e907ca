"""What the public verbs return."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator

from mixdesk.exceptions import ConfigError
from mixdesk.model.me import MeUserInfo
from mixdesk.model.records import AccountRow
from mixdesk.model.rules import AccountStatus, AccountType, Region


class AccountSummary(BaseModel):
    """One account as lists show it."""

    model_config = ConfigDict(frozen=True)

    name: str
    """Its name in ``config.toml``."""

    type: AccountType
    """How it proves who it is."""

    region: Region
    """Where its data lives."""

    status: AccountStatus = "untested"
    """What its last test or login said."""

    is_active: bool = False
    """Whether it is the active account."""

    referenced_by_targets: list[str] = []
    """Names of the targets that refer to it."""

    user_email: str | None = None
    """The user behind it, when ``/me`` has told."""

    project_id: str | None = None
    """Its home project."""

    project_name: str | None = None
    """The home project's name, when ``/me`` has told."""


class AccountTestResult(BaseModel):
    """How a test of an account ended; ``ok`` is True exactly when ``error`` is None."""

    model_config = ConfigDict(frozen=True)

    account_name: str
    """The account that was tested."""

    ok: bool
    """Whether the credentials were accepted."""

    user: MeUserInfo | None = None
    """Who it is."""

    accessible_project_count: int | None = None
    """How many projects it can see."""

    error: str | None = None
    """What went wrong, in words."""

    error_code: str | None = None
    """What went wrong, as an error code."""

    error_details: dict[str, Any] | None = None
    """The error's facts."""

    @model_validator(mode="after")
    def _ok_without_error(self) -> Self:
        if self.ok != (self.error is None):
            raise ValueError("ok goes without an error, and not ok with one")
        return self


class OAuthLoginResult(BaseModel):
    """How a login with a browser ended."""

    model_config = ConfigDict(frozen=True)

    account_name: str
    """The account that logged in."""

    user: MeUserInfo | None = None
    """Who it is."""

    expires_at: datetime | None = None
    """When the access token ends (UTC)."""

    tokens_path: Path
    """Where the tokens are."""

    client_path: Path
    """Where the client they were issued to is."""


class LogoutResult(BaseModel):
    """How a logout ended. The tokens are gone from this machine in any case."""

    model_config = ConfigDict(frozen=True)

    account_name: str
    """The account that logged out."""

    revoked: bool
    """Whether the server has ended the login too."""

    error: str | None = None
    """Why it has not, in words; it ends there by itself."""


def summary_from_row(row: AccountRow) -> AccountSummary | None:
    """Make the documented model of a row; a broken account has none."""
    if row.type is None or row.region is None:
        return None
    return AccountSummary(
        name=row.name,
        type=row.type,
        region=row.region,
        status=row.status,
        is_active=row.is_active,
        referenced_by_targets=list(row.targets),
        user_email=row.user_email,
        project_id=row.default_project,
        project_name=row.project_name,
    )


def usable_summary(row: AccountRow) -> AccountSummary:
    """Make the documented model of a row, or say why there is none.

    Raises:
        ConfigError: The account's block is broken.
    """
    summary = summary_from_row(row)
    if summary is not None:
        return summary
    problem = row.problem
    raise ConfigError(
        problem.summary if problem else f"Account {row.name!r} cannot be used.",
        hint=problem.hint if problem else None,
        details={"name": row.name},
    )
