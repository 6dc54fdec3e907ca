"""``mp.accounts``: add, change, list, use and remove accounts.

Every function looks the files up anew, as the environment says, and every change is one durable
transaction of ``config.toml``.
"""

from __future__ import annotations

import builtins
import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from mixdesk.exceptions import InvalidArgumentError, MixdeskError
from mixdesk.model.me import MeUserInfo
from mixdesk.model.records import AccountEntry
from mixdesk.model.results import (
    AccountSummary,
    AccountTestResult,
    summary_from_row,
    usable_summary,
)
from mixdesk.model.rules import AccountType, Region
from mixdesk.model.secret import Secret
from mixdesk.ops import accounts as ops
from mixdesk.ops.context import Context

if TYPE_CHECKING:
    from mixdesk.logging_in import login, login_unified, logout

__all__ = [
    "add",
    "export_bridge",
    "list",
    "login",
    "login_unified",
    "logout",
    "remove",
    "remove_bridge",
    "rename",
    "show",
    "test",
    "token",
    "update",
    "use",
]


_WITH_A_SERVER = ("login", "login_unified", "logout")


def __getattr__(name: str) -> Any:
    """Load what asks a server when it is first asked for (PEP 562)."""
    if name not in _WITH_A_SERVER:
        raise AttributeError(f"module 'mixdesk.accounts' has no attribute {name!r}")
    value = getattr(importlib.import_module("mixdesk.logging_in"), name)
    globals()[name] = value
    return value


def list() -> builtins.list[AccountSummary]:
    """Return every sound account.

    A broken block is left out; ``ConfigManager().problems()`` says what is wrong with it.

    Returns:
        Summaries, by name.

    Raises:
        StoreError: The file cannot be read or is not TOML.
    """
    rows = ops.list_accounts(Context.from_environment())
    return [summary for row in rows if (summary := summary_from_row(row))]


def add(
    name: str | None = None,
    *,
    type: AccountType,
    region: Region | None = None,
    default_project: str | None = None,
    username: str | None = None,
    secret: SecretStr | str | None = None,
    token: SecretStr | str | None = None,
    token_env: str | None = None,
    derive_name: bool = False,
) -> AccountSummary:
    """Add an account. The first one becomes active.

    Args:
        name: Letters, digits, ``-`` and ``_``, at most 64.
        type: ``service_account``, ``oauth_browser`` or ``oauth_token``.
        region: ``us``, ``eu`` or ``in``; a browser account defaults to ``us``.
        default_project: Its home project: a string of digits.
        username: For a service account.
        secret: For a service account.
        token: For a bearer account: the token itself; excludes ``token_env``.
        token_env: For a bearer account: the variable that holds the token.
        derive_name: Name it after the first organization that ``/me`` shows; excludes ``name``.

    Returns:
        The account as saved.

    Raises:
        AccountExistsError: There is one of this name.
        InvalidArgumentError: A value is missing, wrong, or of another type of account; or the name
            of a browser account is to be derived, which takes a login.
        StoreError: The file cannot be changed.
        OAuthError: With ``derive_name``: the variable is not set.
        APIError: With ``derive_name``: the credentials are not accepted, or ``/me`` cannot be
            asked.
        TypeError: Neither ``name`` nor ``derive_name``, or both.
    """
    if (name is None) != derive_name:
        raise TypeError("add() takes either a name or derive_name=True")
    if region is None and type != "oauth_browser":
        raise InvalidArgumentError(
            f"A {type} account needs a region.",
            violation="region",
            detected_auth_type=type,
            hint='Give region="us", "eu" or "in".',
        )
    ctx = Context.from_environment()
    region = region or "us"
    keys = AccountEntry(
        name="account",
        type=type,
        region=region,
        default_project=default_project,
        username=username,
        secret=_secret(secret),
        token=_secret(token),
        token_env=token_env,
    )
    if name is None:
        from mixdesk.ops.adding import derive_name as derived  # httpx: only for those who call

        name = derived(ctx, keys)
    row = ops.add_account(
        ctx,
        name,
        type=type,
        region=region,
        default_project=default_project,
        username=username,
        secret=keys.secret,
        token=keys.token,
        token_env=token_env,
    )
    return usable_summary(row)


def update(
    name: str,
    *,
    region: Region | None = None,
    default_project: str | None = None,
    username: str | None = None,
    secret: SecretStr | str | None = None,
    token: SecretStr | str | None = None,
    token_env: str | None = None,
) -> AccountSummary:
    """Change what is given of an account; its type stays.

    Args:
        name: The account.
        region: Where its data lives.
        default_project: Its home project. A new one for the active account clears the active
            workspace, which belongs to the old one.
        username: For a service account.
        secret: For a service account.
        token: For a bearer account; takes the place of ``token_env``.
        token_env: For a bearer account; takes the place of ``token``.

    Returns:
        The account as saved.

    Raises:
        AccountNotFoundError: There is none of this name.
        InvalidArgumentError: A value is of another type of account.
        ConfigError: A value is wrong.
        StoreError: The file cannot be changed.
    """
    row = ops.update_account(
        Context.from_environment(),
        name,
        region=region,
        default_project=default_project,
        username=username,
        secret=_secret(secret),
        token=_secret(token),
        token_env=token_env,
    )
    return usable_summary(row)


