"""What a command is, and everything that derives from it."""

from __future__ import annotations

import re
from typing import ClassVar

from textual.binding import Binding, BindingType

KEY_WORDS = {
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "escape": "esc",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "upper_g": "G",
    "space": "space",
}


class Command:
    """Something a user can do.

    A subclass is only words. The action it runs is its own name in lower case
    (``AddAccount`` runs ``action_add_account`` of the screen that binds it).
    """

    key: ClassVar[str] = ""
    """Keys, separated by commas; the first one is shown."""
    label: ClassVar[str]
    """A word or two for the footer and the palette."""
    tip: ClassVar[str]
    """One sentence: tooltip, palette help, help page."""
    section: ClassVar[str]
    """Heading on the help page."""
    in_footer: ClassVar[bool] = True
    in_palette: ClassVar[bool] = True
    scope: ClassVar[str] = ""
    """``screen.`` where a widget binds what the screen does."""
    is_urgent: ClassVar[bool] = False
    """Whether it comes before keys that are still on their way: it moves the focus."""
    at_right: ClassVar[bool] = False
    """Whether the footer shows it at its right end, whatever else has to go."""

    is_view: ClassVar[bool] = False
    """Whether it only changes what is shown, or answers a question: a script has no use for it."""
    twin: ClassVar[str] = ""
    """The line that does the same in a shell; empty for views alone."""

    registry: ClassVar[dict[str, type[Command]]] = {}
    """Every command by its id."""

    def __init_subclass__(cls) -> None:
        cls.registry[cls.id()] = cls

    @classmethod
    def action(cls) -> str:
        """Return the name of the action it runs."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def id(cls) -> str:
        """Return the name under which a keymap knows it."""
        return f"{cls.section.split()[0].lower()}.{cls.action()}"

    @classmethod
    def binding(cls) -> Binding:
        """Return the binding a screen declares for it."""
        return Binding(
            cls.key,
            cls.scope + cls.action(),
            cls.label,
            show=cls.in_footer,
            priority=cls.is_urgent,
            tooltip=cls.tip,
            id=cls.id(),
        )


def commands() -> list[type[Command]]:
    """Return every command, without the headings that they are under."""
    return [each for each in Command.registry.values() if each.label]


def bindings(*commands: type[Command]) -> list[BindingType]:
    """Return the bindings of ``commands``, for a class's ``BINDINGS``."""
    return [command.binding() for command in commands]


def command_of(binding: Binding) -> type[Command] | None:
    """Return the command that a binding was made from, if it was."""
    return Command.registry.get(binding.id or "")


def key_words(key: str) -> str:
    """Return a key as it is written on a keyboard: ``question_mark`` is ``?``."""
    *modifiers, last = key.split("+")
    return "+".join([*modifiers, KEY_WORDS.get(last, last)])
