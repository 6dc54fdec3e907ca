"""Questions to the person at the terminal. They go to stderr, so that stdout stays data."""

from __future__ import annotations

import sys

import click

from mixdesk.exceptions import InvalidArgumentError
from mixdesk.model.secret import Secret
from mixdesk.model.text import clean

_SECRET_CAP = 64 * 1024
_LONGEST = 2000


def confirm(question: str) -> None:
    """Ask a yes/no question; no is what an empty answer means.

    Raises:
        click.exceptions.Exit: The answer is no.
    """
    if _read(f"{question} [y/N]").strip().casefold() not in ("y", "yes"):
        sys.stderr.write("Nothing was changed.\n")
        raise click.exceptions.Exit(1)


def type_name(name: str, question: str) -> None:
    """Have a name typed as proof that it is meant.

    Raises:
        click.exceptions.Exit: Something else was typed.
    """
    shown = clean(name)
    if _read(f"{question} Type {shown} to go on:").strip() not in (name, shown):
        sys.stderr.write("That is another name. Nothing was changed.\n")
        raise click.exceptions.Exit(1)


def text(question: str) -> str:
    """Ask for a word or two; the end of input is no answer.

    Raises:
        click.exceptions.Exit: There was none.
    """
    answer = _read(f"{question}:").strip()
    if not answer:
        sys.stderr.write("Nothing was changed.\n")
        raise click.exceptions.Exit(1)
    return answer


def line(question: str) -> str:
    """Ask for anything; nothing is an answer too."""
    return _read(question).strip()


def hidden(question: str) -> Secret:
    """Ask for a secret without showing it."""
    from getpass import getpass

    try:
        return _checked(getpass(f"{question}: ", sys.stderr))
    except EOFError:
        sys.stderr.write("\n")
        raise click.exceptions.Exit(1) from None


def from_stdin(question: str) -> Secret:
    """Read a secret from stdin to its end; on a terminal, ask for it hidden.

    One trailing line break is not part of it.

    Raises:
        InvalidArgumentError: Nothing came, too much, or something that is no text.
    """
    if sys.stdin.isatty():
        return hidden(question)
    data = sys.stdin.buffer.read(_SECRET_CAP + 1)
    if len(data) > _SECRET_CAP:
        raise InvalidArgumentError(
            "What came on stdin is longer than 64 KiB: that is no secret.", violation="secret_size"
        )
    try:
        text = data.decode()
    except UnicodeDecodeError:
        # "from None": the error it replaces holds the bytes.
        raise InvalidArgumentError(
            "What came on stdin is not UTF-8 text.", violation="secret_encoding"
        ) from None
    return _checked(text.removesuffix("\n").removesuffix("\r"))


def _checked(text: str) -> Secret:
    if not text:
        raise InvalidArgumentError("The secret is empty.", violation="secret_empty")
    return Secret(text)


def _read(question: str) -> str:
    sys.stderr.write(clean(question, _LONGEST) + " ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer:
        sys.stderr.write("\n")
    return answer
