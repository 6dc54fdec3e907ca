"""What the app does, a line in a shell does too."""

from __future__ import annotations

import re
from functools import reduce
from typing import cast

import click
import pytest
from click.testing import CliRunner

from mixdesk_cli.call import Call
from mixdesk_cli.root import cli
from mixdesk_tui.commands import (
    accounts,
    dialogs,
    frame,
    lists,
    login,
    moves,
    projects,
    status,
    targets,
)
from mixdesk_tui.commands.base import Command, commands

MODULES = (accounts, dialogs, frame, lists, login, moves, projects, status, targets)
"""Where commands are: importing them fills the registry."""

DOING = [each for each in commands() if not each.is_view]


def resolved(twin: str) -> tuple[click.Command, list[str]]:
    """The command that a line calls, and its words before any name."""
    program, *words = twin.split()
    assert program == "mp"
    path = [word for word in words if re.fullmatch(r"[a-z-]+", word) and word[0] != "-"]
    found = reduce(_step, path, cast("click.Command", cli))
    return found, path


def _step(group: click.Command, word: str) -> click.Command:
    assert isinstance(group, click.Group)
    command = group.get_command(click.Context(group), word)
    assert command is not None, word
    return command


@pytest.mark.parametrize("command", DOING, ids=lambda command: command.id())
def test_what_changes_something_has_a_line_that_does_the_same(command: type[Command]) -> None:
    twin, path = resolved(command.twin)
    assert not isinstance(twin, click.Group)
    known = {option for param in twin.params for option in param.opts}
    assert set(re.findall(r"--[a-z-]+", command.twin)) <= known
    done = CliRunner().invoke(cli, [*path, "--help"], obj=Call({}))
    assert done.exit_code == 0, done.output
