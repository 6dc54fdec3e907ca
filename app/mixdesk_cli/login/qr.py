"""QR codes in half blocks, where they fit."""

from __future__ import annotations

from collections.abc import Sequence

_QUIET = (4, 2)
"""Blank modules around a code: what the standard wants, and what will do in a pinch."""

_DARK = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
_LIGHT = {(not top, not bottom): block for (top, bottom), block in _DARK.items()}

# Black on white, whatever the terminal's colours are.
_ON, _OFF = "\x1b[38;5;16;48;5;231m", "\x1b[0m"


def qr_lines(text: str, columns: int, rows: int, *, colour: bool) -> list[str]:
    """Draw a QR code.

    Args:
        text: What it says.
        columns: How wide it may be.
        rows: How high it may be.
        colour: Whether colours may be set; without, the terminal is taken for a dark one.

    Returns:
        Its lines; none where it does not fit.
    """
    modules = _matrix(text)
    for quiet in _QUIET:
        size = len(modules) + 2 * quiet
        if modules and size <= columns and (size + 1) // 2 <= rows:
            drawn = _drawn(_framed(modules, quiet), _DARK if colour else _LIGHT)
            return [f"{_ON}{line}{_OFF}" for line in drawn] if colour else drawn
    return []


def _matrix(text: str) -> Sequence[Sequence[bool]]:
    """The modules of a code, dark ones true; none where it cannot be made."""
    try:
        from qrcode.constants import ERROR_CORRECT_L
        from qrcode.exceptions import DataOverflowError
        from qrcode.main import QRCode
    except ImportError:
        return ()
    code = QRCode(error_correction=ERROR_CORRECT_L, border=0)
    code.add_data(text)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError):
        return ()
    return [[bool(module) for module in row] for row in code.get_matrix()]


def _framed(modules: Sequence[Sequence[bool]], quiet: int) -> list[list[bool]]:
    side = [False] * quiet
    blank = [[False] * (len(modules) + 2 * quiet)] * quiet
    return [*blank, *([*side, *row, *side] for row in modules), *blank]


def _drawn(modules: list[list[bool]], blocks: dict[tuple[bool, bool], str]) -> list[str]:
    """Two modules a cell, one above the other; below an odd last row it is light."""
    even = [*modules, [False] * len(modules)] if len(modules) % 2 else modules
    return [
        "".join(blocks[pair] for pair in zip(top, bottom, strict=True))
        for top, bottom in zip(even[::2], even[1::2], strict=True)
    ]
