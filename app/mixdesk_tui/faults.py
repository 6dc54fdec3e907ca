"""A fault of our own, away from the screen: told like any other error, and the app goes on."""

from __future__ import annotations

import os
import traceback

from mixdesk.exceptions import MixdeskError

CODE = "FAULT"
LOOKING = ("watch", "look")
"""Workers that come by again: what they fail with stands above the last good state."""

_DEPTH = 6
"""Places of a way to a fault that are told, the last ones."""


def fault(error: BaseException) -> MixdeskError:
    """Return what nobody foresaw as an error that can be told.

    Its own text may quote a secret, and so may variables: neither is told.

    Args:
        error: What nobody foresaw.
    """
    kind = type(error).__name__
    return MixdeskError(
        f"mixdesk failed at this, because of a fault of its own ({kind}).",
        hint="The app goes on. Look whether it was done, and try again if it was not.",
        code=CODE,
        details={"kind": kind, "way": way_to(error)},
    )


def way_to(error: BaseException) -> list[str]:
    """Return the places in the code that led to an error, without any value."""
    frames = traceback.extract_tb(error.__traceback__)[-_DEPTH:]
    return [f"{os.path.basename(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
