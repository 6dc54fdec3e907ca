"""The user's own keys: what makes sense is used, what does not is told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from mixdesk.ops.context import Context
from mixdesk.store.preferences import change_preferences
from mixdesk_tui.changes import load_keymap
from mixdesk_tui.commands.base import Command, commands, load_all
from mixdesk_tui.keys.keymap import AS_MADE, Keymap, read_keymap
from mixdesk_tui.keys.places import PLACES, clashes


def read(wanted: Mapping[str, object]) -> Keymap:
    return read_keymap(wanted, "/home/ana/.mp/ui.toml")


@pytest.mark.parametrize(
    ("value", "keys"),
    [
        ("w", ("w",)),
        ("w,f5", ("w", "f5")),
        ("w, Ctrl+X", ("w", "ctrl+x")),
        ("w,w", ("w",)),
        (",", ("comma",)),
        (["w", "f5"], ("w", "f5")),
        ([","], ("comma",)),
        ("", ()),
    ],
)
def test_a_key_can_be_written_in_several_ways(value: object, keys: tuple[str, ...]) -> None:
    assert read({"status.look_around": value}) == Keymap({"status.look_around": keys})


@pytest.mark.parametrize(
    ("name", "value", "said", "wish"),
    [
        ("accounts.use_acount", "u", "no such command", "Did you mean accounts.use_account?"),
        ("use_target", "u", "no such command", "Did you mean targets.use_target?"),
        ("zzz\x1b[31m", "u", "'zzz' or so", "docs/keys.md lists them."),
        ("accounts.use_account", "entr", "'entr' is no key", "Did you mean enter?"),
        ("accounts.use_account", "ctrl+i", "'ctrl+i' is no key", "Did you mean tab?"),
        ("accounts.use_account", 5, "that is no key", 'Write a text: "u"'),
        ("accounts.use_account", ["u", 5], "that is no key", 'Write a text: "u"'),
        ("accounts.use_account", "a", "a is the key of accounts.add_account (add)", "another key"),
        ("accounts.use_account", "q", "q is the key of everywhere.leave (quit)", "another key"),
        ("accounts.use_account", "j", "j is the key of moving.cursor_down (down)", "another key"),
        (
            "everywhere.refresh",
            "f",
            "on Projects, f is the key of projects.toggle_f",
            "another key",
        ),
        ("accounts.use_account", "ctrl+c", "ctrl+c always leaves", "Choose another key."),
        ("moving.leave_filter", "x", "where it is needed, x is typed", "Choose one such as"),
        ("dialogs.save", "space", "where it is needed, space is typed", "Choose one such as"),
        ("everywhere.commands", "", "no way to it", "Give it one."),
    ],
)
def test_what_cannot_be_is_told(name: str, value: object, said: str, wish: str) -> None:
    keymap = read({name: value, "status.look_around": "x"})
    assert dict(keymap.keys) == {"status.look_around": ("x",)}
    (problem,) = keymap.problems
    if "\x1b" not in name:
        assert said in problem.summary
        assert f"ui.toml, {name}: " in problem.summary
    assert "\x1b" not in problem.summary
    assert wish in problem.hint
    assert problem.path.endswith("ui.toml")


def test_of_two_that_want_a_key_the_first_has_it() -> None:
    keymap = read({"accounts.use_account": "x", "accounts.add_account": "x"})
    assert dict(keymap.keys) == {"accounts.use_account": ("x",)}
    assert "accounts.use_account (use) already" in keymap.problems[0].summary


def test_keys_can_change_places() -> None:
    swapped = {"accounts.add_account": "e", "accounts.edit_account": "a"}
    assert read(swapped).problems == ()


def test_a_key_may_mean_different_things_in_different_places() -> None:
    assert read({"accounts.use_account": "x", "targets.use_target": "x"}).problems == ()


def test_those_that_take_turns_may_share_a_key() -> None:
    assert read({"accounts.cancel_tests": "f9", "moving.clear_filter": "f9"}).problems == ()


def test_as_they_are_made_keys_do_not_clash() -> None:
    made = {each.id(): tuple(each.key.split(",")) for each in commands()}
    assert not list(clashes(made))


def test_every_command_is_in_a_place() -> None:
    load_all()
    placed = frozenset().union(*PLACES.values())
    assert {each.id() for each in commands()} == placed


def write(home: Path, text: str) -> Keymap:
    root = home / ".mp"
    root.mkdir(mode=0o700)
    path = root / "ui.toml"
    path.write_text(text)
    path.chmod(0o600)
    return load_keymap(Context.from_environment())


@pytest.mark.parametrize(
    "text",
    [
        '[app.keymap]\n"status.look_around" = "x"\n',
        '[app.keymap]\nstatus.look_around = "x"\n',
        '[app.keymap.status]\nlook_around = ["x"]\n',
    ],
)
def test_a_name_may_be_quoted_or_not(home: Path, text: str) -> None:
    assert write(home, text) == Keymap({"status.look_around": ("x",)})


def test_a_problem_names_its_line(home: Path) -> None:
    keymap = write(home, '[app]\ntheme = "dark"\n\n[app.keymap]\n"accounts.use" = "u"\n')
    assert keymap.problems[0].place == f"{home}/.mp/ui.toml:5"


@pytest.mark.parametrize("text", ["[app\n", "\ufeff", "[app.keymap]\n'a' = 1\n'a' = 2\n"])
def test_a_file_that_is_not_toml_is_told(home: Path, text: str) -> None:
    keymap = write(home, text)
    assert keymap.keys == {}
    assert "ui.toml" in keymap.problems[0].summary
    assert "its own keys" in keymap.problems[0].hint


def test_a_file_that_others_can_write_is_told(home: Path) -> None:
    write(home, '[app.keymap]\n"status.look_around" = "x"\n')
    (home / ".mp" / "ui.toml").chmod(0o666)
    keymap = load_keymap(Context.from_environment())
    assert keymap.keys == {}
    assert keymap.problems[0].kind == "safety"


def test_without_a_keymap_nothing_is_different(home: Path) -> None:
    context = Context.from_environment()
    assert load_keymap(context) == AS_MADE
    change_preferences(context.storage.preferences, theme="light")
    assert load_keymap(context) == AS_MADE
    assert Command.chosen == {}
