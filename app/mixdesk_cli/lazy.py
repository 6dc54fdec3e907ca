"""Groups whose commands are imported when they are called.

A cold start pays for what it runs: ``mp session`` does not load ``mp demo``. Names and one-line
helps stand in a table, so ``--help`` loads no command either.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Entry(NamedTuple):
    """A line of the table: where a command is, and what it does in a few words."""

    place: str
    """``package.module:attribute``."""
    help: str


def load(place: str) -> Any:
    """Import what ``place`` (``package.module:attribute``) names.

    Args:
        place: The module, a colon, the attribute.

    Returns:
        The attribute.
    """
    module, _, attribute = place.partition(":")
    return getattr(import_module(module), attribute)


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports the one that is called.

    Args:
        entries: Name of a command to where it is, in the order help shows them.
    """

    def __init__(self, *args: Any, entries: Mapping[str, Entry | click.Command], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._entries = dict(entries)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self._entries.get(cmd_name)
        if not isinstance(entry, Entry):
            return entry
        command: click.Command = load(entry.place)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self._entries and not args[0].startswith("-"):
            raise click.UsageError(self._unknown(ctx, args[0]), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, _short_help(entry)) for name, entry in self._entries.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[Any]]:
        from click.shell_completion import CompletionItem

        commands: list[CompletionItem[Any]] = [
            CompletionItem(name, help=_short_help(entry))
            for name, entry in self._entries.items()
            if name.startswith(incomplete)
        ]
        # Not the group's own: that loads every command.
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]

    def _unknown(self, ctx: click.Context, name: str) -> str:
        near = get_close_matches(name, self._entries, n=1)
        wish = f" Did you mean {ctx.command_path} {near[0]}?" if near else ""
        return f"There is no command {name!r}.{wish}"


def _short_help(entry: Entry | click.Command) -> str:
    return entry.help if isinstance(entry, Entry) else entry.get_short_help_str(60)
