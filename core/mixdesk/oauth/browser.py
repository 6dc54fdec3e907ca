"""Starting a browser, without waiting for it and without a shell: native, WSL, or none."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import Mapping
from typing import Protocol

from mixdesk.oauth.authorize import refuse_unsafe_link

GRACE = 1.0
"""A command that has not failed within this time, in seconds, has opened a browser."""

_TEXT_BROWSERS = frozenset(
    ("browsh", "cha", "edbrowse", "elinks", "links", "links2", "lynx", "netrik", "retawq")
) | {"w3m", "www-browser"}
# What xdg-open may try by itself; its own list ends with text browsers.
_GRAPHICAL = "x-www-browser:firefox:chromium:chromium-browser:google-chrome:epiphany:konqueror"
_SSH = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")
_KERNEL = os.uname().release

_TO_WINDOWS = (
    ("wslview", "%s"),
    ("rundll32.exe", "url.dll,FileProtocolHandler", "%s"),
    ("/mnt/c/Windows/System32/rundll32.exe", "url.dll,FileProtocolHandler", "%s"),
)
_TO_DESKTOP = (("xdg-open", "%s"), ("gio", "open", "%s"))

# Starts the command and leaves: what goes on then belongs to the system, which takes it away when
# it ends. A child of ours would stay as a zombie until we ended, or need a thread to wait for it.
_LAUNCHER = """
import os, signal, sys, time
grace, program, *command = sys.argv[1:]
ours = [signal.SIGPIPE, signal.SIGXFSZ]
pid = os.posix_spawn(program, command, os.environ, setsigdef=ours)
end = time.monotonic() + float(grace)
while time.monotonic() < end:
    ended, status = os.waitpid(pid, os.WNOHANG)
    if ended:
        sys.exit(status != 0)
    time.sleep(0.01)
"""


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
        kernel: Another release of its kernel, which tells WSL.
    """

    def __init__(
        self, environ: Mapping[str, str], platform: str = sys.platform, kernel: str = _KERNEL
    ) -> None:
        self._environ = environ
        self._platform = platform
        self._kernel = kernel

    async def open(self, url: str) -> bool:
        """Show an address; the command gets it as one argument, and no terminal."""
        refuse_unsafe_link(url, self._environ)
        if why_none(self._environ, self._platform, self._kernel) is not None:
            return False
        for command in _commands(self._environ, self._platform, self._kernel):
            if await _opens([part.replace("%s", url) for part in command], self._environ):
                return True
        return False


def why_none(
    environ: Mapping[str, str], platform: str = sys.platform, kernel: str = _KERNEL
) -> str | None:
    """Why no browser can be started here, in a few words; None when one can be tried.

    Args:
        environ: The environment.
        platform: Another system than this one, as ``sys.platform`` names it.
        kernel: Another release of its kernel, which tells WSL.
    """
    if environ.get("BROWSER") and not _named(environ):
        return "BROWSER names a text browser"
    # A display that comes along over SSH shows what is started here; a Mac's own does not.
    if platform != "darwin" and _has_display(environ):
        return None
    if any(environ.get(name) for name in _SSH):
        return "this is a machine reached over SSH"
    if platform == "darwin" or _is_wsl(environ, kernel) or _named(environ):
        return None
    return "there is no display"


def _commands(environ: Mapping[str, str], platform: str, kernel: str) -> list[list[str]]:
    """What to try, the best first."""
    found = list(_named(environ).values())
    if platform == "darwin":
        return [*found, ["open", "%s"]]
    if _is_wsl(environ, kernel):
        found += [list(each) for each in _TO_WINDOWS]
    if _has_display(environ):
        found += [list(each) for each in _TO_DESKTOP]
    return found


def _named(environ: Mapping[str, str]) -> dict[str, list[str]]:
    """The commands that ``BROWSER`` names, text browsers left out: they want the terminal."""
    found = {}
    for text in environ.get("BROWSER", "").split(":"):
        text = text.rstrip(" &")
        try:
            command = shlex.split(text)
        except ValueError:
            continue
        if command and not _is_text_browser(command[0]):
            has_place = any("%s" in part for part in command)
            found[text] = command if has_place else [*command, "%s"]
    return found


def _is_text_browser(program: str) -> bool:
    return os.path.basename(program).lower() in _TEXT_BROWSERS


def _has_display(environ: Mapping[str, str]) -> bool:
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def _is_wsl(environ: Mapping[str, str], kernel: str) -> bool:
    named = environ.get("WSL_DISTRO_NAME") or environ.get("WSL_INTEROP")
    return bool(named) or "microsoft" in kernel.lower()


async def _opens(command: list[str], environ: Mapping[str, str]) -> bool:
    """Start a command; whether it goes on for a moment, or ends well before that."""
    program = _find(command[0], environ)
    if program is None:
        return False
    try:
        launcher = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", "-c", _LAUNCHER, str(GRACE), program, *command),
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=DEVNULL,
            env=_for_a_browser(environ),
            start_new_session=True,
        )
    except OSError:
        return False
    try:
        return await launcher.wait() == 0
    finally:
        if launcher.returncode is None:
            launcher.kill()
            await launcher.wait()


def _find(name: str, environ: Mapping[str, str]) -> str | None:
    """The file of a command; None when there is none, or a text browser goes by that name."""
    program = shutil.which(name, path=environ.get("PATH", os.defpath))
    if program is None or _is_text_browser(os.path.realpath(program)):
        return None
    return program


def _for_a_browser(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without what is ours, secrets above all, and without text browsers."""
    given = {name: value for name, value in environ.items() if not name.startswith("MP_")}
    return {**given, "BROWSER": ":".join(_named(environ)) or _GRAPHICAL}
