"""What is on the screen can be read: every cell, on what it is painted on, in our own themes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.theme import Theme

from mixdesk_tui import themes
from mixdesk_tui.app import MixdeskApp
from tests.app.scenes import DIALOGS, SCENES, Scene, played
from tests.app.test_themes import contrast

TEXT, MARK = 4.5, 3.0
"""What WCAG 2 asks for (AA): of text, and of what is drawn."""
DRAWN = frozenset("█▉▊▋▌▍▎▏▕░│─╭╮╰╯▀▄▔▁")
"""What is no text: bars, borders, lines."""
FAINT = frozenset("░│╎")
"""What separates or is still empty: nothing is lost where it is not seen."""

LOOKED_AT = {
    **{
        name: SCENES[name]
        for name in (
            "status-much-wrong",
            "status-ended",
            "status-error",
            "status-empty",
            "accounts-offline",
            "targets",
            "projects-filter",
            "projects-offline",
        )
    },
    **DIALOGS,
}


def cells(app: MixdeskApp) -> Iterator[Segment]:
    """What is painted, without what stands behind a dialog."""
    screen = app.screen
    boxes = screen.query("#dialog, #--container")
    region = boxes.first().region if boxes else screen.region
    for y, strip in enumerate(screen._compositor.render_strips()):
        if region.y <= y < region.bottom:
            yield from strip.crop(region.x, region.right)


def ratio(style: Style) -> float:
    """The contrast of a style's colour on its background."""
    assert style.color is not None
    assert style.bgcolor is not None
    return contrast(style.color.get_truecolor().hex, style.bgcolor.get_truecolor().hex)


def unreadable(app: MixdeskApp) -> dict[str, float]:
    """What has too little contrast, and how little."""
    found = {}
    for text, style, _ in cells(app):
        left = set(text) - FAINT - {" "}
        if left and style is not None and style.color is not None:
            least = MARK if left <= DRAWN else TEXT
            if ratio(style) < least:
                found[text.strip()] = round(ratio(style), 2)
    return found


@pytest.mark.parametrize("theme", [themes.DARK, themes.LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", LOOKED_AT)
async def test_every_cell_can_be_read(name: str, theme: Theme) -> None:
    scene: Scene = LOOKED_AT[name]
    async with played(scene, (120, 40), theme.name) as app:
        assert unreadable(app) == {}
