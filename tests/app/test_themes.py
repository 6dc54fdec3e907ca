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


PALETTES = {
    "xterm": "cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd",
    "vga": "aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa",
    "macos": "990000 00a600 999900 0000b2 b200b2 00a6b2",
    "tango": "cc0000 4e9a06 c4a000 3465a4 75507b 06989a",
    "gnome": "c01c28 26a269 a2734c 12488b a347ba 2aa1b3",
    "vscode": "cd3131 0dbc79 e5e510 2472c8 bc3fbc 11a8cd",
    "windows": "c50f1f 13a10e c19c00 0037da 881798 3a96dd",
    "putty": "bb0000 00bb00 bbbb00 0000bb bb00bb 00bbbb",
    "solarized": "dc322f 859900 b58900 268bd2 d33682 2aa198",
}
"""What terminals mean by red, green, yellow, blue, magenta and cyan."""

HUES = ("red", "green", "yellow", "blue", "magenta", "cyan")


def worst(hue: str) -> float:
    """The least contrast of a colour, on black and on white, of all terminals."""
    values = [f"#{colours.split()[HUES.index(hue)]}" for colours in PALETTES.values()]
    return min(contrast(value, paper) for value in values for paper in ("#000000", "#ffffff"))


def test_of_the_terminals_colours_the_readable_ones_are_used() -> None:
    theme = themes.TERMINAL
    named = {theme.primary, theme.accent, theme.warning, theme.error, theme.success}
    used = {str(each).removeprefix("ansi_") for each in named} - {"default"}
    unused = set(HUES) - used
    assert used == {"red", "magenta"}
    assert min(map(worst, used)) > max(map(worst, unused))


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
