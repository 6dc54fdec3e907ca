"""Records that hold secrets: as frozen dataclasses are, but closed."""

from __future__ import annotations

import json
import pprint

import pytest

from mixdesk.model.sealed import Sealed

CANARY = "canary-6c1f"


class Card(Sealed):
    """A record with a default."""

    name: str
    number: int = 1


def test_fields_are_given_by_place_or_name_and_have_defaults() -> None:
    assert (Card("a").name, Card("a").number, Card("a", number=2).number) == ("a", 1, 2)


def test_it_is_replaced_and_never_changed() -> None:
    card = Card("a")
    assert card.replace(number=2) == Card("a", 2)
    assert card == Card("a", 1)
    with pytest.raises(AttributeError):
        card.number = 2  # type: ignore[misc]


def test_it_equals_what_has_the_same_fields() -> None:
    assert Card("a") == Card("a", 1)
    assert hash(Card("a")) == hash(Card("a", 1))
    assert Card("a") != Card("b")
    assert Card("a") != ("a", 1)


def test_nothing_shows_what_it_holds() -> None:
    card = Card(CANARY)
    assert CANARY not in f"{card} {card!r} {[card]} {pprint.pformat([card])}"
    with pytest.raises(TypeError):
        json.dumps(card)
