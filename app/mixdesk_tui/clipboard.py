"""This machine's clipboard. Over SSH it is the wrong one: the terminal's is asked for then."""

from __future__ import annotations

from collections.abc import Mapping

_REMOTE = ("SSH_TTY", "SSH_CONNECTION")


def is_remote(environ: Mapping[str, str]) -> bool:
    """Return whether the user sits at another machine."""
    return any(environ.get(name) for name in _REMOTE)


def copy_here(environ: Mapping[str, str], text: str) -> bool:
    """Put a text into this machine's clipboard. It may start a program, and so block.

    Args:
        environ: Says whether the user sits here.
        text: What to copy.

    Returns:
        Whether that was done: not over SSH, and not where there is no clipboard.
    """
    if is_remote(environ):
        return False
    import pyperclip

    try:
        pyperclip.copy(text)
    except (pyperclip.PyperclipException, OSError):
        return False
    return True
