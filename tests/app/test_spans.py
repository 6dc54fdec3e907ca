"""Lines of spans: they fit, they stay plain, they carry the whole in a tooltip."""

from __future__ import annotations

import pytest

from mixdesk_tui import spans
from mixdesk_tui.spans import Span


@pytest.mark.parametrize("text", ["plain", "a rather long name", "日本語のプロジェクト", "é" * 30])
@pytest.mark.parametrize("room", range(30))
def test_a_cut_text_fits(text: str, room: int) -> None:
    assert spans.width(spans.cut(text, room)) <= room
    assert spans.width(spans.cut_middle(text, room)) <= room


def test_what_fits_is_not_cut() -> None:
    assert spans.cut("acme", 4) == "acme"
    assert spans.cut_middle("acme", 4) == "acme"


def test_a_name_keeps_both_ends_and_says_the_whole() -> None:
    span = spans.name("acme-production-eu", 11)
    assert span.text == "acme-p…n-eu"
    assert span.tip == "acme-production-eu"


def test_a_short_name_needs_no_tooltip() -> None:
    assert spans.name("acme", 10).tip is None


def test_a_name_is_made_safe() -> None:
    assert spans.name("a\x1b[31mb\nc", 10).text == "ab c"


def test_a_line_is_spread_to_its_ends() -> None:
    assert spans.plain([spans.spread([Span("left")], [Span("right")], 12)]) == "left   right"


def test_a_crowded_line_keeps_a_blank() -> None:
    assert spans.plain([spans.spread([Span("left")], [Span("right")], 5)]) == "left right"


def test_a_line_is_cropped_with_a_mark() -> None:
    line = spans.crop([Span("one "), Span("two "), Span("three")], 6)
    assert spans.plain([line]) == "one t…"


def test_blocks_stand_beside_each_other() -> None:
    left = [(Span("a"),), (Span("b"),)]
    right = [(Span("x"),)]
    assert spans.plain(spans.beside(left, right, 3)) == "a  x\nb"


@pytest.mark.parametrize("room", [1, 5, 9, 40])
def test_wrapped_text_fits_and_keeps_its_words(room: int) -> None:
    text = "Mend that line in an editor; until then nothing is written."
    lines = spans.wrap(text, room)
    assert max(map(spans.width, lines)) <= room
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_nothing_wraps_to_nothing() -> None:
    assert spans.wrap("  ", 10) == []


@pytest.mark.parametrize("name", ["❤\ufe0f App", "1\ufe0f\u20e3", "👍\U0001f3fd team", "🏳\ufe0f"])
def test_what_terminals_draw_in_different_widths_is_drawn_in_one(name: str) -> None:
    shown = spans.safe(name)
    assert spans.width(shown) == sum(spans.width(char) for char in shown)
    assert shown[0] == name[0]
