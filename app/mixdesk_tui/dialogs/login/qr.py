"""QR codes as lines: half blocks, dark on light, with a quiet zone around them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Literal

from mixdesk_tui.spans import Line, Span

Ink = Literal["colours", "dark", "light"]
"""What a code is drawn with: black and white; or, where no colours may be sent, blocks in the
terminal's own, which are its dark modules on a light terminal and its light ones on a dark one."""

QUIET = 4
"""Blank modules that the standard wants around a code; half of them will do in a pinch."""

_DARK = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
_LIGHT = {(not top, not bottom): block for (top, bottom), block in _DARK.items()}


def qr_lines(text: str, columns: int, rows: int, ink: Ink = "colours") -> list[Line]:
    """Return a QR code.

    Args:
        text: What it says.
        columns: How many cells there are for a line.
        rows: How many lines there are.
        ink: What it is drawn with.

    Returns:
        Its lines; none where it does not fit, or the text is too long for any.
    """
    modules = matrix(text)
    for quiet in (QUIET, QUIET // 2):
        size = len(modules) + 2 * quiet
        if modules and size <= columns and (size + 1) // 2 <= rows:
            blocks = _LIGHT if ink == "light" else _DARK
            drawn = _drawn(_framed(modules, quiet), blocks)
            return [_inked(line) if ink == "colours" else (Span(line),) for line in drawn]
    return []


@lru_cache(maxsize=4)
def matrix(text: str) -> Sequence[Sequence[bool]]:
    """Return the modules of a code, dark ones true, without a quiet zone.

    Args:
        text: What it says.

    Returns:
        Rows of the same length; none where the text is too long.
    """
    from qrcode.constants import ERROR_CORRECT_L
    from qrcode.exceptions import DataOverflowError
    from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_L, border=0)
    code.add_data(text)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError):
        return ()
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def _framed(modules: Sequence[Sequence[bool]], quiet: int) -> list[list[bool]]:
    side = [False] * quiet
    blank = [False] * (len(modules) + 2 * quiet)
    above = [blank] * quiet
    return [*above, *([*side, *row, *side] for row in modules), *above]


def _inked(blocks: str) -> Line:
    """A line in black and white. Whole dark cells are background: no gap between lines shows."""
    runs = ((is_dark, "".join(run)) for is_dark, run in groupby(blocks, "█".__eq__))
    return tuple(
        Span(" " * len(run), "ink") if is_dark else Span(run, "paper") for is_dark, run in runs
    )


def _drawn(modules: list[list[bool]], blocks: dict[tuple[bool, bool], str]) -> list[str]:
    """Two modules a cell, one above the other. An odd last row has light below it."""
    even = [*modules, [False] * len(modules)] if len(modules) % 2 else modules
    return [
        "".join(blocks[pair] for pair in zip(top, bottom, strict=True))
        for top, bottom in zip(even[::2], even[1::2], strict=True)
    ]
