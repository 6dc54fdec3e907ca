"""Three calm themes: dark, light, and the terminal's own colours.

One accent; severity has a colour and always a word or a mark too. Every text colour reaches a
contrast of 4.5:1 on every background it is painted on (a test computes it). Of the terminal's own
colours only those are used that can be read on its black and on its white: blue drowns in the one,
yellow and green in the other.
"""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="mixdesk-dark",
    primary="#6cb2f7",
    secondary="#8d97a8",
    accent="#6cb2f7",
    foreground="#d6dae1",
    background="#14171c",
    surface="#14171c",
    panel="#1c2027",
    success="#7fc98f",
    warning="#e6b450",
    error="#ff8f85",
    dark=True,
    variables={
        "mx-muted": "#939dad",
        "mx-bar": "#1c2027",
        "mx-cursor": "#2a3442",
        "mx-hover": "#222932",
        "mx-shade": "#0b0d10 60%",
        "scrollbar": "#39414d",
        "scrollbar-hover": "#4b5563",
        "scrollbar-active": "#6cb2f7",
        "scrollbar-background": "#14171c",
        "scrollbar-background-hover": "#14171c",
        "scrollbar-background-active": "#14171c",
        "scrollbar-corner-color": "#14171c",
        "input-cursor-background": "#d6dae1",
        "input-cursor-foreground": "#14171c",
        "input-selection-background": "#6cb2f7 40%",
    },
)

LIGHT = Theme(
    name="mixdesk-light",
    primary="#0b5cad",
    secondary="#5b6472",
    accent="#0b5cad",
    foreground="#22262d",
    background="#fbfbf9",
    surface="#fbfbf9",
    panel="#f0f0ec",
    success="#1c6e37",
    warning="#7d5200",
    error="#ab1f17",
    dark=False,
    variables={
        "mx-muted": "#565f6d",
        "mx-bar": "#f0f0ec",
        "mx-cursor": "#d3e2f2",
        "mx-hover": "#e6ecf3",
        "mx-shade": "#8a8f98 40%",
        "scrollbar": "#c4c8ce",
        "scrollbar-hover": "#a9afb8",
        "scrollbar-active": "#0b5cad",
        "scrollbar-background": "#fbfbf9",
        "scrollbar-background-hover": "#fbfbf9",
        "scrollbar-background-active": "#fbfbf9",
        "scrollbar-corner-color": "#fbfbf9",
        "input-cursor-background": "#22262d",
        "input-cursor-foreground": "#fbfbf9",
        "input-selection-background": "#0b5cad 30%",
    },
)

TERMINAL = Theme(
    name="mixdesk-terminal",
    ansi=True,
    primary="ansi_magenta",
    secondary="ansi_default",
    accent="ansi_magenta",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    success="ansi_default",
    warning="ansi_red",
    error="ansi_red",
    dark=True,
    variables={
        "mx-muted": "ansi_default",
        "mx-bar": "ansi_default",
        "mx-cursor": "ansi_default",
        "mx-hover": "ansi_default",
        "mx-shade": "ansi_default",
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "block-cursor-foreground": "ansi_black",
        "block-cursor-background": "ansi_white",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_blue",
        "input-selection-foreground": "ansi_white",
    },
)

THEMES = (DARK, LIGHT, TERMINAL)

WORDS = {
    DARK.name: "dark",
    LIGHT.name: "light",
    TERMINAL.name: "the terminal's own colours",
}


LIGHT_BACKGROUNDS = ("7", "15")
"""White, as ``COLORFGBG`` numbers the colours."""


def by_preference(preferred: str, *, no_color: bool, colorfgbg: str = "") -> str:
    """Return the name of the theme to start with.

    Args:
        preferred: What the preferences say: a name, with or without ``mixdesk-``; or nothing.
        no_color: Whether ``NO_COLOR`` is set: any other theme would still send greys.
        colorfgbg: ``COLORFGBG``, with which some terminals say that they are light.

    Returns:
        The name of one of ``THEMES``.
    """
    if no_color:
        return TERMINAL.name
    aliases = {"ansi": TERMINAL.name}
    wanted = aliases.get(preferred, preferred.removeprefix("mixdesk-"))
    names = {theme.name.removeprefix("mixdesk-"): theme.name for theme in THEMES}
    usual = LIGHT if is_light(colorfgbg) else DARK
    return names.get(wanted.removeprefix("mixdesk-"), usual.name)


def is_light(colorfgbg: str) -> bool:
    """Return whether a terminal says by ``COLORFGBG`` that it is light."""
    return colorfgbg.rpartition(";")[2] in LIGHT_BACKGROUNDS


def after(theme: str) -> str:
    """Return the name of the theme that follows ``theme``."""
    names = [each.name for each in THEMES]
    return names[(names.index(theme) + 1) % len(names)] if theme in names else names[0]
