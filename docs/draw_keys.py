"""Draws the list of commands in ``keys.md`` from the app itself.

``python docs/draw_keys.py`` writes it anew; a test fails when the page is not what this draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mixdesk_tui.commands.base import commands, load_all
from mixdesk_tui.keys.names import key_words

PAGE = Path(__file__).with_name("keys.md")
BEGIN = "<!-- drawn by draw_keys.py -->\n"
END = "<!-- drawn until here -->\n"

FIRST = ("Everywhere", "Moving", "Status", "Accounts", "Targets", "Projects")
"""Sections in the order of the page; the others come after them."""


def draw() -> str:
    """The list, as Markdown."""
    load_all()
    sections = dict.fromkeys((*FIRST, *sorted(each.section for each in commands())))
    return "\n".join(line for section in sections for line in _section(section))


def page_with(text: str, drawn: str) -> str:
    """The page with another list in it."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{drawn}\n{END}{rest.partition(END)[2]}"


def _section(section: str) -> Iterator[str]:
    found = sorted(
        (each for each in commands() if each.section == section), key=lambda each: each.id()
    )
    yield from (f"### {section}", "", "| id | keys | what it does | in a shell |")
    yield "|---|---|---|---|"
    for each in found:
        keys = " ".join(f"`{key_words(key)}`" for key in each.key.split(","))
        twin = "" if each.is_view else f"`{each.twin}`"
        yield f"| `{each.id()}` | {keys} | {each.tip} | {twin} |".replace("|  |", "| |")
    yield ""


def main() -> None:
    """Write the list into the page."""
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(page_with(text, draw()), encoding="utf-8")


if __name__ == "__main__":
    main()
