"""Columns share the room there is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mixdesk_tui.widgets.columns import GAP, Column, fit

COLUMNS = (
    Column("NAME", least=8, keep=9),
    Column("KIND", least=6, keep=1),
    Column("STATE", least=10, keep=5),
)


def test_what_fits_is_left_alone() -> None:
    assert fit(COLUMNS, [12, 7, 20], 80) == [12, 7, 20]


def test_the_widest_gives_way_first() -> None:
    assert fit(COLUMNS, [12, 7, 30], 45) == [12, 7, 22]


def test_the_least_needed_goes_when_all_are_narrow() -> None:
    assert fit(COLUMNS, [30, 7, 30], 22) == [10, 0, 10]


def test_the_most_needed_never_goes() -> None:
    assert fit(COLUMNS, [30, 7, 30], 3) == [8, 0, 0]


def test_a_column_has_its_limit() -> None:
    assert fit([Column("A", most=5)], [50], 80) == [5]


@given(natural=st.lists(st.integers(0, 300), min_size=3, max_size=3), room=st.integers(20, 250))
def test_the_columns_always_fit(natural: list[int], room: int) -> None:
    widths = fit(COLUMNS, natural, room)
    shown = [size for size in widths if size]
    assert sum(shown) + GAP * (len(shown) - 1) <= room
