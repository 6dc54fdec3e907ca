"""This machine's clipboard. Over SSH it is the wrong one: the terminal's is asked for then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Landed = Literal["here", "remote", "none"]
"""Whether a text is in this machine's clipboard; else why not: the user sits at another machine,
or there is none that works."""

_REMOTE = ("SSH_TTY", "SSH_CONNECTION")


def is_remote(environ: Mapping[str, str]) -> bool:
    """Return whether the user sits at another machine."""
    return any(environ.get(name) for name in _REMOTE)


def copy_here(environ: Mapping[str, str], text: str) -> Landed:
    """Put a text into this machine's clipboard. It may start a program, and so block.

    Args:
        environ: Says whether the user sits here.
        text: What to copy.

    Returns:
        Where it is now; only ``here`` means that it was copied.
    """
    if is_remote(environ):
        return "remote"
    import pyperclip

    try:
        pyperclip.copy(text)
    except (pyperclip.PyperclipException, OSError):
        return "none"
    return "here"


def fingerprint(text: str) -> str:
    """Return what a copied secret is known by, without being it."""
    from hashlib import sha256  # loads OpenSSL: not for the first frame

    return sha256(text.strip().encode(errors="replace")).hexdigest()


def clear_here(known: str) -> bool:
    """Clear this machine's clipboard, if it still holds what was copied. It may block.

    Args:
        known: The fingerprint of what was copied.

    Returns:
        Whether it was cleared: not where somebody has copied something else meanwhile.
    """
    import pyperclip

    try:
        if fingerprint(pyperclip.paste()) != known:
            return False
        pyperclip.copy("")
    except (pyperclip.PyperclipException, OSError, ValueError):
        return False
    return True
