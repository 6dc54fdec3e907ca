"""Where things stand in a TOML text: its tables as pieces of text, its keys as lines.

``tomllib`` says what a text means, not where. This finds the headers without parsing values: a
line that begins with ``[`` outside every string and array is one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import NamedTuple

from mixdesk.model.records import Section

_SIMPLE = re.compile(r"[ \t]*\[[ \t]*([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)[ \t]*\][ \t]*(?:#.*)?")
_KEY = re.compile(r"""[ \t]*((?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')[ \t]*)(?:\.|=)""")
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|(?P<open>[\[{])"
    r"|(?P<close>[\]}])"
    r"|(?P<line>\n)",
    re.DOTALL,
)


class Piece(NamedTuple):
    """A header line and what stands below it, up to the next header. The first has no header."""

    path: Section
    header: str
    body: str
    is_array: bool = False

    def __repr__(self) -> str:
        return f"Piece({self.header.strip()!r})"  # its body may hold a secret

    @property
    def text(self) -> str:
        """The piece as it stands in the file."""
        return self.header + self.body


def split(text: str) -> list[Piece]:
    """Cut a sound TOML text into its tables; joined again, the pieces are the text.

    Args:
        text: What ``tomllib`` has accepted.

    Returns:
        The pieces in order; the first one stands before every header and may be empty.
    """
    pieces = []
    header, start = "", 0
    for header_start, header_end in _headers(text):
        pieces.append(_piece(header, text[start:header_start]))
        header, start = text[header_start:header_end], header_end
    pieces.append(_piece(header, text[start:]))
    return pieces


def _piece(header: str, body: str) -> Piece:
    path = header_path(header) if header else ()
    return Piece(path, header, body, header.lstrip().startswith("[["))


def header_path(header: str) -> Section:
    """Read the dotted name in a header line."""
    simple = _SIMPLE.fullmatch(header.rstrip("\r\n"))
    if simple:
        return tuple(simple[1].split("."))
    found = tomllib.loads(header)
    path = []
    while found:
        key, value = next(iter(found.items()))
        path.append(key)
        found = value[0] if isinstance(value, list) else value
    return tuple(path)


def lines(text: str) -> list[str]:
    """Cut statements into lines; what goes on in a string or an array stays in one.

    Lines end in a line feed and nothing else: TOML allows the other separators of Unicode inside
    comments and strings.
    """
    return [text[start:end] for start, end in _logical_lines(text)]


def rename_key(body: str, old: str, new: str) -> str:
    """Rename the first key of every statement that begins with ``old``.

    Args:
        body: Statements without headers.
        old: The key as it is meant.
        new: The key as it is to be written.
    """
    parts = []
    for line in lines(body):
        match = _KEY.match(line)
        if match and _bare(match[1]) == old:
            written = match[1].rstrip()
            line = line.replace(written, new, 1)
        parts.append(line)
    return "".join(parts)


def line_of(pieces: list[Piece], section: Section, key: str | None) -> int | None:
    """Find the line (1-based) of a key in a section, or of the section's header.

    Args:
        pieces: The text, cut.
        section: Path of the table.
        key: A key in it; None asks for the header.

    Returns:
        The line; None when it cannot be told (a table spread over dotted keys, say).
    """
    whole = section if key is None else (*section, key)
    line = 1
    best: int | None = None
    for piece in pieces:
        if key is not None and piece.header and piece.path[: len(whole)] == whole:
            return line  # the key is a table with a header of its own
        if piece.path == section[: len(piece.path)] and (piece.header or section == () or not best):
            found = _line_in(piece, line, section[len(piece.path) :], key)
            best = found or best
        line += piece.text.count("\n")
    return best


def _line_in(piece: Piece, first: int, rest: Section, key: str | None) -> int | None:
    """Find the line of ``rest`` + ``key`` within one piece."""
    wanted = rest[0] if rest else key
    if wanted is None:
        return first
    body_first = first + piece.header.count("\n")
    for offset, line in _statements(piece.body):
        match = _KEY.match(line)
        if match and _bare(match[1]) == wanted:
            return body_first + offset
    return first if piece.header and not rest else None


def _bare(key: str) -> str:
    key = key.strip()
    if key[:1] not in "\"'":
        return key
    return str(next(iter(tomllib.loads(f"{key} = 0"))))


def _statements(body: str) -> Iterator[tuple[int, str]]:
    """The lines of a body that begin a statement, with their offset in lines."""
    for start, end in _logical_lines(body):
        yield body.count("\n", 0, start), body[start:end]


def _headers(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every header line."""
    for start, end in _logical_lines(text):
        if text[start:end].lstrip(" \t").startswith("["):
            yield start, end


def _logical_lines(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every line, where a string or an array that goes on makes one line."""
    position, length = 0, len(text)
    while position < length:
        newline = text.find("\n", position)
        end = length if newline < 0 else newline + 1
        line = text[position:end]
        if _may_go_on(line):
            end = _logical_end(text, position)
        yield position, end
        position = end


def _may_go_on(line: str) -> bool:
    """Whether something may be open at the end of a line (cheap, errs on the safe side)."""
    if "=" not in line:
        return False
    return "[" in line or "{" in line or '"""' in line or "'''" in line


def _logical_end(text: str, position: int) -> int:
    """Where the statement that begins at ``position`` ends."""
    depth = 0
    for token in _TOKEN.finditer(text, position):
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
        elif token["line"] and depth <= 0:
            return token.end()
    return len(text)
