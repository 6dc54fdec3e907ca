"""What is handed to another program: the one account that is meant, and nothing that lasts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mixdesk.exceptions import (
    AccountNotFoundError,
    ConfigError,
    InvalidArgumentError,
    TargetNotFoundError,
)
from mixdesk.ops.handing import assignments, environment_with, hand_over, name_only
from mixdesk.ops.wishes import Wish
from mixdesk.resolve.identity import IDENTITY

from .world import CONFIG, NOW, World

QUAD = {
    "MP_USERNAME": "env.user",
    "MP_SECRET": "env-secret",
    "MP_PROJECT_ID": "99",
    "MP_REGION": "in",
}
BEARER = {"MP_OAUTH_TOKEN": "env-token", "MP_PROJECT_ID": "99", "MP_REGION": "in"}


@pytest.fixture
def world(world: World) -> World:
    """Three accounts, of a kind each."""
    world.write_config()
    world.write_tokens("ana", ends=NOW + 600)
    return world


def handed(world: World, **wish: Any) -> dict[str, str]:
    insists = bool({"account", "target"} & wish.keys())
    return hand_over(world.ctx, Wish(insists=insists)._replace(**wish)).variables()


class TestWhatIsHandedOver:
    def test_of_a_service_account_is_its_pair(self, world: World) -> None:
        assert handed(world, target="ecom") == {
            "MP_USERNAME": "team.x",
            "MP_SECRET": "s",
            "MP_PROJECT_ID": "12",
            "MP_WORKSPACE_ID": "72",
            "MP_REGION": "us",
        }

    def test_of_a_login_is_its_access_token_and_when_it_ends(self, world: World) -> None:
        assert handed(world, account="ana") == {
            "MP_OAUTH_TOKEN": "a",
            "MP_TOKEN_EXPIRES_AT": "2027-01-15T08:10:00Z",
            "MP_PROJECT_ID": "22",
            "MP_REGION": "eu",
        }

    def test_a_fraction_of_a_second_is_not_promised(self, world: World) -> None:
        world.write_tokens("ana", ends=NOW + 600.9)
        assert handed(world, account="ana")["MP_TOKEN_EXPIRES_AT"] == "2027-01-15T08:10:00Z"

    def test_of_a_bearer_is_its_token(self, world: World) -> None:
        world.environ["CI_TOKEN"] = "ci-token"
        assert handed(world, account="ci", project="7") == {
            "MP_OAUTH_TOKEN": "ci-token",
            "MP_PROJECT_ID": "7",
            "MP_REGION": "in",
        }

    def test_a_bearer_may_come_from_a_variable_that_does_not_count_otherwise(
        self, world: World
    ) -> None:
        world.write_config(CONFIG.replace("CI_TOKEN", "MP_OAUTH_TOKEN"))
        world.environ["MP_OAUTH_TOKEN"] = "ci-token"
        assert handed(world, account="ci", project="7")["MP_OAUTH_TOKEN"] == "ci-token"

    def test_of_a_bridge_is_what_it_carries(self, world: World) -> None:
        world.write_bridge(project="55", workspace=56)
        assert handed(world) == {
            "MP_USERNAME": "robot",
            "MP_SECRET": "s",
            "MP_PROJECT_ID": "55",
            "MP_WORKSPACE_ID": "56",
            "MP_REGION": "us",
        }

    def test_what_the_environment_says_is_passed_on(self, world: World) -> None:
        world.environ |= {**BEARER, "MP_TOKEN_EXPIRES_AT": "2027-01-15T08:10:00Z"}
        assert handed(world) == {**BEARER, "MP_TOKEN_EXPIRES_AT": "2027-01-15T08:10:00Z"}
        world.environ |= QUAD
        assert handed(world) == QUAD

    def test_a_bad_end_of_a_token_is_named(self, world: World) -> None:
        world.environ |= {**BEARER, "MP_TOKEN_EXPIRES_AT": "tomorrow"}
        with pytest.raises(ConfigError, match="MP_TOKEN_EXPIRES_AT is 'tomorrow'"):
            handed(world)
        # Whose token it is about is not meant: it is nobody's.
        assert handed(world, target="ecom")["MP_USERNAME"] == "team.x"

    def test_no_secret_is_in_its_repr(self, world: World) -> None:
        world.write_config(CONFIG.replace('secret = "s"', 'secret = "canary-81"'))
        given = hand_over(world.ctx, Wish(target="ecom", insists=True))
        assert given.variables()["MP_SECRET"] == "canary-81"
        assert "canary-81" not in repr(given) + str(given)

    def test_what_no_environment_holds_is_refused_and_not_shown(self, world: World) -> None:
        world.write_config(CONFIG.replace('secret = "s"', 'secret = "canary-81\\u0000b"'))
        with pytest.raises(ConfigError, match="MP_SECRET") as caught:
            handed(world, target="ecom")
        assert "canary-81" not in f"{caught.value}{caught.value.details}"


class TestWhatTheCallerNames:
    @pytest.mark.parametrize("environ", [QUAD, BEARER])
    def test_beats_an_account_of_the_environment(
        self, world: World, environ: dict[str, str]
    ) -> None:
        world.environ |= {**environ, "MP_WORKSPACE_ID": "98"}
        assert handed(world, account="team")["MP_USERNAME"] == "team.x"
        assert handed(world, account="team")["MP_PROJECT_ID"] == "11"
        assert "MP_WORKSPACE_ID" not in handed(world, account="team")
        assert handed(world, target="ecom")["MP_WORKSPACE_ID"] == "72"

    def test_beats_a_bridge(self, world: World) -> None:
        world.write_bridge(project="55", workspace=56)
        given = handed(world, account="team")
        assert (given["MP_USERNAME"], given["MP_PROJECT_ID"]) == ("team.x", "11")
        assert "MP_WORKSPACE_ID" not in given

    @pytest.mark.parametrize(
        ("name", "value"),
        [("MP_REGION", "xx"), ("MP_AUTH_FILE", "/nowhere"), ("MP_PROJECT_ID", "x")],
    )
    def test_makes_a_bad_variable_no_matter(self, world: World, name: str, value: str) -> None:
        world.environ[name] = value
        assert handed(world, target="ecom")["MP_REGION"] == "us"
        with pytest.raises(ConfigError, match=name):
            handed(world)

    def test_a_project_alone_takes_the_place_of_its_variable_only(self, world: World) -> None:
        world.environ |= {**QUAD, "MP_WORKSPACE_ID": "98"}
        assert handed(world, project="7") == {**QUAD, "MP_PROJECT_ID": "7"}

    def test_a_project_alone_completes_no_account(self, world: World) -> None:
        world.environ |= {**QUAD, "MP_PROJECT_ID": ""}
        given = hand_over(world.ctx, Wish(project="7"))
        assert (given.username, given.project) == ("team.x", "7")
        assert given.problems[0].code == "incomplete_environment"

    def test_a_workspace_alone_takes_the_place_of_its_variable_only(self, world: World) -> None:
        world.environ |= {**QUAD, "MP_WORKSPACE_ID": "98"}
        assert handed(world, workspace=7) == {**QUAD, "MP_WORKSPACE_ID": "7"}

    def test_names_of_variables_come_after_the_environment_as_elsewhere(self, world: World) -> None:
        world.environ |= QUAD
        assert hand_over(world.ctx, Wish(account="team")).username == "env.user"

    def test_unknown_names_are_told(self, world: World) -> None:
        with pytest.raises(AccountNotFoundError):
            handed(world, account="nobody")
        with pytest.raises(TargetNotFoundError):
            handed(world, target="nowhere")
        with pytest.raises(InvalidArgumentError):
            handed(world, project="x")


class TestTheWorkspace:
    def test_that_is_saved_goes_with_the_saved_account_and_its_project(self, world: World) -> None:
        assert handed(world)["MP_WORKSPACE_ID"] == "71"
        assert hand_over(world.ctx, Wish(account="team")).workspace == 71

    def test_that_is_saved_goes_with_no_other_project(self, world: World) -> None:
        assert "MP_WORKSPACE_ID" not in handed(world, project="12")
        assert hand_over(world.ctx, Wish(account="ana")).workspace is None
        assert hand_over(world.ctx, Wish(target="berlin")).workspace is None
        world.environ["MP_PROJECT_ID"] = "12"
        assert "MP_WORKSPACE_ID" not in handed(world)
        world.environ["MP_PROJECT_ID"] = "11"
        assert handed(world)["MP_WORKSPACE_ID"] == "71"

    def test_of_an_account_that_only_shares_its_name_is_not_the_saved_one(
        self, world: World
    ) -> None:
        account = {"name": "team", "type": "service_account", "region": "us"}
        account |= {"username": "robot", "secret": "s", "default_project": "11"}
        world.write_bridge(account=account)
        assert "MP_WORKSPACE_ID" not in handed(world)

    def test_of_a_bridge_goes_with_its_project_only(self, world: World) -> None:
        world.write_bridge(project="55", workspace=56)
        assert "MP_WORKSPACE_ID" not in handed(world, project="7")
        assert hand_over(world.ctx, Wish(account="team")).workspace is None

    def test_of_a_variable_counts(self, world: World) -> None:
        world.environ["MP_WORKSPACE_ID"] = "98"
        assert handed(world)["MP_WORKSPACE_ID"] == "98"


class TestWhatIsMissing:
    def test_nobody_is_told_every_way(self, home: Path) -> None:
        with pytest.raises(ConfigError, match="No account is chosen"):
            hand_over(World(home).ctx, Wish())

    def test_a_project_is_asked_for_where_it_would_be_heard(self, world: World) -> None:
        world.environ["CI_TOKEN"] = "t"
        with pytest.raises(ConfigError) as caught:
            handed(world, account="ci")
        assert "--project ID" in str(caught.value)
        assert "MP_PROJECT_ID" not in str(caught.value)
        with pytest.raises(ConfigError, match="MP_PROJECT_ID"):
            hand_over(world.ctx, Wish(account="ci"))


class TestNames:
    def test_a_target_or_an_account(self, world: World) -> None:
        assert name_only(world.ctx, Wish(target="ecom")) == {"MP_TARGET": "ecom"}
        wish = Wish(account="ana", insists=True)
        world.environ |= QUAD
        assert name_only(world.ctx, wish) == {"MP_ACCOUNT": "ana"}

    def test_whoever_applies_when_nobody_is_named(self, world: World) -> None:
        assert name_only(world.ctx, Wish()) == {"MP_ACCOUNT": "team"}

    def test_need_no_project_and_no_token(self, world: World) -> None:
        assert name_only(world.ctx, Wish(account="ci", insists=True)) == {"MP_ACCOUNT": "ci"}

    def test_must_be_known_and_sound(self, world: World) -> None:
        with pytest.raises(TargetNotFoundError):
            name_only(world.ctx, Wish(target="nowhere"))
        with pytest.raises(AccountNotFoundError):
            name_only(world.ctx, Wish(account="nobody", insists=True))
        world.write_config(CONFIG + '[targets.gone]\naccount = "gone"\nproject = "1"\n')
        with pytest.raises(AccountNotFoundError):
            name_only(world.ctx, Wish(target="gone"))

    def test_the_environment_and_a_bridge_have_none(self, world: World) -> None:
        world.environ |= QUAD
        with pytest.raises(ConfigError, match="MP_USERNAME"):
            name_only(world.ctx, Wish())
        for name in QUAD:
            del world.environ[name]
        path = world.write_bridge(project="55")
        with pytest.raises(ConfigError, match=str(path)):
            name_only(world.ctx, Wish())

    def test_nobody_is_told_every_way(self, home: Path) -> None:
        with pytest.raises(ConfigError, match="No account is chosen"):
            name_only(World(home).ctx, Wish())


def test_every_other_identity_variable_goes(world: World) -> None:
    environ = {**dict.fromkeys(IDENTITY, "old"), "PATH": "/bin", "MP_DEBUG": "1"}
    assert environment_with(environ, {"MP_TARGET": "ecom"}) == {
        "PATH": "/bin",
        "MP_DEBUG": "1",
        "MP_TARGET": "ecom",
    }
    assert assignments({"MP_TARGET": "ecom"}) == {
        **dict.fromkeys(IDENTITY),
        "MP_TARGET": "ecom",
    }
