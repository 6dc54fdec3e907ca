"""What was asked of a sandbox, for tests to look at. No secret is kept, only its hash."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from mixdesk.model.rules import Region

_SECRET_HEADERS = {"authorization", "cookie", "proxy-authorization", "referer"}
_SECRET_FIELDS = {
    "access_token",
    "client_assertion",
    "client_secret",
    "code",
    "code_verifier",
    "csrf",
    "device_code",
    "password",
    "refresh_token",
    "state",
    "ticket",
    "token",
    "user_code",
}


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request, as it arrived."""

    method: str
    path: str
    """Without the region's prefix."""
    region: Region
    query: Mapping[str, tuple[str, ...]]
    form: Mapping[str, tuple[str, ...]]
    """The fields of a form that was posted; other bodies are not kept."""
    headers: Mapping[str, str]
    """Names in lower case. Of ``Authorization`` and cookies there is only ``fingerprint()``, as of
    the tokens, codes and states among ``query`` and ``form``."""
    account: str | None
    """Whose credential it carried, in a header or a form; None when nobody's."""
    time: float
    """When it came, in seconds since the epoch by the sandbox's clock."""
    connection: int
    """Number of the connection it came on: requests that share one share a connection."""


class RequestLog(Sequence[LoggedRequest]):
    """The requests so far, oldest first. Safe to read while the server runs."""

    def __init__(self) -> None:
        self._entries: list[LoggedRequest] = []
        self._changed = threading.Condition()

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[LoggedRequest]:
        return iter(tuple(self._entries))

    @overload
    def __getitem__(self, index: int) -> LoggedRequest: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[LoggedRequest]: ...

    def __getitem__(self, index: int | slice) -> LoggedRequest | Sequence[LoggedRequest]:
        return self._entries[index]

    def add(self, entry: LoggedRequest) -> None:
        """Note a request, and wake who waits for it."""
        with self._changed:
            self._entries.append(entry)
            self._changed.notify_all()

    def clear(self) -> None:
        """Forget everything."""
        with self._changed:
            self._entries.clear()

    def to(self, path: str) -> list[LoggedRequest]:
        """The requests whose path, without the region, begins so."""
        return [entry for entry in self if entry.path.startswith(path)]

    def wait_for(self, count: int, *, timeout: float = 60.0) -> None:
        """Block until there are this many requests.

        Args:
            count: How many, in all.
            timeout: Seconds to wait at most.

        Raises:
            TimeoutError: There are still fewer.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._entries) >= count, timeout):
                raise TimeoutError(f"{len(self._entries)} of {count} requests came")


def fingerprint(value: str) -> str:
    """What a log keeps of a secret: enough to tell two apart, too little to use one."""
    scheme, space, secret = value.partition(" ")
    kept = f"{scheme} " if space else ""
    return f"{kept}sha256:{hashlib.sha256((secret or scheme).encode()).hexdigest()[:16]}"


def without_secrets(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers as the log keeps them."""
    return {k: fingerprint(v) if k in _SECRET_HEADERS else v for k, v in headers.items()}


def fields_without_secrets(fields: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Fields of a query or a form as the log keeps them."""
    return {
        key: tuple(fingerprint(each) for each in values) if key in _SECRET_FIELDS else values
        for key, values in fields.items()
    }
