"""``docs/tour.md`` as data: its jobs, the keys they take, and what the screen says after them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "tour.md"
NAMED = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "f5": "\x1b[15~",
    **{f"ctrl+{letter}": chr(ord(letter) & 0x1F) for letter in "abcdefghijklmnopqrstuvwxyz"},
}
"""Keys with a name, as a terminal sends them."""

_COUNT = re.compile(r"^(\d+) keys?(?:, (\d+) texts?)?[.;]", re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Step:
    """A row of a table."""

    presses: Sequence[str]
    """Keys by name and texts in quotes; none where somebody does something elsewhere."""
    shows: Sequence[str]
    """What is on the screen then."""

    @property
    def sent(self) -> Sequence[str]:
        """What a terminal sends for each."""
        return [each[1:-1] if _is_text(each) else NAMED.get(each, each) for each in self.presses]


@dataclass(frozen=True)
class Job:
    """A section of the page."""

    title: str
    steps: Sequence[Step]
    told: tuple[int, int]
    """Keys and texts, as the page counts them."""
    file: str
    """What is to stand in a file, where the section shows that."""

    @property
    def counted(self) -> tuple[int, int]:
        """Keys and texts, as they are pressed."""
        presses = [each for step in self.steps for each in step.presses]
        texts = sum(map(_is_text, presses))
        return len(presses) - texts, texts


def jobs() -> dict[str, Job]:
    """The jobs of the page by their titles, which are without the number."""
    _, *sections = PAGE.read_text(encoding="utf-8").split("\n## ")
    found = [_job(*section.split("\n", 1)) for section in sections]
    return {job.title: job for job in found}


def _job(head: str, body: str) -> Job:
    rows = [line.strip("|").split("|") for line in body.splitlines() if line.startswith("| ")]
    steps = [Step(_CODE.findall(keys), _CODE.findall(shows)) for keys, shows in rows[1:]]
    count = _COUNT.search(body)
    assert count is not None, f"{head}: no number of keys"
    shown = re.search(r"```toml\n(.*?)```", body, re.DOTALL)
    told = (int(count[1]), int(count[2] or 0))
    return Job(re.sub(r"^\d+\. ", "", head), steps, told, shown[1] if shown else "")


def _is_text(press: str) -> bool:
    return press.startswith('"')
