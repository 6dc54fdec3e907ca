"""The answer to a shell: what may come next on a line, from the command tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import click
from click.shell_completion import ShellComplete

from mixdesk.exceptions import MixdeskError
from mixdesk_cli.call import Call
from mixdesk_cli.root import cli


class Candidate(NamedTuple):
    """What may come next."""

    value: str
    """The whole word, as a program is to get it; empty where the shell knows better."""
    about: str = ""
    kind: str = "plain"
    """``plain``, or what the shell is to look for itself: ``file``, ``dir``, ``command``."""


def candidates(
    words: Sequence[str], incomplete: str, environ: Mapping[str, str]
) -> list[Candidate]:
    """What a word may become.

    Args:
        words: The words before it, without the program's name.
        incomplete: What there is of the word.
        environ: The environment; it is only read.
    """
    call = Call(environ)
    call.console.quiet = True
    complete = ShellComplete(cli, {"obj": call}, "mp", "")
    try:
        items = complete.get_completions(list(words), incomplete)
    except (click.ClickException, click.exceptions.Exit, MixdeskError):
        return []
    # click looks behind the "=" of an option; a shell replaces the whole word.
    is_joined = incomplete.startswith("--") and "=" in incomplete and "--" not in words
    head = incomplete.partition("=")[0] + "=" if is_joined else ""
    return [
        Candidate(head + item.value, item.help or "", item.type)
        if item.type == "plain"
        else Candidate("", "", item.type)
        for item in items
    ]
