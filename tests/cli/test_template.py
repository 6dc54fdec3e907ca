"""Templates of a shell prompt: fields, what goes with them, and that no shell obeys a name."""

from __future__ import annotations

import re

import pytest

from mixdesk_cli.template import Value, fill, parse

FIELDS = ("account", "project", "warn")
VALUES: dict[str, Value] = {
    "account": ("team", "bold"),
    "project": (None, None),
    "warn": ("!", "red"),
}


def filled(template: str, shell: str | None = None, *, colour: bool = False, **values: str) -> str:
    given = {**VALUES, **{name: (value, None) for name, value in values.items()}}
    return fill(parse(template, FIELDS), given, shell, colour=colour)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{account}", "team"),
        ("{account}{project}", "team"),
        ("{account}{project: › }", "team"),
        ("{account}{warn: }", "team !"),
        ("{account: a:b }", " a:b team"),
        ("[{account}] at", "[team] at"),
        ("{{{account}}}", "{team}"),
        ("{{account}}", "{account}"),
        ("", ""),
        ("%F{{red}}{account}\n", "%F{red}team\n"),
    ],
)
def test_a_field_stands_for_its_value_and_what_is_before_it(template: str, text: str) -> None:
    assert filled(template) == text


@pytest.mark.parametrize(
    "template", ["{nope}", "{account", "account}", "{}", "{Account}", "{account!r}", "{0}", "{a{b}"]
)
def test_anything_else_in_braces_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match=r"there is no|without its other half"):
        parse(template, FIELDS)


def test_a_name_is_one_short_printable_line() -> None:
    shown = filled("{project}", project="\x1b]0;owned\x07a\nb\u202ec" + "x" * 500)
    assert shown.startswith("a bc")
    assert len(shown) == 40
    assert shown.isprintable()


@pytest.mark.parametrize("shell", [None, "bash", "zsh", "fish"])
def test_nothing_in_a_name_starts_an_expansion(shell: str | None) -> None:
    shown = filled("{project}", shell, project="$(id) ${HOME} $HOME `id` \\w \\$ $((1+1))")
    assert not set(shown) & set("$`\\")
    assert "(id)" in shown


def test_a_percent_sign_is_doubled_for_zsh_alone() -> None:
    assert filled("{project}", project="100% %n %{") == "100% %n %{"
    assert filled("{project}", "bash", project="100%") == "100%"
    assert filled("{project}", "zsh", project="100% %n %{") == "100%% %%n %%{"


def test_what_the_user_wrote_himself_is_left_alone() -> None:
    assert filled("%B{account}%b \\$ ", "zsh") == "%Bteam%b \\$ "


@pytest.mark.parametrize(
    ("shell", "text"),
    [
        (None, "\x1b[1mteam\x1b[0m \x1b[31m!\x1b[0m"),
        ("fish", "\x1b[1mteam\x1b[0m \x1b[31m!\x1b[0m"),
        ("bash", "\x01\x1b[1m\x02team\x01\x1b[0m\x02 \x01\x1b[31m\x02!\x01\x1b[0m\x02"),
        ("zsh", "%{\x1b[1m%}team%{\x1b[0m%} %{\x1b[31m%}!%{\x1b[0m%}"),
    ],
)
def test_colour_takes_no_room_in_a_shell_that_counts(shell: str | None, text: str) -> None:
    assert filled("{account}{warn: }", shell, colour=True) == text
    assert "\x1b" not in filled("{account}{warn: }", shell)


def test_a_name_cannot_pretend_to_be_colour() -> None:
    shown = filled("{project}", "zsh", colour=True, project="\x1b[31mred%{\x1b[0m")
    assert not re.search(r"\x1b|(?<!%)%\{", shown)
