"""What can go wrong on demand: what it is, where it happens and how often.

    server.faults.add("/api/app/me", Fault(status=429, retry_after=1, times=2))
    server.faults.add("/eu/api", Fault("html", status=502))
    server.faults.add("/api", Fault("late", gate=event, account="acme-eu"))

How a fault looks on the wire is in ``delivery.py``.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

FaultKind = Literal[
    "error",
    "html",
    "mistyped",
    "truncated",
    "cut",
    "drop",
    "reset",
    "late",
    "huge",
    "bomb",
    "endless",
    "trickle",
    "redirect",
]
"""How an answer goes wrong.

``error``: ``status`` with Mixpanel's kind of error body. ``html``: a web page. ``mistyped``: the
true answer under ``content_type``. ``truncated``: half of it, its length to match. ``cut``: half of
it, and the connection closes. ``drop``, ``reset``: the connection ends before a byte was sent,
politely or not. ``late``: the true answer, after ``delay`` or ``gate``. ``huge``: ``size`` bytes of
JSON. ``bomb``: the same, compressed to a thousandth. ``endless``: never stops sending. ``trickle``:
neither, but a byte now and then. ``redirect``: to the URL ``to``.
"""

KINDS: tuple[FaultKind, ...] = get_args(FaultKind)

HEADER = "x-sandbox-fault"
"""A request that carries this header gets the fault it names: a status, or a kind."""

_STATUS: dict[FaultKind, int] = {"error": 500, "redirect": 302}


class Gate(Protocol):
    """What a late answer waits for: a ``threading.Event``, or anything alike."""

    def is_set(self) -> bool:
        """Whether the answer may go out."""
        ...


@dataclass(frozen=True, slots=True)
class Fault:
    """One way for an answer to go wrong."""

    kind: FaultKind = "error"
    status: int | None = None
    """By default 500 for ``error``, 302 for ``redirect``, else 200."""
    times: int | None = None
    """How many requests it hits; None for all of them."""
    message: str | None = None
    """The text in an ``error``'s body."""
    retry_after: float | str | None = None
    """``Retry-After``: seconds, or the text itself, such as an HTTP date."""
    content_type: str = "text/plain"
    """What a ``mistyped`` answer says it is."""
    to: str = ""
    """Where a ``redirect`` leads."""
    size: int = 100 * 1024 * 1024
    """Bytes of a ``huge`` answer or, unpacked, of a ``bomb``."""
    delay: float = 0.0
    """Seconds before the answer, whatever it is."""
    gate: Gate | None = None
    """The answer, whatever it is, waits until this is set."""
    pace: float = 0.05
    """Seconds between two bytes of a ``trickle``."""
    account: str | None = None
    """Only this account's requests are hit; None for everyone's."""
    handled: bool | None = None
    """Whether the request did what it asks for, although its answer went wrong: whether a refresh
    token is spent. By default it did, except for ``error``, ``html`` and ``redirect``."""

    def __post_init__(self) -> None:
        if self.kind == "redirect" and not self.to:
            raise ValueError("a redirect leads somewhere: give to=")

    @property
    def is_handled(self) -> bool:
        """Whether the request does what it asks for."""
        instead = self.kind in ("error", "html", "redirect")
        return not instead if self.handled is None else self.handled

    @property
    def code(self) -> int:
        """The status of the answer."""
        return self.status if self.status is not None else _STATUS.get(self.kind, 200)


class Faults:
    """The faults that are waiting to happen. Safe to change while the server runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[str, Fault]] = []
        self._hits: list[int] = []

    def add(self, path_prefix: str, fault: Fault) -> None:
        """Let something go wrong.

        Of several that fit a request the one added first is taken, until its ``times`` are over.

        Args:
            path_prefix: Which paths it hits: with the region's prefix (``/eu/api``) only that
                region's, without (``/api/app/me``) every region's.
            fault: What happens.
        """
        with self._lock:
            self._waiting.append((path_prefix, fault))
            self._hits.append(0)

    def clear(self) -> None:
        """Let everything go right again. Answers on their way keep what they have."""
        with self._lock:
            self._waiting.clear()
            self._hits.clear()

    def take(self, paths: tuple[str, ...], account: str | None) -> Fault | None:
        """The fault that hits this request, if one does; it counts.

        Args:
            paths: The request's path, with and without its region.
            account: Whose request it is.
        """
        with self._lock:
            for place, (prefix, fault) in enumerate(self._waiting):
                over = fault.times is not None and self._hits[place] >= fault.times
                other = fault.account is not None and fault.account != account
                if not over and not other and any(path.startswith(prefix) for path in paths):
                    self._hits[place] += 1
                    return fault
        return None


def fault_named(text: str) -> Fault | None:
    """The fault that a header names: ``429``, ``html``. None for one that there is not."""
    if text.isascii() and text.isdigit() and len(text) == 3:
        return Fault(status=int(text), retry_after=1 if text == "429" else None)
    kind = next((each for each in KINDS if each == text and each != "redirect"), None)
    return Fault(kind) if kind else None
