"""The one owner of ``config.toml``: every reading and every change of it goes through here."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mixdesk.clock import Clock, SystemClock
from mixdesk.exceptions import (
    AccountExistsError,
    AccountInUseError,
    InvalidArgumentError,
    TargetExistsError,
)
from mixdesk.model import rules
from mixdesk.model.records import AccountEntry, ActiveEntry, Activity, Problem, TargetEntry
from mixdesk.model.rules import AccountType, Region
from mixdesk.model.secret import Secret
from mixdesk.store import activity, schema
from mixdesk.store.guards import (
    defined_account,
    defined_target,
    new_account,
    no_account_for_project,
    referring_targets,
    refuse_bad_ids,
    refuse_bad_name,
    refuse_bad_variable,
    refuse_broken,
    refuse_foreign_fields,
    sound_account,
    sound_target,
)
from mixdesk.store.snapshot import (
    ChangedMeanwhileError,
    Snapshot,
    fingerprint,
    read_snapshot,
)
from mixdesk.store.storage import Storage, default_config_path
from mixdesk.store.switches import (
    Switch,
    choice,
    last_switch,
    nothing_to_go_back_to,
    refuse_overtaken,
)

Result = TypeVar("Result")

if TYPE_CHECKING:
    from mixdesk.store.changes import Edited
    from mixdesk.store.files import Fingerprint
    from mixdesk.store.transaction import Transaction

_ATTEMPTS = 5
"""How often a change is made again when a program without locks changed the file meanwhile."""


class ConfigManager:
    """Reads and changes ``config.toml`` transactionally.

    Every change takes the file's lock, reads the file again, checks it, edits only what the
    change is about, checks the whole, writes it durably and releases the lock.

    Args:
        config_path: The file; None follows ``$MP_CONFIG_PATH``, then ``~/.mp/config.toml``, both
            looked up now.
        environ: Another environment than the process's own, for that look-up.
        storage: Where the activity log is; None looks it up like the file.
        clock: Another clock than this machine's.
        wait: Longest wait for the lock, in seconds.
    """

    def __init__(
        self,
        config_path: Path | str | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        storage: Storage | None = None,
        clock: Clock | None = None,
        wait: float = 10.0,
    ) -> None:
        environ = os.environ if environ is None else environ
        self._path = default_config_path(environ) if config_path is None else Path(config_path)
        self._storage = storage or Storage.from_environment(environ)
        self._clock = clock or SystemClock()
        self._wait = wait

    @property
    def path(self) -> Path:
        """The file, as it was named (perhaps a link to the real one)."""
        return self._path

    @property
    def config_path(self) -> Path:
        """The same as :attr:`path`, under the name ``mixpanel_headless`` has for it."""
        return self._path

    def snapshot(self) -> Snapshot:
        """Read the file, or reuse the last reading while it is unchanged.

        Raises:
            StoreError: The file cannot be read or is not TOML.
        """
        return read_snapshot(self._path)

    def fingerprint(self) -> Fingerprint | None:
        """The state of the file now (one ``stat``); None when there is no file."""
        return fingerprint(self._path)

    def problems(self) -> tuple[Problem, ...]:
        """What in the file does not hold, in its order."""
        return self.snapshot().problems

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Change the file: lock, read, check, the body's edits, check the whole, write, release.

        Yields:
            The transaction: ``before`` is the file as it is, ``document`` takes the edits. A body
            that raises writes nothing.

        Raises:
            StoreError: The file cannot be locked, read or written, or is not TOML.
            ConfigError: The change would add a problem to the file.
        """
        from mixdesk.store.transaction import transaction  # tomlkit: only for those who write

        with transaction(self._path, wait=self._wait) as change:
            yield change

    # --- accounts --------------------------------------------------------------------------

    def list_accounts(self) -> list[AccountEntry]:
        """The sound accounts, by name."""
        accounts = self.snapshot().accounts
        return [accounts[name] for name in sorted(accounts)]

    def get_account(self, name: str) -> AccountEntry:
        """One account.

        Args:
            name: The account.

        Returns:
            The account.

        Raises:
            AccountNotFoundError: There is none of this name.
            ConfigError: Its block is broken.
        """
        return sound_account(self.snapshot(), name)

    def add_account(
        self,
        name: str,
        *,
        type: AccountType,
        region: Region,
        default_project: str | None = None,
        username: str | None = None,
        secret: Secret | None = None,
        token: Secret | None = None,
        token_env: str | None = None,
    ) -> AccountEntry:
        """Add an account. The first one becomes active.

        Args:
            name: Letters, digits, ``-`` and ``_``, at most 64.
            type: How it proves who it is.
            region: Where its data lives.
            default_project: Its home project: a string of digits.
            username: For a service account.
            secret: For a service account.
            token: For a bearer account: the token itself,
            token_env: or the name of the variable that holds it.

        Returns:
            The account as saved.

        Raises:
            AccountExistsError: There is one of this name.
            InvalidArgumentError: A value is missing, wrong, or of another type of account.
            StoreError: The file cannot be changed.
        """
        entry = AccountEntry(
            name, type, region, default_project, username, secret, token, token_env
        )
        block = new_account(entry, str(self._path))

        def add(change: Transaction) -> None:
            accounts = change.before.defined("accounts")
            if name in accounts:
                raise AccountExistsError(name)
            change.document.add_table(("accounts", name), block)
            if not accounts:
                change.document.set_value(("active",), "account", name)
                change.document.delete_value(("active",), "workspace")

        self._change("account.add", (name,), add)
        return schema.account_entry(name, block)

    def update_account(
        self,
        name: str,
        *,
        region: Region | None = None,
        default_project: str | None = None,
        clear_default_project: bool = False,
        username: str | None = None,
        secret: Secret | None = None,
        token: Secret | None = None,
        token_env: str | None = None,
    ) -> AccountEntry:
        """Change what is given of an account; its type stays.

        Args:
            name: The account, sound or broken (a change may mend it).
            region: Where its data lives.
            default_project: Its home project. A new one for the active account clears
                ``[active].workspace``, which belongs to the old one.
            clear_default_project: Take the home project away.
            username: For a service account.
            secret: For a service account.
            token: For a bearer account; takes the place of ``token_env``.
            token_env: For a bearer account; takes the place of ``token``.

        Returns:
            The account as saved.

        Raises:
            AccountNotFoundError: There is none of this name.
            InvalidArgumentError: A value is wrong or of another type of account.
            ConfigError: The block would stay broken, or become so.
            StoreError: The file cannot be changed.
        """
        fields = {"region": region, "default_project": default_project, "username": username}
        fields |= {"secret": _reveal(secret), "token": _reveal(token), "token_env": token_env}
        given = {key: value for key, value in fields.items() if value is not None}
        refuse_bad_variable(token_env)
        if token is not None and token_env is not None:
            raise InvalidArgumentError(
                "A bearer account has a token or the name of a variable, not both.",
                violation="one_token",
                hint="Give one of them.",
            )
        if clear_default_project and default_project is not None:
            raise ValueError("default_project= and clear_default_project= exclude each other")

        def update(change: Transaction) -> AccountEntry:
            block = defined_account(change.before, name)
            if isinstance(block, dict):
                refuse_foreign_fields(name, block.get("type"), given)
            section = ("accounts", name)
            for key, other in (("token", "token_env"), ("token_env", "token")):
                if key in given:
                    change.document.delete_value(section, other)
            for key, value in given.items():
                change.document.set_value(section, key, value)
            if clear_default_project:
                change.document.delete_value(section, "default_project")
            after = change.document.data["accounts"][name]
            refuse_broken(change.before, schema.account_problems(name, after, change.before.path))
            _leave_old_project(change, name)
            return schema.account_entry(name, after)

        return self._change("account.update", (name,), update)

    def rename_account(self, name: str, new_name: str) -> None:
        """Give an account another name; targets and ``[active]`` follow.

        Args:
            name: The account, sound or broken.
            new_name: Letters, digits, ``-`` and ``_``, at most 64.

        Raises:
            AccountNotFoundError: There is none of this name.
            AccountExistsError: The new name is taken.
            InvalidArgumentError: The new name is not one.
            StoreError: The file cannot be changed.
        """
        refuse_bad_name(new_name, "an account")

        def rename(change: Transaction) -> None:
            defined_account(change.before, name)
            if new_name in change.before.defined("accounts"):
                raise AccountExistsError(new_name)
            change.document.rename_table(("accounts", name), new_name)
            change.moved[("accounts", name)] = ("accounts", new_name)
            for target in referring_targets(change.before, name):
                change.document.set_value(("targets", target), "account", new_name)
            if change.before.active.account == name:
                change.document.set_value(("active",), "account", new_name)

        self._change("account.rename", (name, new_name), rename)

    def remove_account(
        self, name: str, *, force: bool = False, with_targets: Collection[str] = ()
    ) -> list[str]:
        """Remove an account. Removing the active one clears both keys of ``[active]``.

        Args:
            name: The account, sound or broken.
            force: Remove it even though targets refer to it.
            with_targets: Those of the targets that refer to it which go with it.

        Returns:
            Names of the targets that are left without their account.

        Raises:
            AccountNotFoundError: There is none of this name.
            AccountInUseError: Targets refer to it, and ``force`` is not given.
            StoreError: The file cannot be changed.
        """

        def remove(change: Transaction) -> list[str]:
            defined_account(change.before, name)
            all_referring = referring_targets(change.before, name)
            referring = [target for target in all_referring if target not in with_targets]
            if referring and not force:
                raise AccountInUseError(name, referenced_by=referring)
            change.may_orphan = True
            for target in set(all_referring) - set(referring):
                change.document.delete_table(("targets", target))
            change.document.delete_table(("accounts", name))
            if change.before.active.account == name:
                change.document.delete_value(("active",), "account")
                change.document.delete_value(("active",), "workspace")
            return referring

        return self._change("account.remove", (name,), remove)

    def save_login(
        self, entry: AccountEntry, *, is_new: bool, before: Callable[[], None] | None = None
    ) -> None:
        """Save an account that has logged in, and make it the active one.

        Args:
            entry: The account. One that is there already keeps its home project if it has one, and
                gets the credentials that are given.
            is_new: Whether it is to be added.
            before: Called when all is checked, before the file is written: stores what must not
                come after it.

        Raises:
            AccountExistsError: It is new, and there is one of its name.
            AccountNotFoundError: It is not new, and there is none of its name.
            ConfigError: Its block is broken, or a value is.
            StoreError: The file cannot be changed.
        """
        block = new_account(entry, str(self._path))
        section = ("accounts", entry.name)

        def save(change: Transaction) -> None:
            if is_new and entry.name in change.before.defined("accounts"):
                raise AccountExistsError(entry.name)
            if is_new:
                change.document.add_table(section, block)
            else:
                _log_in_again(change, sound_account(change.before, entry.name), block)
            if change.before.active.account != entry.name:
                change.document.set_value(("active",), "account", entry.name)
                change.document.delete_value(("active",), "workspace")
            if before is not None:
                before()

        self._change("account.login", (entry.name,), save)

    # --- the active choice -----------------------------------------------------------------

    def get_active(self) -> ActiveEntry:
        """The persisted choice."""
        return self.snapshot().active

    def set_active(
        self, *, account: str | None = None, workspace: int | None = None
    ) -> ActiveEntry:
        """Save an account, a workspace, or both.

        Args:
            account: The new active account, which clears the workspace unless one is given with
                it; None leaves it alone.
            workspace: The new active workspace; None leaves it alone.

        Returns:
            The active choice as saved.

        Raises:
            AccountNotFoundError: There is no such account.
            InvalidArgumentError: The workspace is none.
            StoreError: The file cannot be changed.
        """
        return self.apply_session(account=account, workspace=workspace)

    def clear_active(self, *, account: bool = False, workspace: bool = False) -> ActiveEntry:
        """Take keys out of ``[active]``.

        Args:
            account: Take the account out, and the workspace with it.
            workspace: Take the workspace out.

        Returns:
            The active choice as saved.

        Raises:
            StoreError: The file cannot be changed.
        """

        def clear(change: Transaction) -> None:
            if account:
                change.document.delete_value(("active",), "account")
            if account or workspace:
                change.document.delete_value(("active",), "workspace")

        self._change("session.clear", (), clear)
        return self.get_active()

    def apply_session(
        self,
        *,
        account: str | None = None,
        project: str | None = None,
        workspace: int | None = None,
        clear_workspace: bool = False,
    ) -> ActiveEntry:
        """Save one or more axes in one transaction.

        Args:
            account: The new active account.
            project: The new home project of that account, or of the active one.
            workspace: The new active workspace.
            clear_workspace: Leave none.

        Returns:
            The active choice as saved.

        Raises:
            AccountNotFoundError: There is no such account.
            InvalidArgumentError: The project or workspace is none.
            ConfigError: A project without an account, or a broken account.
            StoreError: The file cannot be changed.
            ValueError: ``workspace`` and ``clear_workspace`` together.
        """
        if workspace is not None and clear_workspace:
            raise ValueError("workspace= and clear_workspace= exclude each other")
        refuse_bad_ids(project, workspace)

        def apply(change: Transaction) -> None:
            owner = account if account is not None else change.before.active.account
            if account is not None:
                sound_account(change.before, account)
                change.document.set_value(("active",), "account", account)
            if project is not None:
                if owner is None:
                    raise no_account_for_project()
                sound_account(change.before, owner)
                change.document.set_value(("accounts", owner), "default_project", project)
            if workspace is not None:
                change.document.set_value(("active",), "workspace", workspace)
            elif account is not None or project is not None or clear_workspace:
                change.document.delete_value(("active",), "workspace")

        verb = "account.use" if account is not None and project is None else "session.use"
        names = tuple(str(v) for v in (account, project, workspace) if v is not None)
        self._change(verb, names, apply)
        return self.get_active()

    def last_switch(self) -> Switch:
        """The last switch, which :meth:`go_back` would take back.

        Raises:
            ConfigError: As :meth:`go_back`.
            StoreError: The file cannot be read or is not TOML.
        """
        return _last_switch(self.snapshot())

    def go_back(self, switch: Switch | None = None) -> ActiveEntry:
        """Take the last switch back: account, workspace and home projects are as before it.

        To go back is a switch itself: done twice, everything is as it was.

        Args:
            switch: The last switch, as :meth:`last_switch` told it; None looks it up now.

        Returns:
            The active choice as saved.

        Raises:
            AccountNotFoundError: The account that was active before is gone.
            ConfigError: ``NO_SWITCH`` when there was none, ``SWITCH_OVERTAKEN`` when another
                program has changed account, workspace or home project since; or the account's
                block is broken.
            StoreError: The file cannot be changed.
        """
        names: list[str] = []

        def swap(change: Transaction) -> None:
            before = _last_switch(change.before, switch).before
            names[:] = [str(each) for each in (before.account, before.project) if each is not None]
            _put(change, ("active",), "account", before.account)
            _put(change, ("active",), "workspace", before.workspace)
            for account, project in before.homes.items():
                _put(change, ("accounts", account), "default_project", project)

        self._change("session.use", names, swap)
        return self.get_active()

    def take_back(
        self,
        edits: Sequence[Edited],
        *,
        verb: str,
        names: Sequence[str],
        before: Callable[[], None] | None = None,
    ) -> None:
        """Put back what changes of the file wrote, and keep what others have changed meanwhile.

        Args:
            edits: The changes, in the order in which they were made.
            verb: What the activity log calls it.
            names: Whom it is about.
            before: Called when nothing stands against it, before the file is written: stores what
                must not come after it.

        Raises:
            ConfigError: ``UNDO_OVERTAKEN`` when a key holds something else than the changes wrote.
            StoreError: The file cannot be changed.
        """
        from mixdesk.store.reverting import revert

        def put_back(change: Transaction) -> None:
            revert(change.document, change.before.text, edits)
            for edit in reversed(edits):
                change.accepted |= edit.problems
                for old, new in edit.moved.items():
                    first = next((name for name, to in change.moved.items() if to == new), new)
                    change.moved[first] = old
            if before is not None:
                before()

        self._change(verb, names, put_back)

    # --- targets ---------------------------------------------------------------------------

    def list_targets(self) -> list[TargetEntry]:
        """The sound targets, by name; their account may be gone."""
        targets = self.snapshot().targets
        return [targets[name] for name in sorted(targets)]

    def get_target(self, name: str) -> TargetEntry:
        """One target.

        Args:
            name: The target.

        Returns:
            The target; its account may be gone.

        Raises:
            TargetNotFoundError: There is none of this name.
            ConfigError: Its block is broken.
        """
        return sound_target(self.snapshot(), name)

    def add_target(
        self, name: str, *, account: str, project: str, workspace: int | None = None
    ) -> TargetEntry:
        """Save a target.

        Args:
            name: Letters, digits, ``-`` and ``_``, at most 64.
            account: Name of the account.
            project: Id of the project: a string of digits.
            workspace: Id of the workspace, if one is pinned.

        Returns:
            The target as saved.

        Raises:
            TargetExistsError: There is one of this name.
            AccountNotFoundError: There is no such account.
            InvalidArgumentError: The name, project or workspace is none.
            StoreError: The file cannot be changed.
        """
        refuse_bad_name(name, "a target")
        refuse_bad_ids(project, workspace)
        block = {"account": account, "project": project}
        values = block if workspace is None else {**block, "workspace": workspace}

        def add(change: Transaction) -> None:
            if name in change.before.defined("targets"):
                raise TargetExistsError(name)
            defined_account(change.before, account)
            change.document.add_table(("targets", name), values)

        self._change("target.add", (name,), add)
        return schema.target_entry(name, values)

    def update_target(
        self,
        name: str,
        *,
        account: str | None = None,
        project: str | None = None,
        workspace: int | None = None,
        clear_workspace: bool = False,
    ) -> TargetEntry:
        """Change what is given of a target.

        A new account or project takes the workspace away unless one is given: a workspace lives
        in one project.

        Args:
            name: The target, sound or broken (a change may mend it).
            account: Name of the account.
            project: Id of the project.
            workspace: Id of the workspace.
            clear_workspace: Pin none.

        Returns:
            The target as saved.

        Raises:
            TargetNotFoundError: There is none of this name.
            AccountNotFoundError: There is no such account.
            InvalidArgumentError: The project or workspace is none.
            ConfigError: The block would stay broken, or become so.
            StoreError: The file cannot be changed.
        """
        refuse_bad_ids(project, workspace)

        def update(change: Transaction) -> TargetEntry:
            block = defined_target(change.before, name)
            old = block if isinstance(block, dict) else {}
            section = ("targets", name)
            if account is not None:
                defined_account(change.before, account)
                change.document.set_value(section, "account", account)
            if project is not None:
                change.document.set_value(section, "project", project)
            moves = account not in (None, old.get("account")) or project not in (
                None,
                old.get("project"),
            )
            if workspace is not None:
                change.document.set_value(section, "workspace", workspace)
            elif moves or clear_workspace:
                change.document.delete_value(section, "workspace")
            after = change.document.data["targets"][name]
            refuse_broken(change.before, schema.target_problems(name, after, change.before.path))
            return schema.target_entry(name, after)

        return self._change("target.update", (name,), update)

    def rename_target(self, name: str, new_name: str) -> None:
        """Give a target another name.

        Args:
            name: The target, sound or broken.
            new_name: Letters, digits, ``-`` and ``_``, at most 64.

        Raises:
            TargetNotFoundError: There is none of this name.
            TargetExistsError: The new name is taken.
            InvalidArgumentError: The new name is not one.
            StoreError: The file cannot be changed.
        """
        refuse_bad_name(new_name, "a target")

        def rename(change: Transaction) -> None:
            defined_target(change.before, name)
            if new_name in change.before.defined("targets"):
                raise TargetExistsError(new_name)
            change.document.rename_table(("targets", name), new_name)
            change.moved[("targets", name)] = ("targets", new_name)

        self._change("target.rename", (name, new_name), rename)

    def remove_target(self, name: str) -> None:
        """Remove a target.

        Args:
            name: The target, sound or broken.

        Raises:
            TargetNotFoundError: There is none of this name.
            StoreError: The file cannot be changed.
        """

        def remove(change: Transaction) -> None:
            defined_target(change.before, name)
            change.document.delete_table(("targets", name))

        self._change("target.remove", (name,), remove)

    def apply_target(self, name: str) -> ActiveEntry:
        """Make a target current: account, its home project, and workspace, in one transaction.

        Args:
            name: The target.

        Returns:
            The active choice as saved.

        Raises:
            TargetNotFoundError: There is none of this name.
            AccountNotFoundError: Its account is gone.
            ConfigError: Its block, or its account's, is broken.
            StoreError: The file cannot be changed.
        """

        def apply(change: Transaction) -> None:
            target = sound_target(change.before, name)
            sound_account(change.before, target.account)
            section = ("accounts", target.account)
            change.document.set_value(("active",), "account", target.account)
            change.document.set_value(section, "default_project", target.project)
            if target.workspace is None:
                change.document.delete_value(("active",), "workspace")
            else:
                change.document.set_value(("active",), "workspace", target.workspace)

        self._change("target.use", (name,), apply)
        return self.get_active()

    # --- settings --------------------------------------------------------------------------

    def get_custom_header(self) -> tuple[str, str] | None:
        """``[settings].custom_header``: name and value, or None."""
        return self.snapshot().custom_header

    def set_custom_header(self, *, name: str, value: str) -> None:
        """Save the header that is sent with every request.

        Args:
            name: An HTTP field name (RFC 9110, section 5.1).
            value: An HTTP field value (RFC 9110, section 5.5).

        Raises:
            InvalidArgumentError: One of them is none.
            StoreError: The file cannot be changed.
        """
        if not rules.is_header_name(name) or not rules.is_header_value(value):
            raise InvalidArgumentError(
                "This cannot be sent as an HTTP header.",
                violation="header",
                hint="A name is letters, digits and -; a value is one line of text.",
            )

        def change_header(change: Transaction) -> None:
            settings = change.before.data.get("settings", {})
            if isinstance(settings, dict) and isinstance(settings.get("custom_header"), dict):
                section = ("settings", "custom_header")
                for key in settings["custom_header"].keys() - {"name", "value"}:
                    change.document.delete_value(section, key)
                change.document.set_value(section, "name", name)
                change.document.set_value(section, "value", value)
            else:
                header = {"name": name, "value": value}
                change.document.set_value(("settings",), "custom_header", header)

        self._change("settings.header", (name,), change_header)

    def _change(
        self, verb: str, names: Sequence[str], body: Callable[[Transaction], Result]
    ) -> Result:
        """Run one operation as a transaction and note it in the activity log."""
        result, wrote = self._attempt(body)
        if wrote:
            entry = Activity(at=self._clock.now(), verb=verb, names=tuple(names), pid=os.getpid())
            activity.record(self._storage.activity, entry)
        return result

    def _attempt(self, body: Callable[[Transaction], Result]) -> tuple[Result, bool]:
        """Make a change, again if a program without locks changed the file meanwhile."""
        for left in reversed(range(_ATTEMPTS)):
            try:
                with self.transaction() as change:
                    result = body(change)
                return result, change.wrote
            except ChangedMeanwhileError:
                if not left:
                    raise
        raise AssertionError("unreachable: the last attempt returns or raises")


