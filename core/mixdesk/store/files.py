"""Reading files that may have been tampered with, and writing files that must survive.

A credential file is read only if nobody else can have had a hand in it: no symlink at any
component below the trusted base, a regular file of this user with one name and no group or world
bits, opened once and checked on the descriptor. A write is a new file beside the old one (created
exclusively, 0600), fsync, rename, fsync of the directory: killed anywhere, the file is the old
one or the new one.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from mixdesk.exceptions import StoreError

FILE_LIMIT = 1 << 20
"""Largest file of a kind that has no limit of its own, in bytes."""

CONFIG_LIMIT = 16 << 20
ME_LIMIT = 64 << 20

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_TEMPORARY = re.compile(r"\.(.+)\.[0-9]+-[0-9a-f]{12}\.tmp", re.DOTALL)
_CLOCK_REALTIME_COARSE = 5  # of Linux, which dates files by it
_SETTLED_NS = 50_000_000
"""A file read within this time of its change may change again with the same fingerprint."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH

_ERRNO_HINTS = {
    errno.ENOSPC: "Free some space on that disk and try again.",
    errno.EDQUOT: "Your quota on that disk is used up; free some space and try again.",
    errno.EROFS: "That disk is mounted read-only. MP_CONFIG_PATH and MP_STORAGE_DIR name others.",
    errno.EACCES: "Check who owns it and its permissions.",
    errno.EPERM: "Check who owns it and its permissions.",
    errno.EIO: "The disk reports a fault; check it before you try again.",
}


