"""Status as lines: the answer, the reason, what it hides."""

from __future__ import annotations

from datetime import UTC

import pytest

from mixdesk.model.records import Activity, Overview
from mixdesk_tui.screens.status.page import page
from mixdesk_tui.screens.status.state import StatusState, status_of
from mixdesk_tui.spans import line_width, plain
from mixdesk_tui.world import first_look
from tests.app.fakes import NOW, crowded, empty, gone, hidden_project, overview, session


def status(seen: Overview, before: StatusState | None = None) -> StatusState:
    return status_of(first_look(seen), NOW, UTC, before)


def text(seen: Overview, room: int = 100) -> str:
    return plain(page(status(seen), room).lines)


def test_it_says_who_why_and_for_how_long() -> None:
    shown = text(overview())
    for words in ("acme-corp", "AI Demo", "3713224", "this account's own", "42 min left", "/me"):
        assert words in shown


def test_it_says_what_is_hidden_and_by_whom() -> None:
    shown = text(overview(session=hidden_project()))
    assert "MP_PROJECT_ID" in shown
    assert "hides 3713224 (this account's own)" in shown


def test_an_unset_workspace_is_no_riddle() -> None:
    view = session()
    unset = view.resolution.workspace._replace(value=None, source="unset")
    view = view._replace(resolution=view.resolution._replace(workspace=unset))
    assert "chosen at first use" in text(overview(session=view))


def test_recent_activity_is_told_in_words() -> None:
    shown = text(overview(activity=(Activity(NOW - 60, "account.rename", ("a", "b")),)))
    assert "14:12  account a → b renamed" in shown


def test_an_unknown_verb_is_told_as_it_is() -> None:
    seen = overview(activity=(Activity(NOW, "bridge.export\x1b[2J", ("a",)),))
    assert "bridge a export" in text(seen)


def test_the_empty_machine_offers_what_works() -> None:
    shown = text(empty())
    assert "No account yet." in shown
    assert "s   add a service account" in shown


@pytest.mark.parametrize("room", [60, 80, 100, 119, 120, 140, 200])
@pytest.mark.parametrize("seen", [overview(), crowded(), empty()], ids=["few", "many", "none"])
def test_no_line_is_wider_than_the_screen(seen: Overview, room: int) -> None:
    assert max(map(line_width, page(status(seen), room).lines)) <= room


def test_wide_screens_show_attention_beside_the_session() -> None:
    first = plain(page(status(overview()), 140).lines).splitlines()[1]
    assert "account" in first
    assert "attention" in first


def test_the_mark_stays_on_its_problem() -> None:
    one, two = gone("one", "x"), gone("two", "x")
    before = status(overview(session=session(problems=(one, two)))).moved(1)
    after = status(overview(session=session(problems=(two,))), before)
    assert after.problem is not None
    assert after.problem.name == "two"


def test_the_mark_stays_in_place_when_its_problem_is_mended() -> None:
    one, two = gone("one", "x"), gone("two", "x")
    before = status(overview(session=session(problems=(one, two)))).moved(1)
    after = status(overview(session=session(problems=(one,))), before)
    assert after.marked == 0
