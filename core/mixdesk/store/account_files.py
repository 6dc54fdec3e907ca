"""The files of one account, all together: kept in memory, and brought back whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

from mixdesk.exceptions import StoreError
from mixdesk.store.changes import FilesTaken, Kept
from mixdesk.store.files import (
    ME_LIMIT,
    Place,
    confirm,
    open_directory,
    read_file,
    write_file,
    writing_failed,
)
from mixdesk.store.reverting import overtaken
from mixdesk.store.storage import Storage

_UNFINISHED = re.compile(r"\..+\.[0-9]+-[0-9a-f]{12}\.tmp", re.DOTALL)


def keep_files(storage: Storage, account: str, only: Collection[str] | None = None) -> FilesTaken:
    """Read files of an account that are about to be removed.

    Args:
        storage: Where they are.
        account: The account, whose lock the caller holds if the whole directory goes.
        only: Names of the files that go; None means all, and the directory.
    """
    names = [name for name in _names(storage, account) if only is None or name in only]
    found = {name: read_kept(storage, account, name) for name in names}
    files = {name: kept for name, kept in found.items() if kept is not None}
    left_out = tuple(sorted(found.keys() - files.keys()))
    return FilesTaken(account, files, left_out, is_whole=only is None)


def read_kept(storage: Storage, account: str, name: str) -> Kept | None:
    """Read one file of an account; None where there is none, or none that is safe to read."""
    try:
        content = read_file(storage.account(account, name), limit=ME_LIMIT)
    except StoreError:
        return None
    return None if content is None else Kept(content)


def remove_unfinished(directory: Path) -> None:
    """Remove what killed writers left beside the accounts' directories.

    The caller holds the lock of the storage's logins, as every such writer does.
    """
    with suppress(OSError):
        for name in filter(_UNFINISHED.fullmatch, os.listdir(directory)):
            shutil.rmtree(directory / name, ignore_errors=True)


def put_back_answers(storage: Storage, taken: FilesTaken) -> None:
    """Write what was kept of the server's answers again: only a cache, so nothing is said."""
    for name, kept in taken.files.items():
        with suppress(StoreError):
            write_file(storage.account(taken.account, name), kept.get_content(), limit=ME_LIMIT)


class Restoration:
    """Brings the directory of an account back: written beside its place, then moved there.

    Args:
        storage: Where it goes.
        taken: What was in it.
    """

    def __init__(self, storage: Storage, taken: FilesTaken) -> None:
        self._storage = storage
        self._taken = taken
        self._directory = storage.account_directory(taken.account)
        self._is_there = False

    def put_back(self) -> None:
        """Bring the directory back; done twice, it is done once.

        Raises:
            ConfigError: ``UNDO_OVERTAKEN``: there are other files in its place.
            StoreError: It cannot be written; nothing of it is left.
        """
        if self._is_there:
            return
        place = Place(str(self._directory), str(self._storage.base))
        self._refuse_others()
        if not self._taken.files:
            return
        temporary = f".{place.name}.{os.getpid()}-{os.urandom(6).hex()}.tmp"
        beside = place.sibling(temporary)
        try:
            for name, kept in self._taken.files.items():
                file = Place(os.path.join(beside.path, name), beside.base)
                write_file(file, kept.get_content(), limit=ME_LIMIT)
            with open_directory(place) as directory:
                if os.path.isdir(place.path):
                    shutil.rmtree(place.path)
                os.rename(temporary, place.name, src_dir_fd=directory, dst_dir_fd=directory)
                self._is_there = True
                confirm(place, directory)
        except OSError as error:
            raise writing_failed(place.path, error) from None
        finally:
            shutil.rmtree(beside.path, ignore_errors=True)

    def take_away(self) -> None:
        """Remove what was brought back: the account itself could not be."""
        if self._is_there:
            self._is_there = False
            shutil.rmtree(self._directory, ignore_errors=True)

    def _refuse_others(self) -> None:
        """What a removal that failed half-way has left is no other file."""
        account = self._taken.account
        for name in _names(self._storage, account):
            if not _is_same(self._taken.files, name, read_kept(self._storage, account, name)):
                raise overtaken(f"there are other files of an account {account} now")


def _is_same(files: Mapping[str, Kept], name: str, there: Kept | None) -> bool:
    kept = files.get(name)
    return kept is not None and there is not None and kept.get_content() == there.get_content()


def _names(storage: Storage, account: str) -> list[str]:
    """The files of an account, without locks and unfinished ones."""
    try:
        with os.scandir(storage.account_directory(account)) as entries:
            names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    except OSError:
        return []
    return sorted(name for name in names if not name.endswith((".lock", ".tmp")))
