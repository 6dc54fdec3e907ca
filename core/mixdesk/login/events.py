"""What happens in a login, in order: facts for whoever shows them. None holds a secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mixdesk.exceptions import MixdeskError
from mixdesk.model.records import ProjectEntry
from mixdesk.model.rules import AccountType, Region


@dataclass(frozen=True, slots=True)
class Started:
    """A login has begun."""

    kind: AccountType
    region: Region | None
    """None while it is not known."""
    account: str | None
    """The account that logs in again, or the name that was asked for."""


@dataclass(frozen=True, slots=True)
class Listening:
    """The browser's answer can come to this machine."""

    port: int


@dataclass(frozen=True, slots=True)
class ClientReady:
    """The authorization server knows this program."""

    is_new: bool
    """Whether it was registered just now (RFC 7591)."""


@dataclass(frozen=True, slots=True)
class UrlReady:
    """The address at which the user says yes. It is for one login and for nobody else."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BrowserOpened:
    """A browser has been started with the address."""


@dataclass(frozen=True, slots=True)
class NoBrowser:
    """No browser could be started; the address is for the user to take elsewhere."""

    reason: str
    """Why, in a few words."""


@dataclass(frozen=True, slots=True)
class CodeReady:
    """A code to be typed on another device (RFC 8628)."""

    user_code: str
    url: str
    complete_url: str | None
    """The address with the code in it, for a QR code."""
    seconds_left: float


@dataclass(frozen=True, slots=True)
class CodeFailed:
    """There is no code for another device, or it is no good any more; other ways go on."""

    error: MixdeskError


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nobody has answered yet."""

    seconds_left: float


@dataclass(frozen=True, slots=True)
class PasteRefused:
    """What was pasted is not the answer to this login; it goes on."""

    error: MixdeskError


@dataclass(frozen=True, slots=True)
class CodeReceived:
    """The browser's answer is there."""


@dataclass(frozen=True, slots=True)
class TokensReceived:
    """The authorization server has given tokens."""

    expires_at: float
    """When the access token ends, in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class RegionTried:
    """A region was asked whether it knows the credential."""

    region: Region
    status: int
    """HTTP status; 0 for no answer."""


@dataclass(frozen=True, slots=True)
class AskingMe:
    """``/me`` is being asked, which can take a while."""


@dataclass(frozen=True, slots=True)
class MeRead:
    """Mixpanel has said who this is."""

    user_email: str | None
    projects: int
    """How many projects the account can see."""


@dataclass(frozen=True, slots=True)
class OtherUser:
    """The account that logs in again was somebody else's until now."""

    before: str
    now: str


@dataclass(frozen=True, slots=True)
class ProjectHidden:
    """``MP_PROJECT_ID`` names a project that the account cannot see, and hides any choice."""

    project: str


@dataclass(frozen=True, slots=True)
class ProjectIgnored:
    """A project was named for an account that logs in again, and keeps the one it has."""

    project: str
    kept: str | None


@dataclass(frozen=True, slots=True)
class ProjectNeeded:
    """There are several projects: somebody has to choose."""

    projects: tuple[ProjectEntry, ...]
    """By organization, then by name, case-folded; names are clean."""
    region: Region
    """Where the account is; a project elsewhere cannot be chosen."""
    answer: Mapping[str, Any] = field(repr=False)
    """What ``/me`` said."""


@dataclass(frozen=True, slots=True)
class NameNeeded:
    """The account needs a name."""

    suggestion: str
    """One that is free."""
    taken: frozenset[str]
    error: MixdeskError | None = None
    """Why the last answer cannot be taken."""


@dataclass(frozen=True, slots=True)
class Saved:
    """The login is stored and the account is the active one."""

    account: str
    is_new: bool
    user_email: str | None
    project: str | None
    project_name: str | None
    expires_at: float | None
    """When the access token ends, in seconds since the epoch; None when it does not say."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The login is over, and every file is as it was."""

    error: MixdeskError


Event = (
    Started
    | Listening
    | ClientReady
    | UrlReady
    | BrowserOpened
    | NoBrowser
    | CodeReady
    | CodeFailed
    | Waiting
    | PasteRefused
    | CodeReceived
    | TokensReceived
    | RegionTried
    | AskingMe
    | MeRead
    | OtherUser
    | ProjectHidden
    | ProjectIgnored
    | ProjectNeeded
    | NameNeeded
    | Saved
    | Failed
)
