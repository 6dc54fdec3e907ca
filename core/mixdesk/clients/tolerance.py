"""What other people's code raises, where that must not end what we are doing for them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from logging import Logger
from types import TracebackType

from mixdesk.exceptions import MixdeskError


class Tolerated(AbstractContextManager["Tolerated", bool]):
    """Go on after the block, whatever error it ends with; the error is logged as a warning.

    Only our own errors are logged with their text: what others raise may quote a token.

    Args:
        log: Where it is said.
        what: What failed and what that means, in one sentence without its end.
    """

    def __init__(self, log: Logger, what: str) -> None:
        self._log = log
        self._what = what

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception):
            return False  # nothing, or somebody wants an end: Ctrl-C, a cancelled task
        reason = error.message if isinstance(error, MixdeskError) else type(error).__name__
        self._log.warning("%s: %s", self._what, reason)
        return True
