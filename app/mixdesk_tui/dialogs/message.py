"""Dialogs that are only read: messages and errors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from textual.reactive import var
from textual.widget import Widget

from mixdesk.exceptions import MixdeskError
from mixdesk_tui.commands.dialogs import READING, READING_AN_ERROR
from mixdesk_tui.dialogs.base import Dialog, paragraphs
from mixdesk_tui.spans import Line, Span, safe, wrap
from mixdesk_tui.widgets.line_view import LineView
from mixdesk_tui.widgets.reading import Reading
from mixdesk_tui.words import wording

if TYPE_CHECKING:
    from mixdesk_tui.app import MixdeskApp


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


class ErrorDialog(Dialog[None]):
    """Says what went wrong and what to do next; on demand, what a report of it needs.

    Args:
        error: What went wrong.
    """

    BINDINGS = READING_AN_ERROR
    has_details: var[bool] = var(False, init=False)

    def __init__(self, error: MixdeskError) -> None:
        self._said = wording(error)
        super().__init__(f"! {self._said.title}", tone=self._said.severity)
        self._details = details(error)

    def says(self, error: MixdeskError) -> bool:
        """Whether it says the same as it would of another error."""
        return self._said == wording(error)

    def body(self) -> Iterable[Widget]:
        yield Reading(LineView(self._lines, id="error"))

    def watch_has_details(self) -> None:
        self.query_one("#error", LineView).show(self._lines)

    def action_show_details(self) -> None:
        self.has_details = not self.has_details

    def action_copy_error(self) -> None:
        said = (self._said.title, self._said.sentence, self._said.step, *self._details)
        cast("MixdeskApp", self.app).copy("\n".join(filter(None, said)), "The error")

    def action_close(self) -> None:
        self.dismiss(None)

    def _lines(self, room: int) -> list[Line]:
        lines = paragraphs([(self._said.sentence, ""), (self._said.step, "muted")], room)
        if self.has_details:
            parts = (part for each in self._details for part in wrap(each, room - 4))
            lines += [(Span("   "), Span(part, "muted")) for part in parts]
            lines.append(())
        return lines


def details(error: MixdeskError) -> list[str]:
    """Return what a report of an error needs, a line each, safe to show: its code and its facts."""
    lines = [f"code: {safe(error.code)}"]
    for name, fact in error.details.items():
        several = fact if isinstance(fact, list | tuple) else [fact]
        lines += [f"{safe(str(name))}: {safe(str(each))}" for each in several if each is not None]
    return lines
