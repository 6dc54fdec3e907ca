"""What concerns the process as a whole: its streams and its limits, also for who comes after."""

from __future__ import annotations

import gc
import io
import os
import resource
import sys
from errno import EAGAIN, EBADF, EDQUOT, EFBIG, EIO, ENOSPC, ENXIO, EPIPE
from typing import TextIO

from mixdesk_cli.errors import FAILED

UNWRITTEN = (EAGAIN, EBADF, EDQUOT, EFBIG, EIO, ENOSPC, ENXIO, EPIPE)
"""What a write to a stream can end with."""

_limits_as_found: dict[int, tuple[int, int]] = {}
"""The limits that this process has changed, as they were when it began."""


def forbid_core_dumps() -> None:
    """A crash shall not leave the memory, secrets included, in a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    _limits_as_found.setdefault(resource.RLIMIT_CORE, (soft, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def hurry() -> None:
    """Let the memory grow: a process that ends at once has better to do than to tidy up."""
    gc.disable()


def leave_as_found() -> None:
    """Undo what Python and :func:`forbid_core_dumps` changed, for the program that takes over.

    Python ignores SIGPIPE and SIGXFSZ from its start on, and a program that takes its place would
    inherit that: ``mp exec -- yes | head`` would not end quietly. Handlers need no undoing,
    a signal that our own parent ignores stays ignored.
    """
    import signal  # it loads enum: not for those who hand over to nobody

    for name in ("SIGPIPE", "SIGXFSZ"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    for kind, limits in _limits_as_found.items():
        resource.setrlimit(kind, limits)


def open_what_is_closed() -> None:
    """A file that is opened later shall not get the number of a standard stream."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


def survive_any_text() -> None:
    """A terminal that cannot show a letter gets its number, not a crash."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def hand_over_output(code: int) -> int:
    """Write what is still in the buffers, while there is somebody to report to."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        forget(sys.stdout)
    except OSError as error:
        tell_unwritten(error)
        return code or FAILED
    return code


def tell_unwritten(error: OSError) -> None:
    """Say why the output could not be written, if there is anybody left to tell."""
    forget(sys.stdout)
    if isinstance(error, BrokenPipeError):
        return
    try:
        sys.stderr.write(f"error: The output could not be written: {error.strerror}.\n")
        sys.stderr.flush()
    except OSError:
        forget(sys.stderr)


def forget(stream: TextIO) -> None:
    """Point a stream to nowhere, so that the interpreter's last flush does not fail too."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
