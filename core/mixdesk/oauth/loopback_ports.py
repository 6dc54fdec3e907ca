"""One port of this machine, on 127.0.0.1 and ::1 alike, or none."""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence
from contextlib import ExitStack

from mixdesk.exceptions import OAuthError

PORTS = (19284, 19285, 19286, 19287)
"""Tried in this order: those that a client is registered with."""

FREE_PORTS = (0,) * 20
"""Any port will do. Each try takes one that is free on one address; another may have it taken."""

_BACKLOG = 128
_ADDRESSES = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
_MISSING = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPFNOSUPPORT, errno.EPROTONOSUPPORT)


def listen_on_one(ports: Sequence[int]) -> list[socket.socket]:
    """Listen on the first port that is free.

    ``localhost`` is either address to a browser, so a port counts as busy when somebody else has
    one of the two. An address that this machine does not have is left out.

    Args:
        ports: What to try, in order.

    Returns:
        Sockets that listen, all on one port.

    Raises:
        OAuthError: ``OAUTH_PORT_ERROR``: none is free.
    """
    reasons: dict[int, str] = {}
    for port in ports:
        try:
            return _listen_on(port)
        except OSError as error:
            reasons[port] = errno.errorcode.get(error.errno or 0, "")
    names = ", ".join(str(port) for port in reasons)
    which = f"None of the ports {names}" if any(reasons) else "No port"
    raise OAuthError(
        f"{which} could be opened on this machine to wait for the browser.",
        code="OAUTH_PORT_ERROR",
        hint="End the program that uses one of them, or another login that is waiting.",
        details={"ports": list(reasons), "errors": list(reasons.values())},
    )


def _listen_on(port: int) -> list[socket.socket]:
    """Listen on one port of every loopback address there is."""
    missing: OSError | None = None
    with ExitStack() as undo:
        opened: list[socket.socket] = []
        for family, host in _ADDRESSES:
            try:
                one = _bound(family, host, port)
            except OSError as error:
                if error.errno not in _MISSING:
                    raise
                missing = error
                continue
            opened.append(undo.enter_context(one))
            port = one.getsockname()[1]  # the others need the same
        if not opened and missing is not None:
            raise missing
        for one in opened:
            one.listen(_BACKLOG)
        undo.pop_all()
        return opened


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    with ExitStack() as undo:
        one = undo.enter_context(socket.socket(family, socket.SOCK_STREAM))
        one.setblocking(False)
        # A port that an earlier login has just left is free.
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind((host, port))
        undo.pop_all()
        return one
