"""``mp prompt``: one short line, or silence."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mixdesk_cli import program, prompt
from tests.cli.world import Ended, World

HOSTILE = r"\u001b]0;owned\u0007$(touch owned)`touch owned`\\u%{x%}\n"


@pytest.fixture(params=["quick", "verb"])
def run(request: pytest.FixtureRequest, demo: World) -> Callable[..., Ended]:
    """Both ways to the line: the one that a shell takes, and the one through click."""
    before = () if request.param == "quick" else ("-q",)
    return lambda *argv: demo(*before, "prompt", *argv)


def test_who_you_are_in_a_line(run: Callable[..., Ended]) -> None:
    assert run() == Ended(0, "acme-corp › AI Demo\n", "")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("account", "acme-corp"),
        ("project", "AI Demo"),
        ("project_id", "3713224"),
        ("workspace", "All Project Data"),
        ("region", "us"),
        ("target", "ai-demo"),
        ("left", "57 min"),
        ("warn", ""),
    ],
)
def test_every_field_has_its_value(run: Callable[..., Ended], field: str, value: str) -> None:
    ended = run("--format", f"<{{{field}}}>")
    assert ended.code == 0
    if field == "left":
        assert ended.out in ("<57 min>\n", "<58 min>\n")
    elif field == "workspace":
        assert ended.out not in ("<>\n", "<3448413>\n")
    else:
        assert ended.out == f"<{value}>\n"


def test_every_field_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "cli.md").read_text()
    section = page.split("#### mp prompt\n")[1].split("## Reading verbs")[0]
    rows = [row.split("|")[1] for row in section.splitlines() if row.startswith("| `{")]
    assert set(re.findall(r"{([a-z_]+)}", "".join(rows))) == set(prompt.FIELDS)
    assert f"`{prompt.TEMPLATE}`" in section


def test_what_has_no_name_is_shown_by_its_id(run: Callable[..., Ended], demo: World) -> None:
    demo.environ |= {"MP_PROJECT_ID": "404", "MP_WORKSPACE_ID": "405"}
    assert run("--format", "{project} {workspace}").out == "404 405\n"


def test_attention_is_asked_for_with_a_mark(run: Callable[..., Ended], demo: World) -> None:
    demo.environ["MP_ACCOUNT"] = "new-colleague"
    assert run().out == "new-colleague !\n"
    demo.environ["MP_ACCOUNT"] = "contractor"
    assert run("--format", "{left}{warn: }").out in ("3 min !\n", "4 min !\n")
    demo.environ["MP_ACCOUNT"] = "acme-berlin"
    assert run("--format", "{left}{warn: }").out == "renews\n"


def test_the_two_variables_choose(run: Callable[..., Ended], demo: World) -> None:
    demo.environ["MP_TARGET"] = "ecom"
    assert run("--format", "{target} {project_id}").out == "ecom 3018488\n"
    demo.environ = {**demo.environ, "MP_TARGET": "", "MP_ACCOUNT": "warehouse"}
    assert run("--format", "{account}").out == "warehouse\n"


def test_a_flag_discards_a_variable_that_contradicts_it(demo: World) -> None:
    demo.environ["MP_TARGET"] = "ecom"
    line = ("prompt", "--format", "{account} {project_id}")
    assert demo(*line, "-a", "warehouse").out == "warehouse 3713237\n"
    assert demo("-t", "india", *line).out == "acme-india 2200101\n"
    assert demo(*line, "-p", "7", "-w", "8").out == "acme-corp 7\n"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda world: world.write("[active"),
        lambda world: world.write(""),
        lambda world: world.config.unlink(),
        lambda world: world.environ.update(MP_REGION="xx"),
        lambda world: world.environ.update(MP_TARGET="nowhere"),
        lambda world: world.environ.update(MP_TARGET="ecom", MP_ACCOUNT="ci"),
        lambda world: world.environ.update(MP_AUTH_FILE="/nowhere"),
        lambda world: world.environ.update(HOME="relative"),
    ],
)
def test_it_is_silent_when_there_is_nothing_to_say(
    run: Callable[..., Ended], demo: World, spoil: Callable[[World], None]
) -> None:
    spoil(demo)
    assert run() == Ended(0, "", "")


def test_verbose_says_why_it_is_silent(demo: World) -> None:
    demo.environ["MP_TARGET"] = "nowhere"
    ended = demo("prompt", "-v")
    assert (ended.code, ended.out) == (0, "")
    assert "nowhere" in ended.err
    demo.environ["MP_TARGET"] = ""
    demo.write("")
    assert "no account" in demo("prompt", "-v").err


@pytest.mark.parametrize(
    "options",
    [
        ("--format", "{nope}"),
        ("--format={account",),
        ("--format",),
        ("--shell", "tcsh"),
        ("--shell",),
        ("--nonsense",),
        ("extra",),
        ("--color=yes",),
    ],
)
def test_a_bad_line_exits_3(run: Callable[..., Ended], options: tuple[str, ...]) -> None:
    ended = run(*options)
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("error: ")
    assert "--help" in ended.err


def test_a_field_that_is_not_there_is_named_with_those_that_are(demo: World) -> None:
    err = demo("prompt", "--format", "{nope}").err
    assert "{nope}" in err
    assert all(field in err for field in prompt.FIELDS)


@pytest.mark.parametrize("shell", [(), ("--shell", "bash"), ("--shell=zsh",), ("--shell", "fish")])
def test_a_hostile_name_is_shown_and_not_obeyed(
    run: Callable[..., Ended], demo: World, shell: tuple[str, ...]
) -> None:
    with demo.config.open("a") as file:
        file.write(f'\n[targets."{HOSTILE}"]\naccount = "ci"\nproject = "1"\n')
    name = HOSTILE.encode().decode("unicode_escape")
    demo.environ["MP_TARGET"] = name
    shown = run("--format", "{target}", *shell).out
    assert "touch owned" in shown
    assert not set(shown[:-1]) & set("$`\\\x1b\x07\n")


def test_colour_only_when_it_is_asked_for(run: Callable[..., Ended], demo: World) -> None:
    assert "\x1b" not in run().out
    assert run("--color").out.startswith("\x1b[1macme-corp\x1b[0m")
    assert run("--color", "--shell", "bash").out.startswith("\x01\x1b[1m\x02acme-corp\x01")
    # What is asked for in so many words comes before a general wish.
    demo.environ["NO_COLOR"] = "1"
    assert "\x1b" in run("--color").out


def test_the_usual_line_goes_without_click(demo: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "execute", lambda argv, environ: 77)
    assert demo("prompt", "--shell", "zsh", "--color", "--format={account}").code == 0
    assert demo("prompt", "--help").code == 77
    assert demo("prompt", "-a", "ci").code == 77
    assert demo("-q", "prompt").code == 77


def test_an_interrupt_exits_130(demo: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(prompt, "select", interrupted)
    assert demo("prompt").code == 130
