"""Status as lines: the answer, the reason, what it hides."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest

from mixdesk.model.records import Activity, Overview
from mixdesk_tui.screens.status.page import page, side
from mixdesk_tui.screens.status.state import StatusState, status_of
from mixdesk_tui.spans import line_width, plain
from mixdesk_tui.world import first_look
from tests.app.fakes import NOW, axis, crowded, empty, gone, hidden_project, overview, session


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


def test_a_switch_is_told_by_the_names_of_where_it_led() -> None:
    switch = Activity(NOW - 60, "session.use", ("acme-corp", "3713224", "3448413"))
    assert "acme-corp › AI Demo › All Project Data in use" in text(overview(activity=(switch,)))
    clear = Activity(NOW - 60, "session.clear", ())
    assert "no workspace chosen any more" in text(overview(activity=(clear,)))


def test_an_unknown_verb_is_told_as_it_is() -> None:
    seen = overview(activity=(Activity(NOW, "bridge.export\x1b[2J", ("a",)),))
    assert "bridge a export" in text(seen)


def test_the_empty_machine_offers_what_works() -> None:
    shown = text(empty())
    assert "No account yet." in shown
    assert "s   add a service account" in shown


@pytest.mark.parametrize("room", [60, 80, 100, 119])
@pytest.mark.parametrize("seen", [overview(), crowded(), empty()], ids=["few", "many", "none"])
def test_no_line_is_wider_than_the_screen(seen: Overview, room: int) -> None:
    assert max(map(line_width, page(status(seen), room).lines)) <= room


@pytest.mark.parametrize("room", [44, 60, 76])
@pytest.mark.parametrize("seen", [overview(), crowded()], ids=["few", "many"])
def test_no_line_is_wider_than_what_is_beside_another(seen: Overview, room: int) -> None:
    assert max(map(line_width, page(status(seen), room, is_wide=True).lines)) <= room
    assert max(map(line_width, side(status(seen), room).lines)) <= room


def test_wide_screens_show_attention_beside_the_session() -> None:
    state = status(overview())
    assert "attention" not in plain(page(state, 75, is_wide=True).lines)
    assert "attention" in plain(side(state, 44).lines)


def test_that_nothing_is_wrong_is_said() -> None:
    assert "nothing needs you" in text(overview(session=session()))


def test_what_does_not_work_has_a_mark_of_its_own() -> None:
    ended = session(token_expires_at=NOW - 60, can_refresh=False, problems=(gone("t", "x"),))
    shown = text(overview(session=ended))
    assert "✗ Account acme-corp: its token ended 1 min ago" in shown
    assert "! Target 't'" in shown


def test_the_mark_begins_on_what_needs_the_user_else_on_who_that_is() -> None:
    assert status(overview()).problem is not None
    calm = status(overview(session=session())).spot
    assert calm is not None
    assert calm.key == "account"


def test_every_line_leads_somewhere() -> None:
    view = session(bridge_path="/b.json", problems=(gone("legacy", "old"),))
    spots = status(overview(session=view)).spots
    assert [(spot.key.split()[0], spot.goal.place) for spot in spots] == [
        ("account", "account"),
        ("project", "projects"),
        ("workspace", "workspaces"),
        ("user", "account"),
        ("headers", "file"),
        ("bridge", "bridge"),
        ("token", "login"),
        ("!", "target form"),
    ]


@pytest.mark.parametrize(
    ("source", "given", "place"),
    [
        ("env", {}, "environment"),
        ("bridge", {"bridge_path": "/b.json"}, "bridge"),
        ("active", {"account_type": "oauth_token"}, "account"),
    ],
)
def test_a_credential_leads_to_where_it_comes_from(source: str, given: Any, place: str) -> None:
    view = session(**given)
    account = axis("acme-corp", source, "MP_USERNAME")
    view = view._replace(resolution=view.resolution._replace(account=account))
    first = status(overview(session=view)).spots[0]
    assert first.goal.name == ("acme-corp" if source == "active" else "")
    (token,) = (spot for spot in status(overview(session=view)).spots if spot.key == "token")
    assert token.goal.place == place


def test_the_mark_stays_on_its_line() -> None:
    one, two = gone("one", "x"), gone("two", "x")
    before = status(overview(session=session(problems=(one, two)))).moved(1)
    after = status(overview(session=session(problems=(two,))), before)
    assert after.problem is not None
    assert after.problem.goal.name == "two"
    on_an_axis = before.moved(-20).moved(2)
    after = status(overview(session=session(problems=(two,))), on_an_axis)
    assert after.spot is not None
    assert after.spot.key == "workspace"


def test_the_mark_stays_in_place_when_its_problem_is_mended() -> None:
    one, two = gone("one", "x"), gone("two", "x")
    before = status(overview(session=session(problems=(one, two)))).moved(1)
    after = status(overview(session=session(problems=(one,))), before)
    assert after.problem is not None
    assert after.problem.goal.name == "one"
    calm = status(overview(session=session()), after)
    assert calm.marked == 0
