"""Lines that say what a key does, for a click too."""

from __future__ import annotations

from mixdesk_tui.commands.base import Command
from mixdesk_tui.spans import Line, Span

INDENT = " " * 4


def hint(command: type[Command], words: str) -> Line:
    """Return the key that a command has now and what it does, on an otherwise empty page."""
    action = command.call()
    key = Span(f"{INDENT}{command.key_words()}", "key", action)
    return (key, Span(f"   {words}", "", action))


def shows_all() -> Line:
    """Return the way out of a filter that nothing matches."""
    from mixdesk_tui.commands.lists import ClearFilter

    action = ClearFilter.call()
    key = Span(f"  {ClearFilter.key_words()}", "key", action)
    return (key, Span("  shows all again", "muted", action))
