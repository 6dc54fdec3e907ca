"""Who listens to what is written: nobody, unless a front end wants to be able to undo it.

The listener belongs to one thread or task and what it starts, so that changes that are made at the
same time are told apart. This module is loaded by whatever reads; what is told is in
:mod:`.changes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mixdesk.store.changes import Recorder

_listener: ContextVar[Recorder | None] = ContextVar("mixdesk_listener", default=None)


def listener() -> Recorder | None:
    """Who is to be told of a write that was made here; usually nobody."""
    return _listener.get()


@contextmanager
def told_to(recorder: Recorder | None) -> Iterator[None]:
    """Tell somebody, or nobody, of every write that the body makes.

    Args:
        recorder: Who is told; None ends the telling for as long as the body runs.
    """
    before = _listener.set(recorder)
    try:
        yield
    finally:
        _listener.reset(before)
