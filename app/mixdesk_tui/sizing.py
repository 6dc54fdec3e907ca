"""Screens as large as the terminal is now."""

from __future__ import annotations

from textual.geometry import Size
from textual.screen import Screen, ScreenResultType


class Sized(Screen[ScreenResultType]):
    """A screen that is laid out for the terminal of now, whatever size it is told of.

    Each size that a screen is laid out for is told to it again. Where two are on their way at once,
    as while a window is being dragged, and a dialog stands above, Textual lays the screen below out
    for the one and the other in turn, for ever.
    """

    def _screen_resized(self, size: Size) -> None:
        super()._screen_resized(self.app.size)
