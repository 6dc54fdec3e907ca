"""What keys are called: by people, and by the terminal."""

from __future__ import annotations

import re
import string
import unicodedata
from difflib import get_close_matches

from textual.keys import KEY_NAME_REPLACEMENTS

_PLAIN = (
    *("enter", "tab", "space", "backspace", "delete", "insert", "escape"),
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
    *(f"f{number}" for number in range(1, 25)),
)
"""Keys without a letter on them."""

_ALSO = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "page_up": "pageup",
    "page_down": "pagedown",
    "spacebar": "space",
}
"""Other names, as people write them."""

_WORDS = {"escape": "esc", "pagedown": "pgdn", "pageup": "pgup"}
"""What is printed on a keyboard."""

_SAME = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+[": "escape"}
"""What a terminal cannot tell apart."""

_EDITING = ("backspace", "delete", "left", "right", "home", "end", "space")
"""Keys that a field needs for itself, besides all that types something."""


def _name(character: str) -> str:
    """The terminal's name of a character that is neither letter nor digit."""
    name = unicodedata.name(character, character).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


_SYMBOLS = {_name(each): each for each in string.punctuation}


class NoKeyError(ValueError):
    """What somebody wrote is no key.

    Args:
        nearest: What may have been meant; empty where nobody knows.
    """

    def __init__(self, nearest: str = "") -> None:
        super().__init__(nearest)
        self.nearest = nearest


def read_key(written: str) -> str:
    """Return a key as the terminal's events name it: ``?`` is ``question_mark``.

    Raises:
        NoKeyError: There is no such key, or a terminal cannot tell it from another.
    """
    if len(written) == 1:
        return _of_character(written)
    written = written.strip()
    *modifiers, last = re.split(r"(?<=.)\+", written)
    return "+".join([*_modifiers(modifiers, written), _last(last, modifiers, written)])


def key_words(key: str) -> str:
    """Return a key as it is written on a keyboard: ``question_mark`` is ``?``."""
    *modifiers, last = key.split("+")
    return "+".join([*modifiers, _WORDS.get(last) or _SYMBOLS.get(last, last)])


def types_something(key: str) -> bool:
    """Whether a field that is typed in takes this key for itself."""
    return len(key) == 1 or key in _EDITING or key in _SYMBOLS


def _of_character(character: str) -> str:
    if character == " ":
        return "space"
    if not character.isprintable():
        raise NoKeyError
    return character if character.isalnum() else _name(character)


def _modifiers(modifiers: list[str], written: str) -> list[str]:
    found = [each.strip().lower() for each in modifiers]
    if set(found) <= {"ctrl", "alt", "shift"} and len(set(found)) == len(found):
        return sorted(found, key=("alt", "ctrl", "shift").index)
    known = {"control": "ctrl", "c": "ctrl", "option": "alt", "meta": "alt", "m": "alt"}
    better = [known.get(each, each) for each in found]
    raise NoKeyError(_tried("+".join([*better, written.rpartition("+")[2]]), written))


def _last(last: str, modifiers: list[str], written: str) -> str:
    modified = [each.strip().lower() for each in modifiers]
    low = last.strip().lower()
    if len(low) == 1:
        if "shift" in modified:
            raise NoKeyError(low.upper() if modified == ["shift"] and low.isalpha() else "")
        if same := _SAME.get("+".join([*modified, low])):
            raise NoKeyError(same)
        return _of_character(low)
    low = _ALSO.get(low, low)
    if low in _PLAIN or (low in _SYMBOLS and "shift" not in modified):
        return low
    raise NoKeyError(_guess(written, low))


def _guess(written: str, last: str) -> str:
    """What somebody may have meant."""
    spelled = re.sub(r"^(\^|c-|ctrl[-_ ])(?=.$)", "ctrl+", written.lower())
    if spelled != written.lower():
        return _tried(spelled, written)
    near = get_close_matches(last, [*_PLAIN, *_ALSO], n=1)
    return _tried(written[: len(written) - len(last)] + near[0], written) if near else ""


def _tried(guess: str, written: str) -> str:
    """A guess, where it is a key."""
    try:
        return guess if guess != written and read_key(guess) else ""
    except NoKeyError:
        return ""
