"""``mp use``: by a name, back, and how it can end."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.world import World

Person = Callable[[str], None]


def saved(world: World) -> dict[str, Any]:
    return tomllib.loads(world.config.read_text())


def axes(world: World) -> tuple[str, str, int | None]:
    """Account, its home project, and workspace, as saved."""
    now = saved(world)
    account = now["active"]["account"]
    return account, now["accounts"][account]["default_project"], now["active"].get("workspace")


def with_twins(world: World) -> None:
    """A target with the name of an account."""
    assert world("target", "add", "ci", "-a", "acme-corp", "-p", "3018488").code == 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ecom", ("acme-corp", "3018488", 3448424)),
        ("warehouse", ("warehouse", "3713237", None)),
        ("target:india", ("acme-india", "2200101", None)),
        ("account:acme-eu", ("acme-eu", "998812", None)),
    ],
)
def test_a_name_is_a_target_or_an_account(
    demo: World, name: str, expected: tuple[str, str, int | None]
) -> None:
    ended = demo("use", name)
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.startswith(f"Now: account {expected[0]} › project {expected[1]}")
    assert axes(demo) == expected


def test_a_name_of_both_is_the_target_and_says_so(demo: World) -> None:
    with_twins(demo)
    ended = demo("use", "ci")
    assert axes(demo) == ("acme-corp", "3018488", None)
    assert "mp use account:ci" in ended.err
    assert demo("use", "account:ci").code == 0
    assert axes(demo)[0] == "ci"
    assert "account:ci" not in demo("use", "target:ci").err


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ((), 3),
        (("nowhere",), 4),
        (("account:ecom",), 4),
        (("target:warehouse",), 4),
        (("legacy",), 4),
        (("prod",), 1),
        (("-",), 1),
        (("ecom", "extra"), 3),
    ],
)
def test_what_cannot_be_changes_nothing(demo: World, line: tuple[str, ...], code: int) -> None:
    before = demo.config.read_bytes()
    ended = demo("use", *line)
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.startswith("error: ")
    assert demo.config.read_bytes() == before


def test_without_a_name_and_a_terminal_the_names_are_listed(demo: World) -> None:
    err = demo("use").err
    assert "targets: ai-demo, ecom, eu-prod, india, legacy, prod" in err
    assert "accounts: acme-berlin, acme-corp" in err


def test_on_an_empty_machine_it_says_how_to_begin(mp: World) -> None:
    ended = mp("use")
    assert (ended.code, ended.out) == (3, "")
    assert "No account yet" in ended.err
    assert mp("use", "-").code == 1
    assert mp("use", "x").code == 4


def test_a_near_name_is_offered(demo: World) -> None:
    assert "Did you mean warehouse" in demo("use", "warehosue").err


def test_a_dash_goes_back_and_forth(demo: World) -> None:
    home = axes(demo)
    demo("use", "ecom")
    away = axes(demo)
    for _ in range(3):
        ended = demo("use", "-")
        assert ended.code == 0
        assert ended.err == (
            "Now: account acme-corp › project 3713224 AI Demo › workspace 3448413 "
            "All Project Data\n"
        )
        assert axes(demo) == home
        assert demo("use", "-").code == 0
        assert axes(demo) == away


@pytest.mark.parametrize(
    "switch",
    [
        ("account", "use", "warehouse"),
        ("target", "use", "eu-prod"),
        ("target", "use", "prod", "--yes"),
        ("project", "use", "E-Commerce"),
        ("project", "use", "Production", "-a", "warehouse"),
        ("workspace", "use", "Console"),
        ("workspace", "use", "--none"),
        ("account", "update", "acme-corp", "-p", "3018488"),
    ],
    ids=" ".join,
)
def test_a_dash_takes_back_whatever_switched(demo: World, switch: tuple[str, ...]) -> None:
    before = saved(demo)
    assert demo(*switch).code == 0
    after = saved(demo)
    assert after != before
    assert demo("use", "-", "--yes").code == 0
    assert saved(demo) == before
    assert demo("use", "-", "--yes").code == 0
    assert saved(demo) == after


def test_a_dash_tells_what_another_program_did(demo: World) -> None:
    demo("use", "warehouse")
    text = demo.config.read_text()
    demo.config.write_text(text.replace('account   = "warehouse"', 'account   = "agency"', 1))
    ended = demo("use", "-")
    assert ended.code == 1
    assert "the active account is agency, not warehouse" in ended.err
    assert "account acme-corp › project 3713224 › workspace 3448413" in ended.err
    assert axes(demo)[0] == "agency"


def test_a_dash_into_an_account_that_is_gone_exits_4(demo: World) -> None:
    demo("use", "warehouse")
    demo("account", "remove", "acme-corp", "--force")
    assert demo("use", "-").code == 4


def test_a_protected_target_needs_yes_in_a_script(demo: World) -> None:
    assert "--yes" in demo("use", "prod").err
    assert demo("use", "prod", "--yes").code == 0
    assert axes(demo)[1] == "3713225"


def test_going_back_into_a_protected_target_needs_it_too(demo: World) -> None:
    demo("use", "prod", "--yes")
    demo("use", "warehouse")
    before = demo.config.read_bytes()
    ended = demo("use", "-")
    assert ended.code == 1
    assert "Target 'prod' is protected" in ended.err
    assert demo.config.read_bytes() == before
    assert demo("use", "-", "-y").code == 0
    assert axes(demo) == ("acme-corp", "3713225", None)


@pytest.mark.parametrize(("typed", "code"), [("prod\n", 0), ("y\n", 1), ("", 1)])
def test_a_protected_target_has_its_name_typed(
    demo: World, person: Person, typed: str, code: int
) -> None:
    person(typed)
    assert demo("use", "prod").code == code
    assert (axes(demo)[1] == "3713225") is (code == 0)


def test_it_warns_of_what_hides_it_whatever_was_used(demo: World) -> None:
    demo.environ["MP_TARGET"] = "india"
    for line in (("warehouse",), ("ecom",), ("-",)):
        ended = demo("use", *line)
        assert ended.code == 0
        assert "MP_TARGET hides it: in this shell the account is acme-india" in ended.err
        assert "unset MP_TARGET" in ended.err
    assert demo("use", "warehouse", "-q").err == ""


def test_options_that_mean_nothing_here_are_told(demo: World) -> None:
    assert "--project means nothing to mp use" in demo("use", "ecom", "-p", "7").err


def test_verbose_names_the_file(demo: World) -> None:
    assert str(demo.config) in demo("use", "ecom", "-v").err


def test_it_says_how_to_choose_a_project_where_there_is_none(demo: World) -> None:
    ended = demo("use", "new-colleague")
    assert ended.code == 0
    assert ended.err.startswith("Now: account new-colleague › no project\nNo project is chosen.")
    demo.environ["MP_PROJECT_ID"] = "7"
    assert "No project is chosen" not in demo("use", "new-colleague").err
