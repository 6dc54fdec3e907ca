"""A form: fields, one line that says what belongs there or what is wrong, and a typed answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Generic, TypeVar

from textual import events
from textual.containers import Horizontal, VerticalScroll
from textual.reactive import reactive
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input

from mixdesk_tui.commands.dialogs import FORM, SAVING
from mixdesk_tui.dialogs.base import Dialog
from mixdesk_tui.dialogs.fields import Field, FormState, Values
from mixdesk_tui.spans import Line, Span, crop, wrap
from mixdesk_tui.widgets.choice import Choice
from mixdesk_tui.widgets.line_view import LineView

T = TypeVar("T")


class FormInput(Input):
    """A field to type in; enter saves the form."""

    BINDINGS = SAVING


class Form(Dialog[T | None], Generic[T]):
    """Asks for several values; answers None when it is cancelled.

    Args:
        title: What it is about.
        state: The fields and what stands in them at first.
        make: Makes the answer from values that are fine.
    """

    BINDINGS = FORM
    state: reactive[FormState] = reactive(FormState((), Values({})), init=False)

    def __init__(self, title: str, state: FormState, make: Callable[[Values], T]) -> None:
        super().__init__(title)
        self.set_reactive(Form.state, state)
        self._make = make

    def body(self) -> Iterable[Widget]:
        yield VerticalScroll(*(self._row(field) for field in self.state.fields), can_focus=False)
        yield LineView(id="said")

    def on_mount(self) -> None:
        self.watch_state()

    def watch_state(self) -> None:
        """Paint the form: which rows matter, which are wrong, what is said of the focused one."""
        state = self.state
        shown = {field.key for field in state.shown}
        for field in state.fields:
            self.query_one(f"#row-{field.key}").display = field.key in shown
            is_wrong = field.key in state.told
            label = self.query_one(f"#label-{field.key}", LineView)
            label.show(partial(_label, field, is_wrong))
        self.query_one("#said", LineView).show(lambda room: said_lines(state, room))

    def on_input_changed(self, event: Input.Changed) -> None:
        self.state = self.state.typed(event.input.id or "", event.value)

    def on_choice_changed(self, event: Choice.Changed) -> None:
        self.state = self.state.typed(event.choice.id or "", event.value)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if event.widget.id in {field.key for field in self.state.fields}:
            self.state = self.state.entered(event.widget.id or "")

    def action_save(self) -> None:
        self.state = self.state.checked()
        wrong = next(iter(self.state.errors), None)
        if wrong is None:
            self.dismiss(self._make(self.state.values))
        else:
            self.query_one(f"#{wrong}").focus()

    def action_cancel(self) -> None:
        self.dismiss(None)

    def action_next_field(self) -> None:
        self.focus_next()

    def action_previous_field(self) -> None:
        self.focus_previous()

    def _row(self, field: Field) -> Widget:
        return Horizontal(
            LineView(id=f"label-{field.key}"),
            _input(field, self.state.values.get(field.key, "")),
            id=f"row-{field.key}",
        )


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


def _input(field: Field, value: str) -> Widget:
    if field.kind == "choice":
        return Choice(field.choices, value, id=field.key)
    if field.kind == "fixed":
        return LineView(lambda room: [crop((Span(value),), room)], id=field.key)
    suggester = SuggestFromList(field.suggestions) if field.suggestions else None
    return FormInput(
        value,
        password=field.kind == "secret",
        suggester=suggester,
        compact=True,
        id=field.key,
    )
