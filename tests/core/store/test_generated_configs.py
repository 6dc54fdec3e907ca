"""2,000 generated configurations: a change means what it says and nothing else."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from mixdesk.exceptions import StoreError
from mixdesk.store.config import ConfigManager
from mixdesk.store.storage import Storage
from tests.core.store.generated import Line, Owner, Written, comments_in, configurations
from tests.core.store.operations import Data, Operation, operations
from tests.core.store.profiles import examples
from tests.core.store.support import error_of, same_meaning


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> ConfigManager:
    directory = tmp_path_factory.mktemp("generated")
    return ConfigManager(directory / "config.toml", storage=Storage.at(directory / "mp"))


@examples(2_000)
@given(written=configurations(), data=st.data())
def test_a_change_means_what_it_says_and_leaves_every_other_line_as_it_was(
    config: ConfigManager, written: Written, data: st.DataObject
) -> None:
    before = tomllib.loads(written.text)
    operation = data.draw(
        operations(tuple(before.get("accounts", {})), tuple(before.get("targets", {})))
    )
    after = change(config, written.text, operation, operation.expected(before))
    if after is None:
        return
    inside = inside_of(written.lines, operation.removes)
    untouched = [
        line
        for index, line in enumerate(written.lines)
        if index not in inside and not touched(line, operation)
    ]
    missing = first_missing(kept_lines(untouched), after.splitlines(keepends=True))
    assert missing is None, f"lost or moved: {missing!r}"
    kept = [mark for line in untouched for mark in comments_in(line.text)]
    assert first_missing(kept, list(comments_in(after))) is None


def change(
    config: ConfigManager, text: str, operation: Operation, expected: Data | None
) -> str | None:
    """Run the operation on the text; check the meaning; return the new text, None for an error."""
    content = text.encode()
    config.path.write_bytes(content)
    config.path.chmod(0o600)
    error = error_of(operation.run, config)
    if error is not None:
        if isinstance(error, StoreError):
            event("laid out in a way that is not edited")
        assert config.path.read_bytes() == content
        # Dotted names at the very top are the one layout whose tables are not renamed.
        excused = error.code == "STORE_CORRUPT" and operation.name.startswith("rename")
        assert expected is None or excused, error
        return None
    after = config.path.read_bytes().decode()
    assert expected is not None, f"{operation.name} should have been refused"
    assert same_meaning(tidy(tomllib.loads(after)), tidy(expected))
    return after


def tidy(data: Data) -> Data:
    """Without empty root tables, which mean nothing."""
    return {key: value for key, value in data.items() if value != {}}


def touched(line: Line, operation: Operation) -> bool:
    """Whether the operation may change a line (an inline table holds several keys)."""
    owner = line.owner
    if owner[-1:] == ("*",):
        return any(path[: len(owner) - 1] == owner[:-1] for path in operation.touches)
    return any(owner[: len(path)] == path for path in operation.touches if owner)


def inside_of(lines: list[Line], table: Owner | None) -> range:
    """The lines of a table that goes, with its comments: those between its lines, and those
    directly below its last one, unless a header follows them without a blank line."""
    own = [i for i, line in enumerate(lines) if table and line.owner[: len(table)] == table]
    if not own or table is None:
        return range(0)
    end = own[-1] + 1
    while end < len(lines) and not lines[end].owner and lines[end].text.strip():
        end += 1
    if end < len(lines) and lines[end].owner:
        end = own[-1] + 1
    return range(own[0], end)


def kept_lines(lines: list[Line]) -> list[str]:
    """The lines that must still be there; blank ones may come and go around a table."""
    kept = [part for line in lines for part in line.text.splitlines(keepends=True)]
    return [line for line in kept if line.strip()]


def first_missing(wanted: Iterable[str], lines: list[str]) -> str | None:
    """The first of ``wanted`` that does not stand in ``lines`` after the one before it."""
    rest = iter(lines)
    for line in wanted:
        # The last line of a file may have got the line end that it lacked.
        if not any(found == line or found.rstrip("\r\n") == line for found in rest):
            return line
    return None
