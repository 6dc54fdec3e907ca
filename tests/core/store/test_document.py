"""The net under every edit: what is written means exactly what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from mixdesk.exceptions import StoreError
from mixdesk.store.config import ConfigManager
from mixdesk.store.document import Document
from mixdesk.store.scan import header_path, lines, split
from mixdesk.store.schema import same_meaning
from tests.core.store.support import text_of, write_config

SOUND = '[accounts.a]\ntype = "oauth_browser"\nregion = "us"\n'
NAN = float("nan")


@pytest.mark.parametrize(
    "wrong",
    [
        SOUND,
        SOUND.replace("us", "in"),
        SOUND.replace("us", "eu") + "[settings]\nx = 1\n",
        SOUND.replace('"us"', "true"),
        "",
        "[",
    ],
)
def test_an_edit_that_went_wrong_is_never_written(
    config: ConfigManager, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def candidates(self: Document) -> Iterator[str]:
        yield wrong

    write_config(config, SOUND)
    monkeypatch.setattr(Document, "_candidates", candidates)
    with pytest.raises(StoreError) as caught:
        config.update_account("a", region="eu")
    assert caught.value.code == "STORE_CORRUPT"
    assert "cannot be changed safely" in caught.value.summary
    assert text_of(config) == SOUND


def test_an_edit_of_a_piece_that_went_wrong_is_made_the_long_way(
    config: ConfigManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config(config, f"# mine\n{SOUND}")
    monkeypatch.setattr(Document, "_set_in_piece", lambda self, table, key, value: True)
    config.update_account("a", region="eu")
    assert text_of(config) == f"# mine\n{SOUND}".replace("us", "eu")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        (1, 1.0),
        ("1", 1),
        (NAN, 1.0),
        ([1], [True]),
        ([1, 2], [2, 1]),
        ([], {}),
        ([1], [1, 1]),
        ({"a": 1}, {"a": 1.0}),
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": [{"b": [0]}]}, {"a": [{"b": [False]}]}),
        (date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_values_of_another_type_or_shape_mean_something_else(one: object, other: object) -> None:
    assert not same_meaning(one, other)
    assert not same_meaning(other, one)
    assert same_meaning(one, one)


def test_what_is_not_a_number_is_itself() -> None:
    assert same_meaning(NAN, float("nan"))
    assert same_meaning({"a": [NAN]}, {"a": [float("nan")]})


@pytest.mark.parametrize(
    ("header", "path"),
    [
        ("[accounts.team]\n", ("accounts", "team")),
        ("  [ accounts . 'a.b' ]  # x\r\n", ("accounts", "a.b")),
        ('["a]b"."\\u0041"]', ("a]b", "A")),
        ("[[settings.list]]\n", ("settings", "list")),
        ('["#"]\n', ("#",)),
    ],
)
def test_a_header_is_read_as_toml_reads_it(header: str, path: tuple[str, ...]) -> None:
    assert header_path(header) == path


def test_a_text_is_cut_at_its_headers_and_nowhere_else() -> None:
    text = (
        'a = """\n[no.header]\n"""\n'
        "b = '''\n[nor.this]'''  # [nor.this]\n"
        'c = [\n  [1],  # [one]\n  { d = "[x]" },\n]\n'
        "# [a.comment]\n"
        "[one]\r\nx = '# [no]' # [no]\r\n"
        '["two]"]\n'
        "[[three]]\n[[three]]"
    )
    pieces = split(text)
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.path for piece in pieces] == [(), ("one",), ("two]",), ("three",), ("three",)]


def test_lines_end_in_a_line_feed_outside_strings_and_arrays() -> None:
    text = "a = '\u2028'\r\nb = [\n1,\n]\n\n# \x85 [\nc = '''\n'''"
    assert lines(text) == ["a = '\u2028'\r\n", "b = [\n1,\n]\n", "\n", "# \x85 [\n", "c = '''\n'''"]
