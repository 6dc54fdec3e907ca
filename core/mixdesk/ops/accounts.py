"""Accounts: list, add, change, rename, remove, use."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from mixdesk.exceptions import AccountExistsError, ConfigError, StoreError
from mixdesk.model import rules
from mixdesk.model.records import AccountEntry, AccountRow, Problem
from mixdesk.model.rules import AccountType, Region
from mixdesk.model.secret import Secret
from mixdesk.model.text import clean
from mixdesk.ops.context import Context
from mixdesk.ops.names import Names
from mixdesk.ops.targets import unprotect_removed
from mixdesk.store import recording
from mixdesk.store.files import remove_file
from mixdesk.store.guards import sound_account
from mixdesk.store.locks import ACCOUNT_WAIT, locked
from mixdesk.store.snapshot import Snapshot
from mixdesk.store.status import read_status
from mixdesk.store.tokens import TokenEntry, read_tokens

_ANSWERS = ("me.json", "me.index.json", "status.json")
"""What an account's directory keeps of the server's answers."""


def list_accounts(ctx: Context) -> tuple[AccountRow, ...]:
    """Every account of the file by name, broken ones with their problem.

    Raises:
        StoreError: The file cannot be read or is not TOML.
    """
    config = ctx.config.snapshot()
    return account_rows(ctx, config, Names(ctx, config))


def get_account(ctx: Context, name: str | None = None) -> AccountRow:
    """One account; without a name the active one.

    Raises:
        AccountNotFoundError: There is none of this name.
        ConfigError: No account is active.
        StoreError: The file cannot be read or is not TOML.
    """
    config = ctx.config.snapshot()
    name = name if name is not None else config.active.account
    if name is None:
        raise ConfigError("No account is active.", hint="Choose one: mp account use NAME")
    if name not in config.defined("accounts"):
        sound_account(config, name)
    row = _row(config, name, _targets_by_account(config))
    return _complete(ctx, config, Names(ctx, config), row)


def add_account(
    ctx: Context,
    name: str,
    *,
    type: AccountType,
    region: Region,
    default_project: str | None = None,
    username: str | None = None,
    secret: Secret | None = None,
    token: Secret | None = None,
    token_env: str | None = None,
) -> AccountRow:
    """Add an account; see :meth:`~mixdesk.store.config.ConfigManager.add_account`."""
    ctx.config.add_account(
        name,
        type=type,
        region=region,
        default_project=default_project,
        username=username,
        secret=secret,
        token=token,
        token_env=token_env,
    )
    return get_account(ctx, name)


def update_account(
    ctx: Context,
    name: str,
    *,
    region: Region | None = None,
    default_project: str | None = None,
    clear_default_project: bool = False,
    username: str | None = None,
    secret: Secret | None = None,
    token: Secret | None = None,
    token_env: str | None = None,
) -> AccountRow:
    """Change an account; see :meth:`~mixdesk.store.config.ConfigManager.update_account`.

    What Mixpanel said of a user, or of a credential, that is another one now is forgotten.
    """
    before = ctx.config.snapshot().accounts.get(name)
    after = ctx.config.update_account(
        name,
        region=region,
        default_project=default_project,
        clear_default_project=clear_default_project,
        username=username,
        secret=secret,
        token=token,
        token_env=token_env,
    )
    forget_answers(ctx, before, after)
    return get_account(ctx, name)


def forget_answers(ctx: Context, before: AccountEntry | None, after: AccountEntry) -> None:
    """Drop what was kept of the server's answers, as far as a change made it somebody else's."""
    if before is None:
        return
    same_project = before._replace(default_project=after.default_project)
    if same_project == after:
        return
    is_same_user = same_project._replace(secret=after.secret) == after
    files = ("status.json",) if is_same_user else _ANSWERS
    if (listener := recording.listener()) is not None:
        from mixdesk.store.account_files import keep_files

        listener.add(keep_files(ctx.storage, after.name, only=files))
    for file in files:
        with suppress(StoreError):  # only a cache: the change itself is saved
            remove_file(ctx.storage.account(after.name, file))


def rename_account(ctx: Context, name: str, new_name: str) -> AccountRow:
    """Give an account another name; targets, the active choice and its files follow.

    Raises:
        AccountNotFoundError: There is none of this name.
        AccountExistsError: The new name is taken, or files of an account of that name are left.
        InvalidArgumentError: The new name is not one.
        StoreError: The file cannot be changed, or the account's files cannot be moved.
    """
    if name == new_name:
        return get_account(ctx, name)
    old, new = ctx.storage.account_directory(name), ctx.storage.account_directory(new_name)
    ctx.config.get_account(name)
    if rules.is_name(new_name) and new.exists() and not _are_same(old, new):
        raise AccountExistsError(new_name)
    ctx.config.rename_account(name, new_name)
    try:
        move_files(ctx, name, new_name)
    except StoreError:
        ctx.config.rename_account(new_name, name)
        raise
    return get_account(ctx, new_name)


def move_files(ctx: Context, name: str, new_name: str) -> None:
    """Move an account's directory, not while its tokens are being refreshed.

    A refresh under way would store the only copy of a rotated grant in the old place. The config
    is not locked meanwhile: nobody waits there for somebody else's network.
    """
    old, new = ctx.storage.account_directory(name), ctx.storage.account_directory(new_name)
    if not old.exists():
        return
    try:
        with locked(ctx.storage.account(name, "tokens.json"), wait=ACCOUNT_WAIT, create=False):
            old.rename(new)
    except OSError as error:
        raise StoreError(
            f"The files of account {name!r} cannot be moved: {error.strerror}.",
            code="STORE_IO",
            path=str(old),
            hint="The account keeps its name.",
        ) from None
    except StoreError as error:
        raise StoreError(
            f"The files of account {name!r} cannot be moved. {error.summary}",
            code=error.code,
            path=error.path,
            hint=f"The account keeps its name. {error.hint or ''}".rstrip(),
            details=error.details,
        ) from None


def _are_same(old: Path, new: Path) -> bool:
    """Whether two names lead to one directory, as on a filesystem that ignores case."""
    return old.exists() and old.samefile(new)


def remove_account(
    ctx: Context, name: str, *, force: bool = False, with_targets: Collection[str] = ()
) -> tuple[str, ...]:
    """Remove an account with its tokens and caches.

    Args:
        ctx: Where the files are.
        name: The account, sound or broken.
        force: Remove it even though targets refer to it.
        with_targets: Those of the targets that refer to it which go with it, protected or not.

    Returns:
        Names of the targets that are left without their account.

    Raises:
        AccountNotFoundError: There is none of this name.
        AccountInUseError: Targets refer to it, and ``force`` is not given.
        StoreError: The file cannot be changed, or the account's own files cannot be removed.
    """
    orphans = ctx.config.remove_account(name, force=force, with_targets=with_targets)
    if with_targets:
        unprotect_removed(ctx, set(with_targets) - set(ctx.config.snapshot().defined("targets")))
    remove_files(ctx, name)
    return tuple(orphans)


def use_account(ctx: Context, name: str) -> None:
    """Make an account the active one and leave the workspace of the last one behind.

    Raises:
        AccountNotFoundError: There is none of this name.
        ConfigError: Its block is broken.
        StoreError: The file cannot be changed.
    """
    ctx.config.apply_session(account=name)


def account_rows(ctx: Context, config: Snapshot, names: Names) -> tuple[AccountRow, ...]:
    """The rows of every account in one snapshot."""
    return tuple(_complete(ctx, config, names, row) for row in _rows(config))


_last: tuple[Snapshot, tuple[AccountRow, ...]] | None = None


def _rows(config: Snapshot) -> tuple[AccountRow, ...]:
    """What the file alone tells of its accounts, made once for each reading of it."""
    global _last  # noqa: PLW0603
    if _last is None or _last[0] is not config:
        targets = _targets_by_account(config)
        rows = tuple(_row(config, name, targets) for name in sorted(config.defined("accounts")))
        _last = (config, rows)
    return _last[1]


def _row(config: Snapshot, name: str, targets: dict[str, list[str]]) -> AccountRow:
    """What the file alone tells of one account."""
    entry = config.accounts.get(name)
    is_active = config.active.account == name
    referring = tuple(targets.get(name, ()))
    if entry is None:
        problem = config.problem_of("accounts", name)
        return AccountRow(name, None, None, is_active=is_active, targets=referring, problem=problem)
    return AccountRow(
        name=name,
        type=entry.type,
        region=entry.region,
        default_project=entry.default_project,
        username=clean(entry.username) if entry.username else None,
        token_env=clean(entry.token_env) if entry.token_env else None,
        has_tokens=False if entry.type == "oauth_browser" else None,
        is_active=is_active,
        targets=referring,
    )


def _complete(ctx: Context, config: Snapshot, names: Names, row: AccountRow) -> AccountRow:
    """Add to a row what the environment and the account's own files tell."""
    has_files = names.has_files(row.name)
    has_more = has_files or row.type == "oauth_token"
    entry = config.accounts.get(row.name) if has_more else None
    if entry is None:
        return row
    if entry.token_env:
        row = row._replace(token_env_set=bool(ctx.environ.get(entry.token_env)))
    if not has_files:
        return row
    index = names.index(row.name)
    status = read_status(ctx.storage.account(row.name, "status.json"))
    tokens = tokens_of(ctx, entry)
    return row._replace(
        project_name=names.project(row.name, entry.default_project),
        has_tokens=tokens is not None if entry.type == "oauth_browser" else None,
        can_refresh=tokens is not None and tokens.refresh_token is not None,
        token_expires_at=tokens.expires_at if tokens else None,
        status=status.status,
        status_at=status.at,
        user_email=index.user_email or status.user_email,
    )


