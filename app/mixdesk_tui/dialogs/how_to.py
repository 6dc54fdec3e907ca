"""Dialogs that say how something is done outside of mixdesk, with lines to copy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

from textual.widget import Widget

from mixdesk_tui.commands.dialogs import READING_AND_COPYING
from mixdesk_tui.commands.frame import Leave
from mixdesk_tui.dialogs.base import Dialog, paragraphs
from mixdesk_tui.shells import clearing, started_by
from mixdesk_tui.spans import Line, Span, safe, shortened, width, wrap
from mixdesk_tui.widgets.line_view import LineView
from mixdesk_tui.widgets.reading import Reading

if TYPE_CHECKING:
    from mixdesk_tui.app import MixdeskApp

Text = tuple[str, str]
"""A paragraph and its tone."""


class Copyable(NamedTuple):
    """A line that is typed somewhere else."""

    label: str
    line: str


class HowTo(Dialog[None]):
    """Says how, and copies the line that does it.

    Args:
        title: What it is about.
        before: Paragraphs above the lines.
        lines: What can be copied; ``y`` takes the first one, a click any.
        after: Paragraphs below them.
        what: What a line is called when it was copied.
    """

    BINDINGS = READING_AND_COPYING

    def __init__(
        self,
        title: str,
        before: Sequence[Text],
        lines: Sequence[Copyable],
        after: Sequence[Text] = (),
        what: str = "The line",
    ) -> None:
        super().__init__(title, tone="warning")
        self._before, self._after = before, after
        self._copies = lines
        self._what = what

    def body(self) -> Iterable[Widget]:
        yield Reading(LineView(self._lines))

    def action_copy_line(self, index: int = 0) -> None:
        cast("MixdeskApp", self.app).copy(self._copies[index].line, self._what)

    def action_close(self) -> None:
        self.dismiss(None)

    def _lines(self, room: int) -> list[Line]:
        cells = max(width(each.label) for each in self._copies)
        lines = paragraphs(self._before, room)
        for index, each in enumerate(self._copies):
            lines += self._copyable(each, index, cells, room)
        return [*lines, (), *paragraphs(self._after, room)]

    def _copyable(self, copy: Copyable, index: int, cells: int, room: int) -> list[Line]:
        """A line for another program, whole where that is possible: it is read to be typed."""
        action = f"screen.copy_line({index})"
        tone = "strong" if not index else ""
        label = Span(f"   {copy.label.ljust(cells)}   ", "muted")
        free = room - cells - 7
        if free < 24:
            parts = wrap(copy.line, room - 5)
            return [(label,), *((Span("     "), Span(part, tone, action)) for part in parts)]
        return [(label, shortened(copy.line, free, tone, action=action))]


def variable_dialog(names: str, shell: str) -> HowTo:
    """Return the dialog that says how to clear variables of the environment.

    Args:
        names: One or several, as a source or a problem calls them.
        shell: The user's shell; empty where it is not known.
    """
    shown = safe(names)
    variables = re.findall(r"\bMP_[A-Z_]+", shown) or [shown]
    are = "are" if len(variables) > 1 else "is"
    return HowTo(
        f"! {shown} {are} set in your shell",
        (
            ("It was there when mixdesk started, and comes before what you saved.", ""),
            (f"Leave mixdesk with {Leave.key_words()}, clear it there, and start again:", ""),
        ),
        [Copyable(*each) for each in clearing(shell, variables)],
        ((f"If it comes back in a new shell, {started_by(shell)} sets it.", "muted"),),
    )


def file_dialog(text: str, hint: str, place: str) -> HowTo:
    """Return the dialog that says what is wrong in a file, where, and how to get there.

    Args:
        text: What is wrong.
        hint: What to do about it.
        place: The path, with the line after a colon where it is known.
    """
    path, _, line = place.rpartition(":")
    if not line.isdigit():
        path, line = place, ""
    editor = f"${{EDITOR:-vi}}{f' +{line}' if line else ''} {_quoted(path)}"
    return HowTo(
        "! This needs a repair",
        ((text, ""), (hint, "muted")),
        [Copyable("where", place), Copyable("editor", editor)],
        (("What is saved in the file is shown here within a second.", "muted"),),
        "The place",
    )


def bridge_dialog(path: str) -> HowTo:
    """Return the dialog that says what a bridge is, and how to do without."""
    return HowTo(
        "A bridge says who you are",
        (
            ("This file brings an account from another machine; it comes before your own:", ""),
            (path, "strong"),
            ("To see what is in it, or to do without it:", ""),
        ),
        [
            Copyable("see", "mp session --bridge"),
            Copyable("remove", f"mp account remove-bridge --at {_quoted(path)}"),
        ],
    )


def _quoted(path: str) -> str:
    """A path as a shell takes it; one that needs no quotes stays as it is read."""
    import shlex

    return shlex.quote(path)
