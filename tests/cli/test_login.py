"""``mp login`` without a terminal: with a credential, and all that is refused before a login."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from tests.cli.world import World
from tests.core.sandbox.asking import ACME_EU, CI, WAREHOUSE
from tests.fakes.nobody import nobody_there

CANARY = "canary-5d0e77"


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture
def mp(mp: World, server: SandboxServer) -> World:
    """A machine without accounts that reaches the sandbox."""
    mp.environ["MP_API_BASE_URL"] = server.base_url
    return mp


@pytest.fixture
def warehouse(mp: World) -> World:
    """The same, with a service account in its environment."""
    mp.environ["MP_USERNAME"], mp.environ["MP_SECRET"] = WAREHOUSE
    return mp


def saved(mp: World) -> dict[str, Any]:
    return tomllib.loads(mp.config.read_text())


def left(home: Path) -> list[Path]:
    return sorted(home.iterdir())


def test_a_service_account_of_the_environment(warehouse: World) -> None:
    ended = warehouse("login", "--project", "3713224", "--name", "ware")
    assert ended.code == 0, ended.err
    assert ended.out == ""
    assert "us: yes" in ended.err
    assert "robot@acme.example is now ware · AI Demo\n" in ended.err
    block = saved(warehouse)["accounts"]["ware"]
    assert (block["username"], block["secret"]) == WAREHOUSE
    assert saved(warehouse)["active"]["account"] == "ware"
    assert WAREHOUSE[1] not in ended.out + ended.err


def test_the_region_is_looked_for_and_said(mp: World) -> None:
    mp.environ["MP_USERNAME"], mp.environ["MP_SECRET"] = ACME_EU
    ended = mp("login", "--project", "998812")
    assert ended.code == 0, ended.err
    assert ended.err.index("us: no (401)") < ended.err.index("eu: yes")


def test_the_json_is_that_of_the_account(warehouse: World) -> None:
    line = ("login", "--project", "3713224", "--name", "ware", "-q", "-f", "json")
    ended = warehouse(*line)
    assert ended.err == ""
    assert ended.json == warehouse("account", "show", "ware", "-f", "json").json
    assert ended.json["active"] is True
    assert ended.json["status"] == "ok"


def test_a_secret_on_stdin(mp: World, pipe_in: Callable[[bytes], None]) -> None:
    mp.environ["MP_USERNAME"] = WAREHOUSE[0]
    pipe_in(WAREHOUSE[1].encode() + b"\n")
    ended = mp("login", "-S", "--secret-stdin", "--project", "3713224")
    assert ended.code == 0, ended.err
    assert WAREHOUSE[1] not in ended.err


def test_a_token_is_kept_by_the_name_of_its_variable(mp: World) -> None:
    mp.environ["CI_TOKEN"] = CI
    ended = mp("login", "--token-env", "CI_TOKEN", "--name", "ci", "--project", "3713226")
    assert ended.code == 0, ended.err
    assert saved(mp)["accounts"]["ci"]["token_env"] == "CI_TOKEN"
    assert CI not in mp.config.read_text() + ended.err


def test_an_account_logs_in_again_and_keeps_its_project(warehouse: World) -> None:
    warehouse("login", "--project", "3713224", "--name", "ware")
    ended = warehouse("login", "-S", "--project", "3713226", "--name", "ware")
    assert ended.code == 0, ended.err
    assert "keeps the project 3713224" in ended.err
    assert "mp project use 3713226" in ended.err
    assert saved(warehouse)["accounts"]["ware"]["default_project"] == "3713224"


def test_an_account_logs_in_again_as_it_did_before(
    mp: World, warehouse: World, pipe_in: Callable[[bytes], None]
) -> None:
    warehouse("login", "--project", "3713224", "--name", "ware")
    del warehouse.environ["MP_USERNAME"], warehouse.environ["MP_SECRET"]
    pipe_in(WAREHOUSE[1].encode())
    ended = warehouse("login", "--name", "ware", "--secret-stdin")
    assert ended.code == 0, ended.err
    assert "is now ware" in ended.err
    refused = warehouse("login", "--name", "ware", "--device")
    assert refused.code == 3
    assert "this is a service_account login" in refused.err


def test_the_name_comes_from_the_organization(warehouse: World) -> None:
    for expected in ("acme-inc", "acme-inc-2"):
        assert warehouse("login", "--project", "3713224").code == 0
        assert saved(warehouse)["active"]["account"] == expected


def test_verbose_says_who_sees_what(warehouse: World) -> None:
    shown = warehouse("login", "--project", "3713224", "-v").err
    assert "robot@acme.example sees " in shown


def test_a_variable_that_hides_the_result_is_told(warehouse: World) -> None:
    ended = warehouse("login", "--project", "3713224", "--name", "ware")
    assert "MP_USERNAME" not in ended.err  # three of four are no account
    warehouse.environ |= {"MP_PROJECT_ID": "3713226"}
    ended = warehouse("login", "--project", "3713224", "--name", "other")
    assert "MP_PROJECT_ID hides it" in ended.err


REFUSED: list[tuple[str, list[str], int, str]] = [
    ("both ways", ["-S", "--token-env", "X"], 3, "exclude each other"),
    ("a browser for a credential", ["-S", "--no-browser"], 3, "service_account login"),
    ("a code for a credential", ["-S", "--device"], 3, "service_account login"),
    ("a secret for a browser", ["--secret-stdin"], 3, "--service-account --secret-stdin"),
    ("a secret for a token", ["--token-env", "X", "--secret-stdin"], 3, "Only a service account"),
    ("no username", ["-S"], 3, "MP_USERNAME"),
    ("a region", ["--region", "xx"], 3, "'xx'"),
    ("a name", ["--name", "a b"], 3, "a b"),
    ("a project", ["--project", "12x"], 3, "12x"),
    ("a variable's name", ["--token-env", "1-2"], 3, "1-2"),
    ("a variable", ["--token-env", "NOT_THERE"], 1, "NOT_THERE is not set"),
]


@pytest.mark.parametrize(("flags", "code", "said"), [each[1:] for each in REFUSED])
def test_what_cannot_be_is_refused_before_a_login(
    mp: World, server: SandboxServer, flags: list[str], code: int, said: str
) -> None:
    ended = mp("login", *flags)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err
    assert len(server.requests) == 0
    assert left(mp.home) == []


def test_no_secret_and_nobody_to_ask(mp: World, pipe_in: Callable[[bytes], None]) -> None:
    mp.environ["MP_USERNAME"] = "team.x"
    pipe_in(b"")
    ended = mp("login", "-S")
    assert ended.code == 3
    assert "--secret-stdin" in ended.err


def test_several_projects_and_nobody_to_choose_lists_them(warehouse: World) -> None:
    ended = warehouse("login")
    assert ended.code == 1
    assert "3713224 (AI Demo)" in ended.err
    assert "--project ID" in ended.err
    assert left(warehouse.home) == []


def test_a_project_that_is_not_seen_is_not_found(warehouse: World) -> None:
    ended = warehouse("login", "--project", "1")
    assert ended.code == 4
    assert "3713224 (AI Demo)" in ended.err
    assert left(warehouse.home) == []


@pytest.mark.parametrize("region", [[], ["--region", "us"]])
def test_a_wrong_secret_is_a_refusal(mp: World, region: list[str]) -> None:
    mp.environ |= {"MP_USERNAME": "team.x", "MP_SECRET": CANARY}
    ended = mp("login", *region, "-v", "--debug")
    assert ended.code == 2
    assert CANARY not in ended.err
    assert left(mp.home) == []


def test_too_many_requests(warehouse: World, server: SandboxServer) -> None:
    server.faults.add("/api/app/me", Fault(status=429, retry_after=3600))
    ended = warehouse("login", "--region", "us")
    assert ended.code == 5, ended.err
    assert left(warehouse.home) == []


def test_nobody_there_judges_nobody(warehouse: World) -> None:
    with nobody_there() as warehouse.environ["MP_API_BASE_URL"]:
        ended = warehouse("login", "--project", "3713224")
    assert ended.code == 1
    assert left(warehouse.home) == []


def test_another_region_or_type_is_refused(warehouse: World, server: SandboxServer) -> None:
    warehouse("login", "--project", "3713224", "--name", "ware")
    before, asked = warehouse.config.read_bytes(), len(server.requests)
    assert warehouse("login", "--name", "ware", "--region", "eu").code == 1
    assert warehouse("login", "--name", "ware", "--token-env", "PATH").code == 1
    refused = warehouse("account", "login", "ware")
    assert refused.code == 3
    assert "mp login --name ware" in refused.err
    assert warehouse.config.read_bytes() == before
    assert len(server.requests) == asked


def test_an_account_that_is_not_there_cannot_log_in_again(mp: World) -> None:
    ended = mp("account", "login", "nobody")
    assert ended.code == 4
    assert left(mp.home) == []


@pytest.mark.parametrize(
    "verb",
    [
        "login",
        "account login",
        "account logout",
        "account test",
        "account token",
        "account export-bridge",
        "account remove-bridge",
    ],
)
def test_the_help_has_examples(mp: World, verb: str) -> None:
    shown = mp(*verb.split(), "--help").out
    assert f"  mp {verb}" in shown.partition("Examples")[2]
    assert "-q, --quiet" in shown
