"""An address at which nobody answers: a port that was freed may be the next test's."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def nobody_there() -> Iterator[str]:
    """An origin on this machine that refuses every connection, and is nobody else's meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
