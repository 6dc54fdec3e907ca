"""What a login asks on a terminal: which project, and which name."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence

import click

from mixdesk.login.events import NameNeeded, ProjectNeeded
from mixdesk.model.records import ProjectEntry
from mixdesk.model.text import clean
from mixdesk_cli.call import Call
from mixdesk_cli.console import may_colour
from mixdesk_cli.login.keyboard import Keyboard
from mixdesk_cli.table import Cell, Table, layout
from mixdesk_cli.terminal import error_size

_ROOM = 5
"""Lines that stay free beside the list."""
_FEWEST = 5

Read = Callable[[], Awaitable[str | None]]


class Questions:
    """Asks on stderr, and reads what is typed without blocking the loop.

    Args:
        call: Where to ask.
        keyboard: Where the answers come from.
    """

    def __init__(self, call: Call, keyboard: Keyboard) -> None:
        self._call = call
        self._keyboard = keyboard

    async def project(self, needed: ProjectNeeded) -> str:
        """Have a project chosen: by its number, its id, or after words that narrow the list."""
        here = [each for each in needed.projects if each.region in (None, needed.region)]
        if not here:
            return needed.projects[0].id  # which is refused, with the reason
        self._call.console.insist(_heading(needed, here))
        shown = self._list(here)
        while True:
            text = (await self._ask("Project, by number or id, or words to look for [1]:")).strip()
            chosen = meant(text, shown, here)
            if chosen is not None:
                return chosen.id
            found = matching(text, here)
            if found:
                shown = self._list(found)
            else:
                self._call.console.insist(f"No project has {clean(text)!r} in it.")

    async def name(self, needed: NameNeeded) -> str:
        """Have a name chosen; the suggestion is what an empty answer means."""
        if needed.error is not None:
            self._call.console.insist(needed.error.message)
        text = (await self._ask(f"Name of the account [{needed.suggestion}]:")).strip()
        return text or needed.suggestion

    def _list(self, projects: Sequence[ProjectEntry]) -> Sequence[ProjectEntry]:
        """Show projects with numbers, as many as fit; return those."""
        columns, rows = error_size()
        shown = projects[: max(_FEWEST, rows - _ROOM)]
        many = len({each.organization for each in shown}) > 1
        table = Table(
            [
                [
                    Cell(str(number), "dim"),
                    Cell(each.name, tail=f" {each.id}"),
                    Cell(each.organization if many else ""),
                ]
                for number, each in enumerate(shown, 1)
            ]
        )
        colour = may_colour(sys.stderr, self._call.environ)
        sys.stderr.write(layout(table, columns, colour))
        if len(shown) < len(projects):
            left = len(projects) - len(shown)
            self._call.console.insist(f"… and {left} more: type a word to narrow them.")
        return shown

    async def _ask(self, question: str) -> str:
        sys.stderr.write(f"{clean(question)} ")
        sys.stderr.flush()
        answer = await self._keyboard.line()
        if answer is None:
            sys.stderr.write("\nNothing was changed.\n")
            raise click.exceptions.Exit(1)
        return answer


def meant(
    text: str, shown: Sequence[ProjectEntry], here: Sequence[ProjectEntry]
) -> ProjectEntry | None:
    """The project that an answer means; None when it is something to look for.

    Args:
        text: What was typed; nothing means the first.
        shown: The list with its numbers.
        here: All that can be chosen, by id.
    """
    if not text:
        return shown[0]
    if text.isascii() and text.isdigit() and len(text) < 10 and 0 < int(text) <= len(shown):
        return shown[int(text) - 1]
    return next((each for each in here if each.id == text), None)


def matching(text: str, projects: Sequence[ProjectEntry]) -> list[ProjectEntry]:
    """The projects that have every word of a text in their name, organization or id."""
    wanted = text.casefold().split()
    return [
        each
        for each in projects
        if all(word in f"{each.name} {each.organization} {each.id}".casefold() for word in wanted)
    ]


def _heading(needed: ProjectNeeded, here: Sequence[ProjectEntry]) -> str:
    elsewhere = sorted({each.region for each in needed.projects if each.region is not None})
    text = f"This login sees {len(here)} projects in {needed.region}."
    others = len(needed.projects) - len(here)
    if others:
        there = ", ".join(region for region in elsewhere if region != needed.region)
        are = "is" if others == 1 else "are"
        text += f" {others} more {are} elsewhere ({there}): log in there with --region."
    return text
