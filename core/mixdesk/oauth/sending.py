"""A transport for one request to an authorization server, which ends in time whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mixdesk.api.stopping import Stop
from mixdesk.api.transport import Transport

WITHIN = 20.0
"""Longest time a token request may take, in seconds: others wait for its lock."""

_ANSWER_LIMIT = 1 << 20


@contextmanager
def token_transport() -> Iterator[Transport]:
    """A transport whose requests are cut off after 20 seconds, also by a server that trickles."""
    stop = Stop(f"The authorization server took longer than {WITHIN:g} seconds.", "NETWORK_ERROR")
    timer = threading.Timer(WITHIN, stop.set)
    timer.daemon = True
    with Transport(limit=_ANSWER_LIMIT, deadline=WITHIN) as transport:
        stop.attach(transport)
        timer.start()
        try:
            yield transport
        finally:
            timer.cancel()
            stop.forget()
