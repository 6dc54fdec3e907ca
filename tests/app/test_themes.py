"""Colours that can be read, by everyone."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import Theme

from mixdesk_tui import themes
from mixdesk_tui.spans import TONES
from tests.app.driving import driven, press
from tests.app.fakes import FakeDesk, overview


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""
    lights = sorted((luminance(one), luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(name: str) -> float:
    parts = [part / 255 for part in Color.parse(name).rgb]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def inks(theme: Theme) -> list[str]:
    named = (theme.foreground, theme.accent, theme.warning, theme.error, theme.success)
    return [ink for ink in (*named, theme.variables["mx-muted"]) if ink]


def papers(theme: Theme) -> list[str]:
    variables = theme.variables
    named = (theme.background, variables["mx-bar"], variables["mx-cursor"], variables["mx-hover"])
    return [paper for paper in named if paper]


@pytest.mark.parametrize("theme", [themes.DARK, themes.LIGHT], ids=lambda theme: theme.name)
def test_every_text_can_be_read_on_every_background(theme: Theme) -> None:
    pairs = [(ink, paper) for ink in inks(theme) for paper in papers(theme)]
    assert {pair: contrast(*pair) for pair in pairs if contrast(*pair) < 4.5} == {}


@pytest.mark.parametrize(
    ("preferred", "name"),
    [
        ("", "mixdesk-dark"),
        ("dark", "mixdesk-dark"),
        ("mixdesk-light", "mixdesk-light"),
        ("light", "mixdesk-light"),
        ("ansi", "mixdesk-terminal"),
        ("terminal", "mixdesk-terminal"),
        ("unheard-of", "mixdesk-dark"),
    ],
)
def test_a_preference_is_understood(preferred: str, name: str) -> None:
    assert themes.by_preference(preferred, no_color=False) == name


def test_no_colour_means_the_terminals_own() -> None:
    assert themes.by_preference("light", no_color=True) == themes.TERMINAL.name


@pytest.mark.parametrize(("said", "name"), [("0;15", "mixdesk-light"), ("15;0", "mixdesk-dark")])
def test_without_a_preference_the_terminal_decides(said: str, name: str) -> None:
    assert themes.by_preference("", no_color=False, colorfgbg=said) == name
    dark = themes.by_preference("dark", no_color=False, colorfgbg=said)
    assert dark == themes.DARK.name


def test_the_themes_go_round() -> None:
    names = [themes.DARK.name]
    for _ in range(3):
        names.append(themes.after(names[-1]))
    assert len(set(names[:3])) == 3
    assert names[3] == names[0]
    assert themes.after("unheard-of") == themes.DARK.name


async def test_a_theme_changed_while_it_runs_changes_every_tone() -> None:
    app = FakeDesk(overview()).app()
    async with driven(app) as pilot:
        before = {tone: app.tone(tone) for tone in TONES}
        await press(pilot, "ctrl+t")
        alike = {tone for tone in TONES if app.tone(tone) == before[tone]}
        strips = app.screen._compositor.render_strips()
        painted = {segment.style.color for strip in strips for segment in strip if segment.style}
    assert alike == {"strong", "paper", "ink"}
    assert before["accent"].color not in painted
