"""What is left on the terminal when the app itself fails: a sentence, never a variable."""

from __future__ import annotations

import traceback

from mixdesk_tui.spans import safe


def crash_report(error: BaseException, *, debug: bool) -> str:
    """Return what to print after a crash.

    Args:
        error: What nobody expected.
        debug: Whether ``MP_DEBUG=1`` asks for the way to it.

    Returns:
        Lines without the values of variables. Without ``debug`` also without the error's own
        text, which may quote one.
    """
    kind = type(error).__name__
    if not debug:
        return (
            f"mixdesk stopped because of a fault of its own ({kind}).\n"
            "Your files are as they were after the last change.\n"
            "To see where it happened: MP_DEBUG=1 mp"
        )
    lines = traceback.format_exception(error)
    trace = "\n".join(_indented(line) for part in lines for line in part.splitlines())
    return f"mixdesk stopped because of a fault of its own.\n{trace}"


def _indented(line: str) -> str:
    """A line of a traceback, cleaned, with its indentation."""
    indent = len(line) - len(line.lstrip(" "))
    return " " * indent + safe(line)
