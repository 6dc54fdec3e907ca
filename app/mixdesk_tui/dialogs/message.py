"""Dialogs that are only read: messages and errors."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from mixdesk.exceptions import MixdeskError
from mixdesk_tui.commands.dialogs import READING
from mixdesk_tui.dialogs.base import Dialog, paragraphs
from mixdesk_tui.widgets.line_view import LineView
from mixdesk_tui.widgets.reading import Reading
from mixdesk_tui.words import wording


class MessageDialog(Dialog[None]):
    """Says something.

    Args:
        title: What it is about.
        texts: Paragraphs with their tones.
        tone: The title's tone.
    """

    BINDINGS = READING

    def __init__(self, title: str, *texts: tuple[str, str], tone: str = "accent") -> None:
        super().__init__(title, tone=tone)
        self._texts = texts

    def body(self) -> Iterable[Widget]:
        yield Reading(LineView(lambda room: paragraphs(self._texts, room)))

    def action_close(self) -> None:
        self.dismiss(None)


class ErrorDialog(MessageDialog):
    """Says what went wrong and what to do next."""

    def __init__(self, error: MixdeskError) -> None:
        said = wording(error)
        super().__init__(
            f"! {said.title}", (said.sentence, ""), (said.step, "muted"), tone=said.severity
        )
