"""What a command is, and everything that derives from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from typing import ClassVar

from textual.binding import Binding, BindingType

from mixdesk_tui.keys.names import key_words


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
    """``screen.`` where a widget binds what the screen does, ``app.`` for what the app does."""
    is_usual: ClassVar[bool] = False
    """Whether the footer shows it right after the first one: what is needed in every long list."""
    at_right: ClassVar[bool] = False
    """Whether the footer shows it at its right end, whatever else has to go."""

    is_view: ClassVar[bool] = False
    """Whether it only changes what is shown, or answers a question: a script has no use for it."""
    twin: ClassVar[str] = ""
    """The line that does the same in a shell; empty for views alone."""

    chosen: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """The keys that the user gave to commands, by their ids."""
    registry: ClassVar[dict[str, type[Command]]] = {}
    """Every command by its id."""

    def __init_subclass__(cls) -> None:
        cls.registry[cls.id()] = cls

    @classmethod
    def action(cls) -> str:
        """Return the name of the action it runs."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def call(cls) -> str:
        """Return the action as a click or the palette gives it, whatever has the focus."""
        return (cls.scope or "screen.") + cls.action()

    @classmethod
    def id(cls) -> str:
        """Return the name under which a keymap knows it."""
        return f"{cls.section.split()[0].lower()}.{cls.action()}"

    @classmethod
    def keys_now(cls) -> tuple[str, ...]:
        """Return the keys that it really has, the one to be shown first; there may be none."""
        return cls.chosen.get(cls.id(), tuple(cls.key.split(",")))

    @classmethod
    def key_words(cls) -> str:
        """Return its key for a text: the first, or a way that needs none."""
        return next(map(key_words, cls.keys_now()), f":{cls.label}")

    @classmethod
    def binding(cls) -> Binding:
        """Return the binding a screen declares for it."""
        return Binding(
            cls.key,
            cls.scope + cls.action(),
            cls.label,
            show=cls.in_footer,
            tooltip=cls.tip,
            id=cls.id(),
        )


def commands() -> list[type[Command]]:
    """Return every command, without the headings that they are under."""
    return [each for each in Command.registry.values() if each.label]


def load_all() -> None:
    """Load every module with commands, so that all of them are registered."""
    from pkgutil import iter_modules  # only who has keys of his own pays for it

    package = import_module("mixdesk_tui.commands")
    for each in iter_modules(package.__path__):
        import_module(f"{package.__name__}.{each.name}")


def bindings(*commands: type[Command]) -> list[BindingType]:
    """Return the bindings of ``commands``, for a class's ``BINDINGS``."""
    return [command.binding() for command in commands]


def command_of(binding: Binding) -> type[Command] | None:
    """Return the command that a binding was made from, if it was."""
    return Command.registry.get(binding.id or "")
