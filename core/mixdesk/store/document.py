"""Edits of a TOML text that change only what they are about.

Every edit is made twice: on the meaning (plain data) and on the text, where ``tomlkit`` is given
only the text of the table concerned. The two are compared at the end. A layout that cannot be
edited piecewise is edited as a whole by ``tomlkit``; where even that would change something else,
nothing is changed and the user is told.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import dropwhile
from typing import Any

import tomlkit
from tomlkit.container import Container
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import InlineTable, Item, Null, String, StringType, Table, Whitespace

from mixdesk.exceptions import ConfigError, StoreError
from mixdesk.model.records import Section
from mixdesk.model.text import clean
from mixdesk.store.scan import Piece, lines, rename_key, split
from mixdesk.store.schema import same_meaning

Data = dict[str, Any]

_NOT_KNOWN = (
    TOMLKitError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What ``tomlkit`` raises where it does not cope with a layout (it has no error of its own)."""


class Document:
    """A TOML text under edit.

    Args:
        text: What stands in the file.
        data: What it means, as ``tomllib`` read it. Never changed: edits copy what they touch.
        path: The file, for errors.
        pieces: The text, cut by :func:`~mixdesk.store.scan.split`, where that was done before.
    """

    def __init__(
        self,
        text: str,
        data: Mapping[str, Any],
        path: str,
        pieces: Sequence[Piece] | None = None,
    ) -> None:
        self._original = text
        self._path = path
        self._pieces = list(pieces) if pieces is not None else split(text)
        self._newline = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
        self._edits: list[Callable[[Container], None]] = []
        self._piecewise = True
        self._preferred: str | None = None
        self.data: Data = dict(data)

    def set_value(self, table: Section, key: str, value: Any) -> None:
        """Give a key of a table a value; the table is made when it is missing."""
        current = _find(self.data, table)
        if isinstance(current, dict) and key in current and same_meaning(current[key], value):
            return
        self.data = self._with((*table, key), value)
        value = _inline(value) if isinstance(value, Mapping) else value
        self._edit(
            lambda: self._set_in_piece(table, key, value),
            lambda whole: _assign(_descend(whole, table, create=True), key, value),
        )

    def delete_value(self, table: Section, key: str) -> None:
        """Take a key out of a table, if it is there."""
        current = _find(self.data, table)
        if not isinstance(current, dict) or key not in current:
            return
        self.data = _without(self.data, (*table, key))
        self._edit(
            lambda: self._delete_in_piece((*table, key)),
            lambda whole: _remove(_descend(whole, table), key),
        )

    def add_table(self, table: Section, values: Mapping[str, Any]) -> None:
        """Add a table below those of its kind."""
        self.data = self._with(table, dict(values))
        self._edit(
            lambda: self._insert_piece(table, values),
            lambda whole: _assign(_descend(whole, table[:-1], create=True), table[-1], values),
        )

    def delete_table(self, table: Section) -> None:
        """Take a table out, with the comments inside it; comments above it stay."""
        self.data = _without(self.data, table)
        self._edit(
            lambda: self._delete_pieces(table),
            lambda whole: _remove(_descend(whole, table[:-1]), table[-1]),
        )

    def rename_table(self, table: Section, name: str) -> None:
        """Give a table another last name, in its place."""
        values = _find(self.data, table)
        renamed = (*table[:-1], name)
        self.data = _renamed(self.data, table, name)

        def rename(whole: Container) -> None:
            parent = _descend(whole, table[:-1])
            _remove(parent, table[-1])
            _assign(parent, name, values)

        self._edit(lambda: self._rename_piece(table, renamed), rename)

    def prefer(self, text: str) -> None:
        """Propose a text: it is taken if it means exactly what the edits mean."""
        self._preferred = text

    @property
    def pieces(self) -> tuple[Piece, ...] | None:
        """The text as it is now, cut; None when it had to be edited as a whole."""
        return tuple(self._pieces) if self._piecewise else None

    def finish(self) -> tuple[str, Data]:
        """Return the new text and what it means, which ``tomllib`` has confirmed.

        Tables that no edit touched are the very objects that were given.

        Raises:
            StoreError: ``STORE_CORRUPT``: no text was found that means exactly what was asked
                for. Nothing was changed.
        """
        if self._preferred is not None and self._is_meant(self._preferred):
            self._piecewise = False
            return self._preferred, _tidy(self.data)
        for text in self._candidates():
            if self._is_meant(text):
                return text, _tidy(self.data)
            self._piecewise = False
        raise StoreError(
            f"{self._path} is laid out in a way that cannot be changed safely.",
            code="STORE_CORRUPT",
            path=self._path,
            hint="Nothing was changed. Make the change in an editor, or write every account and "
            "target as a table of its own: [accounts.NAME]",
        )

    def _is_meant(self, text: str) -> bool:
        meaning = _meaning(text)
        return meaning is not None and same_meaning(_tidy(meaning), _tidy(self.data))

    def _candidates(self) -> Iterator[str]:
        """The text edited piece by piece, then the text edited as a whole."""
        if self._piecewise:
            yield "".join(piece.text for piece in self._pieces)
        with suppress(*_NOT_KNOWN):
            yield _with_line_ends_kept(self._original, self._edit_whole)

    def _edit_whole(self, text: str) -> str:
        whole = tomlkit.parse(text)
        for edit in self._edits:
            edit(whole)
        return tomlkit.dumps(whole)

    def _with(self, path: Section, value: Any) -> Data:
        """The data with a value at ``path``; something else than a table in the way is said."""
        for length in range(1, len(path)):
            there = _find(self.data, path[:length])
            if there is not None and not isinstance(there, dict):
                raise ConfigError(
                    f"[{clean('.'.join(path[:length]))}] in {self._path} is no table.",
                    hint="Write it as a table, or remove it.",
                    details={"section": list(path[:length]), "path": self._path},
                )
        return _with(self.data, path, value)

    def _edit(self, piecewise: Callable[[], bool], whole: Callable[[Container], None]) -> None:
        self._edits.append(whole)
        if self._piecewise:
            try:
                self._piecewise = piecewise()
            except _NOT_KNOWN:
                self._piecewise = False

    # --- one piece at a time; each says whether it knew how -------------------------------

    def _set_in_piece(self, table: Section, key: str, value: Any) -> bool:
        index = self._holder((*table, key))
        index = self._home(table) if index is None else index
        if index is None:
            return self._insert_piece(table, {key: value})
        rest = table[len(self._pieces[index].path) :]
        self._change(index, lambda body: _assign(_descend(body, rest), key, value))
        return True

    def _delete_in_piece(self, path: Section) -> bool:
        index = self._holder(path)
        if index is None:
            return False
        rest = path[len(self._pieces[index].path) :]
        self._change(index, lambda body: _remove(_descend(body, rest[:-1]), rest[-1]))
        return True

    def _insert_piece(self, table: Section, values: Mapping[str, Any]) -> bool:
        parent = self._holder(table[:-1]) if len(table) > 1 else None
        if parent is not None and not self._has_headers(table[:-1]):
            rest = table[len(self._pieces[parent].path) : -1]
            self._change(
                parent, lambda body: _assign(_descend(body, rest), table[-1], _inline(values))
            )
            return True
        written = [f"[{'.'.join(map(_key, table))}]"]
        written += [f"{_key(key)} = {_value(value)}" for key, value in values.items()]
        header, *body = [line + self._newline for line in written]
        index = self._last_of_kind(table[0])
        self._end_header(index)
        before = self._pieces[index]
        core, tail = _split_tail(before.body, is_last=index == len(self._pieces) - 1)
        if core and not core.endswith("\n"):
            core += self._newline
        self._update(index, body=core + self._newline if before.header or core else "")
        if tail.strip() and not tail.startswith(("\n", "\r\n")):
            tail = self._newline + tail
        self._pieces.insert(index + 1, Piece(table, header, "".join(body) + tail))
        return True

    def _delete_pieces(self, table: Section) -> bool:
        indexes = [i for i, piece in enumerate(self._pieces) if _below(piece.path, table)]
        if not indexes:
            return self._delete_in_piece(table)
        for index in reversed(indexes):
            piece = self._pieces.pop(index)
            is_last = index == len(self._pieces)
            _, tail = _split_tail(piece.body, is_last=is_last)
            self._close_gap(index - 1, tail, is_last=is_last)
        return self._holder(table) is None

    def _close_gap(self, index: int, tail: str, *, is_last: bool) -> None:
        """Join what stood around a removed table, with one blank line where there were two."""
        body = self._pieces[index].body
        if body.endswith(("\n\n", "\n\r\n")) or not body.strip():
            tail = _without_first_blank_lines(tail)
        if is_last and not tail:
            body = _without_last_blank_lines(body)
        self._update(index, body=body + tail)

    def _rename_piece(self, table: Section, renamed: Section) -> bool:
        indexes = [i for i, piece in enumerate(self._pieces) if _below(piece.path, table)]
        if not indexes:
            return self._rename_key(table, renamed[-1])
        if self._holder(table) is not None:
            return False
        for index in indexes:
            piece = self._pieces[index]
            if piece.is_array:
                return False
            path = (*renamed, *piece.path[len(table) :])
            indent, _, rest = piece.header.partition("[")
            header = f"{indent}[{'.'.join(map(_key, path))}]{_after_header(rest)}"
            self._update(index, header=header, path=path)
        return True

    def _rename_key(self, table: Section, name: str) -> bool:
        """Rename a table that is inline or dotted, where its parent has a header."""
        index = self._home(table[:-1])
        if index is None or self._pieces[index].path != table[:-1]:
            return False
        body = rename_key(self._pieces[index].body, table[-1], _key(name))
        self._update(index, body=body)
        return True

    # --- finding a piece -----------------------------------------------------------------

    def _holder(self, path: Section) -> int | None:
        """The piece whose body holds ``path`` (the nearest header first)."""
        for length in range(len(path) - 1, -1, -1):
            for index, piece in enumerate(self._pieces):
                if piece.path == path[:length] and not piece.is_array:
                    body = _meaning(piece.body)
                    if body is not None and _find(body, path[length:]) is not None:
                        return index
        return None

    def _home(self, table: Section) -> int | None:
        """The piece that new keys of ``table`` go to."""
        for index, piece in enumerate(self._pieces):
            if piece.header and piece.path == table and not piece.is_array:
                return index
        return self._holder(table)

    def _has_headers(self, path: Section) -> bool:
        return any(piece.path != path and _below(piece.path, path) for piece in self._pieces)

    def _last_of_kind(self, first: str) -> int:
        """The last piece of a kind; the last piece at all when there is none."""
        kin = [i for i, piece in enumerate(self._pieces) if piece.path[:1] == (first,)]
        return kin[-1] if kin else len(self._pieces) - 1

    # --- changing a piece ----------------------------------------------------------------

    def _change(self, index: int, change: Callable[[Container], None]) -> None:
        """Let ``tomlkit`` change the body of one piece, and keep its kind of line ends."""
        self._end_header(index)
        is_last = index == len(self._pieces) - 1
        core, tail = _split_tail(self._pieces[index].body, is_last=is_last)
        if core and not core.endswith("\n"):
            core += self._newline

        def edit(text: str) -> str:
            document = tomlkit.parse(text)
            change(document)
            return tomlkit.dumps(document)

        self._update(index, body=_with_line_ends_kept(core, edit) + tail)

    def _end_header(self, index: int) -> None:
        """End the line of a header that is the end of the file: something comes below it."""
        header = self._pieces[index].header
        if header and not header.endswith("\n"):
            self._update(index, header=header + self._newline)

    def _update(self, index: int, **fields: Any) -> None:
        self._pieces[index] = self._pieces[index]._replace(**fields)


