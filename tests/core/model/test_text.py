"""Text from outside: it can be read, and does nothing else."""

from __future__ import annotations

import os
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixdesk.model.text import MAX_LENGTH, clean

FULL = os.environ.get("MIXDESK_HYPOTHESIS") == "full"
many = settings(
    max_examples=5_000 if FULL else 400,
    deadline=None,
    database=None,
    derandomize="CI" in os.environ,
)

OBEYED = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
"""Control, format (bidi among them), surrogate, private use, and the two line separators."""

HOSTILE = [
    "\x1b[2J",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]52;c;ZXZpbA==\x1b\\",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x9b2J",
    "\x9d52;c;ZXZpbA==\x9c",
    "\x90q#0\x9c",
    "\x1bPq#0\x1b\\",
    "\x1b",
    "\x1b[",
    "\x1b]",
    "\x1bc",
    "\x1b(0",
    "\x00",
    "\x07",
    "\x08\x08\x08",
    "\x7f",
    "\x85",
    "\r\n",
    "\u2028",
    "\u2029",
    "\u202e",
    "\u2066",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\u00ad",
    "\u0600",
    "\u06dd",
    "\U000110bd",
    "\U0001d173",
    "\U000e0041",
    "\ue000",
    "\ud800",
    "\ufffd",
    "\ufffe",
    "\U0001ffff",
    "\u0301" * 9,
    "\u20dd" * 9,
    " ",
    "\u3000",
    "\u00a0",
    "[/]",
    "[red]",
    "ü",
    "日本",
    "👩\u200d💻",
    "❤\ufe0f",
    "a",
    "…",
]

pieces = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=5), st.characters())
texts = st.lists(pieces, max_size=30).map("".join)
limits = st.integers(1, 40) | st.just(MAX_LENGTH)


@many
@given(text=texts, limit=limits)
def test_clean_text_has_nothing_that_a_terminal_obeys(text: str, limit: int) -> None:
    for char in clean(text, limit):
        assert unicodedata.category(char) not in OBEYED, f"{char!r} U+{ord(char):04X}"


@many
@given(text=texts, limit=limits)
def test_clean_text_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    assert len(clean(text, limit)) <= limit


@many
@given(text=texts, limit=limits)
def test_clean_text_is_not_changed_by_cleaning_it_again(text: str, limit: int) -> None:
    once = clean(text, limit)
    assert clean(once, limit) == once


@many
@given(text=texts)
def test_clean_text_can_be_written_as_utf_8_on_one_line(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert cleaned.splitlines() in ([], [cleaned])
    assert cleaned == cleaned.strip()


@given(
    text=st.lists(
        st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=9),
        max_size=9,
    ).map(" ".join)
)
def test_plain_names_are_left_as_they_are(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize("char", [chr(code) for code in range(0x20)] + ["\x7f", "\x80", "\x9f"])
def test_a_control_character_never_gets_through(char: str) -> None:
    assert clean(f"a{char}b").replace(" ", "") in ("ab", "a")


def test_every_character_of_unicode_is_dropped_replaced_or_harmless() -> None:
    for code in range(0x110000):
        cleaned = clean(chr(code))
        assert all(unicodedata.category(char) not in OBEYED for char in cleaned), hex(code)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Acme\x1b[2J Corp", "Acme Corp"),
        ("Acme\x1b]0;pwned\x07 Corp", "Acme Corp"),
        ("Acme\x1b]52;c;ZXZpbA==\x1b\\ Corp", "Acme Corp"),
        ("Acme\x9d52;c;ZXZpbA==\x9c Corp", "Acme Corp"),
        ("Acme\x9b31m Corp", "Acme Corp"),
        ("Acme\r\nCorp", "Acme Corp"),
        ("Acme\t \x00 Corp", "Acme Corp"),
        ("a\u202ecba\u202c", "acba"),
        ("zero\u200bwidth", "zerowidth"),
        ("a \u200b b", "a b"),
        ("Ünïcödé – “name”", "Ünïcödé – “name”"),
        ("日本語プロジェクト", "日本語プロジェクト"),
        ("עברית", "עברית"),
        ("[red]not red[/]", "[red]not red[/]"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_a_name_loses_only_what_is_not_its_text(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_what_is_too_long_ends_in_an_ellipsis() -> None:
    assert clean("a" * 300) == "a" * 255 + "…"
    assert clean("a" * 256) == "a" * 256
    assert clean("word " * 100, 10) == "word word…"


def test_ten_thousand_characters_of_marks_stay_three() -> None:
    assert clean("a" + "\u0301" * 10_000) == "a" + "\u0301" * 3


def test_an_unfinished_sequence_does_not_swallow_the_text_before_it() -> None:
    assert clean("name\x1b]0;title without an end") == "name"