class Fingerprint(NamedTuple):
    """What tells one state of a file from another without reading it."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    mode: int
    """Who may read it is part of what there is to say about a file,"""
    links: int
    """and so is a second name."""

    @classmethod
    def of(cls, status: os.stat_result) -> Fingerprint:
        """Take the fingerprint from a ``stat`` result."""
        return cls(
            status.st_dev,
            status.st_ino,
            status.st_size,
            status.st_mtime_ns,
            status.st_mode,
            status.st_nlink,
        )

    def is_settled(self, read_ns: int) -> bool:
        """Whether a file that was read then cannot have changed since with this fingerprint.

        Args:
            read_ns: :func:`file_time_ns` when it was read.
        """
        return read_ns - self.mtime_ns > _SETTLED_NS


def file_time_ns() -> int:
    """The time by which files are dated, in nanoseconds.

    The exact clock is ahead of it: by milliseconds, and by a quarter of a second where the
    processor that keeps the time was away. By that clock a file of this moment would look old.
    """
    if sys.platform == "linux":
        return time.clock_gettime_ns(_CLOCK_REALTIME_COARSE)
    return time.time_ns()


class Place(NamedTuple):
    """A path, and the directory above it that is trusted to be what it says.

    Components between ``base`` and the file are opened one by one, none of them through a link.
    """

    path: str
    base: str

    @property
    def name(self) -> str:
        """The last component."""
        return os.path.basename(self.path)

    def sibling(self, name: str) -> Place:
        """Another file in the same directory."""
        return Place(os.path.join(os.path.dirname(self.path), name), self.base)


def fingerprint(place: Place) -> Fingerprint | None:
    """The state of a file now, without following a link or reading it; None when there is none."""
    try:
        return Fingerprint.of(os.lstat(place.path))
    except OSError:
        return None


def read_file(place: Place, limit: int = FILE_LIMIT) -> bytes | None:
    """Read a file that only this user can have written.

    Args:
        place: The file.
        limit: Largest size accepted, in bytes.

    Returns:
        Its content, or None when it does not exist.

    Raises:
        StoreError: ``STORE_UNSAFE_PATH`` for a link, a FIFO, a device, a second name, a foreign
            owner, group or world bits, or a file over ``limit``; ``STORE_IO`` otherwise.
    """
    try:
        with open_directory(place) as directory:
            descriptor = os.open(place.name, _READ, dir_fd=directory)
    except FileNotFoundError:
        return None
    except StoreError:
        if not os.path.lexists(place.path):  # nothing there that the directory could betray
            return None
        raise
    except OSError as error:
        raise reading_failed(place.path, error) from None
    try:
        status = os.fstat(descriptor)
        refuse_unsafe(place.path, status, limit)
        return read_descriptor(descriptor, status.st_size, limit, place.path)
    except OSError as error:
        raise reading_failed(place.path, error) from None
    finally:
        close(descriptor)


def close(descriptor: int) -> None:
    """Close what nothing was written through: there is nothing left that could fail."""
    with suppress(OSError):
        os.close(descriptor)


def read_descriptor(descriptor: int, size: int, limit: int, path: str) -> bytes:
    """Read an open file to its end, and refuse one that grows past ``limit`` meanwhile."""
    parts = []
    total = 0
    while chunk := os.read(descriptor, max(size - total, 0) + 1):
        parts.append(chunk)
        total += len(chunk)
        if total > limit:
            raise unsafe(path, f"is larger than {limit:,} bytes", "size")
    return b"".join(parts)


def refuse_unsafe(path: str, status: os.stat_result, limit: int) -> None:
    """Raise unless ``status`` is that of a private, regular file of this user."""
    if not stat.S_ISREG(status.st_mode):
        raise unsafe(path, "is not a regular file", "kind")
    if status.st_uid != os.geteuid():
        raise unsafe(path, f"belongs to another user (uid {status.st_uid})", "owner")
    if status.st_nlink > 1:
        raise unsafe(path, "has a second name (a hard link)", "hard_link")
    if status.st_mode & _OTHERS:
        raise StoreError(
            f"{path} can be read or changed by others (mode {status.st_mode & 0o7777:04o}).",
            code="STORE_UNSAFE_PATH",
            path=path,
            hint=f"Make it yours alone: chmod 600 {path}",
            details={"reason": "mode", "mode": status.st_mode & 0o7777},
        )
    if status.st_size > limit:
        raise unsafe(path, f"is larger than {limit:,} bytes", "size")


def make_private(descriptor: int) -> None:
    """Give a file of ours that was opened the mode 0600, whatever the umask made of it."""
    status = os.fstat(descriptor)
    is_ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid()
    if is_ours and status.st_nlink == 1 and status.st_mode & 0o7777 != 0o600:
        os.fchmod(descriptor, 0o600)


def write_file(
    place: Place,
    content: bytes,
    *,
    limit: int = FILE_LIMIT,
    before_rename: Callable[[], None] | None = None,
) -> Fingerprint:
    """Replace a file durably, or leave it exactly as it was.

    The caller holds the file's lock, so every leftover of an earlier writer is dead and removed.

    Args:
        place: The file; its directories are made when they are missing (0700).
        content: The whole new content.
        limit: Largest size that a reader would accept, in bytes.
        before_rename: Called when all is written but the name; raises to call it off.

    Returns:
        The fingerprint of the new file.

    Raises:
        StoreError: ``STORE_IO`` when the disk refuses (full, read-only, faulty), and
            ``STORE_UNSAFE_PATH`` for a link on the way or content over ``limit``.
    """
    if len(content) > limit:
        raise StoreError(
            f"{place.path} would be larger than {limit:,} bytes, more than is ever read back.",
            code="STORE_UNSAFE_PATH",
            path=place.path,
            hint="Nothing was written.",
            details={"reason": "size"},
        )
    try:
        with open_directory(place, create=True) as directory:
            _remove_leftovers(place.name, directory)
            return _replace(place, content, directory, before_rename)
    except OSError as error:
        raise writing_failed(place.path, error) from None


def remove_file(place: Place) -> bool:
    """Remove a file and make its removal durable.

    Returns:
        Whether there was one.

    Raises:
        StoreError: ``STORE_IO`` or ``STORE_UNSAFE_PATH``.
    """
    try:
        with open_directory(place) as directory:
            os.unlink(place.name, dir_fd=directory)
            confirm(place, directory)
        return True
    except FileNotFoundError:
        return False
    except OSError as error:
        raise writing_failed(place.path, error) from None


def names_with_leftovers(directory: str) -> set[str]:
    """The files of a directory whose writers were killed before they could tidy up."""
    try:
        with os.scandir(directory) as entries:
            found = (_TEMPORARY.fullmatch(entry.name) for entry in entries)
            return {match[1] for match in found if match}
    except OSError:
        return set()


def remove_leftovers(place: Place) -> None:
    """Remove what killed writers of this file left. The caller holds the file's lock."""
    with suppress(OSError), open_directory(place) as directory:
        _remove_leftovers(place.name, directory)


@contextmanager
def open_directory(place: Place, *, create: bool = False) -> Iterator[int]:
    """Open the directory of ``place``, walking down from its base without following links.

    Args:
        place: A file in it.
        create: Make missing directories, 0700 from the start.

    Yields:
        A descriptor of the directory.

    Raises:
        StoreError: ``STORE_UNSAFE_PATH`` for a link on the way, or a directory that another user
            owns or that others may write.
        OSError: As the system says.
    """
    path = place.base
    current = _open_base(path, create=create)
    try:
        for part in _parts_below(place):
            path = os.path.join(path, part)
            below = _step(part, path, current, create=create)
            close(current)
            current = below
            _refuse_foreign_directory(path, os.fstat(current))
        yield current
    finally:
        close(current)


def reading_failed(path: str, error: OSError) -> StoreError:
    """Word an ``OSError`` met while reading."""
    if error.errno in (errno.ELOOP, errno.ENXIO):
        return unsafe(path, "is a link or has no other end", "link")
    return _io_error(f"{path} cannot be read", path, error)


def writing_failed(path: str, error: OSError) -> StoreError:
    """Word an ``OSError`` met while writing."""
    return _io_error(f"{path} cannot be written and was left as it was", path, error)


