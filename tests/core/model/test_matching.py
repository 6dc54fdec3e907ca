"""What the filter finds, and what it marks."""

from __future__ import annotations

import pytest

from mixdesk.model.matching import closeness, match


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("", "acme", ()),
        ("ac", "acme", (0, 1)),
        ("AC", "acme", (0, 1)),
        ("ac", "ACME", (0, 1)),
        ("me", "acme", (2, 3)),
        ("ae", "acme", (0, 3)),
        ("eu ac", "acme-eu", (0, 1, 5, 6)),
        ("i", "İstanbul", (0,)),
    ],
)
def test_positions(query: str, text: str, found: tuple[int, ...]) -> None:
    assert match(query, text) == found


@pytest.mark.parametrize(("query", "text"), [("x", "acme"), ("ea", "acme"), ("ac x", "acme")])
def test_no_match(query: str, text: str) -> None:
    assert match(query, text) is None


def test_as_it_stands_is_closer_than_letter_by_letter() -> None:
    assert closeness("ac", "acme") == 2
    assert closeness("ae", "acme") == 1
    assert closeness("x", "acme") == 0
