"""The bridge file, version 2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mixdesk.model.account import Account
from mixdesk.model.session import ProjectId
from mixdesk.model.token import OAuthTokens


class BridgeFile(BaseModel):
    """One account's credentials, to be carried to another machine."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", regex_engine="python-re", hide_input_in_errors=True
    )

    version: Literal[2] = 2
    """The version of the layout: always 2."""

    account: Account
    """The account with its secrets."""

    tokens: OAuthTokens | None = None
    """Its tokens; needed for an ``oauth_browser`` account, and only there."""

    project: ProjectId | None = None
    """A pinned project."""

    workspace: Annotated[int, Field(gt=0, strict=True)] | None = None
    """A pinned workspace."""

    headers: Mapping[str, str] = Field(default_factory=dict)
    """Headers to send with every request."""

    @model_validator(mode="after")
    def _tokens_with_browser_accounts(self) -> Self:
        if (self.account.type == "oauth_browser") != (self.tokens is not None):
            raise ValueError("tokens are carried for oauth_browser accounts, and only for them")
        return self
