"""Processes with a session. Started by the tests as ``session_worker.py ROLE NUMBER ARGUMENTS``.

Everything is loaded once, then the process forks; each member says on stdout, as a line of JSON,
what came of its request. ``ARGUMENTS`` are those of the session, as JSON, and ``url``.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import httpcore  # noqa: F401 - loaded by the first request otherwise, in every process

from mixdesk.clients import DeviceSession
from mixdesk.oauth.session_vault import SessionVault


def say(**fields: Any) -> None:
    """Tell the test something at once, in one piece."""
    os.write(1, (json.dumps(fields) + "\n").encode())


def ask(url: str, **arguments: Any) -> None:
    """Send a request as any program does."""
    with DeviceSession(**arguments, timeout=60) as session:
        answer = session.get(url)
        token = hashlib.sha256(str(session.access_token).encode()).hexdigest()
    say(pid=os.getpid(), status=answer.status_code, token=token)


def crowd(number: int, arguments: dict[str, Any]) -> None:
    """So many processes that begin when stdin ends, and say when they wait for the lock."""
    taken = SessionVault.locked

    @contextmanager
    def announced(vault: SessionVault) -> Iterator[None]:
        say(waits=os.getpid())
        with taken(vault):
            yield

    children = []
    for _ in range(number):
        child = os.fork()
        if child == 0:
            sys.stdin.buffer.read()
            with patch.object(SessionVault, "locked", announced):
                ask(**arguments)
            os._exit(0)
        children.append(child)
    say(ready=number)
    for child in children:
        os.waitpid(child, 0)


def die_before_the_write(arguments: dict[str, Any]) -> None:
    """Be killed when the server has answered and nothing is stored."""

    def die(*args: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with patch.object(SessionVault, "replace", die):
        ask(**arguments)


def main(role: str, number: str, arguments: str) -> None:
    """Play one role."""
    if role == "crowd":
        crowd(int(number), json.loads(arguments))
    else:
        die_before_the_write(json.loads(arguments))


if __name__ == "__main__":
    main(*sys.argv[1:])
