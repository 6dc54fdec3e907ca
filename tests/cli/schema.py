"""What ``docs/cli.md`` promises of each answer, read from the page itself.

The page is the only place where keys, types and columns are written down; what is printed is
checked against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"

Record = dict[str, list[str]]
"""Key to the types that its value may have, in the order of the page."""

_WORDS = {
    "string": re.compile(r"(?s).*"),
    "digits": re.compile(r"[0-9]+"),
    "time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
}
_KINDS = {"integer": int, "boolean": bool, "object": dict, "null": type(None)}
_ROW = re.compile(r"^\| `([A-Za-z_]+)` \| (.+?) \| .*\|$", re.MULTILINE)
_LINK = re.compile(r"\[[a-z ]+\]\(#([a-z-]+)\)")
_JSON = re.compile(r"^`json`: (.+)\.$", re.MULTILINE)


class Schema:
    """The promises of one page.

    Args:
        page: Its text.
    """

    def __init__(self, page: str) -> None:
        self.sections = _sections(page)
        tables = page.partition("\n## What JSON holds\n")[2].partition("\n## ")[0]
        self._tables = {name.replace(" ", "-"): text for name, text in _sections(tables).items()}
        found = {title: _JSON.search(text) for title, text in self.sections.items()}
        self.answers = {title: match[1] for title, match in found.items() if match}
        """Line to the type of what it prints: ``mp account list`` to ``array of [account]…``."""
        self.seen: set[tuple[str, str, str]] = set()
        """Every record, key and type that a checked value had."""

    def record(self, anchor: str) -> Record:
        """The keys of a record; one that goes on from another has the keys of that one first."""
        text = self._tables[anchor]
        rows = {key: re.split(r", | or ", types) for key, types in _ROW.findall(text)}
        basis = re.search(rf"^The keys of an? {_LINK.pattern}, and:$", text, re.MULTILINE)
        return {**(self.record(basis[1]) if basis else {}), **rows}

    def check(self, title: str, value: object) -> list[str]:
        """What of a printed value is not as the page says."""
        return list(self._of_type(self.answers[title], value, title))

    def example(self, title: str) -> str | None:
        """The JSON that the section of a line shows."""
        found = re.search(r"```json\n(.*?)```", self.sections[title], re.DOTALL)
        return found[1] if found else None

    def promised(self) -> set[tuple[str, str, str]]:
        """Every record, key and type of the page."""
        rows = {anchor: self.record(anchor) for anchor in self._tables}
        return {
            (anchor, key, type_)
            for anchor, record in rows.items()
            for key, types in record.items()
            for type_ in types
        }

    def columns(self, title: str, format_: str) -> list[str]:
        """The columns of ``csv`` or ``plain``, as the section of a line names them."""
        told = self._told(title, format_)
        if "`csv`" in told:
            return self.columns(title, "csv")
        if "key" in told:
            return list(self.record(_LINK.findall(self.answers[title])[0]))
        return told.split(", ")

    def is_upright(self, title: str) -> bool:
        """Whether ``plain`` is a line for each column."""
        return self._told(title, "plain").startswith("a line for each")

    def _told(self, title: str, format_: str) -> str:
        says = rf"^(?:`\w+`, )?`{format_}`(?:, `\w+`)?: (.+?)[.;]"
        found = re.search(says, self.sections[title], re.MULTILINE)
        assert found, f"{title}: the page does not say what {format_} has"
        return found[1]

    def _of_type(self, type_: str, value: object, where: str) -> Iterator[str]:
        link = _LINK.search(type_)
        if "array of " in type_:
            inner = type_.partition("array of ")[2]
            if not isinstance(value, list):
                yield f"{where} is no array: {value!r}"
                return
            for number, each in enumerate(value):
                yield from self._of_type(inner, each, f"{where}[{number}]")
        elif link:
            yield from self._of_record(link[1], value, where)
        elif not _is(type_, value):
            yield f"{where} is {value!r}, and no {type_}"

    def _of_record(self, anchor: str, value: object, where: str) -> Iterator[str]:
        record = self.record(anchor)
        if not isinstance(value, Mapping) or list(value) != list(record):
            yield f"{where} is not the {anchor} of the page: {value}"
            return
        for key, types in record.items():
            fitting = [type_ for type_ in types if _is(type_, value[key])]
            self.seen |= {(anchor, key, type_) for type_ in fitting}
            if not fitting:
                yield f"{where}.{key} is {value[key]!r}, and no {' or '.join(types)}"
            for type_ in fitting[:1]:
                yield from self._of_type(type_, value[key], f"{where}.{key}")


def _sections(text: str) -> dict[str, str]:
    parts = re.split(r"^#{2,4} (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _is(type_: str, value: Any) -> bool:
    """Whether a value is of a type, its members aside."""
    if type_.startswith("array of "):
        return isinstance(value, list)
    if _LINK.fullmatch(type_):
        return isinstance(value, dict)
    if type_.startswith('`"'):
        return bool(value == type_.strip('`"'))
    if type_ in _WORDS:
        return isinstance(value, str) and _WORDS[type_].fullmatch(value) is not None
    # Not isinstance: a boolean is no integer here.
    return type(value) is _KINDS[type_]
