"""Plain frozen records: what the store reads and what the front ends show.

They carry facts, not words. Text that came from a server is already clean (:mod:`.text`); names
of accounts and targets are exactly as in the file, because they are keys.

They are named tuples because a dataclass costs three to six times as much to define, and a verb
that only reads would spend a tenth of its time on that.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Literal, NamedTuple

from mixdesk.exceptions import MixdeskError
from mixdesk.model.rules import AccountStatus, AccountType, Region
from mixdesk.model.secret import Secret

ProblemKind = Literal["schema", "reference", "layout", "safety", "size"]
"""What a problem is about: a block that breaks a rule, a name that leads nowhere, a layout of
another time, a file others can read, a file the other package will refuse."""

Section = tuple[str, ...]
"""Where in the file: ``("accounts", "team")``; ``()`` is the file itself."""

Source = Literal[
    "env", "param", "target", "bridge", "active", "account_default", "settings", "unset"
]
"""Where a resolved value came from."""

AxisName = Literal["account", "project", "workspace", "headers"]


class Problem(NamedTuple):
    """Something in ``config.toml`` that does not hold, and what to do about it."""

    kind: ProblemKind
    code: str
    """Stable name of the rule, such as ``unknown_key``."""
    section: Section
    key: str | None
    """The key in that section, where it is about one."""
    summary: str
    """What is wrong: one sentence, safe to show."""
    hint: str
    """What to do next."""
    path: str
    line: int | None = None
    """1-based line in the file, when known."""
    suggestion: str | None = None
    """The nearest valid key or name, when there is one."""

    @property
    def identity(self) -> tuple[str, str, Section, str | None]:
        """What makes it the same problem after an edit moved it to another line."""
        return (self.kind, self.code, self.section, self.key)

    @property
    def place(self) -> str:
        """``path:line`` or the path alone."""
        return f"{self.path}:{self.line}" if self.line else self.path


class AccountEntry(NamedTuple):
    """An account as ``config.toml`` (or the environment, or a bridge) defines it."""

    name: str
    type: AccountType
    region: Region
    default_project: str | None = None
    username: str | None = None
    secret: Secret | None = None
    token: Secret | None = None
    token_env: str | None = None


class TargetEntry(NamedTuple):
    """A saved (account, project, optional workspace)."""

    name: str
    account: str
    project: str
    workspace: int | None = None


class ActiveEntry(NamedTuple):
    """The persisted choice: the ``[active]`` block."""

    account: str | None = None
    workspace: int | None = None


class ProjectEntry(NamedTuple):
    """What the ``/me`` index knows of one project; names are clean."""

    id: str
    name: str
    organization: str
    region: str | None = None
    timezone: str | None = None


class WorkspaceEntry(NamedTuple):
    """What the ``/me`` index knows of one workspace; the name is clean."""

    id: int
    name: str
    project: str
    is_global: bool = False
    is_default: bool = False
    is_visible: bool = True


class StatusEntry(NamedTuple):
    """What ``status.json`` holds: how the last test or login of an account ended."""

    status: AccountStatus
    at: float | None = None
    """When, in seconds since the epoch."""
    user_email: str | None = None


class AccountRow(NamedTuple):
    """All a list of accounts shows of one account, sound or broken."""

    name: str
    type: AccountType | None
    """None when the block is broken."""
    region: Region | None
    default_project: str | None = None
    project_name: str | None = None
    username: str | None = None
    token_env: str | None = None
    token_env_set: bool | None = None
    """For ``token_env``: whether the variable is set in this environment."""
    has_tokens: bool | None = None
    """For ``oauth_browser``: whether there is a ``tokens.json`` that can be read."""
    can_refresh: bool = False
    """Whether the tokens renew by themselves."""
    token_expires_at: float | None = None
    """Seconds since the epoch; None for credentials that do not end or do not say."""
    status: AccountStatus = "untested"
    status_at: float | None = None
    user_email: str | None = None
    is_active: bool = False
    targets: tuple[str, ...] = ()
    problem: Problem | None = None
    """Why it cannot be used, when its block is broken or the name is a dangling reference."""


class TargetRow(NamedTuple):
    """All a list of targets shows of one target, sound or broken."""

    name: str
    account: str | None
    project: str | None
    workspace: int | None = None
    account_type: AccountType | None = None
    region: Region | None = None
    project_name: str | None = None
    workspace_name: str | None = None
    is_active: bool = False
    """Whether account, project and workspace are exactly the persisted ones."""
    is_protected: bool = False
    problem: Problem | None = None


class AccountTest(NamedTuple):
    """How a test of an account ended; it passed when there is no error."""

    name: str
    user_id: int | None = None
    user_email: str | None = None
    project_count: int | None = None
    """How many projects the account can see."""
    error: MixdeskError | None = None


class ProjectRow(NamedTuple):
    """One project in the picker."""

    project: ProjectEntry
    workspaces: tuple[WorkspaceEntry, ...] = ()
    is_current: bool = False
    is_elsewhere: bool = False
    """Whether its data lives in another region than the account's."""


