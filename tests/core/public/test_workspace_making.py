"""Making a Workspace: what its arguments combine to, what they exclude, and what it costs."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import SecretStr

import mixdesk as mp

from .desk import BEARER, QUAD, Axes, Desk, axes


class Opened:
    """Paths that this process opens, whoever opens them, while somebody watches."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.is_watching = False
        sys.addaudithook(self._see)

    def __enter__(self) -> list[str]:
        self.is_watching = True
        return self.paths

    def __exit__(self, *ended: object) -> None:
        self.is_watching = False

    def _see(self, event: str, args: tuple[object, ...]) -> None:
        if self.is_watching and event == "open":
            self.paths.append(str(args[0]))


TEAM = ("team", "3713224", 3448413)
P, W = "3713230", 77
FOUR = {**QUAD, "MP_PROJECT_ID": "3713231"}
THREE = {**BEARER, "MP_PROJECT_ID": "3713231"}

ALONE: list[tuple[dict[str, Any], Axes]] = [
    ({}, TEAM),
    ({"account": "personal"}, ("personal", "998812", 3448413)),
    ({"account": "personal", "project": P}, ("personal", P, 3448413)),
    ({"account": "personal", "workspace": W}, ("personal", "998812", W)),
    ({"account": "personal", "project": P, "workspace": W}, ("personal", P, W)),
    ({"account": "bare", "project": P}, ("bare", P, 3448413)),
    ({"account": "late"}, ("late", "3713225", 3448413)),
    ({"project": P}, ("team", P, 3448413)),
    ({"project": P, "workspace": W}, ("team", P, W)),
    ({"workspace": W}, ("team", "3713224", W)),
    ({"target": "ecom"}, ("team", "3018488", 3448424)),
    ({"target": "berlin"}, ("personal", "998814", 3448413)),
]
"""What is named, and what comes of it: with nothing in the environment, and no bridge."""

IN_THE_ENVIRONMENT: list[tuple[Mapping[str, str], dict[str, Any], Axes]] = [
    (FOUR, {}, ("env-service-account", "3713231", 3448413)),
    (THREE, {}, ("env-oauth-token", "3713231", 3448413)),
    ({**THREE, **FOUR}, {}, ("env-service-account", "3713231", 3448413)),
    (FOUR, {"account": "team"}, ("env-service-account", "3713231", 3448413)),
    (FOUR, {"target": "ecom"}, ("env-service-account", "3713231", 3448424)),
    ({"MP_PROJECT_ID": "5"}, {"project": P}, ("team", "5", 3448413)),
    ({"MP_PROJECT_ID": "5"}, {"target": "ecom"}, ("team", "5", 3448424)),
    ({"MP_WORKSPACE_ID": "6"}, {"workspace": W}, ("team", "3713224", 6)),
    ({"MP_WORKSPACE_ID": "6"}, {"target": "ecom"}, ("team", "3018488", 6)),
    ({"MP_ACCOUNT": "personal", "MP_TARGET": "ecom"}, {}, TEAM),
    (QUAD, {}, TEAM),
]

WITH_A_BRIDGE: list[tuple[dict[str, Any], dict[str, Any], Axes]] = [
    ({"project": "998815"}, {}, ("personal", "998815", 3448413)),
    ({"project": "998815", "workspace": 8}, {}, ("personal", "998815", 8)),
    ({"project": "998815", "workspace": 8}, {"account": "team"}, ("team", "998815", 8)),
    ({"project": "998815", "workspace": 8}, {"project": P}, ("personal", P, 8)),
    ({"project": "998815", "workspace": 8}, {"target": "ecom"}, ("team", "3018488", 3448424)),
    ({"project": "998815", "workspace": 8}, {"target": "berlin"}, ("personal", "998814", 8)),
]


class TestWhatIsNamed:
    @pytest.mark.parametrize(("named", "expected"), ALONE, ids=str)
    def test_comes_together(self, desk: Desk, named: dict[str, Any], expected: Axes) -> None:
        assert axes(desk.open(**named)) == expected

    @pytest.mark.parametrize(("environ", "named", "expected"), IN_THE_ENVIRONMENT)
    def test_yields_to_the_environment(
        self, desk: Desk, environ: Mapping[str, str], named: dict[str, Any], expected: Axes
    ) -> None:
        desk.setenv(environ)
        assert axes(desk.open(**named)) == expected

    @pytest.mark.parametrize(("carried", "named", "expected"), WITH_A_BRIDGE)
    def test_beats_a_bridge(
        self, desk: Desk, carried: dict[str, Any], named: dict[str, Any], expected: Axes
    ) -> None:
        desk.carry(**carried)
        assert axes(desk.open(**named)) == expected

    def test_is_a_session_as_it_stands_whatever_else_there_is(self, desk: Desk) -> None:
        desk.carry(project="998815", workspace=8)
        desk.setenv({**FOUR, "MP_WORKSPACE_ID": "6"})
        session = mp.Session(
            account=mp.ServiceAccount(name="own", region="us", username="u", secret=SecretStr("s")),
            project=mp.Project(id="9", name="Nine"),
            headers={"X-Own": "1"},
        )
        ws = desk.open(session=session)
        assert ws.session is session
        assert axes(ws) == ("own", "9", None)


