"""One of a few: ``● us   ○ eu   ○ in``."""

from __future__ import annotations

from collections.abc import Sequence

from textual.message import Message
from textual.reactive import reactive

from mixdesk_tui.commands.dialogs import CHOICE
from mixdesk_tui.spans import Line, Span, crop
from mixdesk_tui.widgets.line_view import LineView


class Choice(LineView, can_focus=True):
    """Chooses one value with the arrow keys or the mouse.

    Args:
        choices: Values and what they are called.
        value: The one chosen at first.
        id: The widget's id.
    """

    BINDINGS = CHOICE
    value: reactive[str] = reactive("", init=False)

    class Changed(Message):
        """Another value is chosen."""

        def __init__(self, choice: Choice, value: str) -> None:
            super().__init__()
            self.choice = choice
            self.value = value

    def __init__(
        self, choices: Sequence[tuple[str, str]], value: str, *, id: str | None = None
    ) -> None:
        super().__init__(self._line, id=id)
        self._choices = choices
        self.set_reactive(Choice.value, value)

    def watch_value(self, value: str) -> None:
        self.show(self._line)
        self.post_message(self.Changed(self, value))

    def on_focus(self) -> None:
        self.show(self._line)

    def on_blur(self) -> None:
        self.show(self._line)

    def action_choose_next(self) -> None:
        self._step(1)

    def action_choose_previous(self) -> None:
        self._step(-1)

    def action_choose(self, value: str) -> None:
        self.value = value

    def _step(self, by: int) -> None:
        values = [value for value, _ in self._choices]
        self.value = values[(values.index(self.value) + by) % len(values)]

    def _line(self, room: int) -> list[Line]:
        spans: list[Span] = []
        for value, label in self._choices:
            is_chosen = value == self.value
            tone = ("accent strong" if self.has_focus else "strong") if is_chosen else "muted"
            text = f"{'●' if is_chosen else '○'} {label}"
            spans += [Span(text, tone, f"choose({value!r})"), Span("   ")]
        return [crop(spans, room)]
