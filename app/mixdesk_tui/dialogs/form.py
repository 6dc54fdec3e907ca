"""A form: fields, one line that says what belongs there or what is wrong, and a typed answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from textual import events
from textual.containers import Horizontal, VerticalScroll
from textual.reactive import reactive
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input

from mixdesk_tui.commands.dialogs import FORM, SAVING
from mixdesk_tui.dialogs.base import Dialog, note
from mixdesk_tui.dialogs.fields import Field, FormState, Values
from mixdesk_tui.spans import Line, Span, crop, wrap
from mixdesk_tui.widgets.choice import Choice
from mixdesk_tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from textual.app import ComposeResult

T = TypeVar("T")


class FormInput(Input):
    """A field to type in; enter saves the form."""

    BINDINGS = SAVING


class FieldRows(VerticalScroll, can_focus=False):
    """The fields of a form, one below the other; whoever shows it says what is said of them.

    Args:
        state: The fields and what stands in them at first.
        field_type: What is typed into; it decides what enter does.
    """

    state: reactive[FormState] = reactive(FormState((), Values({})), init=False)

    def __init__(self, state: FormState, *, field_type: type[Input] = FormInput) -> None:
        super().__init__()
        self.set_reactive(FieldRows.state, state)
        self._field_type = field_type

    def compose(self) -> ComposeResult:
        for field in self.state.fields:
            value = self.state.values.get(field.key, "")
            yield Horizontal(
                LineView(id=f"label-{field.key}"),
                _input(field, value, self._field_type),
                id=f"row-{field.key}",
            )

    def on_mount(self) -> None:
        self.watch_state()

    def watch_state(self) -> None:
        """Paint the rows: which of them matter, which are wrong."""
        state = self.state
        shown = {field.key for field in state.shown}
        for field in state.fields:
            is_wrong = field.key in state.told
            # Not query_one: a page may be taken away while it is still being made.
            for row in self.query(f"#row-{field.key}"):
                row.display = field.key in shown
            for label in self.query(f"#label-{field.key}").results(LineView):
                label.show(partial(_label, field, is_wrong))

    def on_input_changed(self, event: Input.Changed) -> None:
        self.state = self.state.typed(event.input.id or "", event.value)

    def on_choice_changed(self, event: Choice.Changed) -> None:
        self.state = self.state.typed(event.choice.id or "", event.value)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if event.widget.id in {field.key for field in self.state.fields}:
            self.state = self.state.entered(event.widget.id or "")

    def check(self) -> Values | None:
        """Return what was typed if all of it is fine; else go to the first that is not."""
        self.state = self.state.checked()
        wrong = next(iter(self.state.errors), None)
        if wrong is None:
            return self.state.values
        self.query_one(f"#{wrong}").focus()
        return None


class Form(Dialog[T | None], Generic[T]):
    """Asks for several values; answers None when it is cancelled.

    Args:
        title: What it is about.
        state: The fields and what stands in them at first.
        make: Makes the answer from values that are fine.
        about: Says what the values lead to: texts with their tones.
    """

    BINDINGS = FORM

    def __init__(
        self,
        title: str,
        state: FormState,
        make: Callable[[Values], T],
        about: Callable[[Values], Iterable[tuple[str, str]]] = lambda _: (),
    ) -> None:
        super().__init__(title)
        self._rows = FieldRows(state)
        self._make = make
        self._about = about

    @property
    def state(self) -> FormState:
        """What stands in the fields."""
        return self._rows.state

    def body(self) -> Iterable[Widget]:
        yield self._rows
        yield LineView(id="said")
        yield VerticalScroll(LineView(self._notes, id="about"), can_focus=False)

    def on_mount(self) -> None:
        self.watch(self._rows, "state", self._say)

    def action_save(self) -> None:
        values = self._rows.check()
        if values is not None:
            self.dismiss(self._make(values))

    def action_cancel(self) -> None:
        self.dismiss(None)

    def action_next_field(self) -> None:
        self.focus_next()

    def action_previous_field(self) -> None:
        self.focus_previous()

    def _say(self, state: FormState) -> None:
        self.query_one("#said", LineView).show(lambda room: said_lines(state, room))
        self.query_one("#about", LineView).show(self._notes)

    def _notes(self, room: int) -> list[Line]:
        texts = self._about(self.state.values)
        lines = [line for text, tone in texts for line in note(text, room, tone)]
        return [*lines, ()] if lines else []


def said_lines(state: FormState, room: int) -> list[Line]:
    """Return what is said below the fields: an error, or what belongs into the focused one."""
    errors = state.told
    error = errors.get(state.focus)
    if error is not None:
        return [crop((Span(" ! ", "error strong"), Span(error, "error")), room)]
    hint = next((field.hint for field in state.fields if field.key == state.focus), "")
    return [(Span("   "), Span(part, "muted")) for part in wrap(hint, room - 4)]


def _label(field: Field, is_wrong: bool, room: int) -> list[Line]:
    mark = Span(" ! ", "error strong") if is_wrong else Span("   ")
    return [crop((mark, Span(field.label, "error" if is_wrong else "muted")), room)]


def _input(field: Field, value: str, field_type: type[Input]) -> Widget:
    if field.kind == "choice":
        return Choice(field.choices, value, id=field.key)
    if field.kind == "fixed":
        return LineView(lambda room: [crop((Span(value),), room)], id=field.key)
    suggester = SuggestFromList(field.suggestions) if field.suggestions else None
    return field_type(
        value,
        password=field.kind == "secret",
        suggester=suggester,
        compact=True,
        id=field.key,
    )