def unsafe(path: str, what: str, reason: str) -> StoreError:
    """Build the error for a path that is not trusted."""
    return StoreError(
        f"{path} {what}, so it is not used.",
        code="STORE_UNSAFE_PATH",
        path=path,
        hint=f"Look at it, and replace it with a file of your own: ls -l {path}",
        details={"reason": reason},
    )


def _io_error(sentence: str, path: str, error: OSError) -> StoreError:
    return StoreError(
        f"{sentence}: {(error.strerror or str(error)).lower()}.",
        code="STORE_IO",
        path=path,
        hint=_ERRNO_HINTS.get(error.errno or 0),
        details={"errno": errno.errorcode.get(error.errno or 0, error.errno)},
    )


def _parts_below(place: Place) -> list[str]:
    """The directory names between the base and the file."""
    relative = os.path.relpath(os.path.dirname(place.path), place.base)
    if relative == ".":
        return []
    parts = relative.split(os.sep)
    if ".." in parts:
        raise unsafe(place.path, f"is not below {place.base}", "outside")
    return parts


def _open_base(path: str, *, create: bool) -> int:
    """Open the trusted directory, making it first if asked to."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    try:
        return os.open(path, flags)
    except FileNotFoundError:
        if not create:
            raise
    _make_directory(path)
    return os.open(path, flags)


def _make_directory(path: str) -> None:
    """Make a directory and those missing above it, each 0700 whatever the umask."""
    parent = os.path.dirname(path)
    if not os.path.isdir(parent):
        _make_directory(parent)
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        return
    os.chmod(path, 0o700)
    with suppress(PermissionError):  # a directory may be entered and still not be read
        descriptor = os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            _sync_directory(descriptor)
        finally:
            close(descriptor)


def _step(part: str, path: str, parent: int, *, create: bool) -> int:
    """Open one directory below ``parent``, making it first if asked to."""
    try:
        return os.open(part, _DIRECTORY, dir_fd=parent)
    except FileNotFoundError:
        if not create:
            raise
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise _link_on_the_way(path) from None
        raise
    try:
        os.mkdir(part, 0o700, dir_fd=parent)
    except FileExistsError:
        pass  # another process was faster
    else:
        os.chmod(part, 0o700, dir_fd=parent)  # the umask may have taken some of it away
        _sync_directory(parent)
    return os.open(part, _DIRECTORY, dir_fd=parent)


def _link_on_the_way(path: str) -> StoreError:
    return StoreError(
        f"{path} is a link or no directory, and credentials are not kept behind one.",
        code="STORE_UNSAFE_PATH",
        path=path,
        hint=f"Name the real place instead: export MP_STORAGE_DIR={os.path.realpath(path)}",
        details={"reason": "link"},
    )


def _refuse_foreign_directory(path: str, status: os.stat_result) -> None:
    if status.st_uid not in (os.geteuid(), 0):
        raise unsafe(path, f"belongs to another user (uid {status.st_uid})", "owner")
    if status.st_mode & _OTHERS_WRITE:
        raise StoreError(
            f"{path} can be changed by others (mode {status.st_mode & 0o7777:04o}).",
            code="STORE_UNSAFE_PATH",
            path=path,
            hint=f"Make it yours alone: chmod 700 {path}",
            details={"reason": "mode", "mode": status.st_mode & 0o7777},
        )


def _replace(
    place: Place, content: bytes, directory: int, before_rename: Callable[[], None] | None
) -> Fingerprint:
    """Write ``content`` beside the file and rename it there."""
    temporary = f".{place.name}.{os.getpid()}-{os.urandom(6).hex()}.tmp"
    descriptor = os.open(temporary, _CREATE, 0o600, dir_fd=directory)
    try:
        try:
            os.fchmod(descriptor, 0o600)
            _write_all(descriptor, content)
            os.fsync(descriptor)
            fingerprint = Fingerprint.of(os.fstat(descriptor))
        finally:
            os.close(descriptor)
        if before_rename is not None:
            before_rename()
        os.rename(temporary, place.name, src_dir_fd=directory, dst_dir_fd=directory)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=directory)
        raise
    confirm(place, directory)
    return fingerprint


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def confirm(place: Place, directory: int) -> None:
    """Make a change of names that has happened durable."""
    try:
        _sync_directory(directory)
    except OSError as error:
        sentence = f"{place.path} was changed, but the disk does not confirm that it will last"
        raise _io_error(sentence, place.path, error) from None


def _sync_directory(directory: int) -> None:
    """Make a change of names durable, where the filesystem can."""
    try:
        os.fsync(directory)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise


def _remove_leftovers(name: str, directory: int) -> None:
    for candidate in os.listdir(directory):
        match = _TEMPORARY.fullmatch(candidate)
        if match and match[1] == name:
            with suppress(FileNotFoundError):
                os.unlink(candidate, dir_fd=directory)
