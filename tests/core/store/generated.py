"""Configurations as people write them: every layout TOML has, comments everywhere.

A :class:`Line` remembers what it is about, so that a test can tell which lines an edit may touch.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]
Owner = tuple[str, ...]

ACCOUNT_NAMES = ("team", "personal", "ci", "a-b", "x_1", "0", "Team")
TARGET_NAMES = ("ecom", "prod", "t-1", "with space", "dots.in.it", 'quote"d', "ünï", "")
COMMENTS = (
    "plain",
    "[accounts.fake]",
    '"""',
    "'''",
    'a = "b',
    "it's",
    "]] }} \\",
    "ünïcödé \u2028 separator \x85 next",
    "\ttab",
    "",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One statement, header, comment or blank line with its line end; perhaps over many lines."""

    text: str
    owner: Owner
    """The key it holds: ``("accounts", "team", "region")``; a header has its table's path; a
    comment above a header, a blank line or a comment on its own has ``()``."""


@dataclass(slots=True)
class Written:
    """A configuration as text, and what each line of it is about."""

    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(line.text for line in self.lines)


class Writer:
    """Writes one configuration, choosing a layout wherever there is a choice."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._ends = draw(st.sampled_from(["\n", "\n", "\r\n", "mixed"]))
        self._comments = 0
        self._plain = draw(st.booleans())
        self.written = Written()

    def end(self) -> str:
        if self._ends == "mixed":
            return str(self._draw(st.sampled_from(["\n", "\r\n"])))
        return str(self._ends)

    def chance(self, one_in: int) -> bool:
        return int(self._draw(st.integers(0, one_in - 1))) == one_in - 1

    def comment(self) -> str:
        self._comments += 1
        return f"#c{self._comments}# {self._draw(st.sampled_from(COMMENTS))}"

    def put(self, text: str, owner: Owner = ()) -> None:
        trailing = f"  {self.comment()}" if owner and self.chance(4) else ""
        self.written.lines.append(Line(f"{text}{trailing}{self.end()}", owner))

    def gap(self) -> None:
        """Blank lines and comments on their own."""
        while self.chance(3):
            blank = self.chance(2)
            self.put(self._draw(st.sampled_from(["", "", "  "])) if blank else self.comment())

    # --- values ----------------------------------------------------------------------------

    def string(self, value: str, *, inline: bool = False) -> str:
        styles = ["basic"]
        if value.isprintable() and not self._plain:
            if "'" not in value:
                styles.append("literal")
                if not inline:
                    styles.append("multiline literal")
            if not inline:
                styles.append("multiline basic")
        match self._draw(st.sampled_from(styles)):
            case "literal":
                return f"'{value}'"
            case "multiline literal":
                return f"'''{self.end()}{value}'''"
            case "multiline basic":
                return f'"""\\{self.end()}   {escaped(value)}"""'
            case _:
                return f'"{escaped(value)}"'

    def integer(self, value: int) -> str:
        forms = [str(value), f"0x{value:x}", f"0o{value:o}", f"{value:_}", f"+{value}"]
        return str(self._draw(st.sampled_from(forms if not self._plain else forms[:1])))

    def value(self, value: str | int, *, inline: bool = False) -> str:
        if isinstance(value, int):
            return self.integer(value)
        return self.string(value, inline=inline)

    def key(self, key: str) -> str:
        bare = key != "" and all(
            char in string.ascii_letters + string.digits + "-_" for char in key
        )
        forms = [f'"{escaped(key)}"']
        if "'" not in key and key.isprintable():
            forms.append(f"'{key}'")
        if bare:
            forms = [key] * 4 + forms if not self._plain else [key]
        return str(self._draw(st.sampled_from(forms)))

    def inline(self, block: dict[str, str | int]) -> str:
        equals = self._draw(st.sampled_from([" = ", "="]))
        edge = self._draw(st.sampled_from(["", " "])) if block else ""
        pairs = (f"{self.key(key)}{equals}{self.value(v, inline=True)}" for key, v in block.items())
        return f"{{{edge}{', '.join(pairs)}{edge}}}"

    # --- tables ----------------------------------------------------------------------------

    def header(self, path: Owner) -> None:
        space = self._draw(st.sampled_from(["", "", "", " "]))
        indent = self._draw(st.sampled_from(["", "", "", "  "]))
        names = ".".join(self.key(part) for part in path)
        self.put(f"{indent}[{space}{names}{space}]", path)

    def pairs(self, path: Owner, block: dict[str, str | int], prefix: Owner = ()) -> None:
        equals = self._draw(st.sampled_from([" = ", "=", "    = "]))
        for key, value in block.items():
            if self.chance(5):
                self.gap()
            name = ".".join([*(self.key(part) for part in prefix), self.key(key)])
            self.put(f"{name}{equals}{self.value(value)}", (*path, key))

    def blocks(self, kind: str, blocks: dict[str, dict[str, str | int]]) -> None:
        """All accounts or all targets, in one of the layouts or in several."""
        layouts = ["headers", "headers", "mixed", "inline", "dotted"]
        if not any(line.owner for line in self.written.lines):
            layouts.append("root")
        layout = self._draw(st.sampled_from(layouts))
        if layout == "root":
            for name, block in blocks.items():
                self.pairs((kind, name), block, (kind, name))
            self.gap()
            return
        ways = {
            name: self._draw(st.sampled_from(["headers", "inline", "dotted"]))
            if layout == "mixed"
            else layout
            for name in blocks
        }
        below = [name for name in blocks if ways[name] != "headers"]
        if below or self.chance(6):
            self.gap()
            self.header((kind,))
            for name in below:
                if ways[name] == "inline":
                    text = f"{self.key(name)} = {self.inline(blocks[name])}"
                    self.put(text, (kind, name, "*"))
                else:
                    self.pairs((kind, name), blocks[name], (name,))
            self.gap()
        for name in blocks:
            if ways[name] == "headers":
                self.gap()
                self.header((kind, name))
                self.pairs((kind, name), blocks[name])
                self.gap()

    def active(self, block: dict[str, str | int]) -> None:
        self.gap()
        self.header(("active",))
        self.pairs(("active",), block)
        self.gap()

    def settings(self, header: dict[str, str | int] | None) -> None:
        self.gap()
        self.header(("settings",))
        for name, text in self._draw(st.lists(st.sampled_from(STRANGE), max_size=3, unique=True)):
            self.put(f"{name} = {text}".replace("\n", self.end()), ("settings", name))
        as_table = header is not None and self.chance(3)
        if header is not None and not as_table:
            text = f"custom_header = {self.inline(header)}"
            self.put(text, ("settings", "custom_header", "*"))
        if as_table and header is not None:
            self.header(("settings", "custom_header"))
            self.pairs(("settings", "custom_header"), header)
        if self.chance(3):
            for _ in range(2):
                self.put("[[settings.list]]", ("settings", "list"))
                self.put("n = 1", ("settings", "list", "n"))
                self.put("[settings.list.sub]", ("settings", "list", "sub"))
                self.put('account = "x"', ("settings", "list", "sub", "account"))
        self.gap()


