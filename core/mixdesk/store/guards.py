"""What must hold before a change: the name exists, the block is sound, the values make sense."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mixdesk.exceptions import (
    AccountNotFoundError,
    ConfigError,
    InvalidArgumentError,
    TargetNotFoundError,
)
from mixdesk.model import rules
from mixdesk.model.records import AccountEntry, Problem, TargetEntry
from mixdesk.model.text import clean
from mixdesk.store.schema import account_problems, shown
from mixdesk.store.snapshot import Snapshot, problem_error

_FIELDS_OF = {
    "username": "service_account",
    "secret": "service_account",
    "token": "oauth_token",
    "token_env": "oauth_token",
}


_TOML_END = 1 << 63
"""TOML promises numbers below this one."""


def sound_account(snapshot: Snapshot, name: str) -> AccountEntry:
    """Return an account of the file, or say why it cannot be used.

    Raises:
        AccountNotFoundError: There is none of this name.
        ConfigError: Its block is broken.
    """
    entry = snapshot.accounts.get(name)
    if entry is not None:
        return entry
    defined_account(snapshot, name)
    problem = snapshot.problem_of("accounts", name)
    raise problem_error(problem) if problem else AccountNotFoundError(name)


def chosen_account(snapshot: Snapshot, name: str | None) -> AccountEntry:
    """Return an account of the file, without a name the active one, or say why it cannot be used.

    Raises:
        AccountNotFoundError: There is none of this name.
        ConfigError: No account is active, or its block is broken.
    """
    name = name if name is not None else snapshot.active.account
    if name is None:
        raise ConfigError("No account is active.", hint="Choose one: mp account use NAME")
    return sound_account(snapshot, name)


def sound_target(snapshot: Snapshot, name: str) -> TargetEntry:
    """Return a target of the file, or say why it cannot be used.

    Raises:
        TargetNotFoundError: There is none of this name.
        ConfigError: Its block is broken.
    """
    entry = snapshot.targets.get(name)
    if entry is not None:
        return entry
    defined_target(snapshot, name)
    problem = snapshot.problem_of("targets", name)
    raise problem_error(problem) if problem else TargetNotFoundError(name)


def new_account(entry: AccountEntry, path: str) -> dict[str, Any]:
    """Make the block of an account that is about to be added.

    Args:
        entry: The account.
        path: The file it goes to, for errors.

    Raises:
        InvalidArgumentError: A value is missing, wrong, or of another type of account.
    """
    block = entry._asdict()
    del block["name"]
    for key in ("secret", "token"):
        if block[key] is not None:
            block[key] = block[key].get_secret_value()
    block = {key: value for key, value in block.items() if value is not None}
    refuse_foreign_fields(entry.name, entry.type, block)
    refuse_bad_variable(entry.token_env)
    refuse_problems(account_problems(entry.name, block, path))
    return block


def refuse_broken(before: Snapshot, problems: list[Problem]) -> None:
    """Raise for the first problem that a block would still have, with its line in the file."""
    if problems:
        lines = {problem.identity: problem.line for problem in before.problems}
        raise problem_error(problems[0]._replace(line=lines.get(problems[0].identity)))


def defined_account(snapshot: Snapshot, name: str) -> object:
    """The block of an account, sound or broken."""
    accounts = snapshot.defined("accounts")
    if name not in accounts:
        known = [clean(known) for known in sorted(accounts)]
        raise AccountNotFoundError(clean(name), known=known)
    return accounts[name]


def defined_target(snapshot: Snapshot, name: str) -> object:
    """The block of a target, sound or broken."""
    targets = snapshot.defined("targets")
    if name not in targets:
        known = [clean(known) for known in sorted(targets)]
        raise TargetNotFoundError(clean(name), known=known)
    return targets[name]


def referring_targets(snapshot: Snapshot, account: str) -> list[str]:
    """Names of the targets, sound or broken, that refer to an account."""
    return sorted(
        name
        for name, block in snapshot.defined("targets").items()
        if isinstance(block, dict) and block.get("account") == account
    )


def refuse_bad_name(name: str, what: str) -> None:
    """Refuse a name that a new account or target cannot have."""
    if not rules.is_name(name):
        raise InvalidArgumentError(
            f"{clean(name, 64)!r} cannot name {what}.",
            violation="name",
            hint="Use letters, digits, - and _, at most 64 of them.",
        )


def refuse_bad_ids(project: str | None, workspace: int | None) -> None:
    """Refuse a project or workspace that is none."""
    if project is not None and not rules.is_project(project):
        raise InvalidArgumentError(
            f"{shown(project)} is no project id.",
            violation="project",
            hint="A project id is a string of digits, such as 3713224.",
        )
    if workspace is not None and not (rules.is_workspace(workspace) and workspace < _TOML_END):
        raise InvalidArgumentError(
            f"{shown(workspace)} is no workspace id.",
            violation="workspace",
            hint="A workspace id is a whole number above zero, such as 3448413.",
        )


def refuse_foreign_fields(name: str, kind: object, fields: Mapping[str, Any]) -> None:
    """Refuse a field that another type of account has."""
    for field in fields:
        owner = _FIELDS_OF.get(field)
        if owner is not None and kind in rules.ACCOUNT_TYPES and kind != owner:
            raise InvalidArgumentError(
                f"{field} belongs to a {owner} account; {clean(name, 64)!r} is {kind}.",
                violation="foreign_field",
                detected_auth_type=str(kind),
                hint="The type of an account does not change: remove it and add it again.",
            )


def refuse_problems(problems: list[Problem]) -> None:
    """Raise for the first problem of a block that is about to be added."""
    if problems:
        problem = problems[0]
        in_place = problem.code == "bad_value" and problem.suggestion is None
        raise InvalidArgumentError(
            problem.summary,
            violation=problem.code,
            hint=None if in_place else problem.hint,
            details={"key": problem.key, "suggestion": problem.suggestion},
        )


def refuse_bad_variable(name: str | None) -> None:
    """Refuse what cannot name an environment variable."""
    if name is not None and not rules.is_env_name(name):
        raise InvalidArgumentError(
            f"{clean(name, 64)!r} cannot name an environment variable.",
            violation="token_env",
            hint="Give the name alone, without $: letters, digits and _, such as MP_CI_TOKEN.",
        )


def no_account_for_project() -> ConfigError:
    """Build the error for a project that has no account to be saved with."""
    return ConfigError(
        "A project is saved with an account, and no account is active.",
        hint="Choose one first: mp account use NAME",
    )
