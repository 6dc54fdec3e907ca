"""Undoing a change that was recorded: everything of it, or nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, NamedTuple

from mixdesk.exceptions import MixdeskError, StoreError
from mixdesk.model.records import AccountEntry
from mixdesk.model.text import clean
from mixdesk.ops.accounts import forget_answers, move_files, remove_files
from mixdesk.ops.context import Context
from mixdesk.ops.targets import list_targets
from mixdesk.store.account_files import Restoration, put_back_answers
from mixdesk.store.changes import Change, Chosen, Edited, FilesTaken, recording, table_of
from mixdesk.store.document import Document
from mixdesk.store.files import read_file, write_file
from mixdesk.store.locks import ACCOUNT_WAIT, CONFIG_WAIT, locked
from mixdesk.store.recording import told_to
from mixdesk.store.reverting import overtaken, revert
from mixdesk.store.snapshot import decode, parse
from mixdesk.store.storage import Storage


class Undone(NamedTuple):
    """What an undo has done."""

    lost: tuple[str, ...] = ()
    """Files that did not come back: they were not safe to read when they were removed."""


def undo(ctx: Context, change: Change) -> Undone:
    """Take a change back: what it wrote, where that still stands.

    The files of an account come back before the account does, and go after it.

    Args:
        ctx: Where the files are.
        change: What :func:`~mixdesk.store.changes.recording` has recorded.

    Returns:
        What did not come back.

    Raises:
        ConfigError: ``UNDO_OVERTAKEN``: something holds something else now, and nothing was
            changed.
        StoreError: A file cannot be locked, read or written.
    """
    with told_to(None):
        return _Undoing(ctx, change).run()


def guarded_by(ctx: Context, change: Change) -> str | None:
    """The protected target that an undo would make current, leave open, or take away.

    Whoever undoes such a change is to type its name, as for the same done otherwise.

    Raises:
        StoreError: The file cannot be read or is not TOML.
    """
    rows = {row.name: row for row in list_targets(ctx) if row.is_protected}
    place = change.came_from
    if place is not None and place.account is not None:
        for row in rows.values():
            if Chosen(row.account, row.project, row.workspace) == place:
                return row.name
    gone = _gained(change.edits("config"), _targets) | _gained(
        change.edits("preferences"), protected_in
    )
    return next((name for name in rows if name in gone), None)


def _gained(
    edits: Sequence[Edited], names: Callable[[Mapping[str, Any]], Collection[str]]
) -> set[str]:
    """What names a change has added to a file."""
    return set(names(edits[-1].new)) - set(names(edits[0].old)) if edits else set()


def protected_in(preferences: Mapping[str, Any]) -> list[str]:
    """The protected targets in the preferences' own words."""
    found = table_of(preferences, "targets").get("protected")
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _targets(config: Mapping[str, Any]) -> Collection[str]:
    return table_of(config, "targets")


