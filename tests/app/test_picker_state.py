"""The picker as data: order, filter, cursor."""

from __future__ import annotations

from mixdesk.exceptions import ConfigError
from mixdesk_tui.asking import Picked
from mixdesk_tui.screens.projects import view
from mixdesk_tui.screens.projects.catalog import make_catalog
from mixdesk_tui.screens.projects.state import PickerState
from mixdesk_tui.spans import plain
from tests.app.fakes import NOW, listing, picked, project


def state(found: Picked | None = None) -> PickerState:
    return PickerState().with_catalog(make_catalog(found or picked()), NOW)


def names(shown: PickerState) -> list[str]:
    return [shown.row(index).project.name for index in range(shown.size)]


def current(shown: PickerState) -> str | None:
    return shown.current.project.name if shown.current is not None else None


def test_favourites_and_recent_ones_come_first() -> None:
    shown = state()
    assert names(shown)[:3] == ["Production", "E-Commerce", "AI Demo"]
    assert [shown.group(index) for index in range(3)] == ["favourites", "recent", "Acme Inc."]
    assert shown.size == 8


def test_the_cursor_begins_on_the_project_in_use() -> None:
    assert current(state()) == "AI Demo"
    liked = picked()._replace(favourites=("3713224",))
    assert state(liked).cursor == 0


def test_a_filter_leaves_no_shortcuts_and_highlights_the_best() -> None:
    shown = state().filtered("ai")
    assert names(shown) == ["AI Demo", "AI Drafts", "Daily AI"]
    assert shown.at(2).filtered("ai d").cursor == 0


def test_without_a_filter_again_the_cursor_stays_on_its_project() -> None:
    assert current(state().filtered("daily").filtered("")) == "Daily AI"


def test_an_id_is_found() -> None:
    assert names(state().filtered("4001124")) == ["Growth 🚀"]


def test_the_cursor_stays_on_its_project_when_the_list_changes() -> None:
    before = state().at(6)
    rows = [project("1", "Aaa", "Aaa"), *picked().listing.rows]
    after = before.with_catalog(make_catalog(Picked(listing(rows))), NOW)
    assert current(before) == current(after) == "Growth 🚀"


def test_a_shortcut_stays_a_shortcut() -> None:
    before = state().at(1)
    more = picked()._replace(recents=("4001123", "3018488"))
    after = before.with_catalog(make_catalog(more), NOW)
    assert after.group(after.cursor) == "recent"
    assert current(after) == "E-Commerce"


def test_a_project_that_is_gone_gives_its_cursor_away() -> None:
    after = state().with_catalog(make_catalog(Picked(listing([project("1", "Only")]))), NOW)
    assert current(after) == "Only"


def test_another_account_begins_at_the_top() -> None:
    other = picked(account="acme-eu")
    assert state().at(5).with_catalog(make_catalog(other), NOW).cursor == 0


def test_the_cursor_cannot_leave_the_list() -> None:
    assert state().at(99).cursor == 7
    assert state().at(-4).cursor == 0
    assert current(state(Picked(listing([])))) is None


def test_what_cannot_be_listed_says_why() -> None:
    shown = state().failed(ConfigError("No account is active.", hint="Choose one."))
    assert shown.current is None
    said = plain(view.empty_lines(shown, 60))
    assert "No account is active." in said
    assert "Choose one." in said
    assert "2   choose one of your accounts" in said
    said = plain(view.empty_lines(shown._replace(has_accounts=False), 60))
    assert "No account yet" in said
    assert "1   begin with an account" in said


def test_rows_name_their_group_once() -> None:
    shown = state()
    rows = view.PickerRows(shown)
    groups = [rows[index].cells[0].text for index in range(len(rows))]
    assert groups == ["favourites", "recent", "Acme Inc.", "", "", "Acme Labs", "", "Acme Inc."]
    assert rows.make(4, names_group=True).cells[0].text == "Acme Inc."


def test_rows_are_the_same_until_list_or_filter_change() -> None:
    shown = state()
    assert view.PickerRows(shown) == view.PickerRows(shown.at(3))
    assert view.PickerRows(shown) != view.PickerRows(shown.filtered("a"))
    assert view.PickerRows(shown) != view.PickerRows(state())


def test_marks_say_current_and_favourite() -> None:
    liked = state(picked()._replace(favourites=("3713224", "3713225")))
    rows = view.PickerRows(liked)
    assert [rows[index].mark.text for index in range(3)] == ["●★", "★", " "]


def test_the_age_of_the_list_is_told() -> None:
    shown = state()
    assert "from /me, 3 h ago" in plain([view.about_line(shown, 80)])
    old = state(picked(asked_at=NOW - 9 * 86400, is_fresh=False))
    assert "! from /me, 9 days ago: old  r asks again" in plain([view.about_line(old, 80)])
    asking = shown._replace(asking_since=NOW - 4)
    assert "asking Mixpanel… 4 s  esc cancels" in plain([view.about_line(asking, 80)])


def test_never_asked_and_nothing_there_are_told_apart() -> None:
    never = state(Picked(listing([], asked_at=None, is_fresh=False)))
    assert "Nobody asked yet what acme-corp sees." in plain(view.empty_lines(never, 80))
    none = state(Picked(listing([])))
    assert "acme-corp sees no project in us." in plain(view.empty_lines(none, 80))


def test_workspaces_say_their_flags() -> None:
    rows = view.workspace_rows(state()._replace(current_workspace=3448414))
    assert [row.cells[2].text for row in rows] == ["global", "default", "hidden"]
    assert [row.mark.text for row in rows] == [" ", "●", " "]


def test_in_a_crowd_the_project_in_use_is_at_hand() -> None:
    crowd = [project(str(number), f"Project {number:03}") for number in range(100)]
    crowd[70] = crowd[70]._replace(is_current=True)
    shown = state(Picked(listing(crowd), favourites=("3",)))
    assert [shown.group(row) for row in range(3)] == ["current", "favourites", "Acme Inc."]
    assert shown.cursor == 0
    assert state(Picked(listing(crowd), favourites=("70",))).group(0) == "favourites"
    few = state(Picked(listing(crowd[60:75])))
    assert few.group(0) == "Acme Inc."


def test_projects_of_another_region_come_last() -> None:
    rows = [project("1", "AI", region="eu"), project("2", "AI", "B"), project("3", "AI too", "C")]
    shown = state(Picked(listing(rows)))
    assert [shown.row(row).project.id for row in range(3)] == ["2", "3", "1"]
    found = shown.filtered("ai")
    assert [found.row(row).project.id for row in range(3)] == ["2", "3", "1"]