class TestWhatExcludesEachOther:
    given: Mapping[str, Any] = {"account": "team", "project": "1", "workspace": 1}

    @pytest.mark.parametrize("axis", given)
    def test_is_a_target_and_any_axis(self, desk: Desk, axis: str) -> None:
        with pytest.raises(ValueError, match="target= excludes"):
            mp.Workspace(target="ecom", **{axis: self.given[axis]})

    @pytest.mark.parametrize("axis", [*given, "target"])
    def test_is_a_session_and_anything_else(self, desk: Desk, axis: str) -> None:
        session = desk.open().session
        with pytest.raises(ValueError, match="session= excludes"):
            mp.Workspace(session=session, **{axis: {**self.given, "target": "ecom"}[axis]})


class TestWhatCannotBe:
    def test_lists_every_way_to_an_account(self, desk: Desk) -> None:
        desk.write(desk.config, "")
        with pytest.raises(mp.ConfigError) as caught:
            mp.Workspace()
        for way in (
            *("mp account use", "mp account add", "--account", "--target", "MP_USERNAME"),
            *("MP_SECRET", "MP_OAUTH_TOKEN", "MP_PROJECT_ID", "MP_REGION", "MP_AUTH_FILE"),
        ):
            assert way in str(caught.value)

    def test_lists_every_way_to_a_project(self, desk: Desk) -> None:
        with pytest.raises(mp.ConfigError) as caught:
            mp.Workspace(account="bare")
        assert caught.value.details["account"] == "bare"
        for way in ("mp project use PROJECT -a bare", "mp target use", "--project", "MP_PROJECT"):
            assert way in str(caught.value)

    @pytest.mark.parametrize(
        ("named", "kind", "says"),
        [
            ({"account": "taem"}, mp.AccountNotFoundError, "'taem'"),
            ({"account": ""}, mp.AccountNotFoundError, "''"),
            ({"account": "broken"}, mp.ConfigError, "mars"),
            ({"target": "ecm"}, mp.TargetNotFoundError, "'ecm'"),
            ({"target": "ghost"}, mp.AccountNotFoundError, "'gone'"),
            ({"project": "x"}, mp.InvalidArgumentError, "'x'"),
            ({"project": 3713224}, mp.InvalidArgumentError, "3713224"),
            ({"workspace": 0}, mp.InvalidArgumentError, "0"),
            ({"workspace": "5"}, mp.InvalidArgumentError, "'5'"),
            ({"workspace": True}, mp.InvalidArgumentError, "rue"),
        ],
    )
    def test_is_its_own_error(
        self, desk: Desk, named: dict[str, Any], kind: type[mp.MixdeskError], says: str
    ) -> None:
        with pytest.raises(kind) as caught:
            mp.Workspace(**named)
        assert says in caught.value.summary

    @pytest.mark.parametrize("variable", ["MP_REGION", "MP_PROJECT_ID", "MP_WORKSPACE_ID"])
    def test_is_a_bad_value_in_the_environment(self, desk: Desk, variable: str) -> None:
        desk.patch.setenv(variable, "mars")
        with pytest.raises(mp.ConfigError, match=f"{variable} is 'mars'"):
            mp.Workspace(account="team", project="1", workspace=1)

    def test_is_a_bridge_that_is_not_where_it_is_said_to_be(self, desk: Desk) -> None:
        desk.patch.setenv("MP_AUTH_FILE", str(desk.home / "nowhere.json"))
        with pytest.raises(mp.ConfigError, match=r"nowhere\.json"):
            mp.Workspace()


def test_it_asks_nobody_and_touches_no_tokens(desk: Desk) -> None:
    with Opened() as paths:
        for named, _ in ALONE:
            desk.open(**named)
        desk.open(session=desk.open(account="personal").session)
    assert any("config.toml" in path for path in paths)
    assert [path for path in paths if "tokens.json" in path or "client" in path] == []
    assert len(desk.server.requests) == desk.server.connections == 0


def test_it_changes_no_file(desk: Desk) -> None:
    before = {path: path.read_bytes() for path in desk.root.rglob("*") if path.is_file()}
    for (named, _), _again in itertools.product(ALONE, range(2)):
        desk.open(**named)
    assert before == {path: path.read_bytes() for path in desk.root.rglob("*") if path.is_file()}
