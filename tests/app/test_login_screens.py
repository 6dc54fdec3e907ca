"""The login dialog as it was approved: each step, size and theme."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mixdesk_tui import themes
from mixdesk_tui.app import MixdeskApp
from tests.app.driving import driven, press
from tests.app.logins import SCENES

Looks = Callable[[MixdeskApp], bool]

STEPS = (
    "ways",
    "service-account",
    "waiting",
    "code",
    "answered",
    "projects",
    "name",
    "done",
    "denied",
)
"""What everybody comes by."""

BESIDES = [scene for scene in SCENES if scene not in STEPS]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 16)], ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("step", STEPS)
async def test_a_step(step: str, size: tuple[int, int], looks_as_before: Looks) -> None:
    app = SCENES[step].desk().app()
    async with driven(app, size) as pilot:
        await press(pilot, *SCENES[step].keys)
        assert looks_as_before(app)


@pytest.mark.parametrize("theme", [themes.LIGHT.name, themes.TERMINAL.name])
@pytest.mark.parametrize("step", STEPS)
async def test_in_other_colours(step: str, theme: str, looks_as_before: Looks) -> None:
    app = SCENES[step].desk().app(theme=theme)
    async with driven(app) as pilot:
        await press(pilot, *SCENES[step].keys)
        assert looks_as_before(app)


@pytest.mark.parametrize("step", ["ways", "waiting", "code", "projects", "name", "denied"])
async def test_without_colours(
    step: str, looks_as_before: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    desk = SCENES[step].desk()
    desk.no_color = True
    app = desk.app(theme=themes.TERMINAL.name)
    async with driven(app) as pilot:
        await press(pilot, *SCENES[step].keys)
        assert looks_as_before(app)


@pytest.mark.parametrize("scene", BESIDES)
async def test_what_happens_besides(scene: str, looks_as_before: Looks) -> None:
    app = SCENES[scene].desk().app()
    async with driven(app) as pilot:
        await press(pilot, *SCENES[scene].keys)
        assert looks_as_before(app)


@pytest.mark.parametrize("size", [(120, 40), (60, 16)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scene", ["wide-code", "no-browser", "paste-refused", "no-region"])
async def test_much_in_little_room_and_in_much(
    scene: str, size: tuple[int, int], looks_as_before: Looks
) -> None:
    app = SCENES[scene].desk().app()
    async with driven(app, size) as pilot:
        await press(pilot, *SCENES[scene].keys)
        assert looks_as_before(app)
