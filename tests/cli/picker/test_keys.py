"""Keys out of bytes, whole or in pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixdesk_cli.picker.keys import Keys


def read(*pieces: bytes) -> list[str]:
    keys = Keys()
    found = [key for piece in pieces for key in keys.feed(piece)]
    return [*found, *keys.settle()]


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        (b"a", ["a"]),
        ("ü実🚀".encode(), ["ü", "実", "🚀"]),
        (b"\r", ["enter"]),
        (b"\n", ["enter"]),
        (b"\t", ["down"]),
        (b"\x7f\x08", ["backspace", "backspace"]),
        (b"\x0e\x10", ["down", "up"]),
        (b"\x03\x04", ["interrupt", "end-of-input"]),
        (b"\x15\x17", ["clear", "clear"]),
        (b"\x1b", ["escape"]),
        (b"\x1b\x1b", ["escape", "escape"]),
        (b"\x1bj", ["escape", "j"]),
        (b"\x1b[A\x1b[B", ["up", "down"]),
        (b"\x1bOA\x1bOB\x1bOH", ["up", "down", "home"]),
        (b"\x1b[1;5A", ["up"]),
        (b"\x1b[5~\x1b[6~", ["page-up", "page-down"]),
        (b"\x1b[H\x1b[F\x1b[1~\x1b[4~\x1b[7~\x1b[8~", ["home", "end"] * 3),
        (b"\x1b[Z", ["up"]),
        (b"\x1b[200~paste\x1b[201~", ["p", "a", "s", "t", "e"]),
        (b"\x1b[?1;2c\x1b[24;80R\x1b[3~", []),
        (b"\x00\x01\x1a\x1c", []),
        (b"\xff\xfe", ["\ufffd", "\ufffd"]),
        ("\u202e\x9b".encode(), []),
    ],
    ids=repr,
)
def test_what_bytes_mean(data: bytes, keys: list[str]) -> None:
    assert read(data) == keys


@pytest.mark.parametrize("data", [b"\x1b[1;5A", b"\x1bOB", b"\x1b[200~x", "ü\x1b[6~実".encode()])
def test_a_key_in_pieces_is_the_same_key(data: bytes) -> None:
    assert read(*(data[place : place + 1] for place in range(len(data)))) == read(data)


def test_an_escape_waits_for_what_may_follow() -> None:
    keys = Keys()
    assert list(keys.feed(b"a\x1b")) == ["a"]
    assert keys.is_waiting
    assert list(keys.settle()) == ["escape"]
    assert not keys.is_waiting
    assert list(keys.settle()) == []


@given(st.binary(max_size=40), st.integers(0, 40))
def test_no_bytes_break_it_and_no_cut_changes_them(data: bytes, cut: int) -> None:
    assert read(data[:cut], data[cut:]) == read(data)
    assert all(key.isprintable() for key in read(data))
