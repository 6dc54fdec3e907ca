"""What a key makes of a picker."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixdesk_cli.picker.state import Done, State, begin, press, scrolled

NAMES = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "beta two")
HEIGHT = 3

KEYS = ["up", "down", "home", "end", "page-up", "page-down", "backspace", "clear", "escape", "/"]
LETTERS = list("abejkgGtxq ")


def pressed(*keys: str, state: State | None = None) -> State | Done:
    now: State | Done = begin(NAMES, 0) if state is None else state
    for key in keys:
        assert isinstance(now, State)
        now = press(now, key, HEIGHT)
    return now


def under(*keys: str) -> str | None:
    """The name under the cursor."""
    now = pressed(*keys)
    assert isinstance(now, State)
    return None if now.chosen is None else NAMES[now.chosen]


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ((), "alpha"),
        (("down",), "beta"),
        (("j", "j", "k"), "beta"),
        (("up",), "alpha"),
        (("end",), "beta two"),
        (("G", "j"), "beta two"),
        (("G", "g"), "alpha"),
        (("page-down",), "delta"),
        (("page-down", "page-up"), "alpha"),
        (("x", "z", "down"), "beta"),
        (("/", "b", "e", "t"), "beta"),
        (("/", "t", "w", "o"), "beta two"),
        (("/", "t", "a", "down"), "delta"),
        (("/", "g", "m"), "gamma"),
        (("/", "q"), None),
        (("/", "q", "backspace"), "alpha"),
        (("/", "b", "e", "t", "backspace", "backspace", "backspace"), "beta"),
        (("/", "z", "clear"), "zeta"),
        (("/", "z", "escape"), "zeta"),
        (("/", "z", "escape", "j"), "beta two"),
        (("/", "z", "backspace", "backspace", "j"), "beta two"),
        (("/", " "), "alpha"),
        (("/", "T", "W"), "beta two"),
    ],
)
def test_what_is_under_the_cursor(keys: tuple[str, ...], name: str | None) -> None:
    assert under(*keys) == name


@pytest.mark.parametrize(
    ("keys", "item"),
    [
        (("enter",), 0),
        (("end", "enter"), 6),
        (("/", "g", "a", "m", "enter"), 2),
        (("q",), None),
        (("escape",), None),
        (("/", "escape", "escape"), None),
        (("end-of-input",), None),
        (("/", "end-of-input"), None),
    ],
)
def test_how_it_ends(keys: tuple[str, ...], item: int | None) -> None:
    assert pressed(*keys) == Done(item)


def test_nothing_that_matches_cannot_be_chosen() -> None:
    assert isinstance(pressed("/", "q", "q", "q", "enter"), State)


def test_it_begins_where_it_is_told() -> None:
    state = scrolled(begin(NAMES, 5), HEIGHT)
    assert (state.chosen, state.top) == (5, 3)


def test_whole_words_come_before_single_letters() -> None:
    names = ("b e t a", "xbetax")
    state: State | Done = begin(names, 0)
    for key in "/beta":
        assert isinstance(state, State)
        state = press(state, key, HEIGHT)
    assert isinstance(state, State)
    assert [names[index] for index in state.shown] == ["xbetax", "b e t a"]


@given(st.lists(st.sampled_from([*KEYS, *LETTERS]), max_size=40), st.integers(-3, 12))
def test_the_cursor_is_always_in_sight(keys: list[str], height: int) -> None:
    state: State | Done = begin(NAMES, 3)
    for key in keys:
        if isinstance(state, Done):
            return
        state = press(state, key, max(1, height))
        if isinstance(state, State):
            state = scrolled(state, max(1, height))
            assert 0 <= state.top <= state.cursor < max(1, len(state.shown))
            assert state.cursor < state.top + max(1, height)
            assert state.top <= max(0, len(state.shown) - max(1, height))
