"""The fields of the login dialog."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.widgets import Input

from mixdesk_tui.commands.login import NAMING, PASTING, PICKING, SUBMITTING
from mixdesk_tui.dialogs.form import FormInput


class CredentialInput(FormInput):
    """A part of a credential; enter logs in with it."""

    BINDINGS = SUBMITTING


class PasteInput(Input):
    """Takes the address that a browser ended on; enter hands it in, and so does pasting."""

    BINDINGS = PASTING

    class Pasted(Message):
        """An address was pasted, here or anywhere in the dialog."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def on_paste(self, event: events.Paste) -> None:
        """Hand in what is pasted at once: it is long, and nobody reads it."""
        event.prevent_default()
        event.stop()
        self.post_message(self.Pasted(event.text))


class PickInput(Input):
    """Narrows the list of projects; enter chooses, the arrows move in the list."""

    BINDINGS = PICKING


class NameInput(Input):
    """The name of the new account; enter takes it."""

    BINDINGS = NAMING