def remove_files(ctx: Context, name: str) -> None:
    """Remove an account's directory, not while its tokens are being refreshed.

    The name of a broken block may be any text, a path as well: only a name has a directory.
    """
    directory = ctx.storage.account_directory(name)
    if not rules.is_name(name) or not directory.is_dir() or directory.is_symlink():
        return
    try:
        with locked(ctx.storage.account(name, "tokens.json"), wait=ACCOUNT_WAIT):
            if (listener := recording.listener()) is not None:
                from mixdesk.store.account_files import keep_files

                listener.add(keep_files(ctx.storage, name))
            shutil.rmtree(directory)
    except OSError as error:
        raise StoreError(
            f"Account {name!r} is removed, but its files are not: {error.strerror}.",
            code="STORE_IO",
            path=str(directory),
            hint=f"Remove them yourself: rm -r {directory}",
        ) from None


def tokens_of(ctx: Context, entry: AccountEntry) -> TokenEntry | None:
    """The stored tokens of a browser account; None when there are none that can be used."""
    if entry.type != "oauth_browser":
        return None
    try:
        return read_tokens(ctx.storage.account(entry.name, "tokens.json"))
    except StoreError:
        return None


def unsafe_tokens(ctx: Context, config: Snapshot) -> list[Problem]:
    """Token files that are there and are not used, with the reason."""
    problems = []
    for entry in config.accounts.values():
        if entry.type != "oauth_browser":
            continue
        try:
            read_tokens(ctx.storage.account(entry.name, "tokens.json"))
        except StoreError as error:
            problems.append(
                Problem(
                    kind="safety",
                    code=error.code.lower(),
                    section=("accounts", entry.name),
                    key=None,
                    summary=error.summary,
                    hint=error.hint or "",
                    path=error.path,
                )
            )
    return problems


def _targets_by_account(config: Snapshot) -> dict[str, list[str]]:
    """Names of the targets, sound or broken, that refer to each account."""
    found: dict[str, list[str]] = {}
    for name, block in config.defined("targets").items():
        if isinstance(block, dict) and isinstance(block.get("account"), str):
            found.setdefault(block["account"], []).append(name)
    return {account: sorted(names) for account, names in found.items()}
