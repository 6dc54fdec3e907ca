"""``config.toml.previous``: the last switch, so that it can be taken back exactly.

It lies beside the real ``config.toml`` and is written under that file's lock by whatever change
makes somebody else current. It holds names and ids, no secret. It is a comfort: what hinders it
hinders nothing else, and because it says what the switch made of the file, one that was missed or
that another program has overtaken is noticed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from mixdesk.exceptions import ConfigError, StoreError
from mixdesk.model import rules
from mixdesk.model.records import Section
from mixdesk.model.text import clean
from mixdesk.store.files import (
    FILE_LIMIT,
    Place,
    close,
    make_private,
    open_directory,
    read_file,
    refuse_unsafe,
)
from mixdesk.store.schema import Checked

_OPEN = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


class Choice(NamedTuple):
    """Who is active, with the home projects of the accounts that a switch is about."""

    account: str | None
    workspace: int | None
    homes: Mapping[str, str | None]

    @property
    def project(self) -> str | None:
        """The home project of the active account."""
        return self.homes.get(self.account or "")


class Switch(NamedTuple):
    """One switch: what was chosen before it, and after it, about the same accounts."""

    before: Choice
    after: Choice


def choice(checked: Checked, accounts: Iterable[str]) -> Choice:
    """What a file chooses, and the home projects that it has for some accounts."""
    homes = {name: _home(checked, name) for name in accounts}
    return Choice(checked.active.account, checked.active.workspace, homes)


def note(config: Place, before: Checked, after: Checked, moved: Mapping[Section, Section]) -> None:
    """Note a change of the file if it was a switch. The caller holds the file's lock.

    Args:
        config: The file.
        before: What it was.
        after: What it is.
        moved: Tables with a new name: an account that is renamed is no other account.
    """
    names = {old[1]: new[1] for old, new in moved.items() if old[0] == "accounts"}
    if names:
        _rename(config, names)
    active = [name for name in (before.active.account, after.active.account) if name]
    old = _renamed(choice(before, [name for name in active if name in _accounts(before)]), names)
    # An account that was just added or removed has no home project to go back to.
    homes = {name: home for name, home in old.homes.items() if name in _accounts(after)}
    old, new = old._replace(homes=homes), choice(after, homes)
    if old != new:
        _write(config, Switch(old, new))


def last_switch(config: Place) -> Switch | None:
    """The last switch; None when there was none, or what is noted of it makes no sense.

    Args:
        config: The file that it changed.
    """
    try:
        line, _, _ = (read_file(_place(config)) or b"").partition(b"\n")
        fields = json.loads(line)
        switch = Switch(_choice(fields["before"]), _choice(fields["after"]))
    except (StoreError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return switch if switch.before.homes.keys() == switch.after.homes.keys() else None


def refuse_overtaken(switch: Switch, now: Choice) -> None:
    """Raise if the file is not as the switch left it: another program may have switched too.

    Raises:
        ConfigError: ``SWITCH_OVERTAKEN``, with what is different.
    """
    if now == switch.after:
        return
    raise ConfigError(
        f"Since the last switch something was changed: {_differences(switch.after, now)}.",
        code="SWITCH_OVERTAKEN",
        hint=f"What came before that is not known. Before the switch: {described(switch.before)}.\n"
        "Say where to go: mp use NAME",
        details={"before": described(switch.before), "now": described(now)},
    )


def nothing_to_go_back_to() -> ConfigError:
    """Build the error for a file in which nobody has switched yet."""
    return ConfigError(
        "There is no switch to take back.",
        code="NO_SWITCH",
        hint="Say where to go: mp use NAME",
    )


def described(where: Choice) -> str:
    """A choice in words: ``account team › project 3713224 › workspace 3448413``."""
    parts = [
        f"account {clean(where.account)}" if where.account else "no account",
        f"project {clean(where.project)}" if where.project else "no project",
        f"workspace {where.workspace}" if where.workspace else "",
    ]
    return " › ".join(part for part in parts if part)


def _differences(then: Choice, now: Choice) -> str:
    found = []
    if now.account != then.account:
        found.append(f"the active account is {_name(now.account)}, not {_name(then.account)}")
    if now.workspace != then.workspace:
        found.append(f"the workspace is {_name(now.workspace)}, not {_name(then.workspace)}")
    for account, project in now.homes.items():
        if project != then.homes[account]:
            home = f"the home project of {_name(account)}"
            found.append(f"{home} is {_name(project)}, not {_name(then.homes[account])}")
    return ", and ".join(found)


def _name(value: str | int | None) -> str:
    return "none" if value is None else clean(str(value), 64)


def _accounts(checked: Checked) -> Mapping[str, Any]:
    blocks = checked.data.get("accounts")
    return blocks if isinstance(blocks, dict) else {}


def _home(checked: Checked, account: str) -> str | None:
    block = _accounts(checked).get(account)
    project = block.get("default_project") if isinstance(block, dict) else None
    return project if isinstance(project, str) else None


def _renamed(where: Choice, names: Mapping[str, str]) -> Choice:
    if not names:
        return where
    homes = {names.get(name, name): project for name, project in where.homes.items()}
    account = names.get(where.account, where.account) if where.account else None
    return Choice(account, where.workspace, homes)


def _rename(config: Place, names: Mapping[str, str]) -> None:
    switch = last_switch(config)
    if switch is not None and switch.before.homes.keys() & names.keys():
        _write(config, Switch(*(_renamed(each, names) for each in switch)))


def _choice(fields: Any) -> Choice:
    """Read what was written; raises for anything else."""
    account, workspace, homes = fields["account"], fields["workspace"], dict(fields["homes"])
    is_sound = (
        (account is None or isinstance(account, str))
        and (workspace is None or rules.is_workspace(workspace))
        and all(home is None or isinstance(home, str) for home in homes.values())
    )
    if not is_sound:
        raise ValueError("this is no choice")
    return Choice(account, workspace, homes)


def _write(config: Place, switch: Switch) -> None:
    """Write one line over the last one. It is not synced: a switch does not wait for it."""
    place = _place(config)
    fields = {name: each._asdict() for name, each in switch._asdict().items()}
    line = (json.dumps(fields) + "\n").encode()
    with suppress(OSError, StoreError), open_directory(place) as directory:
        descriptor = os.open(place.name, _OPEN, 0o600, dir_fd=directory)
        try:
            make_private(descriptor)
            refuse_unsafe(place.path, os.fstat(descriptor), FILE_LIMIT)
            os.pwrite(descriptor, line, 0)
            os.ftruncate(descriptor, len(line))
        finally:
            close(descriptor)


def _place(config: Place) -> Place:
    return config.sibling(config.name + ".previous")
