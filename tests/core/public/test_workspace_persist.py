"""Keeping a switch: what is written, in one transaction, and what the next program starts with."""

from __future__ import annotations

from typing import Any

import pytest

import mixdesk as mp
from mixdesk.store.files import write_file

from .desk import CONFIG, Axes, Desk, axes

W = 77


def changed(*pairs: tuple[str, str]) -> str:
    """The file with some lines changed, and not a byte besides."""
    text = CONFIG
    for old, new in pairs:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


TEAM, HOME = 'account   = "team"\nworkspace = 3448413\n', 'default_project = "3713224"'
EU = 'region          = "eu"\ndefault_project = "998812"'

KEPT: list[tuple[dict[str, Any], Axes, str]] = [
    (
        {"project": "3018488"},
        ("team", "3018488", None),
        changed((TEAM, 'account   = "team"\n'), (HOME, 'default_project = "3018488"')),
    ),
    (
        {"project": "3018488", "workspace": W},
        ("team", "3018488", W),
        changed((TEAM, TEAM.replace("3448413", "77")), (HOME, 'default_project = "3018488"')),
    ),
    (
        {"workspace": W},
        ("team", "3713224", W),
        changed((TEAM, TEAM.replace("3448413", "77"))),
    ),
    (
        {"account": "personal"},
        ("personal", "998812", None),
        changed((TEAM, 'account   = "personal"\n')),
    ),
    (
        {"account": "personal", "project": "998815", "workspace": W},
        ("personal", "998815", W),
        changed(
            (TEAM, 'account   = "personal"\nworkspace = 77\n'), (EU, EU.replace("998812", "998815"))
        ),
    ),
    (
        {"target": "ecom"},
        ("team", "3018488", 3448424),
        changed((TEAM, TEAM.replace("3448413", "3448424")), (HOME, 'default_project = "3018488"')),
    ),
    (
        {"target": "berlin"},
        ("personal", "998814", 3448413),
        changed((TEAM, TEAM.replace("team", "personal")), (EU, EU.replace("998812", "998814"))),
    ),
    (
        {"account": "bare", "project": "3713230"},
        ("bare", "3713230", None),
        changed(
            (TEAM, 'account   = "bare"\n'),
            (
                'secret   = "secret-of-bare"\n',
                'secret   = "secret-of-bare"\ndefault_project = "3713230"\n',
            ),
        ),
    ),
]
"""What is switched, where that leads, and the file to the last byte."""


@pytest.mark.parametrize(("switch", "ends", "text"), KEPT, ids=[str(row[0]) for row in KEPT])
class TestASwitchThatIsKept:
    def test_changes_those_lines_alone(
        self, desk: Desk, switch: dict[str, Any], ends: Axes, text: str
    ) -> None:
        ws = desk.open()
        assert axes(ws.use(**switch, persist=True)) == ends
        assert desk.config.read_text() == text

    def test_is_where_the_next_program_starts(
        self, desk: Desk, switch: dict[str, Any], ends: Axes, text: str
    ) -> None:
        desk.open().use(**switch, persist=True)
        assert axes(desk.open()) == ends
        assert mp.session.show() == mp.ActiveSession(account=ends[0], workspace=ends[2])
        assert mp.accounts.show().project_id == ends[1]

    def test_is_one_transaction_and_one_line(
        self, desk: Desk, switch: dict[str, Any], ends: Axes, text: str
    ) -> None:
        written: list[bytes] = []

        def seen(place: Any, content: bytes, **more: Any) -> Any:
            written.append(content)
            return write_file(place, content, **more)

        desk.patch.setattr("mixdesk.store.transaction.write_file", seen)
        desk.open().use(**switch, persist=True)
        assert written == [text.encode()]
        (line,) = desk.activity
        assert (line["verb"], line["at"]) == ("session.use", desk.clock.now())
        assert line["names"] == [str(axis) for axis in ends if axis is not None]

    def test_again_writes_nothing(
        self, desk: Desk, switch: dict[str, Any], ends: Axes, text: str
    ) -> None:
        ws = desk.open().use(**switch, persist=True)
        before = desk.config.stat()
        ws.use(persist=True)
        assert desk.config.stat() == before
        assert len(desk.activity) == 1


def test_a_project_of_the_environment_is_kept_as_the_accounts_own(desk: Desk) -> None:
    ws = desk.open()
    desk.setenv({"MP_PROJECT_ID": "998815", "MP_WORKSPACE_ID": "6"})
    ws.use(account="personal", persist=True)
    assert mp.session.show() == mp.ActiveSession(account="personal", workspace=6)
    assert mp.accounts.show().project_id == "998815"


def test_nothing_but_persist_keeps_where_one_is(desk: Desk) -> None:
    ws = desk.open(account="personal", project="998815", workspace=W)
    assert ws.use(persist=True) is ws
    assert mp.session.show() == mp.ActiveSession(account="personal", workspace=W)
    assert mp.accounts.show().project_id == "998815"


def test_what_another_program_changed_meanwhile_stays(desk: Desk) -> None:
    ws = desk.open()
    mp.accounts.add("new", type="oauth_browser")
    mp.targets.add("there", account="new", project="1")
    ws.use(project="3018488", persist=True)
    assert mp.targets.show("there").account == "new"
    assert mp.accounts.show("team").project_id == "3018488"


@pytest.mark.parametrize("switch", [{"project": "5"}, {"workspace": 6}, {"account": "team"}])
def test_an_account_that_is_gone_meanwhile_is_not_found(desk: Desk, switch: Any) -> None:
    ws = desk.open()
    mp.accounts.remove("team", force=True)
    before, session = desk.config.read_bytes(), ws.session
    with pytest.raises(mp.AccountNotFoundError):
        ws.use(**switch, persist=True)
    assert desk.config.read_bytes() == before
    assert ws.session is session


def test_an_account_goes_on_as_the_same_one_with_its_new_home(desk: Desk) -> None:
    ws = desk.open().use(project="3018488", persist=True).use(project="3713224", persist=True)
    ws.use(account="team", project="3713227", persist=True)
    assert mp.accounts.show("team").project_id == "3713227"
