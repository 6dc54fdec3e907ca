"""All that is known of one row, for terminals without room for a panel."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.widget import Widget

from mixdesk_tui.commands.dialogs import DETAILS
from mixdesk_tui.dialogs.base import Dialog
from mixdesk_tui.widgets.line_view import LineView, Source
from mixdesk_tui.widgets.reading import Reading


class DetailsDialog(Dialog[bool]):
    """Shows lines; answers whether something is to be copied.

    Args:
        name: What it is about.
        source: The lines.
        copy: Copies the one of this number.
    """

    BINDINGS = DETAILS

    def __init__(self, name: str, source: Source, copy: Callable[[int], None]) -> None:
        super().__init__(name)
        self._source = source
        self._copy = copy

    def body(self) -> Iterable[Widget]:
        yield Reading(LineView(self._source))

    def action_copy_line(self, index: int) -> None:
        self._copy(index)

    def action_copy_more(self) -> None:
        self.dismiss(True)

    def action_close_details(self) -> None:
        self.dismiss(False)
