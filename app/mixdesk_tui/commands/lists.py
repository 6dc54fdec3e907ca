"""What every list of named things offers."""

from __future__ import annotations

from mixdesk_tui.commands.base import Command, bindings


class StartFilter(Command):
    """Narrow the list by typing."""

    section = "Moving"
    key = "slash"
    label = "filter"
    tip = "Show only names that match what is typed"
    is_usual = True
    is_view = True


class ClearFilter(Command):
    """All rows again."""

    section = "Moving"
    key = "escape"
    label = "show all"
    tip = "Clear the filter"
    is_usual = True
    is_view = True
    in_palette = False


class LeaveFilter(Command):
    """All rows again, from the filter itself."""

    section = "Moving"
    key = "escape"
    label = "show all"
    tip = "Leave the filter and show all rows"
    is_view = True
    in_palette = False
    scope = "screen."


class KeepFilter(Command):
    """Back to the list, narrowed as it is."""

    section = "Moving"
    key = "enter"
    label = "to the list"
    tip = "Go to the list and keep the filter"
    is_view = True
    in_palette = False
    scope = "screen."


LISTS = bindings(StartFilter, ClearFilter)
FILTER = bindings(KeepFilter, LeaveFilter)
