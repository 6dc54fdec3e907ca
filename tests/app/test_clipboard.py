"""Copying: to the clipboard of the machine that the user sits at, or not at all."""

from __future__ import annotations

import pyperclip
import pytest

from mixdesk_tui.clipboard import clear_here, copy_here, fingerprint, is_remote

CANARY = "canary-91c0de"


class Clipboard:
    """This machine's clipboard."""

    def __init__(self) -> None:
        self.text = ""
        self.error: Exception | None = None

    def copy(self, text: str) -> None:
        """Put a text into it."""
        if self.error is not None:
            raise self.error
        self.text = text

    def paste(self) -> str:
        """What is in it; some clipboards end it with a new line."""
        if self.error is not None:
            raise self.error
        return f"{self.text}\n"


@pytest.fixture
def clipboard(monkeypatch: pytest.MonkeyPatch) -> Clipboard:
    made = Clipboard()
    monkeypatch.setattr(pyperclip, "copy", made.copy)
    monkeypatch.setattr(pyperclip, "paste", made.paste)
    return made


def test_here_it_is_this_machines(clipboard: Clipboard) -> None:
    assert copy_here({}, "text") == "here"
    assert clipboard.text == "text"


@pytest.mark.parametrize("variable", ["SSH_TTY", "SSH_CONNECTION"])
def test_over_ssh_it_is_not(variable: str, clipboard: Clipboard) -> None:
    environ = {variable: "something", "DISPLAY": ":0"}
    assert is_remote(environ)
    assert copy_here(environ, "text") == "remote"
    assert clipboard.text == ""


@pytest.mark.parametrize("error", [pyperclip.PyperclipException("none"), OSError("no xclip")])
def test_where_there_is_none_that_is_said(error: Exception, clipboard: Clipboard) -> None:
    clipboard.error = error
    assert copy_here({}, "text") == "none"
    assert not clear_here(fingerprint("text"))


def test_what_was_copied_is_cleared(clipboard: Clipboard) -> None:
    copy_here({}, CANARY)
    assert clear_here(fingerprint(CANARY))
    assert clipboard.text == ""


def test_what_somebody_else_copied_stays(clipboard: Clipboard) -> None:
    copy_here({}, CANARY)
    clipboard.text = "a letter"
    assert not clear_here(fingerprint(CANARY))
    assert clipboard.text == "a letter"


def test_a_fingerprint_does_not_hold_the_secret() -> None:
    assert CANARY not in fingerprint(CANARY)
