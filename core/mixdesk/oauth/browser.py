"""Starting a browser, without waiting for it and without a shell: native, WSL, or none."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol

from mixdesk.oauth.authorize import refuse_unsafe_link

GRACE = 1.0
"""A command that has not failed within this time, in seconds, has opened a browser."""

_LOOKS = 20
_TEXT_BROWSERS = frozenset(
    ("browsh", "elinks", "links", "links2", "lynx", "netrik", "retawq", "w3m", "www-browser")
)
_WINDOWS = ("/mnt/c/Windows/System32/rundll32.exe", "url.dll,FileProtocolHandler", "%s")

_running: set[int] = set()
"""Commands that had not ended when they were last looked at."""


class Browser(Protocol):
    """Something that can show a page."""

    async def open(self, url: str) -> bool:
        """Show an address.

        Returns:
            Whether something was started that shows it.

        Raises:
            OAuthError: ``OAUTH_BROWSER_ERROR``: a browser may not be given this address.
        """
        ...


class SystemBrowser:
    """The browser of this machine's user.

    Args:
        environ: ``BROWSER``, ``DISPLAY`` and ``WAYLAND_DISPLAY``, as their conventions say.
        platform: Another system than this one, as ``sys.platform`` names it.
    """

    def __init__(self, environ: Mapping[str, str], platform: str = sys.platform) -> None:
        self._environ = environ
        self._platform = platform

    async def open(self, url: str) -> bool:
        """Show an address; the command gets it as one argument, and no terminal."""
        refuse_unsafe_link(url, self._environ)
        _reap()
        if why_none(self._environ, self._platform) is not None:
            return False
        for command in _commands(self._environ, self._platform):
            if await _runs([part.replace("%s", url) for part in command], self._environ):
                return True
        return False


def why_none(environ: Mapping[str, str], platform: str = sys.platform) -> str | None:
    """Why no browser can be started here, in a few words; None when one can be tried.

    Args:
        environ: The environment.
        platform: Another system than this one, as ``sys.platform`` names it.
    """
    if environ.get("BROWSER") and not _named(environ):
        return "BROWSER names a text browser"
    has_display = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    if platform == "darwin" or _is_wsl(environ) or has_display:
        return None
    if environ.get("SSH_TTY") or environ.get("SSH_CONNECTION"):
        return "this is a machine reached over SSH"
    return None if _named(environ) else "there is no display"


def _commands(environ: Mapping[str, str], platform: str) -> list[list[str]]:
    """What to try, the best first."""
    if _is_wsl(environ):
        usual = [["wslview", "%s"], [*_WINDOWS]]
    elif platform == "darwin":
        usual = [["open", "%s"]]
    else:
        usual = [["xdg-open", "%s"], ["gio", "open", "%s"]]
    return [*_named(environ), *usual]


def _named(environ: Mapping[str, str]) -> list[list[str]]:
    """The commands that ``BROWSER`` names, text browsers left out: they want the terminal."""
    found = []
    for text in environ.get("BROWSER", "").split(":"):
        try:
            command = shlex.split(text.rstrip(" &"))
        except ValueError:
            continue
        if command and os.path.basename(command[0]) not in _TEXT_BROWSERS:
            has_place = any("%s" in part for part in command)
            found.append(command if has_place else [*command, "%s"])
    return found


def _is_wsl(environ: Mapping[str, str]) -> bool:
    return bool(environ.get("WSL_DISTRO_NAME") or environ.get("WSL_INTEROP"))


async def _runs(command: list[str], environ: Mapping[str, str]) -> bool:
    """Start a command, and say whether it goes on for a moment, or ends well before that."""
    program = shutil.which(command[0], path=environ.get("PATH", os.defpath))
    if program is None:
        return False
    try:
        pid = _spawn(program, command, environ)
    except OSError:
        return False
    _running.add(pid)
    for _ in range(_LOOKS):
        ended = _reap().get(pid)
        if ended is not None:
            return ended == 0
        await asyncio.sleep(GRACE / _LOOKS)
    return True


def _spawn(program: str, command: list[str], environ: Mapping[str, str]) -> int:
    """Start a process that outlives us, in a session of its own and with nothing of ours open."""
    nothing = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    return os.posix_spawn(program, command, dict(environ), file_actions=nothing, setsid=True)


def _reap() -> dict[int, int]:
    """Let go of the commands that have ended; return their exit codes."""
    ended = {}
    for pid in list(_running):
        done, status = pid, -1  # somebody else has waited for it
        with suppress(ChildProcessError):
            done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            _running.discard(pid)
            ended[pid] = status
    return ended
