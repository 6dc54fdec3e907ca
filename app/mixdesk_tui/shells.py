"""How the shells that people use forget a variable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

UNSET = "unset {}"
WAYS = {
    "bash": UNSET,
    "zsh": UNSET,
    "fish": "set -e {}",
    "nu": "hide-env {}",
    "csh": "unsetenv {}",
    "tcsh": "unsetenv {}",
    "pwsh": "Remove-Item Env:{}",
}
"""What makes a shell forget a variable; those not listed are like sh."""

ONE_BY_ONE = ("csh", "tcsh", "pwsh")
"""They forget one variable a command."""

STARTED_BY = {
    "bash": "~/.bashrc or ~/.profile",
    "zsh": "~/.zshrc or ~/.zshenv",
    "fish": "~/.config/fish/config.fish",
}
"""What a new shell reads."""


class Clearing(NamedTuple):
    """A line for a shell."""

    shell: str
    line: str


def clearing(shell: str, variables: Sequence[str]) -> tuple[Clearing, ...]:
    """Return the lines that make shells forget variables, the user's own shell first.

    Args:
        shell: The name of the user's shell, or nothing where it is not known.
        variables: What it shall forget.
    """
    usual = [
        Clearing("bash, zsh", _line("bash", variables)),
        Clearing("fish", _line("fish", variables)),
    ]
    if not shell:
        return tuple(usual)
    mine = Clearing(shell, _line(shell, variables))
    return (mine, *(each for each in usual if each.line != mine.line))


def started_by(shell: str) -> str:
    """Return which files a new shell reads, in words."""
    return STARTED_BY.get(shell, "a start-up file of the shell")


def _line(shell: str, variables: Sequence[str]) -> str:
    way = WAYS.get(shell, UNSET)
    if shell in ONE_BY_ONE:
        return "; ".join(way.format(each) for each in variables)
    return way.format(" ".join(variables))
