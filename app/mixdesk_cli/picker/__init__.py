"""Choosing one of many on a terminal, with arrows, vim keys and a filter. Draws on stderr."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import click

from mixdesk_cli.picker.items import Item as Item
from mixdesk_cli.table import Table

_PLAIN_SHAPE = Table(())


def pick(
    title: str, items: Sequence[Item], environ: Mapping[str, str], shape: Table = _PLAIN_SHAPE
) -> str:
    """Have one item chosen.

    Args:
        title: What this is a choice of.
        items: What there is to choose, in the order it is shown.
        environ: Where the terminal's manners are looked up.
        shape: A table without rows: floors and spare columns of the items' cells.

    Returns:
        The key of the item.

    Raises:
        click.exceptions.Exit: Nothing was chosen, or a signal ended it; the terminal is as before.
        KeyboardInterrupt: Ctrl-C; likewise.
    """
    if environ.get("TERM", "") in ("", "dumb") or not _can_draw():
        from mixdesk_cli.picker.plain import choose
    else:
        from mixdesk_cli.picker.screen import choose
    index = choose(title, items, environ, shape)
    if index is None:
        click.echo("Nothing was changed.", err=True)
        raise click.exceptions.Exit(1)
    return items[index].key


def _can_draw() -> bool:
    """Whether the terminal's encoding has the marks that the picker draws."""
    try:
        "›↑▏…".encode(sys.stderr.encoding)
    except UnicodeEncodeError:
        return False
    return True
