"""Templates of a shell prompt: ``{field}``, and ``{field:before}`` where nothing stays empty."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from mixdesk.model.text import clean
from mixdesk_cli.console import paint

Value = tuple[str | None, str | None]
"""A text, None for nothing, and its style (see :func:`mixdesk_cli.console.paint`)."""

Part = tuple[str, str | None]
"""Text as it stands; the field that follows it, which takes it along when it is empty."""

_LONGEST = 40

_PIECES = re.compile(r"(\{\{|\}\})|\{([a-z_]+)(?::([^{}]*))?\}|([^{}]+)|([{}])")

# A prompt that holds a name may be expanded once more, as one that is put together in
# PROMPT_COMMAND is. What starts an expansion is shown by its wide form, which starts none.
_HARMLESS = str.maketrans({"$": "\uff04", "`": "\uff40", "\\": "\uff3c"})

_UNSEEN = {"bash": ("\x01", "\x02"), "zsh": ("%{", "%}")}
"""What tells a shell that the text between takes no room."""


def parse(template: str, fields: Collection[str]) -> list[Part]:
    """Take a template apart.

    Args:
        template: The template; ``{{`` and ``}}`` are braces.
        fields: The fields there are.

    Returns:
        Its parts, in order.

    Raises:
        ValueError: It names another field, or a brace has no other.
    """
    parts: list[Part] = []
    for brace, name, before, text, lost in _PIECES.findall(template):
        if lost:
            raise ValueError(f"a {lost} without its other half; {{{{ and }}}} are plain braces")
        if name and name not in fields:
            raise ValueError(f"there is no {{{name}}}; there are {', '.join(fields)}")
        parts.append((before, name) if name else (brace[:1] or text, None))
    return parts


def fill(parts: list[Part], values: Mapping[str, Value], shell: str | None, *, colour: bool) -> str:
    """Put values into a template.

    Args:
        parts: The template.
        values: Of each field that it names. They may come from a server: no shell obeys them.
        shell: The shell that expands the prompt, if it shall be told from other text.
        colour: Whether styles are used.
    """
    return "".join(_part(before, name, values, shell, colour) for before, name in parts)


def _part(
    before: str, name: str | None, values: Mapping[str, Value], shell: str | None, colour: bool
) -> str:
    if name is None:
        return before
    text, style = values[name]
    if not text:
        return ""
    shown = clean(text, _LONGEST).translate(_HARMLESS)
    if shell == "zsh":
        shown = shown.replace("%", "%%")
    painted = paint(shown, style, colour)
    start, end = _UNSEEN.get(shell or "", ("", ""))
    if painted != shown and start:
        painted = re.sub(r"(\x1b\[[0-9]*m)", rf"{start}\1{end}", painted)
    return before + painted
