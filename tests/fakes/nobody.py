"""An address at which nobody answers: a port that was freed may be the next test's."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from mixdesk.sandbox.server import SandboxServer


@contextmanager
def nobody_there() -> Iterator[str]:
    """An origin on this machine that refuses every connection, and is nobody else's meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@contextmanager
def cut_off(server: SandboxServer) -> Iterator[None]:
    """Stop a server, and keep its port."""
    server.stop()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", server.port))
        yield
