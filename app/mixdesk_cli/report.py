"""What a verb that changes something prints on stdout: nothing, unless a format is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from mixdesk_cli.render import FORMATS, Answer, Record
from mixdesk_cli.table import Cell, Table

Command = TypeVar("Command", bound=Callable[..., Any])


def report_option(command: Command) -> Command:
    """Give a verb ``-f/--format``, as the argument ``format_``; left out, nothing is printed."""
    return click.option(
        "-f",
        "--format",
        "format_",
        type=click.Choice(FORMATS),
        help="Print what was done, on stdout.",
    )(command)


def upright(data: Record) -> Answer:
    """An answer about one thing whose values are plain."""
    fields = tuple(data)
    return Answer(
        data=data,
        rows=[data],
        fields=fields,
        plain=fields,
        table=lambda: Table(
            [
                [Cell(name.replace("_", " "), "dim"), Cell(_text(value))]
                for name, value in data.items()
                if value is not None
            ]
        ),
        upright=True,
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
