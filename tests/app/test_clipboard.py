"""Copying: to the clipboard of the machine that the user sits at, or not at all."""

from __future__ import annotations

import pyperclip
import pytest

from mixdesk_tui.clipboard import copy_here, is_remote


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []
    monkeypatch.setattr(pyperclip, "copy", texts.append)
    return texts


def test_here_it_is_this_machines(copied: list[str]) -> None:
    assert copy_here({}, "text")
    assert copied == ["text"]


@pytest.mark.parametrize("variable", ["SSH_TTY", "SSH_CONNECTION"])
def test_over_ssh_it_is_not(variable: str, copied: list[str]) -> None:
    environ = {variable: "something", "DISPLAY": ":0"}
    assert is_remote(environ)
    assert not copy_here(environ, "text")
    assert copied == []


@pytest.mark.parametrize("error", [pyperclip.PyperclipException("none"), OSError("no xclip")])
def test_where_there_is_none_that_is_said(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(text: str) -> None:
        raise error

    monkeypatch.setattr(pyperclip, "copy", refuse)
    assert not copy_here({}, "text")
