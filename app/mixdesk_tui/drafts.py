"""What a form returns: an account or a target as the user typed it, checked but not yet saved."""

from __future__ import annotations

from dataclasses import dataclass

from mixdesk.model.rules import AccountType, Region
from mixdesk.model.secret import Secret


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """An account to add, or what an account shall become."""

    name: str
    type: AccountType
    region: Region
    default_project: str | None = None
    username: str | None = None
    secret: Secret | None = None
    """None while editing: leave the saved one."""
    token: Secret | None = None
    token_env: str | None = None


@dataclass(frozen=True, slots=True)
class TargetDraft:
    """A target to add, or what a target shall become."""

    name: str
    account: str
    project: str
    workspace: int | None = None
