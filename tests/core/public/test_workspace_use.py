"""Switching: which account, project and workspace come of it, and what stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

import mixdesk as mp

from .desk import BEARER, QUAD, Axes, Desk, axes, seen_by

P, W = "3713230", 77
FOUR = {**QUAD, "MP_PROJECT_ID": "3713231"}
THREE = {**BEARER, "MP_PROJECT_ID": "3713231"}


class Rule(NamedTuple):
    """A sentence of the documentation: where one was, what is switched, where that leads."""

    begins: dict[str, Any]
    environ: Mapping[str, str]
    """Set between the two: only the switch sees it."""
    use: dict[str, Any]
    ends: Axes


AT_ECOM = {"target": "ecom"}

RULES = {
    # account= alone
    "an account brings its own project and no workspace": Rule(
        AT_ECOM, {}, {"account": "personal"}, ("personal", "998812", None)
    ),
    "the same account again goes home too": Rule(
        AT_ECOM, {}, {"account": "team"}, ("team", "3713224", None)
    ),
    "an account beats one of the environment": Rule(
        {}, FOUR, {"account": "ci"}, ("ci", "3713231", None)
    ),
    "an account beats a bearer of the environment": Rule(
        {}, THREE, {"account": "personal"}, ("personal", "3713231", None)
    ),
    "an account's project is that of the environment first": Rule(
        {}, {"MP_PROJECT_ID": "5"}, {"account": "personal"}, ("personal", "5", None)
    ),
    "that of the environment beats the one that is named": Rule(
        {}, {"MP_PROJECT_ID": "5"}, {"account": "personal", "project": P}, ("personal", "5", None)
    ),
    "the one that is named beats the account's home": Rule(
        {}, {}, {"account": "personal", "project": P}, ("personal", P, None)
    ),
    "an account without a home takes the one that is named": Rule(
        {}, {}, {"account": "bare", "project": P}, ("bare", P, None)
    ),
    "an account without a home takes that of the environment": Rule(
        {}, {"MP_PROJECT_ID": "5"}, {"account": "bare"}, ("bare", "5", None)
    ),
    "the saved workspace is not looked at": Rule(
        {"account": "personal"}, {}, {"account": "team"}, ("team", "3713224", None)
    ),
    "the workspace of the environment is": Rule(
        {}, {"MP_WORKSPACE_ID": "6"}, {"account": "personal"}, ("personal", "998812", 6)
    ),
    "and beats the one that is named": Rule(
        {},
        {"MP_WORKSPACE_ID": "6"},
        {"account": "personal", "workspace": W},
        ("personal", "998812", 6),
    ),
    "the workspace that is named is taken": Rule(
        {}, {}, {"account": "personal", "workspace": W}, ("personal", "998812", W)
    ),
    "all three at once": Rule(
        {}, {}, {"account": "personal", "project": P, "workspace": W}, ("personal", P, W)
    ),
    "an empty variable is none": Rule(
        {},
        {"MP_PROJECT_ID": "", "MP_WORKSPACE_ID": ""},
        {"account": "personal"},
        ("personal", "998812", None),
    ),
    # project= and workspace= alone
    "a project leaves the workspace of the old one": Rule(
        AT_ECOM, {}, {"project": P}, ("team", P, None)
    ),
    "the same project again does too": Rule(
        AT_ECOM, {}, {"project": "3018488"}, ("team", "3018488", None)
    ),
    "a project beats the environment, workspace and all": Rule(
        AT_ECOM, {"MP_PROJECT_ID": "5", "MP_WORKSPACE_ID": "6"}, {"project": P}, ("team", P, None)
    ),
    "a project does not change who asks": Rule({}, FOUR, {"project": P}, ("team", P, None)),
    "a workspace stays in its project": Rule(AT_ECOM, {}, {"workspace": W}, ("team", "3018488", W)),
    "a workspace beats the environment": Rule(
        AT_ECOM,
        {"MP_PROJECT_ID": "5", "MP_WORKSPACE_ID": "6"},
        {"workspace": W},
        ("team", "3018488", W),
    ),
    "a project and a workspace": Rule({}, {}, {"project": P, "workspace": W}, ("team", P, W)),
    # target=
    "a target sets all three": Rule(
        {"account": "personal"}, {}, AT_ECOM, ("team", "3018488", 3448424)
    ),
    "a target without a workspace leaves that to the next source": Rule(
        {}, {}, {"target": "berlin"}, ("personal", "998814", 3448413)
    ),
    "a target yields to an account of the environment": Rule(
        {}, FOUR, AT_ECOM, ("env-service-account", "3713231", 3448424)
    ),
    "a target yields to a project of the environment": Rule(
        {}, {"MP_PROJECT_ID": "5"}, AT_ECOM, ("team", "5", 3448424)
    ),
    "a target yields to a workspace of the environment": Rule(
        {}, {"MP_WORKSPACE_ID": "6"}, AT_ECOM, ("team", "3018488", 6)
    ),
    # nothing
    "nothing changes nothing": Rule(AT_ECOM, {}, {}, ("team", "3018488", 3448424)),
    "nothing changes nothing, whatever the environment says": Rule(
        AT_ECOM, {**FOUR, "MP_WORKSPACE_ID": "6"}, {}, ("team", "3018488", 3448424)
    ),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_switch_follows_its_rule(desk: Desk, rule: Rule) -> None:
    ws = desk.open(**rule.begins)
    desk.setenv(rule.environ)
    assert ws.use(**rule.use) is ws
    assert axes(ws) == rule.ends


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_switch_saves_nothing_that_nobody_asked_to_save(desk: Desk, rule: Rule) -> None:
    before = desk.config.read_bytes()
    ws = desk.open(**rule.begins)
    desk.setenv(rule.environ)
    ws.use(**rule.use)
    assert desk.config.read_bytes() == before
    assert desk.activity == []


class TestAnAccount:
    def test_is_who_asks_from_now_on(self, desk: Desk) -> None:
        ws = desk.open()
        for name, project in (("team", "3713224"), ("personal", "998812"), ("ci", "3713226")):
            mark = f"Seen by {name} in project {project}"
            assert mark in ws.use(account=name).events()
        assert seen_by(ws.use(account="inline").events()).startswith("Seen by inline")

    def test_leaves_an_account_of_the_environment_behind(self, desk: Desk) -> None:
        desk.setenv(FOUR)
        ws = desk.open()
        assert ws.account.name == "env-service-account"
        assert seen_by(ws.use(account="ci").events()) == "Seen by ci in project 3713231"

    def test_is_read_anew_from_the_file(self, desk: Desk) -> None:
        ws = desk.open()
        mp.accounts.update("personal", default_project="998820")
        assert ws.use(account="personal").project.id == "998820"


class TestATarget:
    def test_of_an_account_of_the_environment_asks_as_that_one(self, desk: Desk) -> None:
        ws = desk.open()
        desk.setenv({**FOUR, "MP_WORKSPACE_ID": ""})
        ws.use(target="ecom").use(project="3713231")
        assert seen_by(ws.events()) == "Seen by robot in project 3713231"


class TestWhatStays:
    own: Mapping[str, str] = {"X-Own": "1"}

    @pytest.mark.parametrize(
        "switch",
        [{"account": "ci"}, {"project": P}, {"workspace": W}, {"target": "ecom"}, {}],
        ids=str,
    )
    def test_are_the_headers(self, desk: Desk, switch: dict[str, Any]) -> None:
        ws = desk.open(session=desk.open().session.replace(headers=self.own))
        assert dict(ws.use(**switch).session.headers) == self.own
        ws.use(workspace=3448413, project="3713224").events()
        headers = desk.server.requests[-1].headers
        assert headers["x-own"] == "1"
        assert "x-cluster" not in headers

    def test_is_a_session_that_somebody_holds(self, desk: Desk) -> None:
        ws = desk.open()
        held = ws.session
        dumped = held.model_dump()
        ws.use(account="personal").use(target="ecom")
        assert held.model_dump() == dumped
        assert ws.session is not held

    def test_is_everything_when_nothing_is_said(self, desk: Desk) -> None:
        ws = desk.open()
        session = ws.session
        assert ws.use().session == session


def test_switches_are_chained(desk: Desk) -> None:
    ws = desk.open()
    ws.use(account="personal").use(project="998815").use(workspace=W).use(target="ecom")
    assert axes(ws) == ("team", "3018488", 3448424)
    assert seen_by(ws.use(project="3713227").events()) == "Seen by team in project 3713227"


def test_a_target_excludes_the_rest(desk: Desk) -> None:
    ws = desk.open()
    named: list[dict[str, Any]] = [{"account": "team"}, {"project": "1"}, {"workspace": 1}]
    for axis in named:
        with pytest.raises(ValueError, match="target= excludes"):
            ws.use(target="ecom", **axis)
