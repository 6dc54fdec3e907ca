"""Any changes of any file, taken back one after the other: the file is as it was, to the byte."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixdesk.store.changes import Change, recording
from mixdesk.store.config import ConfigManager
from mixdesk.store.merging import carried_over
from mixdesk.store.scan import split
from mixdesk.store.schema import check
from mixdesk.store.snapshot import parse
from mixdesk.store.storage import Storage
from tests.core.store.generated import Written, configurations
from tests.core.store.operations import operations
from tests.core.store.profiles import examples
from tests.core.store.support import error_of, same_meaning


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> ConfigManager:
    directory = tmp_path_factory.mktemp("taken-back")
    return ConfigManager(directory / "config.toml", storage=Storage.at(directory / "mp"))


def put(config: ConfigManager, text: str) -> None:
    config.path.write_bytes(text.encode())
    config.path.chmod(0o600)


def change(config: ConfigManager, data: st.DataObject) -> Change | None:
    """Make any change that the file allows."""
    now = config.snapshot().data
    operation = data.draw(operations(tuple(now.get("accounts", {})), tuple(now.get("targets", {}))))
    with recording() as recorder:
        error_of(operation.run, config)
    return recorder.change


def take_back(config: ConfigManager, made: Change) -> None:
    config.take_back(made.edits("config"), verb="undo", names=())


def without_empty(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data without empty root tables, whose headers mean nothing."""
    return {key: value for key, value in data.items() if value != {}}


@examples(800)
@given(written=configurations(), data=st.data())
def test_all_changes_are_taken_back_to_the_byte(
    config: ConfigManager, written: Written, data: st.DataObject
) -> None:
    put(config, written.text)
    made = [change(config, data) for _ in range(data.draw(st.integers(1, 6)))]
    for each in filter(None, reversed(made)):
        take_back(config, each)
    assert config.path.read_bytes() == written.text.encode()


@examples(800)
@given(written=configurations(), data=st.data())
def test_what_others_wrote_meanwhile_is_kept(
    config: ConfigManager, written: Written, data: st.DataObject
) -> None:
    put(config, written.text)
    made = change(config, data)
    if made is None:
        return
    theirs = ["", "# theirs", '[theirs."of course"]', "key = 1"]
    before = tomllib.loads(written.text)
    put(config, config.path.read_bytes().decode() + "\n".join(theirs))
    take_back(config, made)
    after = tomllib.loads(config.path.read_bytes().decode())
    assert after.pop("theirs") == {"of course": {"key": 1}}
    assert same_meaning(without_empty(after), without_empty(before))


@examples(800)
@given(written=configurations(), data=st.data())
def test_what_is_kept_of_a_change_is_what_a_new_reading_finds(
    config: ConfigManager, written: Written, data: st.DataObject
) -> None:
    """Else a change would depend on what was done before it in the same process."""
    put(config, written.text)
    for _ in range(data.draw(st.integers(1, 3))):
        change(config, data)
        kept = config.snapshot()
        assert kept.pieces is None or list(kept.pieces) == split(kept.text)
        fresh = check(parse(kept.text, kept.path), kept.path)
        assert same_meaning(without_empty(kept.checked.data), without_empty(fresh.data))
        for part in ("accounts", "targets", "active", "custom_header"):
            assert getattr(kept.checked, part) == getattr(fresh, part)
        found = [problem.identity for problem in kept.checked.problems]
        assert found == [problem.identity for problem in fresh.problems]


def test_a_header_that_ends_the_file_ends_its_line_before_more_comes(config: ConfigManager) -> None:
    put(config, "[accounts]")
    config.add_account("a", type="oauth_token", region="us", token_env="MP_T")
    pieces = config.snapshot().pieces
    assert pieces is not None
    assert [each.header for each in pieces][1] == "[accounts]\n"


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("a\nc\nd\n", "a\nb\nc\nd\n"),
        ("0\na\nc\nd\n", "0\na\nb\nc\nd\n"),
        ("a\nc\nD\n", "a\nb\nc\nD\n"),
        ("a\nC\nd\n", None),
        ("a\nnew\nc\nd\n", None),
        ("", None),
    ],
)
def test_a_line_is_carried_over_to_where_its_neighbours_are(
    other: str, expected: str | None
) -> None:
    assert carried_over("a\nc\nd\n", "a\nb\nc\nd\n", other) == expected


def test_very_long_texts_are_not_carried_over() -> None:
    long = "\n".join(map(str, range(6_000)))
    assert carried_over(long, long + "\nx", long + "\ny") is None
