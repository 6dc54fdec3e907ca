"""What this terminal and this desktop can do: facts that matter when something looks odd."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping

from mixdesk.ops.doctor.finding import Found, found
from mixdesk.ops.doctor.scene import Scene

_REMOTE = ("SSH_TTY", "SSH_CONNECTION")
_WAYLAND = (("wl-copy", "wl-paste"),)
_X11 = (("xclip",), ("xsel",), ("klipper", "qdbus"))


def check(scene: Scene) -> Iterator[Found]:
    """Look for a browser, a clipboard, and limits of the terminal."""
    yield _browser(scene.environ)
    yield _clipboard(scene.environ)
    if scene.environ.get("TERM", "") in ("", "dumb"):
        yield found("terminal", "plain_terminal", "note", "TERM")
    if scene.environ.get("NO_COLOR"):
        yield found("terminal", "no_colour", "note", "NO_COLOR")


def _browser(environ: Mapping[str, str]) -> Found:
    """Whether a login can open a browser here."""
    from mixdesk.oauth.browser import why_none  # only now: it takes what a login takes

    reason = why_none(environ)
    if reason is None:
        return found("terminal", "browser_ready", "ok", "browser")
    return found("terminal", "no_browser", "note", "browser", reason=reason)


def _clipboard(environ: Mapping[str, str]) -> Found:
    """Where a copy goes: into this machine's clipboard, or over SSH into the terminal's."""
    if any(environ.get(name) for name in _REMOTE):
        return found("terminal", "clipboard_of_terminal", "note", "clipboard")
    if sys.platform == "darwin" or environ.get("WSL_DISTRO_NAME"):
        return found("terminal", "clipboard_ready", "ok", "clipboard")
    display = _display(environ)
    if display is None:
        return found("terminal", "no_clipboard", "note", "clipboard", display=None)
    # The programs that pyperclip starts. Asking it would open a window of Qt where there is Qt.
    path = environ.get("PATH", os.defpath)
    programs = (_WAYLAND if display == "Wayland" else ()) + (_X11 if environ.get("DISPLAY") else ())
    for names in programs:
        if all(shutil.which(name, path=path) for name in names):
            return found("terminal", "clipboard_ready", "ok", "clipboard", program=names[0])
    return found("terminal", "no_clipboard", "note", "clipboard", display=display)


def _display(environ: Mapping[str, str]) -> str | None:
    if environ.get("WAYLAND_DISPLAY"):
        return "Wayland"
    return "X11" if environ.get("DISPLAY") else None
