"""Finding names: what matches, in which order, and what is marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mixdesk_tui.finding import Names, marks
from mixdesk_tui.matching import match

NAMES = ("AI Demo", "Daily AI", "Main Idea", "E-Commerce", "İstanbul AI", "a.i[d")
IDS = ("3713224", "4001122", "3018488", "998812", "5", "6")


def found(query: str) -> list[str]:
    names = Names(NAMES, IDS)
    return [NAMES[place] for place in names.find(query)]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", list(NAMES)),
        ("  ", list(NAMES)),
        ("ai", ["AI Demo", "Daily AI", "İstanbul AI", "Main Idea", "a.i[d"]),
        ("ai d", ["AI Demo", "Daily AI", "Main Idea", "a.i[d"]),
        ("d ai", ["AI Demo", "Daily AI", "Main Idea", "a.i[d"]),
        ("ECOM", ["E-Commerce"]),
        ("998", ["E-Commerce"]),
        ("3713224", ["AI Demo"]),
        ("3724", []),
        (".[", ["a.i[d"]),
        ("zz", []),
    ],
)
def test_good_matches_come_first(query: str, names: list[str]) -> None:
    assert found(query) == names


def test_letters_that_stand_together_come_before_letters_apart() -> None:
    names = ("A very long indeed name", "a vi")
    assert list(Names(names, ("1", "2")).find("avi")) == [1, 0]


def test_of_letters_that_stand_alike_those_that_begin_a_word_come_first() -> None:
    assert list(Names(("Checkout", "E-Commerce"), ("1", "2")).find("eco")) == [1, 0]


@given(some.text(max_size=6), some.lists(some.text(max_size=12), max_size=5))
def test_what_is_found_is_what_matches(query: str, names: list[str]) -> None:
    places = Names(names, [""] * len(names)).find(query)
    expected = [place for place, name in enumerate(names) if match(query, name) is not None]
    assert sorted(places) == expected


@pytest.mark.parametrize(
    ("query", "in_name", "in_id"),
    [
        ("ai", (0, 1), ()),
        ("ao", (0, 6), ()),
        ("37", (), (0, 1)),
        ("demo 224", (3, 4, 5, 6), (4, 5, 6)),
        ("", (), ()),
    ],
)
def test_what_matched_is_marked(
    query: str, in_name: tuple[int, ...], in_id: tuple[int, ...]
) -> None:
    assert marks(query, "AI Demo", "3713224") == (in_name, in_id)
