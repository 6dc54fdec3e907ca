"""The server and the browser of the tests end with the tests, and say why they do not start."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e.authserver.process import AuthServer

ROOT = Path(__file__).parents[2]

HOLDER = """
import json, sys
from pathlib import Path
from tests.e2e.authserver.process import AuthServer
from tests.e2e.browser import Browser
place = Path(sys.argv[2])
(place / "server").mkdir()
server = AuthServer(Path(sys.argv[1]), place / "server")
browser = Browser(place)
print(json.dumps([server.base_url, browser.driver_url, browser.debugger_url]), flush=True)
sys.stdin.read()
"""


@pytest.mark.authserver
@pytest.mark.needs_chromium
def test_they_end_with_a_run_that_is_killed(authserver_python: Path, tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(authserver_python), str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    urls = json.loads(holder.stdout.readline())
    connections = [connect(url) for url in urls]
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()
    for connection in connections:
        with connection:
            assert is_over(connection)


def connect(url: str) -> socket.socket:
    """A connection that nobody uses."""
    address = urlsplit(url)
    assert address.hostname is not None
    assert address.port is not None
    return socket.create_connection((address.hostname, address.port), timeout=30)


def is_over(connection: socket.socket) -> bool:
    """Wait until the other side is gone."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_server_that_cannot_start_shows_why(tmp_path: Path) -> None:
    # Where there is no environment for it there is no Django either.
    with pytest.raises(AssertionError, match="No module named 'django'"):
        AuthServer(Path(sys.executable), tmp_path)


@pytest.mark.authserver
def test_orders_that_make_no_sense_are_refused(auth_server: AuthServer) -> None:
    misspelt = auth_server.settings(NO_SUCH_SETTING=1)
    with pytest.raises(AssertionError, match="NO_SUCH_SETTING"), misspelt:
        pass
    assert auth_server.token_requests("no such client") == []
