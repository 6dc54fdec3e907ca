"""Each screen as it was approved: what it shows, on how large a screen, in which colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from mixdesk_tui import themes
from mixdesk_tui.app import MixdeskApp
from tests.app.driving import driven
from tests.app.fakes import FakeDesk
from tests.app.scenes import ACCOUNTS, PROJECTS, SCENES, STATUS, TARGETS, played

Looks = Callable[[MixdeskApp], bool]

SMALL, USUAL, LARGE, WIDE = (60, 16), (80, 24), (120, 40), (200, 60)

SIZES = {
    (SMALL, USUAL, LARGE, WIDE): (
        "status",
        "status-crowd",
        "status-hidden",
        "accounts",
        "accounts-crowd",
        "targets",
        "targets-crowd",
        "projects",
        "projects-crowd",
        "projects-filter",
        "projects-workspaces",
    ),
    (SMALL, USUAL, WIDE): ("status-much-wrong", "projects-offline"),
    (SMALL, USUAL): (
        "status-empty",
        "status-error",
        "accounts-error",
        "accounts-offline",
        "projects-never-asked",
        "projects-elsewhere-refused",
        "projects-error",
    ),
    (LARGE,): ("accounts-needy", "projects-elsewhere", "projects-many"),
}
"""Every scene is looked at on a usual screen; these on others."""

COLOURS = {"light": themes.LIGHT.name, "terminal": themes.TERMINAL.name, "none": ""}
COLOURFUL = (
    "status",
    "status-ended",
    "status-empty",
    "accounts",
    "targets",
    "projects",
    "projects-filter",
    "projects-offline",
)
"""What is looked at in every colour."""


def sized() -> Iterator[tuple[str, tuple[int, int]]]:
    """Every scene with the sizes it is looked at."""
    named = [(name, size) for sizes, names in SIZES.items() for name in names for size in sizes]
    of = dict.fromkeys(name for name, _ in named)
    yield from named
    yield from ((name, USUAL) for name in SCENES if name not in of)


def test_every_screen_is_looked_at_in_every_size() -> None:
    for of in (STATUS, ACCOUNTS, TARGETS, PROJECTS):
        sizes = {size for name, size in sized() if name in of}
        assert sizes == {SMALL, USUAL, LARGE, WIDE}


def in_words(value: object) -> str:
    """How a test's name says a name or a size."""
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)


@pytest.mark.parametrize(("name", "size"), sized(), ids=in_words)
async def test_sizes(name: str, size: tuple[int, int], looks_as_before: Looks) -> None:
    async with played(SCENES[name], size) as app:
        assert looks_as_before(app)


@pytest.mark.parametrize("colours", COLOURS)
@pytest.mark.parametrize("name", COLOURFUL)
async def test_colours(
    name: str, colours: str, looks_as_before: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    if colours == "none":
        monkeypatch.setenv("NO_COLOR", "1")
    theme = COLOURS[colours] or themes.TERMINAL.name
    async with played(SCENES[name], USUAL, theme, no_color=colours == "none") as app:
        assert looks_as_before(app)


@pytest.mark.parametrize("size", [(59, 24), (80, 15)], ids=in_words)
async def test_too_small_a_terminal_says_so(
    size: tuple[int, int], desk: FakeDesk, looks_as_before: Looks
) -> None:
    app = desk.app()
    async with driven(app, size):
        assert looks_as_before(app)
