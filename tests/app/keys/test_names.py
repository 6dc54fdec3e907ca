"""Keys, as people write them."""

from __future__ import annotations

import pytest

from mixdesk_tui.keys.names import NoKeyError, key_words, read_key, types_something


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("u", "u"),
        ("U", "U"),
        ("ü", "ü"),
        ("?", "question_mark"),
        ("question_mark", "question_mark"),
        ("+", "plus"),
        (",", "comma"),
        (" ", "space"),
        ("esc", "escape"),
        ("Enter", "enter"),
        ("PgDn", "pagedown"),
        ("f12", "f12"),
        ("Ctrl+T", "ctrl+t"),
        ("ctrl + t", "ctrl+t"),
        ("shift+ctrl+up", "ctrl+shift+up"),
        ("alt+x", "alt+x"),
        ("shift+tab", "shift+tab"),
    ],
)
def test_a_key_is_understood(written: str, key: str) -> None:
    assert read_key(written) == key
    assert read_key(key_words(key)) == key


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("entr", "enter"),
        ("ctrl-t", "ctrl+t"),
        ("^t", "ctrl+t"),
        ("C-t", "ctrl+t"),
        ("control+t", "ctrl+t"),
        ("shift+a", "A"),
        ("ctrl+i", "tab"),
        ("ctrl+m", "enter"),
        ("f25", "f5"),
        ("hyper+x", ""),
        ("ctrl+shift+x", ""),
        ("", ""),
        ("\x1b", ""),
        ("ctrl+", ""),
    ],
)
def test_what_is_no_key_has_a_neighbour(written: str, nearest: str) -> None:
    with pytest.raises(NoKeyError) as caught:
        read_key(written)
    assert caught.value.nearest == nearest


def test_a_field_takes_what_types_something() -> None:
    assert all(map(types_something, ("a", "question_mark", "backspace", "left", "space")))
    assert not any(map(types_something, ("enter", "escape", "f5", "ctrl+n", "tab", "pagedown")))
