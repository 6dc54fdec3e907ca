"""A protected target is used, removed or left open only by someone who typed its name."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Input

from mixdesk_tui.commands.dialogs import PROCEEDING, TYPING
from mixdesk_tui.dialogs.base import Dialog, paragraphs
from mixdesk_tui.spans import Line, safe
from mixdesk_tui.widgets.line_view import LineView


class NameInput(Input):
    """The field for the name; enter goes on."""

    BINDINGS = PROCEEDING


class TypeName(Dialog[bool]):
    """Asks to type a name; answers whether it was typed.

    Args:
        name: The name as it is in the file. Where it cannot be typed, what is shown counts.
        purpose: What the name is typed for.
        texts: What else there is to know: paragraphs with their tones.
    """

    BINDINGS = TYPING

    def __init__(self, name: str, purpose: str = "use it", *texts: tuple[str, str]) -> None:
        super().__init__(f"▲ Target {safe(name)} is protected", tone="warning")
        self._name_shown = safe(name)
        self._purpose = purpose
        self._texts = texts
        self._said = ""

    def body(self) -> Iterable[Widget]:
        yield LineView(self._question, id="question")
        yield NameInput(compact=True, id="typed")
        yield LineView(lambda room: paragraphs([(self._said, "warning")], room), id="said")

    def on_input_changed(self) -> None:
        self._say("")

    def action_proceed(self) -> None:
        if safe(self.query_one(Input).value) == self._name_shown:
            self.dismiss(True)
        else:
            self._say("That is not its name.")

    def action_cancel(self) -> None:
        self.dismiss(False)

    def _question(self, room: int) -> list[Line]:
        return paragraphs(
            [*self._texts, (f"Type its name to {self._purpose}: {self._name_shown}", "")], room
        )

    def _say(self, text: str) -> None:
        self._said = text
        self.query_one("#said", LineView).show(
            lambda room: paragraphs([(self._said, "warning")], room)
        )
