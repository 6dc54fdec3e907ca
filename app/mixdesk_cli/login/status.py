"""One line at the bottom that changes: what is waited for. Only on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from mixdesk_cli.table import cut
from mixdesk_cli.terminal import error_size

_CLEAR = "\r\x1b[K"


class StatusLine:
    """Writes over itself, and leaves nothing behind.

    Args:
        environ: Where ``TERM`` is looked up.
        enabled: Whether it is welcome at all.
    """

    def __init__(self, environ: Mapping[str, str], *, enabled: bool = True) -> None:
        knows = environ.get("TERM", "") not in ("", "dumb")
        self.is_shown = enabled and knows and sys.stderr.isatty()
        self._text = ""

    def show(self, text: str) -> None:
        """Show a text of ours in place of the one before."""
        if not self.is_shown or text == self._text:
            return
        self._text = text
        sys.stderr.write(_CLEAR + cut(text, error_size()[0] - 1))
        sys.stderr.flush()

    def clear(self) -> None:
        """Take it away: something is to be written."""
        if self._text:
            self._text = ""
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()
