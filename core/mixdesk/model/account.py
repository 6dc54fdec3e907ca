"""The account: who logs in. One of three variants, told apart by ``type``."""

from __future__ import annotations

import base64
from typing import Annotated, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, model_validator

from mixdesk.model.records import AccountEntry
from mixdesk.model.rules import NAME_PATTERN, PROJECT_PATTERN, AccountType, Region
from mixdesk.model.secret import Secret

__all__ = [
    "Account",
    "AccountType",
    "OAuthBrowserAccount",
    "OAuthTokenAccount",
    "Region",
    "ServiceAccount",
    "TokenResolver",
    "account_from_entry",
    "entry_from_account",
]


class TokenResolver(Protocol):
    """Produces the bearer token of an account that has one."""

    def get_browser_token(self, name: str, region: Region) -> str:
        """Return a fresh access token of a browser account.

        Args:
            name: The account.
            region: Where its data lives.

        Returns:
            The token, without ``Bearer``.

        Raises:
            OAuthError: There is none, or it cannot be refreshed.
        """
        ...

    def get_static_token(self, account: OAuthTokenAccount) -> str:
        """Return the token of a bearer account.

        Args:
            account: The account, whose ``token`` or ``token_env`` says it.

        Returns:
            The token, without ``Bearer``.

        Raises:
            OAuthError: The variable is not set.
        """
        ...


class _AccountBase(BaseModel):
    """What the three variants share: frozen, no unknown keys, errors that quote no secret."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", regex_engine="python-re", hide_input_in_errors=True
    )

    name: Annotated[str, Field(pattern=rf"\A{NAME_PATTERN}\Z")]
    """Its name in ``config.toml``."""

    region: Region
    """Where its data lives."""

    default_project: Annotated[str, Field(pattern=rf"\A{PROJECT_PATTERN}\Z")] | None = None
    """Its home project, used when nothing else names one."""


class ServiceAccount(_AccountBase):
    """An account with a username and a secret, sent as HTTP Basic (RFC 7617)."""

    type: Literal["service_account"] = "service_account"

    username: Annotated[str, Field(min_length=1)]
    """The service account's username, such as ``team.x.mp-service-account``."""

    secret: SecretStr
    """Its secret, hidden in ``repr`` and ``str``."""

    def auth_header(self, *, token_resolver: TokenResolver | None = None) -> str:
        """Return the value of the ``Authorization`` header.

        Args:
            token_resolver: Not needed here; the other variants need one.

        Returns:
            ``Basic …``
        """
        pair = f"{self.username}:{self.secret.get_secret_value()}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"

    def is_long_lived(self) -> bool:
        """Return True: the pair does not end by itself."""
        return True


class OAuthBrowserAccount(_AccountBase):
    """An account that logs in with a browser; its tokens lie in ``accounts/NAME/``."""

    type: Literal["oauth_browser"] = "oauth_browser"

    def auth_header(self, *, token_resolver: TokenResolver) -> str:
        """Return the value of the ``Authorization`` header.

        Args:
            token_resolver: Reads and refreshes the tokens.

        Returns:
            ``Bearer …``

        Raises:
            OAuthError: There is no token, or it cannot be refreshed.
        """
        return f"Bearer {token_resolver.get_browser_token(self.name, self.region)}"

    def is_long_lived(self) -> bool:
        """Return True: the tokens are renewed as long as the grant lives."""
        return True


class OAuthTokenAccount(_AccountBase):
    """An account with a static bearer token: inline, or read from a variable at each use."""

    type: Literal["oauth_token"] = "oauth_token"

    token: SecretStr | None = None
    """The token itself; excludes ``token_env``."""

    token_env: str | None = None
    """Name of the variable that holds the token; excludes ``token``."""

    @model_validator(mode="after")
    def _exactly_one_source(self) -> Self:
        if (self.token is None) == (self.token_env is None):
            raise ValueError("exactly one of token and token_env is needed")
        return self

    def auth_header(self, *, token_resolver: TokenResolver) -> str:
        """Return the value of the ``Authorization`` header.

        Args:
            token_resolver: Finds the token.

        Returns:
            ``Bearer …``

        Raises:
            OAuthError: The variable is not set.
        """
        return f"Bearer {token_resolver.get_static_token(self)}"

    def is_long_lived(self) -> bool:
        """Return False: whoever provides the token renews it."""
        return False


Account = Annotated[
    ServiceAccount | OAuthBrowserAccount | OAuthTokenAccount, Field(discriminator="type")
]
"""One of the three variants; ``pydantic.TypeAdapter(Account)`` reads any of them."""

_ADAPTER: TypeAdapter[Account] = TypeAdapter(Account, config={"hide_input_in_errors": True})


def account_from_entry(entry: AccountEntry) -> Account:
    """Make the documented model of an account record."""
    fields = {
        "name": entry.name,
        "type": entry.type,
        "region": entry.region,
        "default_project": entry.default_project,
        "username": entry.username,
        "secret": entry.secret.get_secret_value() if entry.secret else None,
        "token": entry.token.get_secret_value() if entry.token else None,
        "token_env": entry.token_env,
    }
    return _ADAPTER.validate_python({k: v for k, v in fields.items() if v is not None})


def entry_from_account(account: Account) -> AccountEntry:
    """Make the plain record of an account."""
    return AccountEntry(
        name=account.name,
        type=account.type,
        region=account.region,
        default_project=account.default_project,
        username=getattr(account, "username", None),
        secret=_kept(getattr(account, "secret", None)),
        token=_kept(getattr(account, "token", None)),
        token_env=getattr(account, "token_env", None),
    )


def _kept(secret: SecretStr | None) -> Secret | None:
    return Secret(secret.get_secret_value()) if secret is not None else None
