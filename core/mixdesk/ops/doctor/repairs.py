"""What is mended: modes, and nothing of anybody else's, never through a link."""

from __future__ import annotations

import os
import stat

from mixdesk.store.files import Place, close, open_directory

_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def narrow(place: Place, *, is_directory: bool = False) -> bool:
    """Take a file or directory away from group and others: 0600, or 0700.

    Args:
        place: What to narrow, checked once more on its open descriptor.
        is_directory: Whether it is a directory.

    Returns:
        Whether it is done: not to another's, to what has a second name, or to what is no file.

    Raises:
        OSError: As the system says.
        StoreError: There is a link on the way, or a directory that others may change.
    """
    flags = _OPEN | (os.O_DIRECTORY if is_directory else 0)
    with open_directory(place) as directory:
        descriptor = os.open(place.name, flags, dir_fd=directory)
    try:
        status = os.fstat(descriptor)
        if status.st_uid != os.geteuid() or not (is_directory or _is_single_file(status)):
            return False
        os.fchmod(descriptor, 0o700 if is_directory else 0o600)
        return True
    finally:
        close(descriptor)


def _is_single_file(status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1
