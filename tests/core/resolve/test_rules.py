"""What the resolver refuses, reports and leaves alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import mixdesk as mp
from mixdesk.exceptions import (
    AccountNotFoundError,
    ConfigError,
    InvalidArgumentError,
    TargetNotFoundError,
)
from mixdesk.resolve.resolver import require, resolve

from .inputs import BEARER, BRIDGE_PATH, QUAD, Inputs, account, bridge, config

TEAM = "[active]\naccount = 'team'\nworkspace = 7\n" + account("team", "11")


class TestBadValuesInTheEnvironment:
    @pytest.mark.parametrize(
        ("variable", "value"),
        [
            ("MP_REGION", "xx"),
            ("MP_REGION", "US"),
            ("MP_REGION", " us"),
            ("MP_PROJECT_ID", "abc"),
            ("MP_PROJECT_ID", "12 "),
            ("MP_PROJECT_ID", "-1"),
            ("MP_PROJECT_ID", "\u0661\u0662"),
            ("MP_WORKSPACE_ID", "0"),
            ("MP_WORKSPACE_ID", "000"),
            ("MP_WORKSPACE_ID", "-4"),
            ("MP_WORKSPACE_ID", "1.5"),
            ("MP_WORKSPACE_ID", "\u0663"),
            ("MP_WORKSPACE_ID", "9" * 5000),
        ],
    )
    def test_name_the_variable_and_the_value(self, variable: str, value: str) -> None:
        with pytest.raises(ConfigError) as caught:
            resolve({variable: value}, config(TEAM))
        assert variable in str(caught.value)
        assert caught.value.details["variable"] == variable
        assert caught.value.details["value"][:30] == value[:30].strip()
        assert caught.value.details["value"] in str(caught.value)

    def test_are_not_forgiven_because_something_else_would_win(self) -> None:
        with pytest.raises(ConfigError, match="MP_REGION"):
            resolve({"MP_REGION": "xx"}, config(TEAM), account="team", project="1")

    def test_are_shown_without_what_a_terminal_would_obey(self) -> None:
        with pytest.raises(ConfigError) as caught:
            resolve({"MP_REGION": "\x1b]0;gotcha\x07us\x9b2J"}, config())
        assert caught.value.message.isprintable()
        assert "gotcha" not in caught.value.message

    @pytest.mark.parametrize("variable", ["MP_REGION", "MP_PROJECT_ID", "MP_WORKSPACE_ID"])
    def test_do_not_include_the_empty_one_which_counts_as_unset(self, variable: str) -> None:
        assert resolve({variable: ""}, config(TEAM)) == resolve({}, config(TEAM))

    def test_leading_zeros_of_a_workspace_are_the_same_number(self) -> None:
        assert resolve({"MP_WORKSPACE_ID": "007"}, config()).workspace.value == 7


class TestAnIncompleteSetOfVariables:
    @pytest.mark.parametrize(
        ("environ", "begun", "missing"),
        [
            ({"MP_USERNAME": "u"}, ["MP_USERNAME"], ["MP_SECRET", "MP_PROJECT_ID", "MP_REGION"]),
            ({"MP_SECRET": "s", "MP_REGION": "us"}, ["MP_SECRET"], ["MP_USERNAME"]),
            (QUAD, ["MP_USERNAME", "MP_SECRET"], ["MP_PROJECT_ID"]),
            ({"MP_OAUTH_TOKEN": "t"}, ["MP_OAUTH_TOKEN"], ["MP_PROJECT_ID", "MP_REGION"]),
            ({**BEARER, "MP_PROJECT_ID": ""}, ["MP_OAUTH_TOKEN"], ["MP_PROJECT_ID"]),
        ],
    )
    def test_makes_no_account_and_is_reported(
        self, environ: dict[str, str], begun: list[str], missing: list[str]
    ) -> None:
        resolution = resolve(environ, config(TEAM))
        (problem,) = resolution.problems
        assert resolution.account.value == "team"
        assert problem.code == "incomplete_environment"
        for name in begun + missing:
            assert name in problem.summary
        assert all(name in problem.hint for name in begun)

    def test_is_told_to_who_ends_up_without_an_account(self) -> None:
        with pytest.raises(ConfigError, match="MP_USERNAME is set, but without MP_SECRET"):
            require(resolve({"MP_USERNAME": "u"}, config()))

    def test_never_shows_the_secret_it_found(self) -> None:
        resolution = resolve({"MP_SECRET": "canary", "MP_OAUTH_TOKEN": "canary"}, config())
        assert len(resolution.problems) == 2
        assert "canary" not in repr(resolution)

    def test_does_not_include_a_region_or_project_alone(self) -> None:
        assert resolve({"MP_REGION": "us", "MP_PROJECT_ID": "1"}, config()).problems == ()


class TestTheAccountOfTheEnvironment:
    def test_is_made_of_the_four_variables(self) -> None:
        entry = require(resolve({**QUAD, "MP_PROJECT_ID": "5"}, config()))
        assert entry.name == "env-service-account"
        assert (entry.type, entry.region) == ("service_account", "eu")
        assert (entry.username, entry.default_project) == ("robot", "5")
        assert entry.secret is not None
        assert entry.secret.get_secret_value() == "s"

    def test_is_made_of_the_three_variables(self) -> None:
        entry = require(resolve({**BEARER, "MP_PROJECT_ID": "5"}, config()))
        assert (entry.name, entry.type, entry.region) == ("env-oauth-token", "oauth_token", "eu")
        assert entry.token is not None
        assert entry.token.get_secret_value() == "t"

    def test_four_beat_three(self) -> None:
        resolution = resolve({**BEARER, **QUAD, "MP_PROJECT_ID": "5"}, config())
        assert resolution.account.value == "env-service-account"
        assert [hidden.value for hidden in resolution.account.shadowed] == ["env-oauth-token"]

    def test_three_win_where_the_four_are_incomplete(self) -> None:
        environ = {**BEARER, "MP_USERNAME": "u", "MP_PROJECT_ID": "5"}
        resolution = resolve(environ, config())
        assert resolution.account.value == "env-oauth-token"
        assert [problem.code for problem in resolution.problems] == ["incomplete_environment"]

    @pytest.mark.parametrize("variable", ["MP_ACCOUNT", "MP_TARGET"])
    def test_mp_account_and_mp_target_are_for_the_command_line_only(self, variable: str) -> None:
        assert resolve({variable: "nobody"}, config(TEAM)) == resolve({}, config(TEAM))


class TestTarget:
    @pytest.mark.parametrize("named", [{"account": "other"}, {"project": "1"}, {"workspace": 1}])
    def test_excludes_the_three_parameters(self, named: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="excludes"):
            resolve({}, Inputs().config(), target="ecom", **named)

    def test_that_is_unknown_is_not_found(self) -> None:
        with pytest.raises(TargetNotFoundError) as caught:
            resolve({}, Inputs().config(), target="ecm")
        assert caught.value.details["known"] == ["ecom"]

    def test_of_an_account_that_is_gone_is_refused(self) -> None:
        with pytest.raises(AccountNotFoundError):
            Inputs(target=True, target_account="gone").resolve()

    def test_whose_own_block_is_broken_says_what_is_wrong(self) -> None:
        text = account("team") + "[targets.ecom]\naccount = 'team'\nproject = 'x'\n"
        with pytest.raises(ConfigError, match="project"):
            resolve({}, config(text), target="ecom")

    def test_without_a_workspace_leaves_that_axis_to_the_next_source(self) -> None:
        axis = Inputs(target=True, active_workspace=5).resolve().workspace
        assert (axis.value, axis.source) == (5, "active")

    def test_may_be_named_anything_and_is_shown_safely(self) -> None:
        text = account("team") + '[targets."a\\u001b]0;x\\u0007b"]\naccount="team"\nproject="1"\n'
        resolution = resolve({}, config(text), target="a\x1b]0;x\x07b")
        assert resolution.project.value == "1"
        assert resolution.project.origin == "target ab"


class TestNamesGivenByTheCaller:
    def test_an_unknown_account_is_not_found(self) -> None:
        with pytest.raises(AccountNotFoundError) as caught:
            resolve({}, config(TEAM), account="taem")
        assert caught.value.details["known"] == ["team"]

    def test_a_broken_account_says_what_is_wrong_and_where(self) -> None:
        with pytest.raises(ConfigError) as caught:
            resolve({}, config("[accounts.bad]\ntype = 'oauth_browser'\n"), account="bad")
        assert caught.value.details["section"] == ["accounts", "bad"]
        assert caught.value.details["line"] == 1

    @pytest.mark.parametrize("value", ["abc", "", "1 ", "\u0661", "\x1b[2J"])
    def test_a_project_that_is_none_is_refused(self, value: str) -> None:
        with pytest.raises(InvalidArgumentError) as caught:
            resolve({}, config(TEAM), project=value)
        assert caught.value.violation == "project"
        assert caught.value.message.isprintable()

    @pytest.mark.parametrize("value", [0, -1, True])
    def test_a_workspace_that_is_none_is_refused(self, value: int) -> None:
        with pytest.raises(InvalidArgumentError) as caught:
            resolve({}, config(TEAM), workspace=value)
        assert caught.value.violation == "workspace"


class TestAnActiveAccountThatCannotBeUsed:
    def test_when_it_is_gone_its_name_is_kept_and_the_reason_given(self) -> None:
        resolution = resolve({}, config("[active]\naccount = 'gone'\n" + account("team")))
        assert (resolution.account.value, resolution.entry) == ("gone", None)
        assert [problem.code for problem in resolution.problems] == ["dangling_account"]
        with pytest.raises(ConfigError, match="'gone' is gone") as caught:
            require(resolution)
        assert "mp account use" in str(caught.value)

    def test_when_its_block_is_broken_the_error_says_how(self) -> None:
        text = "[active]\naccount = 'bad'\n[accounts.bad]\ntype='oauth_browser'\nregion='mars'\n"
        with pytest.raises(ConfigError, match="region"):
            require(resolve({}, config(text)))

    def test_it_stands_in_nobodys_way_who_names_another(self) -> None:
        text = "[active]\naccount = 'gone'\n" + account("team", "1")
        resolution = resolve({}, config(text), account="team")
        assert require(resolution).name == "team"
        assert resolution.problems == ()


class TestASessionThatCannotBe:
    def test_lists_every_way_to_an_account(self) -> None:
        with pytest.raises(ConfigError) as caught:
            require(resolve({}, config()))
        for way in (
            *("mp account use", "mp account add", "--account", "--target", "MP_USERNAME"),
            *("MP_SECRET", "MP_OAUTH_TOKEN", "MP_PROJECT_ID", "MP_REGION", "MP_AUTH_FILE"),
        ):
            assert way in str(caught.value)

    def test_lists_every_way_to_a_project(self) -> None:
        with pytest.raises(ConfigError) as caught:
            require(resolve({}, config(account("team")), account="team"))
        for way in ("--project", "mp project use PROJECT", "mp target use", "MP_PROJECT_ID"):
            assert way in str(caught.value)


class TestTheProjectOfAPreviousAccount:
    """It is never carried over to the next account."""

    text = TEAM + account("bare")

    def test_is_not_that_of_an_account_named_instead(self) -> None:
        project = resolve({}, config(self.text), account="bare").project
        assert (project.value, project.source, project.shadowed) == (None, "unset", ())

    def test_is_not_that_of_a_bridge(self) -> None:
        assert resolve({}, config(self.text), bridge()).project.value is None


class TestHeaders:
    settings = "[settings]\ncustom_header = { name = 'X-Cluster', value = 'one' }\n"

    def test_of_nobody_are_none(self) -> None:
        axis = resolve({}, config()).headers
        assert (axis.value, axis.source) == ({}, "unset")

    def test_of_the_settings(self) -> None:
        axis = resolve({}, config(self.settings)).headers
        assert (axis.value, axis.source) == ({"X-Cluster": "one"}, "settings")
        assert axis.origin == "[settings].custom_header"

    def test_of_the_bridge_come_beside_them(self) -> None:
        axis = resolve({}, config(self.settings), bridge(headers={"X-B": "two"})).headers
        assert axis.value == {"X-Cluster": "one", "X-B": "two"}
        assert (axis.source, axis.origin, axis.shadowed) == ("bridge", BRIDGE_PATH, ())

    @pytest.mark.parametrize("name", ["X-Cluster", "x-cluster", "X-CLUSTER"])
    def test_of_the_bridge_hide_the_same_name_however_written(self, name: str) -> None:
        axis = resolve({}, config(self.settings), bridge(headers={name: "two"})).headers
        assert axis.value == {name: "two"}
        assert [(hidden.value, hidden.source) for hidden in axis.shadowed] == [
            ({"X-Cluster": "one"}, "settings")
        ]

    def test_are_sent_whoever_the_account_is(self) -> None:
        environ = {**QUAD, "MP_PROJECT_ID": "5"}
        carried = bridge(headers={"X-B": "two"})
        assert resolve(environ, config(), carried).headers.value == {"X-B": "two"}


class TestTheSessionAlone:
    def test_has_the_values_of_the_resolution(self) -> None:
        session = mp.resolve_session({}, config(TEAM + TestHeaders.settings), workspace=9)
        assert isinstance(session.account, mp.ServiceAccount)
        assert session.account.name == "team"
        assert (session.project_id, session.workspace_id) == ("11", 9)
        assert dict(session.headers) == {"X-Cluster": "one"}

    def test_has_no_workspace_where_nothing_names_one(self) -> None:
        text = "[active]\naccount = 'team'\n" + account("team", "11")
        assert mp.resolve_session({}, config(text)).workspace is None

    @pytest.mark.parametrize("environ", [{}, {"MP_WORKSPACE_ID": "3"}])
    def test_is_none_without_an_account(self, environ: Mapping[str, str]) -> None:
        with pytest.raises(ConfigError, match="No account is chosen"):
            mp.resolve_session(environ, config())