STRANGE: tuple[tuple[str, str], ...] = (
    ("when", "1979-05-27T07:32:00-08:00"),
    ("day", "1979-05-27"),
    ("at", "07:32:00.999"),
    ("ratio", "6.626e-34"),
    ("not_a_number", "nan"),
    ("hex", "0xDEAD_beef"),
    ("wide", '[\n  1,  # [one]\n  [2, "]"],\n  # }\n  { a = "[x]", b = 3 },\n]'),
    ("poem", '"""\n[accounts.fake]\ntype = "x"  # no comment\n\\"""quoted\\""""'),
    ("raw", "'''\n# no comment\n[targets.fake]\n#'''"),
    ("empty", "''"),
    ("quotes", '"a \\" # b"'),
    ("deep", "{ a = { b = { c = [ { d = 1 } ] } } }"),
    ("line_separator", "'a\u2028# b\x85# c'"),
)
"""Settings that mean nothing to us and everything to their owner."""


def escaped(value: str) -> str:
    """The inside of a basic string."""
    return "".join(
        f"\\{char}" if char in '"\\' else char if char.isprintable() else f"\\U{ord(char):08x}"
        for char in value
    )


_digits = st.sampled_from(["1", "3713224", "0042", "3018488", "9" * 30])
_text = st.sampled_from(
    ["s3cret", "with space", "# no comment", "[x]", 'q"uote', "ünï", "a\\b", "'"]
)


@st.composite
def account_blocks(draw: Draw) -> dict[str, str | int]:
    """A sound account."""
    kind = draw(st.sampled_from(["service_account", "oauth_browser", "oauth_token"]))
    block: dict[str, str | int] = {
        "type": kind,
        "region": draw(st.sampled_from(["us", "eu", "in"])),
    }
    if draw(st.booleans()):
        block["default_project"] = draw(_digits)
    if kind == "service_account":
        block |= {"username": draw(_text), "secret": draw(_text)}
    elif kind == "oauth_token":
        block |= draw(st.sampled_from([{"token": "t0ken"}, {"token_env": "MP_CI_TOKEN"}]))
    keys = draw(st.permutations(list(block)))
    return {key: block[key] for key in keys}


@st.composite
def configurations(draw: Draw) -> Written:
    """A whole file without problems, except for references that may dangle."""
    writer = Writer(draw)
    names = draw(st.lists(st.sampled_from(ACCOUNT_NAMES), max_size=4, unique=True))
    accounts = {name: draw(account_blocks()) for name in names}
    targets: dict[str, dict[str, str | int]] = {}
    for name in draw(st.lists(st.sampled_from(TARGET_NAMES), max_size=3, unique=True)):
        block: dict[str, str | int] = {
            "account": draw(st.sampled_from([*names, *names, "gone"])),
            "project": draw(_digits),
        }
        if draw(st.booleans()):
            block["workspace"] = draw(st.integers(1, 9_999_999))
        targets[name] = block
    active: dict[str, str | int] = {}
    if draw(st.booleans()):
        active["account"] = draw(st.sampled_from([*names, *names, "gone"]))
    if draw(st.booleans()):
        active["workspace"] = draw(st.integers(1, 9_999_999))
    header: dict[str, str | int] | None = {"name": "X-One", "value": "1"}
    header = draw(st.sampled_from([header, None]))
    parts: list[Callable[[], None]] = [
        lambda: writer.blocks("accounts", accounts),
        lambda: writer.blocks("targets", targets),
    ]
    if active or draw(st.booleans()):
        parts.append(lambda: writer.active(active))
    if draw(st.booleans()):
        parts.append(lambda: writer.settings(header))
    for part in draw(st.permutations(parts)):
        part()
    written = writer.written
    if written.lines and draw(st.integers(0, 3)) == 0:
        last = written.lines[-1]
        written.lines[-1] = Line(last.text.rstrip("\r\n"), last.owner)
    assume(is_toml(written.text))
    return written


def is_toml(text: str) -> bool:
    """Whether the text means anything."""
    try:
        tomllib.loads(text)
    except ValueError:
        return False
    return True


def comments_in(text: str) -> Iterator[str]:
    """The marks of the comments that :class:`Writer` put there, in order."""
    for part in text.split("#c")[1:]:
        number = part.partition("#")[0]
        if number.isdigit():
            yield number