def _with_line_ends_kept(text: str, edit: Callable[[str], str]) -> str:
    """Edit a text whose lines all end in CRLF as one whose lines end in LF."""
    if "\r\n" not in text or text.count("\r\n") != text.count("\n"):
        return edit(text)
    return edit(text.replace("\r\n", "\n")).replace("\n", "\r\n")


def _split_tail(body: str, *, is_last: bool) -> tuple[str, str]:
    """Part a table's own lines from the blank lines and comments that follow them.

    Comments directly below the last key are the table's own, unless the next header follows them
    without a blank line: then they are about that one.
    """
    parts = lines(body)
    end = len(parts)
    while end and _is_filler(parts[end - 1]):
        end -= 1
    own = end
    while own < len(parts) and parts[own].strip():
        own += 1
    if own == len(parts) and not is_last:
        own = end
    return "".join(parts[:own]), "".join(parts[own:])


def _is_filler(line: str) -> bool:
    stripped = line.strip()
    return not stripped or stripped.startswith("#")


def _without_first_blank_lines(text: str) -> str:
    return "".join(dropwhile(_is_blank, lines(text)))


def _without_last_blank_lines(text: str) -> str:
    kept = list(dropwhile(_is_blank, reversed(lines(text))))
    return "".join(reversed(kept))


