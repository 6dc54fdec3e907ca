"""What a picker shows and what a key makes of it. Nothing here knows a terminal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from mixdesk_cli.picker.items import narrowed
from mixdesk_cli.picker.keys import ESCAPE


@dataclass(frozen=True, slots=True)
class State:
    """A moment of the picker."""

    folded: tuple[str, ...]
    """What the filter looks in, for each item."""
    shown: tuple[int, ...]
    """The items that the filter leaves."""
    cursor: int = 0
    """A place in ``shown``."""
    top: int = 0
    """The place in ``shown`` of the first visible line."""
    query: str = ""
    is_filtering: bool = False
    """Whether characters go to the filter."""

    @property
    def chosen(self) -> int | None:
        """The item under the cursor; None where the filter leaves none."""
        return self.shown[self.cursor] if self.shown else None


class Done(NamedTuple):
    """The end: the item that was picked, or None."""

    item: int | None


_MOVES = {"j": "down", "k": "up", "g": "home", "G": "end"}
"""Vim's keys, while characters do not go to the filter."""


def begin(folded: tuple[str, ...], current: int) -> State:
    """The first moment, with the cursor on an item."""
    return State(folded, tuple(range(len(folded))), cursor=current)


def press(state: State, key: str, height: int) -> State | Done:
    """What a key leads to.

    Args:
        state: Now.
        key: Its name, or a character.
        height: How many lines of the list are visible.
    """
    if key == "enter":
        return Done(state.chosen) if state.shown else state
    if key == "end-of-input":
        return Done(None)
    if len(key) == 1:
        return _typed(state, key, height)
    if key == ESCAPE:
        return _left(state)
    if key in ("backspace", "clear"):
        return _shortened(state, "" if key == "clear" else state.query[:-1])
    return scrolled(_moved(state, key, height), height)


def scrolled(state: State, height: int) -> State:
    """The same with the cursor in sight."""
    last = max(0, len(state.shown) - height)
    top = min(max(state.top, state.cursor - height + 1), state.cursor, last)
    return replace(state, top=top)


def _typed(state: State, char: str, height: int) -> State | Done:
    if state.is_filtering:
        return _filtered(state, state.query + char, state.shown)
    if char == "q":
        return Done(None)
    if char == "/":
        return replace(state, is_filtering=True)
    if char in _MOVES:
        return scrolled(_moved(state, _MOVES[char], height), height)
    return state


def _left(state: State) -> State | Done:
    """Escape leaves the filter first, and the picker then."""
    if state.is_filtering or state.query:
        return replace(_filtered(state, "", _all(state)), is_filtering=False)
    return Done(None)


def _shortened(state: State, query: str) -> State:
    if not state.is_filtering:
        return state
    if not state.query:
        return replace(state, is_filtering=False)
    return _filtered(state, query, _all(state))


def _filtered(state: State, query: str, among: tuple[int, ...]) -> State:
    """The same with another filter; the cursor stays on its item only when all are shown again."""
    chosen = state.chosen
    shown = narrowed(state.folded, query, among) if query.strip() else _all(state)
    keeps = not query and chosen is not None
    cursor = shown.index(chosen) if keeps and chosen is not None else 0
    return replace(state, shown=shown, cursor=cursor, top=0, query=query)


def _all(state: State) -> tuple[int, ...]:
    return tuple(range(len(state.folded)))


def _moved(state: State, key: str, height: int) -> State:
    steps = {
        "up": -1,
        "down": 1,
        "page-up": -height,
        "page-down": height,
        "home": -len(state.shown),
        "end": len(state.shown),
    }
    wanted = state.cursor + steps.get(key, 0)
    return replace(state, cursor=max(0, min(wanted, len(state.shown) - 1)))
