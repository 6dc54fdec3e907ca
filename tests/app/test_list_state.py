"""A filtered list with a cursor."""

from __future__ import annotations

from mixdesk.model.records import AccountRow
from mixdesk_tui.screens.list_state import ListState, count_words
from tests.app.fakes import NOW, account


def rows(*names: str, active: str = "") -> tuple[AccountRow, ...]:
    return tuple(account(name, is_active=name == active) for name in names)


def state(*names: str, active: str = "") -> ListState[AccountRow]:
    return ListState[AccountRow]().with_rows(rows(*names, active=active), NOW)


def test_the_cursor_starts_on_the_row_in_use() -> None:
    assert state("a", "b", "c", active="b").cursor == "b"


def test_without_one_it_starts_at_the_top() -> None:
    assert state("a", "b").cursor == "a"


def test_nothing_has_no_cursor() -> None:
    assert state().cursor is None
    assert state().current is None
    assert state().moved(1) == state()


def test_the_cursor_stays_on_its_name() -> None:
    before = state("a", "b", "c").moved(1)
    assert before.with_rows(rows("0", "a", "b"), NOW).cursor == "b"


def test_when_its_row_goes_the_cursor_stays_in_place() -> None:
    before = state("a", "b", "c").moved(1)
    assert before.with_rows(rows("a", "c"), NOW).cursor == "c"
    assert before.with_rows(rows("a"), NOW).cursor == "a"


def test_the_cursor_stops_at_the_ends() -> None:
    assert state("a", "b").moved(9).cursor == "b"
    assert state("a", "b").moved(-9).cursor == "a"


def test_the_filter_narrows_and_takes_the_cursor_along() -> None:
    narrow = state("acme", "berlin", "corp").filtered("be")
    assert [row.name for row in narrow.visible] == ["berlin"]
    assert narrow.cursor == "berlin"
    assert count_words(narrow) == "1 of 3"


def test_the_filter_marks_what_matches_best() -> None:
    names = state("acme-india", "aci-b", "ci", "prod", active="acme-india")
    assert names.filtered("c").filtered("ci").cursor == "ci"
    assert names.filtered("prd").cursor == "prod"
    moved = names.filtered("ci").moved(-1)
    assert moved.filtered("ci").cursor == "aci-b"
    assert moved.filtered("").cursor == "aci-b"


def test_the_filter_stays_when_rows_change() -> None:
    narrow = state("acme", "berlin").filtered("be").with_rows(rows("beta", "acme", "berlin"), NOW)
    assert [row.name for row in narrow.visible] == ["beta", "berlin"]
    assert narrow.cursor == "berlin"


def test_the_filter_sees_names_as_they_are_shown() -> None:
    assert state("e\x1b[31mcom").filtered("ecom").current is not None


def test_going_to_a_hidden_row_drops_the_filter() -> None:
    there = state("acme", "berlin").filtered("be").at("acme")
    assert there.query == ""
    assert there.cursor == "acme"


def test_going_to_a_visible_row_keeps_it() -> None:
    assert state("beta", "berlin").filtered("be").at("berlin").query == "be"


def test_the_count_is_plain_without_a_filter() -> None:
    assert count_words(state("a", "b")) == "2"
