"""``mp target``: every verb, and how it can end."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.world import World

Person = Callable[[str], None]


def saved(world: World) -> dict[str, Any]:
    return tomllib.loads(world.config.read_text())


def test_list_marks_what_is_active_broken_and_protected(demo: World) -> None:
    demo.environ["COLUMNS"] = "120"
    out = demo("target", "list", "-f", "table").out
    marks = {line.split()[1]: line[0] for line in out.splitlines()[1:] if line[0] != " "}
    assert marks == {"ai-demo": "●", "legacy": "!", "prod": "▲"}
    assert "account is gone" in out
    assert "protected" in out


def test_an_empty_list_says_how_to_begin(mp: World) -> None:
    ended = mp("target", "list")
    assert (ended.code, ended.out) == (0, "")
    assert "mp target add" in ended.err


def test_show(demo: World) -> None:
    assert demo("target", "show", "prod", "-f", "json").json["protected"] is True
    assert demo("target", "show", "-t", "india", "-f", "json").json["name"] == "india"
    demo.environ["MP_TARGET"] = "ecom"
    assert demo("target", "show", "-f", "json").json["name"] == "ecom"
    assert demo("target", "show", "nowhere").code == 4
    assert demo("target", "show", "legacy", "-f", "json").json["problem"]["line"] > 1


def test_show_needs_a_name(demo: World) -> None:
    assert demo("target", "show").code == 3


def test_add_saves_who_you_are_now(demo: World) -> None:
    assert demo("target", "add", "here").code == 0
    assert saved(demo)["targets"]["here"] == {
        "account": "acme-corp",
        "project": "3713224",
        "workspace": 3448413,
    }


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("-a", "ci", "-p", "7"), {"account": "ci", "project": "7"}),
        (("-a", "ci"), {"account": "ci", "project": "3713226"}),
        (("-p", "7"), {"account": "acme-corp", "project": "7"}),
        (("-w", "9"), {"account": "acme-corp", "project": "3713224", "workspace": 9}),
        (("-t", "ecom"), {"account": "acme-corp", "project": "3018488", "workspace": 3448424}),
    ],
)
def test_add_saves_what_is_said(
    demo: World, options: tuple[str, ...], expected: dict[str, object]
) -> None:
    assert demo("target", "add", "here", *options).code == 0
    assert saved(demo)["targets"]["here"] == expected


def test_what_is_said_beats_the_environment(demo: World) -> None:
    demo.environ |= {"MP_PROJECT_ID": "1", "MP_ACCOUNT": "ci"}
    assert demo("target", "add", "said", "-p", "7").code == 0
    assert saved(demo)["targets"]["said"] == {"account": "ci", "project": "7"}
    assert demo("target", "add", "unsaid").code == 0
    assert saved(demo)["targets"]["unsaid"] == {"account": "ci", "project": "1"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (("add",), 3),
        (("add", "a b"), 3),
        (("add", "x", "-p", "abc"), 3),
        (("add", "x", "-a", "new-colleague"), 3),
        (("add", "x", "-a", "nobody", "-p", "1"), 4),
        (("add", "x", "-t", "nowhere"), 4),
        (("add", "ecom"), 1),
        (("update", "ecom"), 3),
        (("update", "ecom", "-w", "1", "--no-workspace"), 3),
        (("update", "ecom", "-a", "nobody"), 4),
        (("update", "nowhere", "-p", "1"), 4),
        (("rename", "nowhere", "x"), 4),
        (("rename", "ecom", "prod"), 1),
        (("rename", "ecom", "a b"), 3),
        (("remove", "nowhere"), 4),
        (("use", "nowhere"), 4),
        (("use", "legacy"), 4),
        (("use",), 3),
    ],
)
def test_what_cannot_be_changes_nothing(demo: World, line: tuple[str, ...], code: int) -> None:
    before = demo.config.read_bytes()
    ended = demo("target", *line)
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.startswith("error: ")
    assert demo.config.read_bytes() == before


def test_add_on_an_empty_machine_says_what_is_missing(mp: World) -> None:
    ended = mp("target", "add", "x")
    assert ended.code == 3
    assert "account" in ended.err


def test_update(demo: World) -> None:
    assert demo("target", "update", "ecom", "-p", "7", "--no-workspace").code == 0
    assert saved(demo)["targets"]["ecom"] == {"account": "acme-corp", "project": "7"}
    assert demo("target", "update", "legacy", "-a", "ci").code == 0
    assert demo("target", "show", "legacy", "-f", "json").json["problem"] is None


def test_update_does_not_listen_to_the_environment(demo: World) -> None:
    demo.environ["MP_ACCOUNT"] = "ci"
    assert demo("target", "update", "ecom", "-p", "7").code == 0
    assert saved(demo)["targets"]["ecom"]["account"] == "acme-corp"


def test_rename(demo: World) -> None:
    assert demo("target", "rename", "ecom", "shop").code == 0
    assert "shop" in saved(demo)["targets"]


def test_remove(demo: World, person: Person) -> None:
    person("n\n")
    assert demo("target", "remove", "ecom").code == 1
    assert "ecom" in saved(demo)["targets"]
    person("y\n")
    assert demo("target", "remove", "ecom").code == 0
    assert demo("target", "remove", "india", "--yes").code == 0
    assert sorted(saved(demo)["targets"]) == ["ai-demo", "eu-prod", "legacy", "prod"]


def test_use_makes_all_three_current(demo: World) -> None:
    ended = demo("target", "use", "ecom")
    assert ended.code == 0
    assert "project 3018488 E-Commerce › workspace 3448424 Console" in ended.err
    assert demo("target", "show", "ecom", "-f", "json").json["active"] is True


def test_a_protected_target_needs_yes_in_a_script(demo: World) -> None:
    before = demo.config.read_bytes()
    ended = demo("target", "use", "prod")
    assert ended.code == 1
    assert "--yes" in ended.err
    assert demo.config.read_bytes() == before
    assert demo("target", "use", "prod", "--yes").code == 0


@pytest.mark.parametrize(
    ("typed", "code"), [("prod\n", 0), (" prod \n", 0), ("y\n", 1), ("\n", 1), ("", 1)]
)
def test_a_protected_target_has_its_name_typed(
    demo: World, person: Person, typed: str, code: int
) -> None:
    person(typed)
    assert demo("target", "use", "prod").code == code
    assert demo("target", "show", "prod", "-f", "json").json["active"] is (code == 0)


def is_protected(world: World, name: str) -> bool:
    return bool(world("target", "show", name, "-f", "json").json["protected"])


def test_a_target_is_protected_and_left_open_again(demo: World, person: Person) -> None:
    before = demo.config.read_bytes()
    assert "ecom is protected" in demo("target", "update", "ecom", "--protect").err
    assert is_protected(demo, "ecom")
    assert demo("target", "update", "ecom", "--no-protect").code == 1  # nobody to ask
    person("no\n")
    assert demo("target", "update", "ecom", "--no-protect").code == 1
    assert is_protected(demo, "ecom")
    person("ecom\n")
    assert demo("target", "update", "ecom", "--no-protect").code == 0
    assert not is_protected(demo, "ecom")
    assert demo.config.read_bytes() == before


def test_protection_changes_together_with_the_place(demo: World) -> None:
    ended = demo("target", "update", "prod", "-p", "7", "--no-protect", "--yes")
    assert (ended.code, saved(demo)["targets"]["prod"]["project"]) == (0, "7")
    assert not is_protected(demo, "prod")


def test_a_protected_target_is_removed_by_its_name(demo: World, person: Person) -> None:
    ended = demo("target", "remove", "prod")
    assert (ended.code, "--yes" in ended.err) == (1, True)
    person("y\n")
    assert demo("target", "remove", "prod").code == 1
    assert "prod" in saved(demo)["targets"]
    person("prod\n")
    assert demo("target", "remove", "prod").code == 0
    assert demo("target", "add", "prod", "-a", "ci", "-p", "1").code == 0
    assert not is_protected(demo, "prod")


def test_comments_stay_through_every_change(demo: World) -> None:
    before = demo.config.read_text().splitlines()
    comments = [line[line.index("#") :] for line in before if "#" in line]
    for line in (
        ("add", "x", "-a", "ci", "-p", "1"),
        ("update", "x", "-w", "3"),
        ("use", "x"),
        ("rename", "x", "y"),
        ("remove", "y"),
        ("use", "ai-demo"),
    ):
        assert demo("target", *line).code == 0
    after = demo.config.read_text()
    assert [comment for comment in comments if comment not in after] == []
