"""Whether the disk that holds our files lets them be written, one writer at a time."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator

from mixdesk.ops.doctor.finding import Found, found
from mixdesk.ops.doctor.keeping import is_directory
from mixdesk.ops.doctor.scene import Scene
from mixdesk.store.files import close
from mixdesk.store.snapshot import locate

_WITHOUT_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK


def check(scene: Scene) -> Iterator[Found]:
    """Look at the storage root and at the directory of ``config.toml``."""
    root = str(scene.ctx.storage.root)
    config = locate(scene.ctx.config.path).path
    for directory in dict.fromkeys((root, os.path.dirname(config))):
        if not is_directory(directory, follow=True):
            continue
        if not os.access(directory, os.W_OK | os.X_OK):
            if directory not in scene.spoiled:
                yield found("files", "not_writable", "error", directory)
        elif not _knows_locks(_probe(directory, config)):
            yield found("files", "no_locks", "error", directory)


def _probe(directory: str, config: str) -> str:
    """A file on that disk that no other process locks, else the directory itself.

    A network file system may keep locks on directories to this machine, and so hide that it has
    none.
    """
    for path in (config, os.path.join(directory, "ui.toml")):
        if os.path.dirname(path) == directory and os.path.isfile(path):
            return path
    return directory


def _knows_locks(path: str) -> bool:
    """Whether a lock can be had; one that another process holds tells that it can."""
    try:
        descriptor = os.open(path, _READ)
    except OSError:
        return True  # not to be told here
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _WITHOUT_LOCKS
    finally:
        close(descriptor)
    return True
