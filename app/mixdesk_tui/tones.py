"""How the tones look, worked out once for the app and not for each widget that paints with them."""

from __future__ import annotations

from rich.style import Style
from textual.app import App

from mixdesk_tui.spans import TONES


class Toned(App[None]):
    """An app whose style sheet says how the tones look.

    Textual works out the component classes of a widget whenever its classes or its focus change:
    with the tones on each painted widget that was most of what showing another screen took.
    """

    COMPONENT_CLASSES = {f"tone--{tone}" for tone in TONES}

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._tones: dict[str, Style] = {}

    def tone(self, name: str) -> Style:
        """Return the style of a tone, without what it stands on."""
        style = self._tones.get(name)
        if style is None:
            styles = self.get_component_styles(f"tone--{name}")
            style = self._tones[name] = styles.partial_rich_style
        return style

    def refresh_css(self, animate: bool = True) -> None:
        """Work them out again: there is another theme."""
        super().refresh_css(animate)
        self._tones.clear()
