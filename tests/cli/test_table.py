"""Columns fit the terminal, whatever is in them."""

from __future__ import annotations

import pytest

from mixdesk_cli.table import Cell, Table, cells, cut, layout


@pytest.mark.parametrize(
    ("text", "width"),
    [("plain", 5), ("Kraków", 6), ("実験", 4), ("🚀", 2), ("e\u0301", 1), ("मुंबई", 3), ("", 0)],
)
def test_width_is_counted_in_cells(text: str, width: int) -> None:
    assert cells(text) == width


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("short", 9, "short"),
        ("acme-production-eu", 9, "acme…n-eu"),
        ("acme-production-eu", 1, "…"),
        ("acme-production-eu", 0, ""),
        ("実験実験実験", 6, "実…験"),
    ],
)
def test_what_is_too_long_is_cut_in_the_middle(text: str, width: int, shown: str) -> None:
    assert cut(text, width) == shown
    assert cells(shown) <= max(width, cells(text) if text == shown else 0)


@pytest.mark.parametrize("width", [200, 80, 60, 40, 20, 10, 3, 1])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    names = ["a" * 60, "実験" * 30, "🚀 " * 30, "short", "e\u0301" * 40]
    rows = [[Cell(name), Cell(name[::-1], tail=" 3713224"), Cell("ok")] for name in names]
    table = Table(rows, ("NAME", "PROJECT", "STATE"), (10, 16, 5), (1,))
    lines = layout(table, width, colour=False).splitlines()
    assert len(lines) == 6
    assert max(map(cells, lines)) <= width


def test_an_id_after_a_name_is_kept_whole() -> None:
    table = Table([[Cell("A project with a long name", tail=" 3713224")]])
    assert layout(table, 20, colour=False) == "A proj…name 3713224\n"


def test_a_spare_column_goes_before_the_others_shrink() -> None:
    rows = [[Cell("n" * 20), Cell("spare"), Cell("s" * 10)]]
    table = Table(rows, ("NAME", "SPARE", "STATE"), (20, 5, 10), (1,))
    assert "spare" in layout(table, 39, colour=False)
    assert layout(table, 38, colour=False).splitlines()[1] == "n" * 20 + "  " + "s" * 10


def test_text_from_outside_cannot_act() -> None:
    hostile = "a\x1b]52;c;aGk=\x07b\x9b31mc\x00d\ne\u202ef"
    shown = layout(Table([[Cell(hostile)]]), 80, colour=False)
    assert shown == "abc d ef\n"


def test_no_rows_and_no_headings_is_nothing() -> None:
    assert layout(Table([]), 80, colour=False) == ""
    assert layout(Table([], ("NAME",)), 80, colour=True) == "\x1b[2mNAME\x1b[0m\n"


def test_styles_do_not_count() -> None:
    table = Table([[Cell("ok", "green"), Cell("x")], [Cell("longer"), Cell("y")]])
    assert layout(table, 80, colour=True) == "\x1b[32mok\x1b[0m      x\nlonger  y\n"
