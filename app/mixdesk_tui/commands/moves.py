"""Moving in lists, with the keys of vi and with the others."""

from __future__ import annotations

from mixdesk_tui.commands.base import Command, bindings


class Moves(Command):
    """Heading of the moves."""

    section = "Moving"
    label = ""
    tip = ""
    in_footer = False
    in_palette = False
    is_view = True


class CursorDown(Moves):
    """One line down."""

    key = "j,down"
    label = "down"
    tip = "One line down"


class CursorUp(Moves):
    """One line up."""

    key = "k,up"
    label = "up"
    tip = "One line up"


class HalfPageDown(Moves):
    """Half a page down."""

    key = "ctrl+d"
    label = "half a page down"
    tip = "Half a page down"


class HalfPageUp(Moves):
    """Half a page up."""

    key = "ctrl+u"
    label = "half a page up"
    tip = "Half a page up"


class NextPage(Moves):
    """A page down."""

    key = "pagedown"
    label = "a page down"
    tip = "A page down"


class PreviousPage(Moves):
    """A page up."""

    key = "pageup"
    label = "a page up"
    tip = "A page up"


class ToFirst(Moves):
    """The first line."""

    key = "g,home"
    label = "first"
    tip = "To the first line"


class ToLast(Moves):
    """The last line."""

    key = "G,end"
    label = "last"
    tip = "To the last line"


MOVES = bindings(
    CursorDown, CursorUp, HalfPageDown, HalfPageUp, NextPage, PreviousPage, ToFirst, ToLast
)
