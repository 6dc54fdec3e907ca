"""What every test gets: a home of its own, no network, and tools that are there or say so."""

from __future__ import annotations

import functools
import ipaddress
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.e2e import browser as chromium
from tests.e2e.authserver.process import AuthServer

# Variables of the caller that would change what the code under test does.
_FOREIGN_PREFIXES = ("MP_", "BITFOUNT_", "XDG_", "SSH_")
_FOREIGN = {
    "ALL_PROXY",
    "BROWSER",
    "COLORTERM",
    "COLUMNS",
    "DISPLAY",
    "FORCE_COLOR",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LINES",
    "NO_COLOR",
    "NO_PROXY",
    "PYTHONUNBUFFERED",
    "TMUX",
    "WAYLAND_DISPLAY",
}


def pytest_configure() -> None:
    """Hear ctrl+c, as the programs under test must, where a script's ``&`` turned it off.

    And no example is wrong because somebody else had the processor while it was tried.
    """
    settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("calm")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home directory; nothing of the caller's environment, umask or folder is left."""
    for name in os.environ:
        if name.startswith(_FOREIGN_PREFIXES) or name.upper() in _FOREIGN:
            monkeypatch.delenv(name)
    place = tmp_path / "home"
    place.mkdir(mode=0o700)
    monkeypatch.setenv("HOME", str(place))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(place / ".config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(place / ".cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(place / ".local" / "share"))
    monkeypatch.setenv("XDG_STATE_HOME", str(place / ".local" / "state"))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.chdir(place)
    umask = os.umask(0o022)
    yield place
    os.umask(umask)


@pytest.fixture
def peer_python() -> Path:
    """The Python that can import ``mixpanel_headless`` (mark the test ``peer``)."""
    return Path(os.environ["MIXDESK_PEER_PYTHON"])


@pytest.fixture(scope="session")
def authserver_python() -> Path:
    """The Python that can import django-oauth-toolkit (mark the test ``authserver``)."""
    return Path(os.environ["MIXDESK_AUTHSERVER_PYTHON"])


@pytest.fixture(scope="session")
def auth_server(
    authserver_python: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AuthServer]:
    """A real authorization server, shared: what a test counts, it counts for its own client."""
    server = AuthServer(authserver_python, tmp_path_factory.mktemp("authserver"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[chromium.Browser]:
    one = chromium.Browser(tmp_path_factory.mktemp("browser"))
    yield one
    one.close()


@pytest.fixture
def browser(_chromium: chromium.Browser) -> chromium.Browser:
    """A real browser in which nobody has logged in (mark the test ``needs_chromium``)."""
    _chromium.forget()
    return _chromium


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what cannot run here; where everything is required, fail instead."""
    for marker, is_there in _NEEDS.items():
        if item.get_closest_marker(marker) and not is_there():
            refuse = pytest.fail if os.environ.get("MIXDESK_REQUIRE_ALL") else pytest.skip
            refuse(f"{marker}: not available here; .ci/run sets it up")


@functools.cache
def _can_trace() -> bool:
    strace, true = shutil.which("strace"), shutil.which("true")
    if strace is None or true is None:
        return False
    # Some containers have strace and forbid tracing.
    return not subprocess.run([strace, "-qq", true], capture_output=True, check=False).returncode


def _can_run(variable: str) -> bool:
    return os.access(os.environ.get(variable, ""), os.X_OK)


_NEEDS: dict[str, Callable[[], bool]] = {
    "authserver": lambda: _can_run("MIXDESK_AUTHSERVER_PYTHON"),
    "needs_chromium": chromium.is_installed,
    "needs_fish": lambda: shutil.which("fish") is not None,
    "needs_strace": _can_trace,
    "needs_tmux": lambda: shutil.which("tmux") is not None,
    "needs_zsh": lambda: shutil.which("zsh") is not None,
    "peer": lambda: _can_run("MIXDESK_PEER_PYTHON"),
}


def _stay_on_this_machine(event: str, args: tuple[object, ...]) -> None:
    """Fail the test that looks up or talks to another machine.

    An audit hook sees every connection of this process, whoever opens it; what it raises is no
    ``Exception``, so no handler under test mistakes it for a network error.
    """
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = args[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = args[0]
    else:
        return
    if host and not _is_loopback(host):
        pytest.fail(f"a test reached for the network: {event} {host!r}")


def _is_loopback(host: object) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


sys.addaudithook(_stay_on_this_machine)