class _Undoing:
    """One undo: what it is about is worked out first, then everything is done in order."""

    def __init__(self, ctx: Context, change: Change) -> None:
        self._ctx = ctx
        self._change = change
        self._edits = change.edits("config")
        taken = [step for step in change.steps if isinstance(step, FilesTaken)]
        self._removed = [step for step in taken if step.is_whole]
        self._answers = [step for step in taken if not step.is_whole]
        self._renamed = _renamed(self._edits)
        self._added = _added(self._edits)

    def run(self) -> Undone:
        self._refuse_files_in_the_way()
        before = self._ctx.config.snapshot().accounts
        unconfirmed = None
        with ExitStack() as stack:
            preferences = self._change.edits("preferences")
            if preferences:
                stack.enter_context(_preferences(self._ctx.storage, preferences, self._edits))
            if self._edits:
                unconfirmed = self._revert_config()
        for name in self._added:
            remove_files(self._ctx, name)
        self._revert_answers(before)
        if unconfirmed is not None:
            raise unconfirmed
        return Undone(tuple(name for step in self._removed for name in step.left_out))

    def _refuse_files_in_the_way(self) -> None:
        """Look at what the config does not tell: whose files there are."""
        storage = self._ctx.storage
        for _, name in self._renamed:
            if storage.account_directory(name).exists() and not self._is_cased(name):
                raise overtaken(f"there are files of an account {clean(name, 64)} now")
        for name in self._added:
            has_tokens = os.path.lexists(storage.account(name, "tokens.json").path)
            if has_tokens and name != self._change.new_login:
                raise overtaken(f"account {clean(name, 64)} has logged in since")

    def _is_cased(self, name: str) -> bool:
        """Whether the directory is the account's own, where case makes no difference."""
        own = {old: new for new, old in self._renamed}[name]
        storage = self._ctx.storage
        new, old = storage.account_directory(own), storage.account_directory(name)
        return new.exists() and old.samefile(new)

    def _revert_config(self) -> MixdeskError | None:
        """Put the config back; return why the disk does not confirm that, where it does not."""
        unconfirmed = None
        with ExitStack() as stack:
            if self._removed:  # whoever tidies up takes this lock too, and leaves ours alone
                stack.enter_context(locked(self._ctx.storage.login, wait=ACCOUNT_WAIT))
            files = [Restoration(self._ctx.storage, step) for step in self._removed]

            def put_back() -> None:
                for each in files:
                    each.put_back()

            try:
                with recording() as made:
                    self._take_back(self._edits, put_back)
            except MixdeskError as error:
                if not self._has_come_through():
                    for each in files:
                        each.take_away()
                    raise
                unconfirmed = error
        self._move_files(made.change)
        return unconfirmed

    def _has_come_through(self) -> bool:
        """Whether the config is written, although that ended in an error."""
        names = [step.account for step in self._removed] + [old for _, old in self._renamed]
        with suppress(MixdeskError):
            there = self._ctx.config.snapshot().defined("accounts")
            return bool(names) and all(name in there for name in names)
        return False

    def _take_back(self, edits: Sequence[Edited], before: Any = None) -> None:
        activity = self._change.activity
        verb = f"undo.{activity.verb}" if activity else "undo"
        names = activity.names if activity else ()
        self._ctx.config.take_back(edits, verb=verb, names=names, before=before)

    def _move_files(self, made: Change | None) -> None:
        """Move the files of renamed accounts; where that fails, the accounts keep their names."""
        try:
            for new, old in self._renamed:
                move_files(self._ctx, new, old)
        except StoreError:
            if made is not None:
                self._ctx.config.take_back(made.edits("config"), verb="undo", names=())
            raise

    def _revert_answers(self, before: Any) -> None:
        """What Mixpanel said of a credential that is gone again is forgotten, the rest is back."""
        now = self._ctx.config.snapshot().accounts
        names = {old: new for new, old in reversed(self._renamed)}
        for name, entry in now.items():
            known: AccountEntry | None = before.get(names.get(name, name))
            forget_answers(self._ctx, known._replace(name=name) if known else None, entry)
        for step in self._answers:
            put_back_answers(self._ctx.storage, step)


def _renamed(edits: Sequence[Edited]) -> list[tuple[str, str]]:
    """The accounts that have another name because of a change: that name, and the one before."""
    before: dict[str, str] = {}
    for edit in edits:
        for (kind, old), (_, new) in edit.moved.items():
            if kind == "accounts":
                before[new] = before.pop(old, old)
    return [(new, old) for new, old in before.items() if new != old]


def _added(edits: Sequence[Edited]) -> list[str]:
    """The accounts that are there because of a change."""
    renamed = {new[1] for edit in edits for new in edit.moved.values() if new[0] == "accounts"}
    return sorted(_gained(edits, lambda data: table_of(data, "accounts")) - renamed)


@contextmanager
def _preferences(
    storage: Storage, edits: Sequence[Edited], config: Sequence[Edited]
) -> Iterator[None]:
    """Take changes of the preferences back, around the change of the config that they go with.

    While that is under way every target that is protected before or after it is: at no moment is
    one left open.
    """
    place = storage.preferences
    with locked(place, wait=CONFIG_WAIT):
        content = read_file(place) or b""
        text = decode(content, place.path)
        document = Document(text, parse(text, place.path), place.path)
        revert(document, text, edits)
        after = document.finish()[0].encode()
        try:
            write_file(place, _both(content, after, place.path) if config else after)
            yield
        except BaseException:
            with suppress(MixdeskError):
                write_file(place, content)
            raise
        if config:
            write_file(place, after)


def _both(before: bytes, after: bytes, path: str) -> bytes:
    """The preferences after a change, with the protection of those before it as well."""
    old, new = (parse(each.decode(), path) for each in (before, after))
    names = list(dict.fromkeys([*protected_in(old), *protected_in(new)]))
    document = Document(after.decode(), new, path)
    if names:
        document.set_value(("targets",), "protected", names)
    return document.finish()[0].encode()