def rename(name: str, new_name: str) -> AccountSummary:
    """Give an account another name; targets, the active choice and its files follow.

    Args:
        name: The account.
        new_name: Letters, digits, ``-`` and ``_``, at most 64.

    Returns:
        The account under its new name.

    Raises:
        AccountNotFoundError: There is none of this name.
        AccountExistsError: The new name is taken.
        InvalidArgumentError: The new name is not one.
        StoreError: The file cannot be changed.
    """
    return usable_summary(ops.rename_account(Context.from_environment(), name, new_name))


def remove(name: str, *, force: bool = False) -> builtins.list[str]:
    """Remove an account with its tokens and caches.

    Args:
        name: The account.
        force: Remove it even though targets refer to it.

    Returns:
        Names of the targets that are left without their account.

    Raises:
        AccountNotFoundError: There is none of this name.
        AccountInUseError: Targets refer to it, and ``force`` is not given.
        StoreError: The file cannot be changed.
    """
    return [*ops.remove_account(Context.from_environment(), name, force=force)]


def use(name: str) -> None:
    """Make an account the active one and leave the workspace of the last one behind.

    Args:
        name: The account.

    Raises:
        AccountNotFoundError: There is none of this name.
        ConfigError: Its block is broken.
        StoreError: The file cannot be changed.
    """
    ops.use_account(Context.from_environment(), name)


def show(name: str | None = None) -> AccountSummary:
    """Return one account.

    Args:
        name: The account; None means the active one.

    Returns:
        Its summary.

    Raises:
        AccountNotFoundError: There is none of this name.
        ConfigError: No account is active, or its block is broken.
        StoreError: The file cannot be read or is not TOML.
    """
    return usable_summary(ops.get_account(Context.from_environment(), name))


def test(name: str | None = None) -> AccountTestResult:
    """Find out whether an account's credentials are accepted. Never raises.

    Args:
        name: The account; None means the active one.

    Returns:
        ``ok`` with the user and the number of projects, or ``error`` with words, code and facts.
    """
    from mixdesk.api.transport import Transport  # httpx: only for those who call
    from mixdesk.ops import me

    ctx = Context.from_environment()
    try:
        name = ops.get_account(ctx, name).name
        with Transport() as transport:
            outcome = me.test_account(ctx, name, transport)
    except MixdeskError as error:
        return _failed(name or "", error)
    if outcome.error is not None:
        return _failed(name, outcome.error)
    user = None
    if outcome.user_id is not None and outcome.user_email is not None:
        user = MeUserInfo(id=outcome.user_id, email=outcome.user_email)
    return AccountTestResult(
        account_name=name, ok=True, user=user, accessible_project_count=outcome.project_count
    )


def token(name: str | None = None) -> str | None:
    """Return the bearer token of an account, refreshed if it has ended.

    Args:
        name: The account; None means the active one.

    Returns:
        The token, without ``Bearer``; None for a service account, which has none.

    Raises:
        AccountNotFoundError: There is none of this name.
        ConfigError: No account is active, or its block is broken.
        OAuthError: It has not logged in, its login is over, or its variable is not set.
        StoreError: Its tokens cannot be read or stored.
    """
    from mixdesk.ops.credentials import bearer_token  # httpx: only for those who refresh

    return bearer_token(Context.from_environment(), name)


def export_bridge(
    *,
    to: Path,
    account: str | None = None,
    project: str | None = None,
    workspace: int | None = None,
    access_only: bool = False,
    move_grant: bool = False,
    force: bool = False,
) -> Path:
    """Write an account with its credentials to a file that another machine can use.

    The refresh token of a browser account goes along. A server that renews it at each use
    accepts it from one machine only: ``access_only`` leaves it out, ``move_grant`` takes it away
    here. ``[settings].custom_header`` goes along, and the value of a ``token_env``.

    Args:
        to: The file to write, readable by this user alone; ``~`` is not expanded.
        account: The account; None means the active one.
        project: A project id to pin: a string of digits.
        workspace: A workspace id to pin: an integer above zero.
        access_only: Carry the access token alone, which is renewed first if it has ended.
        move_grant: Take the refresh token away from this machine once the file is written.
        force: Write into a git work tree too, and over a file that is no bridge.

    Returns:
        The path that was written, as given.

    Raises:
        AccountNotFoundError: There is no such account.
        InvalidArgumentError: A value is wrong, or the modes exclude each other or the account.
        ConfigError: No account is active, its block is broken, or the place is not to be used.
        OAuthError: The account has no credentials, or they have ended.
        StoreError: A file cannot be read safely or written.
    """
    from mixdesk.ops import bridge

    bridge.export_bridge(
        Context.from_environment(),
        to=to,
        account=account,
        project=project,
        workspace=workspace,
        access_only=access_only,
        move_grant=move_grant,
        force=force,
    )
    return Path(to)


def remove_bridge(*, at: Path | None = None) -> bool:
    """Remove a bridge file; one that is not there is removed already.

    Args:
        at: The file; None means the one that ``MP_AUTH_FILE`` names, otherwise the first there is
            of ``~/.claude/mixpanel/auth.json`` and ``./mixpanel_auth.json``.

    Returns:
        Whether there was one.

    Raises:
        ConfigError: The file is no bridge.
        StoreError: It is not safe to touch, or cannot be removed.
    """
    from mixdesk.ops import bridge

    return bridge.remove_bridge(Context.from_environment(), at=at)


def _failed(name: str, error: MixdeskError) -> AccountTestResult:
    return AccountTestResult(
        account_name=name,
        ok=False,
        error=error.message,
        error_code=error.code,
        error_details=error.details,
    )


def _secret(value: SecretStr | str | None) -> Secret | None:
    if value is None:
        return None
    return Secret(value.get_secret_value() if isinstance(value, SecretStr) else value)
