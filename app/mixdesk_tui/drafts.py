"""What a form returns: an account or a target as the user typed it, checked but not yet saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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


Travels = Literal["access", "move", "copy"]
"""What of a browser login goes into a bridge: the access token alone; the grant too, which this
machine gives up; or the grant too, which then is in two places."""


@dataclass(frozen=True, slots=True)
class BridgeDraft:
    """A bridge to write."""

    account: str
    path: str
    """As it was typed: ``~`` is the home directory."""
    project: str | None = None
    travels: Travels | None = None
    """None for accounts whose credentials are no login."""


@dataclass(frozen=True, slots=True)
class TargetDraft:
    """A target to add, or what a target shall become."""

    name: str
    account: str
    project: str
    workspace: int | None = None