def _is_blank(line: str) -> bool:
    return not line.strip()


def _after_header(rest: str) -> str:
    """What follows the closing bracket of a header line, whose opening one is cut off."""
    quote = ""
    for index, char in enumerate(rest):
        if quote:
            quote = "" if char == quote and rest[index - 1] != "\\" else quote
        elif char in "\"'":
            quote = char
        elif char == "]":
            return rest[index + 1 :]
    raise ValueError(rest)


def _below(path: Section, table: Section) -> bool:
    return path[: len(table)] == table


def _find(data: Any, path: Section) -> Any:
    """The value at a path, or None (TOML has no null)."""
    for part in path:
        if not isinstance(data, dict) or part not in data:
            return None
        data = data[part]
    return data


def _with(data: Data, path: Section, value: Any) -> Data:
    """A copy of ``data`` with a value at ``path``; what is not on the way is shared."""
    copy = dict(data)
    if len(path) == 1:
        copy[path[0]] = value
    else:
        copy[path[0]] = _with(copy.get(path[0], {}), path[1:], value)
    return copy


def _without(data: Data, path: Section) -> Data:
    copy = dict(data)
    if len(path) == 1:
        del copy[path[0]]
    else:
        copy[path[0]] = _without(copy[path[0]], path[1:])
    return copy


