"""Processes that need fresh tokens. Started by the tests as ``refresh_worker.py ROLE NUMBER``.

Everything is loaded once, then the process forks, so that a crowd is there at once; each member is
a process of its own with its own descriptors and locks. Who they are, and what the environment
says, is the test's; each says on stdout, as a line of JSON, what it got.
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

from mixdesk.exceptions import MixdeskError
from mixdesk.model.records import AccountEntry
from mixdesk.oauth import refresh
from mixdesk.oauth.vault import AccountVault
from mixdesk.ops import credentials
from mixdesk.ops.context import Context

ENTRY = AccountEntry("ana", "oauth_browser", "us")


def say(**fields: Any) -> None:
    """Tell the test something at once, in one piece."""
    os.write(1, (json.dumps(fields) + "\n").encode())


def ask() -> None:
    """Ask for fresh tokens as a request does, and say what came."""
    try:
        tokens = credentials.fresh_tokens(Context.from_environment(), ENTRY)
    except MixdeskError as error:
        say(pid=os.getpid(), code=error.code, message=error.message, details=error.details)
        return
    digest = hashlib.sha256(tokens.access_token.get_secret_value().encode()).hexdigest()
    say(pid=os.getpid(), token=digest)


def crowd(number: int) -> None:
    """So many processes that begin when stdin ends, and say when they have seen old tokens."""
    taken = AccountVault.locked

    @contextmanager
    def announced(vault: AccountVault) -> Iterator[None]:
        say(waits=os.getpid())
        with taken(vault):
            yield

    refresh._PATIENCE = (0.0,)  # nobody writes without a lock here
    children = []
    for _ in range(number):
        child = os.fork()
        if child == 0:
            sys.stdin.buffer.read()
            with patch.object(AccountVault, "locked", announced):
                ask()
            os._exit(0)
        children.append(child)
    say(ready=number)
    for child in children:
        os.waitpid(child, 0)


def die_before_the_write() -> None:
    """Be killed when the server has answered and nothing is stored."""

    def die(*args: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with patch.object(AccountVault, "replace", die):
        ask()


def hold() -> None:
    """Take the lock of the tokens and keep it until stdin ends."""
    with AccountVault(Context.from_environment().storage, "ana", "us").locked():
        say(held=os.getpid())
        sys.stdin.buffer.read()


def main(role: str, number: str) -> None:
    """Play one role."""
    match role:
        case "crowd":
            crowd(int(number))
        case "die":
            die_before_the_write()
        case "hold":
            hold()
        case _:
            say(ready=1)
            ask()


if __name__ == "__main__":
    main(*sys.argv[1:])
