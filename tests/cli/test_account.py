"""``mp account``: every verb, and how it can end."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.world import World

CANARY = "canary-7f3a91"

ADD_TEAM = ("account", "add", "team", "--type", "service_account", "--region", "us")
ADD_CI = ("account", "add", "ci", "--type", "oauth_token", "--region", "eu")

Pipe = Callable[[bytes], None]
Person = Callable[[str], None]


def saved(world: World) -> dict[str, Any]:
    return tomllib.loads(world.config.read_text())


# --- add ---------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_add_takes_the_secret_from_stdin(mp: World, pipe_in: Pipe, end: bytes) -> None:
    pipe_in(CANARY.encode() + end)
    ended = mp(*ADD_TEAM, "--username", "u", "-p", "3713224", "--secret-stdin")
    assert (ended.code, ended.out) == (0, "")
    assert CANARY not in ended.err
    assert saved(mp)["accounts"]["team"] == {
        "type": "service_account",
        "region": "us",
        "default_project": "3713224",
        "username": "u",
        "secret": CANARY,
    }
    assert saved(mp)["active"] == {"account": "team"}
    assert mp.config.stat().st_mode & 0o777 == 0o600


def test_add_keeps_all_but_one_line_break(mp: World, pipe_in: Pipe) -> None:
    pipe_in(b"  two words  \n\n")
    assert mp(*ADD_CI, "--secret-stdin").code in (0, 3)
    if mp.config.exists():
        assert saved(mp)["accounts"]["ci"]["token"] == "  two words  \n"


@pytest.mark.parametrize("data", [b"", b"\n", b"x" * (64 * 1024 + 1), b"\xff\xfe" * 10])
def test_add_refuses_what_is_no_secret(mp: World, pipe_in: Pipe, data: bytes) -> None:
    pipe_in(data)
    ended = mp(*ADD_CI, "--secret-stdin")
    assert ended.code == 3
    assert not mp.config.exists()
    assert "xxx" not in ended.err


def test_add_takes_the_secret_from_the_environment_and_says_so(mp: World) -> None:
    mp.environ |= {"MP_USERNAME": "u", "MP_SECRET": CANARY}
    ended = mp(*ADD_TEAM)
    assert ended.code == 0
    assert "MP_SECRET" in ended.err
    assert CANARY not in ended.err
    account = saved(mp)["accounts"]["team"]
    assert (account["username"], account["secret"]) == ("u", CANARY)


def test_add_takes_a_bearer_from_the_environment(mp: World) -> None:
    mp.environ["MP_OAUTH_TOKEN"] = CANARY
    assert mp(*ADD_CI).code == 0
    assert saved(mp)["accounts"]["ci"]["token"] == CANARY


def test_add_does_not_take_the_secret_of_another_username(mp: World) -> None:
    mp.environ |= {"MP_USERNAME": "other", "MP_SECRET": CANARY}
    ended = mp(*ADD_TEAM, "--username", "u")
    assert ended.code == 3
    assert "--secret-stdin" in ended.err


def test_add_asks_for_the_secret_without_showing_it(mp: World, person: Person) -> None:
    person(f"{CANARY}\n")
    ended = mp(*ADD_TEAM, "--username", "u")
    assert ended.code == 0
    assert CANARY not in ended.out + ended.err
    assert saved(mp)["accounts"]["team"]["secret"] == CANARY


def test_add_with_a_variable_stores_no_secret(mp: World) -> None:
    ended = mp(*ADD_CI, "--token-env", "CI_TOKEN")
    assert ended.code == 0
    assert saved(mp)["accounts"]["ci"]["token_env"] == "CI_TOKEN"
    assert "CI_TOKEN is not set" in ended.err


def test_add_a_browser_account_needs_no_secret(mp: World) -> None:
    ended = mp("account", "add", "me", "--type", "oauth_browser", "--region", "in")
    assert ended.code == 0
    assert "no tokens" in ended.err


@pytest.mark.parametrize(
    ("options", "kind"),
    [(("--username", "u"), "service_account"), (("--token-env", "T"), "oauth_token")],
)
def test_the_type_is_told_by_what_is_given(
    mp: World, pipe_in: Pipe, options: tuple[str, ...], kind: str
) -> None:
    pipe_in(b"s")
    stdin = ("--secret-stdin",) if kind == "service_account" else ()
    assert mp("account", "add", "a", "--region", "us", *options, *stdin).code == 0
    assert saved(mp)["accounts"]["a"]["type"] == kind


@pytest.mark.parametrize(
    "line",
    [
        ("account", "add"),
        ("account", "add", "a"),
        ("account", "add", "a", "--region", "us"),
        ("account", "add", "a", "--region", "xx", "--token-env", "T"),
        ("account", "add", "a b", "--region", "us", "--token-env", "T"),
        ("account", "add", "a", "--region", "us", "--token-env", "T", "--username", "u"),
        ("account", "add", "a", "--region", "us", "--token-env", "T", "--secret-stdin"),
        ("account", "add", "a", "--region", "us", "--type", "oauth_browser", "--secret-stdin"),
        ("account", "add", "a", "--region", "us", "--type", "service_account"),
        ("account", "add", "a", "--region", "us", "--type", "password"),
        ("account", "add", "a", "--region", "us", "--token-env", "T", "-p", "x"),
        ("account", "add", "a", "--region", "us", "--secret", "x"),
        (*ADD_CI, "--token-env", "T", "extra"),
    ],
)
def test_add_refuses_bad_arguments(mp: World, line: tuple[str, ...]) -> None:
    ended = mp(*line)
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("error: ")
    assert not mp.config.exists()


def test_add_refuses_a_name_that_is_taken(demo: World) -> None:
    before = demo.config.read_bytes()
    assert demo(*ADD_CI, "--token-env", "T").code == 1
    assert demo.config.read_bytes() == before


# --- list, show ---------------------------------------------------------------------------


def test_list_shows_every_state(demo: World) -> None:
    demo.environ["COLUMNS"] = "120"
    lines = demo("account", "list", "-f", "table").out.splitlines()
    states = {line.split()[1 if line[0] != " " else 0]: line for line in lines[1:]}
    assert states["acme-corp"].startswith("●")
    assert "needs login" in states["agency"]
    assert "needs login" in states["new-colleague"]
    assert "not tested" in states["acme-eu"]
    assert "variable not set" in states["nightly"]
    assert states["ci"].startswith("   ")
    assert "Data Warehouse Sync 3713237" in states["warehouse"]


def test_show_without_a_name_is_the_active_one(demo: World) -> None:
    assert demo("account", "show", "-f", "json").json["name"] == "acme-corp"
    assert demo("account", "show", "-a", "ci", "-f", "json").json["name"] == "ci"
    demo.environ["MP_ACCOUNT"] = "warehouse"
    assert demo("account", "show", "-f", "json").json["name"] == "warehouse"
    assert demo("account", "show", "nightly", "-f", "json").json["name"] == "nightly"


def test_show_ends_with_not_found_or_an_error(demo: World, mp: World) -> None:
    assert demo("account", "show", "nobody").code == 4
    demo.write("")
    assert demo("account", "show").code == 1


def test_a_broken_account_does_not_block_the_others(demo: World) -> None:
    demo.write(
        demo.config.read_text() + '\n[accounts.odd]\ntype = "oauth_browser"\nregoin = "us"\n'
    )
    rows = {row["name"]: row for row in demo("account", "list", "-f", "json").json}
    assert len(rows) == 12
    assert rows["odd"]["type"] is None
    assert rows["odd"]["problem"]["line"] > 80
    assert rows["acme-corp"]["problem"] is None
    assert demo("account", "use", "warehouse").code == 0
    refused = demo("account", "use", "odd")
    assert refused.code == 1
    assert str(demo.config) in refused.err


def test_an_old_layout_is_told_beside_the_list(mp: World) -> None:
    mp.write('default = "x"\n[credentials.x]\nusername = "u"\n')
    ended = mp("account", "list")
    assert ended.code == 0
    assert "layout" in ended.err


# --- use ----------------------------------------------------------------------------------


def test_use_says_what_is_current_now(demo: World) -> None:
    ended = demo("account", "use", "warehouse")
    assert (ended.code, ended.out) == (0, "")
    assert "Now: account warehouse › project 3713237 Data Warehouse Sync" in ended.err
    assert saved(demo)["active"] == {"account": "warehouse"}
    assert demo("account", "use", "ci", "-q").err == ""


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"MP_ACCOUNT": "ci"}, "unset MP_ACCOUNT"),
        ({"MP_TARGET": "ecom"}, "unset MP_TARGET"),
        ({"MP_PROJECT_ID": "1"}, "unset MP_PROJECT_ID"),
        ({"MP_WORKSPACE_ID": "1"}, "unset MP_WORKSPACE_ID"),
        (
            {"MP_OAUTH_TOKEN": CANARY, "MP_PROJECT_ID": "1", "MP_REGION": "us"},
            "unset MP_OAUTH_TOKEN",
        ),
    ],
)
def test_use_warns_when_the_environment_hides_it(
    demo: World, environ: dict[str, str], named: str
) -> None:
    demo.environ |= environ
    ended = demo("account", "use", "warehouse")
    assert ended.code == 0
    assert named in ended.err
    assert CANARY not in ended.err
    assert "Now: account warehouse › project 3713237" in ended.err


def test_use_warns_when_the_environment_is_spoilt(demo: World) -> None:
    demo.environ["MP_REGION"] = "xx"
    ended = demo("account", "use", "warehouse")
    assert ended.code == 0
    assert "MP_REGION" in ended.err
    assert saved(demo)["active"] == {"account": "warehouse"}


def test_use_is_silent_about_a_variable_that_agrees(demo: World) -> None:
    demo.environ["MP_ACCOUNT"] = "warehouse"
    assert "warning" not in demo("account", "use", "warehouse").err


def test_use_of_nobody(demo: World) -> None:
    assert demo("account", "use", "nobody").code == 4
    assert demo("account", "use").code == 3


# --- update, rename -----------------------------------------------------------------------


def test_update_changes_what_is_given(demo: World) -> None:
    assert demo("account", "update", "warehouse", "--region", "eu", "-p", "42").code == 0
    account = saved(demo)["accounts"]["warehouse"]
    assert (account["region"], account["default_project"]) == ("eu", "42")
    assert account["secret"] == "made-up-secret-of-warehouse"
    assert demo("account", "update", "warehouse", "--no-project").code == 0
    assert "default_project" not in saved(demo)["accounts"]["warehouse"]


@pytest.mark.parametrize(("name", "key"), [("warehouse", "secret"), ("nightly", "token")])
def test_update_takes_a_secret_from_stdin(demo: World, pipe_in: Pipe, name: str, key: str) -> None:
    pipe_in(CANARY.encode())
    ended = demo("account", "update", name, "--secret-stdin")
    assert ended.code == 0
    assert saved(demo)["accounts"][name][key] == CANARY
    assert CANARY not in ended.err


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 3),
        (("--no-project", "-p", "1"), 3),
        (("--region", "moon"), 3),
        (("--token-env", "T"), 3),
    ],
)
def test_update_refuses_bad_arguments(demo: World, options: tuple[str, ...], code: int) -> None:
    before = demo.config.read_bytes()
    assert demo("account", "update", "warehouse", *options).code == code
    assert demo.config.read_bytes() == before


def test_update_and_rename_of_nobody(demo: World) -> None:
    assert demo("account", "update", "nobody", "-p", "1").code == 4
    assert demo("account", "update", "nobody", "--secret-stdin").code == 4
    assert demo("account", "update", "acme-corp", "--secret-stdin").code == 3
    assert demo("account", "rename", "nobody", "somebody").code == 4


def test_rename_takes_everything_along(demo: World) -> None:
    ended = demo("account", "rename", "acme-corp", "acme")
    assert ended.code == 0
    assert "3 targets follow" in ended.err
    row = demo("account", "show", "acme", "-f", "json").json
    assert (row["active"], row["has_tokens"], len(row["targets"])) == (True, True, 3)
    assert demo("account", "rename", "acme", "ci").code == 1
    assert demo("account", "rename", "acme", "a b").code == 3


# --- remove -------------------------------------------------------------------------------


def test_remove_in_a_script_needs_force_where_targets_refer(demo: World) -> None:
    for options in ((), ("--yes",)):
        ended = demo("account", "remove", "acme-eu", *options)
        assert ended.code == 1
        assert "eu-prod" in ended.err
        assert "--force" in ended.err
    ended = demo("account", "remove", "acme-eu", "--force")
    assert ended.code == 0
    assert "eu-prod" in ended.err
    assert "acme-eu" not in saved(demo)["accounts"]


def test_remove_takes_targets_along_but_protected_ones(demo: World) -> None:
    ended = demo("account", "remove", "acme-corp", "--with-targets")
    assert (ended.code, "prod" in ended.err) == (1, True)
    ended = demo("account", "remove", "acme-corp", "--with-targets", "--force")
    assert (ended.code, "Targets without an account now: prod." in ended.err) == (0, True)
    assert sorted(saved(demo)["targets"]) == ["eu-prod", "india", "legacy", "prod"]
    assert demo("account", "remove", "acme-eu", "--with-targets").code == 0


def test_remove_asks_what_goes_along(demo: World, person: Person) -> None:
    person("n\n")
    ended = demo("account", "remove", "acme-corp", "--with-targets")
    assert "Targets that go with it: ai-demo, ecom. Targets that refer to it: prod." in ended.err
    assert "ecom" in saved(demo)["targets"]


def test_remove_in_a_script_asks_nobody(demo: World) -> None:
    assert demo("account", "remove", "contractor").code == 0
    assert not (demo.home / ".mp" / "accounts" / "contractor").exists()
    assert demo("account", "remove", "contractor").code == 4


@pytest.mark.parametrize("answer", ["n\n", "\n", "", "nope\n"])
def test_remove_asks_and_takes_no(demo: World, person: Person, answer: str) -> None:
    before = demo.config.read_bytes()
    person(answer)
    ended = demo("account", "remove", "acme-corp")
    assert ended.code == 1
    assert "ai-demo, ecom, prod" in ended.err
    assert demo.config.read_bytes() == before


@pytest.mark.parametrize("answer", ["y\n", "Yes\n"])
def test_remove_asks_and_takes_yes(demo: World, person: Person, answer: str) -> None:
    person(answer)
    assert demo("account", "remove", "acme-corp").code == 0
    assert "acme-corp" not in saved(demo)["accounts"]
    assert saved(demo).get("active", {}) == {}


# --- the file -----------------------------------------------------------------------------


def test_comments_stay_through_every_change(demo: World) -> None:
    before = demo.config.read_text().splitlines()
    comments = [line[line.index("#") :] for line in before if "#" in line]
    assert demo(*ADD_CI[:2], "extra", "--region", "us", "--token-env", "T").code == 0
    assert demo("account", "use", "extra").code == 0
    assert demo("account", "update", "extra", "-p", "7").code == 0
    assert demo("account", "use", "acme-corp").code == 0
    assert demo("account", "remove", "extra").code == 0
    after = demo.config.read_text()
    assert [comment for comment in comments if comment not in after] == []


def test_a_flag_that_means_nothing_here_is_noted(demo: World) -> None:
    ended = demo("account", "list", "-w", "5")
    assert ended.code == 0
    assert "--workspace means nothing to mp account list" in ended.err


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("account show", 4),
        ("account token", 4),
        ("account test", 4),
        ("account logout", 4),
        ("account logout -a", 4),
        ("account add --region us --token-env X", 3),
        ("target show", 4),
        ("project use", 4),
        ("workspace use", 4),
        ("open --no-browser", 4),
        ("use", 4),
    ],
)
def test_a_name_that_is_empty_is_nobodys(demo: World, line: str, code: int) -> None:
    before = demo.config.read_bytes()
    ended = demo(*line.split(), "")
    assert ended.code == code, ended.err
    assert demo.config.read_bytes() == before
    assert demo("account", "show", "-f", "json").json["has_tokens"]