class ProjectList(NamedTuple):
    """All that an account can see, as ``/me`` said when it was last asked."""

    account: str
    region: Region
    rows: tuple[ProjectRow, ...] = ()
    """By organization, then by name, case-folded."""
    asked_at: float | None = None
    """When ``/me`` was asked, in seconds since the epoch; None when never."""
    is_fresh: bool = False


class WorkspaceRow(NamedTuple):
    """One workspace in a list."""

    workspace: WorkspaceEntry
    is_current: bool = False
    """Whether calls run with it: it is pinned, or the one that is chosen when none is."""
    is_pinned: bool = False


class WorkspaceList(NamedTuple):
    """The workspaces of a project that an account can see."""

    account: str
    project: str
    rows: tuple[WorkspaceRow, ...] = ()
    """The one that is chosen when none is pinned first, then by name."""
    asked_at: float | None = None
    """When ``/me`` was asked, in seconds since the epoch."""
    is_fresh: bool = False


class Shadowed(NamedTuple):
    """A value that lost to one that comes first."""

    value: Any
    source: Source
    origin: str
    """The name of the source: ``MP_PROJECT_ID``, ``target ecom``, ``[active].account``, a path."""


class Axis(NamedTuple):
    """One axis of a resolution: the value, where it came from, and what it hides."""

    value: Any
    source: Source
    origin: str
    shadowed: tuple[Shadowed, ...] = ()


class Resolution(NamedTuple):
    """Who you are and why: every axis with its source."""

    account: Axis
    """``value`` is the account's name, or None."""
    project: Axis
    """``value`` is the project's id, or None."""
    workspace: Axis
    """``value`` is the workspace's id, or None."""
    headers: Axis
    """``value`` is a mapping of header names to values."""
    entry: AccountEntry | None
    """The account itself, when there is one."""
    problems: tuple[Problem, ...] = ()
    """What stands in the way of a session (a dangling name, an incomplete environment)."""


class Activity(NamedTuple):
    """One line of the activity log."""

    at: float
    """Seconds since the epoch."""
    verb: str
    """``account.use``, ``target.add``, …"""
    names: tuple[str, ...] = ()
    pid: int = 0


class SessionView(NamedTuple):
    """What Status and ``mp session`` show: the resolution with the names that are known."""

    resolution: Resolution
    region: Region | None = None
    account_type: AccountType | None = None
    username: str | None = None
    token_env: str | None = None
    user_email: str | None = None
    user_at: float | None = None
    """When ``/me`` was asked, in seconds since the epoch."""
    project_name: str | None = None
    organization: str | None = None
    timezone: str | None = None
    workspace_name: str | None = None
    token_expires_at: float | None = None
    can_refresh: bool = False
    has_tokens: bool | None = None
    bridge_path: str | None = None
    problems: tuple[Problem, ...] = ()
    """Everything that deserves attention: the resolution's problems, then the file's."""


class Overview(NamedTuple):
    """One consistent look at everything the screens show, from one snapshot of the file."""

    session: SessionView | None
    """None when it cannot be told (then ``error`` says why)."""
    accounts: tuple[AccountRow, ...]
    targets: tuple[TargetRow, ...]
    activity: tuple[Activity, ...]
    """Newest first."""
    problems: tuple[Problem, ...]
    """What is wrong in the file, in its order."""
    fingerprint: Hashable
    """Compares equal as long as nothing on disk changed."""
    config_path: str
    at: float
    """When it was taken, in seconds since the epoch."""
    error: MixdeskError | None = None
    """Why the file could not be read (unreadable, not TOML) or the environment not understood."""