def _log_in_again(change: Transaction, known: AccountEntry, block: Mapping[str, Any]) -> None:
    """Give an account its new credentials; whatever else it has stays."""
    section = ("accounts", known.name)
    if known.default_project is None and "default_project" in block:
        change.document.set_value(section, "default_project", block["default_project"])
        _leave_old_project(change, known.name)
    for key, other in (("token", "token_env"), ("token_env", "token"), ("secret", "")):
        if key not in block:
            continue
        if other and getattr(known, other) is not None:
            change.document.delete_value(section, other)
        change.document.set_value(section, key, block[key])
    if "username" in block:
        change.document.set_value(section, "username", block["username"])


def _leave_old_project(change: Transaction, name: str) -> None:
    """Clear the active workspace if the active account's project changes: it lives in the old."""
    if change.before.active.account != name:
        return
    old = change.before.defined("accounts")[name]
    new = change.document.data["accounts"][name]
    if old.get("default_project") != new.get("default_project"):
        change.document.delete_value(("active",), "workspace")


def _last_switch(now: Snapshot, known: Switch | None = None) -> Switch:
    """The last switch, if it can be taken back."""
    switch = known or last_switch(now.place)
    if switch is None:
        raise nothing_to_go_back_to()
    if switch.before.account is not None:
        sound_account(now, switch.before.account)
    refuse_overtaken(switch, choice(now.checked, switch.after.homes))
    return switch


def _put(change: Transaction, section: tuple[str, ...], key: str, value: str | int | None) -> None:
    if value is None:
        change.document.delete_value(section, key)
    else:
        change.document.set_value(section, key, value)


def _reveal(secret: Secret | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
