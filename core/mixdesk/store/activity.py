"""What mixdesk changed lately: one line of JSON a change, without secrets."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress

from mixdesk.exceptions import StoreError
from mixdesk.model.records import Activity
from mixdesk.model.text import clean
from mixdesk.store import recording
from mixdesk.store.files import Place, make_private, open_directory, read_file, refuse_unsafe
from mixdesk.store.json_file import number

LIMIT = 1 << 20
"""Size, in bytes, at which the log is put aside and begun anew."""

_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def record(place: Place, activity: Activity) -> None:
    """Append one line. The log is a comfort: what hinders it hinders nothing else."""
    if (listener := recording.listener()) is not None:
        listener.note(activity)
    fields = {"at": activity.at, "pid": activity.pid, "verb": activity.verb}
    line = json.dumps({**fields, "names": list(activity.names)}) + "\n"
    with suppress(OSError, StoreError), open_directory(place, create=True) as directory:
        descriptor = os.open(place.name, _APPEND, 0o600, dir_fd=directory)
        try:
            make_private(descriptor)
            refuse_unsafe(place.path, os.fstat(descriptor), limit=sys.maxsize)
            # One write of one short line: the kernel does not mix it with another's.
            os.write(descriptor, line.encode())
            status = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        if status.st_size > LIMIT:
            _put_aside(place, status, directory)


def _put_aside(place: Place, status: os.stat_result, directory: int) -> None:
    """Begin a new log, unless another process has just done so."""
    if os.path.samestat(status, os.stat(place.name, dir_fd=directory, follow_symlinks=False)):
        os.rename(place.name, place.name + ".1", src_dir_fd=directory, dst_dir_fd=directory)


def recent(place: Place, limit: int) -> tuple[Activity, ...]:
    """Read the newest entries.

    Args:
        place: The log.
        limit: How many at the most.

    Returns:
        Newest first; lines that are not ours are passed over.
    """
    try:
        content = read_file(place, limit=LIMIT * 2) or b""
    except StoreError:
        return ()
    entries: list[Activity] = []
    for line in reversed(content.splitlines()):
        if len(entries) == limit:
            break
        entry = _entry(line)
        if entry is not None:
            entries.append(entry)
    return tuple(entries)


def _entry(line: bytes) -> Activity | None:
    try:
        fields = json.loads(line)
        at = number(fields["at"])
        if at is None:
            return None
        return Activity(
            at=at,
            verb=clean(str(fields["verb"]), 40),
            names=tuple(clean(str(name)) for name in fields["names"]),
            pid=int(fields["pid"]),
        )
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError):
        return None
