"""What to copy: a short list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import events
from textual.widget import Widget

from mixdesk_tui.commands.dialogs import CHOOSING
from mixdesk_tui.dialogs.base import Dialog
from mixdesk_tui.screens.copies import Copyable
from mixdesk_tui.spans import safe
from mixdesk_tui.widgets.columns import Column
from mixdesk_tui.widgets.line_table import Cell, LineTable, Row

COLUMNS = (Column("WHAT", keep=2), Column("TEXT", keep=1))


class MenuTable(LineTable):
    """A table of which one click chooses a row."""

    def on_click(self, event: events.Click) -> None:
        super().on_click(event)
        if event.chain == 1 and event.y > 0 and self.key is not None:
            self.post_message(self.Chosen(self.key))


class CopyMenu(Dialog[int | None]):
    """Asks what to copy; answers which one of those that were given.

    Args:
        name: What it is copied from.
        copies: What there is to copy.
    """

    BINDINGS = CHOOSING
    AUTO_FOCUS = "MenuTable"
    DEFAULT_CSS = """
    CopyMenu MenuTable { height: auto; }
    """

    def __init__(self, name: str, copies: Sequence[Copyable]) -> None:
        super().__init__(f"Copy from {safe(name)}")
        self._rows = [
            Row(str(index), (Cell(each.what), Cell(each.text, "muted" if each.is_line else "")))
            for index, each in enumerate(copies)
        ]

    def body(self) -> Iterable[Widget]:
        yield MenuTable(COLUMNS)

    def on_mount(self) -> None:
        table = self.query_one(MenuTable)
        table.styles.height = len(self._rows) + 2
        table.show(self._rows, "0")

    def on_line_table_chosen(self, message: LineTable.Chosen) -> None:
        self.dismiss(int(message.key))

    def action_copy_marked(self) -> None:
        self.dismiss(int(self.query_one(MenuTable).key or 0))

    def action_cancel(self) -> None:
        self.dismiss(None)
