"""The session and its axes: what calls run with."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, field_serializer, model_validator

from mixdesk.model.account import Account, TokenResolver
from mixdesk.model.rules import PROJECT_PATTERN, Region

ProjectId = Annotated[str, Field(pattern=rf"\A{PROJECT_PATTERN}\Z")]


class Project(BaseModel):
    """A project; only its id is always known."""

    model_config = ConfigDict(frozen=True, regex_engine="python-re")

    id: ProjectId
    """The id: a string of digits."""

    name: str | None = None
    """The name, when ``/me`` has told it."""

    organization_id: int | None = None
    """The organization it belongs to, when ``/me`` has told it."""

    timezone: str | None = None
    """Its time zone, such as ``US/Pacific``, when ``/me`` has told it."""


class WorkspaceRef(BaseModel):
    """A workspace (a data view) inside one project."""

    model_config = ConfigDict(frozen=True, regex_engine="python-re")

    id: Annotated[int, Field(gt=0, strict=True)]
    """The id: an integer above zero."""

    name: str | None = None
    """The name, when known."""

    is_default: bool | None = None
    """Whether it is its project's default, when known."""

    project_id: ProjectId | None = None
    """The project it lives in, when known: a session of another project then refuses it."""


class ActiveSession(BaseModel):
    """The persisted choice: the ``[active]`` block of ``config.toml``.

    The project is not in it: it is the ``default_project`` of the account.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: str | None = None
    """Name of the active account."""

    workspace: Annotated[int, Field(gt=0, strict=True)] | None = None
    """Id of the active workspace."""


class _Unset:
    """The type of "not given", where None means something."""

    def __repr__(self) -> str:
        return "<not given>"


UNSET: Final = _Unset()


class Session(BaseModel):
    """Account, project, optional workspace and headers, resolved and frozen.

    ``Session.replace`` makes a changed copy. Without a workspace, the first call that needs one
    chooses it.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True)

    account: Account
    """Who calls."""

    project: Project
    """What is called about."""

    workspace: WorkspaceRef | None = None
    """The data view, when one is chosen."""

    headers: Mapping[str, str] = Field(default_factory=dict)
    """Headers sent with every request; read-only."""

    bridge_path: str | None = None
    """The bridge file that the account came from and keeps its tokens in; None for an account of
    this machine."""

    @model_validator(mode="after")
    def _workspace_lives_in_project(self) -> Self:
        owner = self.workspace.project_id if self.workspace else None
        if self.workspace and owner is not None and owner != self.project.id:
            raise ValueError(
                f"workspace {self.workspace.id} belongs to project {owner}, not {self.project.id}"
            )
        return self

    @model_validator(mode="after")
    def _freeze_headers(self) -> Self:
        if not isinstance(self.headers, MappingProxyType):
            object.__setattr__(self, "headers", MappingProxyType(dict(self.headers)))
        return self

    @field_serializer("headers")
    def _plain_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        return dict(headers)

    @property
    def project_id(self) -> str:
        """The project's id."""
        return self.project.id

    @property
    def workspace_id(self) -> int | None:
        """The workspace's id, or None."""
        return self.workspace.id if self.workspace else None

    @property
    def region(self) -> Region:
        """The account's region."""
        return self.account.region

    def auth_header(self, *, token_resolver: TokenResolver | None = None) -> str:
        """Return the value of the ``Authorization`` header.

        Args:
            token_resolver: Produces tokens; only a service account does without one.

        Returns:
            ``Basic …`` or ``Bearer …``

        Raises:
            OAuthError: There is no token, or it cannot be refreshed.
            ValueError: The account needs a ``token_resolver`` and none is given.
        """
        if self.account.type == "service_account":
            return self.account.auth_header()
        if token_resolver is None:
            raise ValueError(f"an {self.account.type} account needs a token_resolver")
        return self.account.auth_header(token_resolver=token_resolver)

    def replace(
        self,
        *,
        account: Account | None = None,
        project: Project | None = None,
        workspace: WorkspaceRef | _Unset | None = UNSET,
        headers: Mapping[str, str] | _Unset = UNSET,
    ) -> Session:
        """Return a session with some axes replaced; this one stays as it is.

        Args:
            account: Another account; not given keeps this one.
            project: Another project; not given keeps this one.
            workspace: Another workspace; None takes it away, not given keeps it.
            headers: Other headers; ``{}`` takes them away, not given keeps them.

        Returns:
            The new session.

        Raises:
            ValueError: The workspace is known to live in another project.
        """
        axes: dict[str, Any] = {
            "account": self.account if account is None else account,
            "project": self.project if project is None else project,
            "workspace": self.workspace if isinstance(workspace, _Unset) else workspace,
            "headers": self.headers if isinstance(headers, _Unset) else headers,
            "bridge_path": self.bridge_path if account is None else None,
        }
        return Session(**axes)
