"""Where an ``OAuthClient`` may keep its tokens: in memory, or in a file of this user alone."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, ClassVar, Protocol

from mixdesk.clock import Clock, SystemClock
from mixdesk.exceptions import ConfigError, StoreError
from mixdesk.store.files import Place
from mixdesk.store.json_file import change_json, number, read_json
from mixdesk.store.locks import ACCOUNT_WAIT, locked
from mixdesk.store.storage import expand, home_directory

_WAIT = 10.0


class Cache(Protocol):
    """What a cache has to have. Each method may be a coroutine function, too."""

    def get(self, key: str, /) -> Any:
        """Return what was stored, as text or bytes; None when there is nothing."""
        ...

    def set(self, key: str, value: str, expire: int, /) -> Any:
        """Store a text for at most ``expire`` seconds."""
        ...

    def delete(self, key: str, /) -> Any:
        """Forget what was stored, if anything was."""
        ...


class MemoryCache:
    """Keeps texts until the process ends; threads may share it.

    Args:
        clock: Another clock than this machine's.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._entries: dict[str, tuple[str, float | None]] = {}

    def get(self, key: str) -> str | None:
        """Return what was stored and is not over yet."""
        with self._lock:
            value, ends = self._entries.get(key, (None, None))
            if ends is not None and ends <= self._clock.monotonic():
                del self._entries[key]
                return None
            return value

    def set(self, key: str, value: str, expire: float | None = None) -> None:
        """Store a text.

        Args:
            key: Its name.
            value: The text.
            expire: Seconds until it is forgotten; None for never.
        """
        ends = None if expire is None else self._clock.monotonic() + expire
        with self._lock:
            self._entries[key] = (value, ends)

    def delete(self, key: str) -> None:
        """Forget what was stored, if anything was."""
        with self._lock:
            self._entries.pop(key, None)


class FileCache:
    """Keeps texts in one file that nobody but this user can have read or written.

    The file is written whole or not at all, with mode 0600, under a lock that processes share. One
    that is no JSON is begun anew; one that is a link, or that others may read, is not used.

    Args:
        path: The file; ``~`` is the home directory. Directories that are missing are made (0700).
        clock: Another clock than this machine's.
    """

    blocks: ClassVar[bool] = True
    """An event loop asks it on a thread."""

    def __init__(self, path: str | os.PathLike[str], clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._place = _place(os.fspath(path))

    def get(self, key: str) -> str | None:
        """Return what was stored and is not over yet.

        Raises:
            StoreError: The file is not safe to use or cannot be read.
        """
        try:
            entry = (read_json(self._place) or {}).get(key)
        except StoreError as error:
            if error.code != "STORE_CORRUPT":
                raise
            return None
        if not isinstance(entry, dict) or not self._is_good(entry):
            return None
        value = entry["value"]
        return value if isinstance(value, str) else None

    def set(self, key: str, value: str, expire: float | None = None) -> None:
        """Store a text.

        Args:
            key: Its name.
            value: The text.
            expire: Seconds until it is forgotten; None for never.

        Raises:
            StoreError: The file cannot be locked or written; the old one is kept.
        """
        ends = None if expire is None else self._clock.now() + expire
        self._change({key: {"value": value, "expires_at": ends}}, gone=None)

    def delete(self, key: str) -> None:
        """Forget what was stored, if anything was.

        Raises:
            StoreError: The file cannot be locked or written; the old one is kept.
        """
        if os.path.lexists(self._place.path):
            self._change({}, gone=key)

    def renewal_lock(self, key: str) -> AbstractContextManager[None]:
        """Hold off other processes that would renew the same token; they wait for a minute.

        Args:
            key: Which token; others may be renewed meanwhile.

        Raises:
            StoreError: It is held for too long, or cannot be had.
        """
        digest = hashlib.sha256(key.encode()).hexdigest()[:16]
        place = self._place.sibling(f".{self._place.name}.{digest}")
        return locked(place, wait=ACCOUNT_WAIT)

    def _change(self, added: Mapping[str, Any], gone: str | None) -> None:
        def changed(old: Mapping[str, Any]) -> dict[str, Any]:
            kept = {name: each for name, each in old.items() if self._is_good(each)}
            kept.pop(gone or "", None)
            return {**kept, **added}

        change_json(self._place, changed, wait=_WAIT)

    def _is_good(self, entry: object) -> bool:
        """Whether this is an entry, and not over."""
        if not isinstance(entry, dict) or "value" not in entry:
            return False
        ends = entry.get("expires_at")
        if ends is None:
            return True
        moment = number(ends)
        return moment is not None and self._clock.now() < moment


def _place(named: str) -> Place:
    """The file, and the directory that is trusted: home, or one elsewhere that the user named."""
    try:
        home = str(home_directory(os.environ))
        path = str(expand(named, os.environ))
    except ConfigError:
        path = os.path.abspath(named)
        return Place(path, os.path.dirname(path))
    path = os.path.abspath(path)
    is_below = os.path.commonpath((path, home)) == home
    return Place(path, home if is_below else os.path.dirname(path))
