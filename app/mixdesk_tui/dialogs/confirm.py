"""A question that is answered with yes or no."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from mixdesk_tui.commands.dialogs import QUESTION
from mixdesk_tui.dialogs.base import Dialog, paragraphs
from mixdesk_tui.widgets.line_view import LineView
from mixdesk_tui.widgets.reading import Reading


class Confirm(Dialog[bool]):
    """Asks before something is lost.

    Args:
        title: The question.
        texts: What yes means: paragraphs with their tones.
    """

    BINDINGS = QUESTION

    def __init__(self, title: str, *texts: tuple[str, str]) -> None:
        super().__init__(title, tone="warning")
        self._texts = texts

    def body(self) -> Iterable[Widget]:
        yield Reading(LineView(lambda room: paragraphs(self._texts, room)))

    def action_answer_yes(self) -> None:
        self.dismiss(True)

    def action_answer_no(self) -> None:
        self.dismiss(False)