def _renamed(data: Data, path: Section, name: str) -> Data:
    copy = dict(data)
    if len(path) == 1:
        return {name if key == path[0] else key: value for key, value in copy.items()}
    copy[path[0]] = _renamed(copy[path[0]], path[1:], name)
    return copy


def _tidy(data: Data) -> Data:
    """Leave out empty root tables: whether their header stands there means nothing."""
    return {key: value for key, value in data.items() if value != {}}


def _meaning(text: str) -> Data | None:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return None


def _descend(container: Any, path: Section, *, create: bool = False) -> Any:
    for part in path:
        if create and part not in container:
            container[part] = tomlkit.table(is_super_table=True)
        container = container[part]
    return container


def _assign(container: Any, key: str, value: Any) -> None:
    """Set a key, keeping the kind of quotes its old value had."""
    if isinstance(value, Mapping) and not isinstance(value, Item):
        value = _table(value)
    old = container.get(key)
    if isinstance(old, String) and isinstance(value, str):
        value = _quoted_like(old, value)
    container[key] = value


def _remove(container: Any, key: str) -> None:
    del container[key]
    if isinstance(container, InlineTable):
        _close_inline_gap(container.value.body)


def _close_inline_gap(body: list[tuple[Any, Item]]) -> None:
    """Keep one of the two spaces between which the last key of an inline table was removed."""
    shown = [index for index, (_, item) in enumerate(body) if not isinstance(item, Null)]
    if len(shown) > 1 and all(isinstance(body[index][1], Whitespace) for index in shown[-2:]):
        body[shown[-1]] = (None, Null())


def _quoted_like(old: String, value: str) -> String:
    literal = old.as_string()[:1] == "'"
    if literal and "'" not in value and value.isprintable():
        return String.from_raw(value, StringType.SLL)
    return tomlkit.string(value)


def _inline(values: Mapping[str, Any]) -> InlineTable:
    table = tomlkit.inline_table()
    table.update(dict(values))
    return table


def _table(values: Mapping[str, Any]) -> Table:
    table = tomlkit.table()
    table.update(dict(values))
    return table


def _key(key: str) -> str:
    return tomlkit.key(key).as_string()


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(_inline(value).as_string())
    return str(tomlkit.item(value).as_string())
