"""Answers in five formats: ``table``, ``json``, ``jsonl``, ``csv``, ``plain``.

``table`` is for eyes and may change; the others are for programs and are documented in
``docs/cli.md``. No format lets a control character from a file or a server reach the terminal:
JSON escapes everything beyond ASCII, the others clean it away.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import click

from mixdesk.model.text import clean
from mixdesk_cli.console import may_colour
from mixdesk_cli.table import Table, layout
from mixdesk_cli.terminal import terminal_width

_LONGEST = 100_000
"""Programs get names whole; this only bounds the work."""

FORMATS = ("table", "json", "jsonl", "csv", "plain")

Record = dict[str, Any]
"""What JSON shows of one thing: strings, numbers, booleans, null, lists and records."""

Command = TypeVar("Command", bound=Callable[..., Any])


class Answer(NamedTuple):
    """What a reading verb has to say, ready for every format."""

    data: Record | list[Record]
    """For ``json``; ``jsonl`` shows each of a list on its line."""
    rows: Sequence[Mapping[str, Any]]
    """For ``csv`` and ``plain``: a mapping from field to value a line."""
    fields: tuple[str, ...]
    """The columns of ``csv``."""
    plain: tuple[str, ...]
    """The columns of ``plain``."""
    table: Callable[[], Table]
    upright: bool = False
    """Whether ``plain`` shows a field and its value a line, as suits an answer about one thing."""


def format_option(command: Command) -> Command:
    """Give a verb ``-f/--format``, as the argument ``format_``."""
    return click.option(
        "-f",
        "--format",
        "format_",
        type=click.Choice(FORMATS),
        help="How to print; table on a terminal, plain in a pipe.",
    )(command)


def show(answer: Answer, format_: str | None, environ: Mapping[str, str]) -> None:
    """Print an answer on stdout.

    Args:
        answer: What to print.
        format_: One of :data:`FORMATS`; None chooses by where stdout goes.
        environ: Where the terminal's manners are looked up.
    """
    chosen = format_ or ("table" if sys.stdout.isatty() else "plain")
    if chosen == "table":
        colour = may_colour(sys.stdout, environ)
        text = layout(answer.table(), terminal_width(environ), colour)
    else:
        text = _WRITERS[chosen](answer)
    sys.stdout.write(text)


def _json(answer: Answer) -> str:
    import json

    return json.dumps(answer.data, indent=2) + "\n"


def _jsonl(answer: Answer) -> str:
    import json

    records = answer.data if isinstance(answer.data, list) else [answer.data]
    return "".join(json.dumps(record) + "\n" for record in records)


def _csv(answer: Answer) -> str:
    import csv
    import io

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(answer.fields)
    writer.writerows([_text(row[field]) for field in answer.fields] for row in answer.rows)
    return buffer.getvalue()


def _plain(answer: Answer) -> str:
    if answer.upright:
        pairs = ((name, _text(row[name])) for row in answer.rows for name in answer.plain)
        return "".join(f"{name}\t{value}\n" for name, value in pairs)
    lines = ("\t".join(_text(row[name]) for name in answer.plain) for row in answer.rows)
    return "".join(f"{line}\n" for line in lines)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ",".join(_text(part) for part in value)
    return clean(str(value), _LONGEST)


_WRITERS: dict[str, Callable[[Answer], str]] = {
    "json": _json,
    "jsonl": _jsonl,
    "csv": _csv,
    "plain": _plain,
}
