"""``mp env``: what makes a shell be somebody, and nobody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mixdesk.resolve.identity import IDENTITY
from tests.cli.world import World

LINE = ("env", "--shell", "json")


def test_each_identity_variable_is_set_or_unset(demo: World) -> None:
    shown = demo(*LINE, "-t", "ecom").json
    assert set(shown) == set(IDENTITY)
    assert shown["MP_OAUTH_TOKEN"] == "made-up-access-of-acme-corp"
    assert shown["MP_PROJECT_ID"] == "3018488"
    assert shown["MP_WORKSPACE_ID"] == "3448424"
    assert shown["MP_TOKEN_EXPIRES_AT"].endswith("Z")
    assert [name for name, value in shown.items() if value is None] == [
        "MP_USERNAME",
        "MP_SECRET",
        "MP_ACCOUNT",
        "MP_TARGET",
        "MP_AUTH_FILE",
    ]


def test_the_documented_example_is_what_is_printed(demo: World) -> None:
    page = (Path(__file__).parents[2] / "docs" / "cli.md").read_text()
    section = page.split("#### mp env\n")[1].split("####")[0]
    example = json.loads(section.split("```json\n")[1].split("```")[0])
    shown = demo(*LINE, "-t", "ecom").json
    assert list(example.items()) == [
        (name, shown[name] if name not in ("MP_OAUTH_TOKEN", "MP_TOKEN_EXPIRES_AT") else value)
        for name, value in example.items()
    ]
    assert list(shown) == list(example)


def test_a_refresh_token_is_never_shown(demo: World) -> None:
    for shell in ("bash", "zsh", "fish", "powershell", "json"):
        out = demo("env", "--shell", shell).out
        assert "made-up-access-of-acme-corp" in out
        assert "made-up-refresh" not in out


def test_the_line_beats_the_environment(demo: World) -> None:
    demo.environ |= dict.fromkeys(IDENTITY, "of another")
    assert "of another" not in demo(*LINE, "-a", "warehouse").out
    demo.environ |= dict.fromkeys(IDENTITY, "")
    demo.environ |= {"MP_PROJECT_ID": "5", "MP_WORKSPACE_ID": "6"}
    shown = demo(*LINE, "-p", "7").json
    assert (shown["MP_PROJECT_ID"], shown["MP_WORKSPACE_ID"]) == ("7", None)


def test_names_set_one_variable_and_no_secret(demo: World) -> None:
    demo.environ |= {"MP_OAUTH_TOKEN": "t", "MP_PROJECT_ID": "1", "MP_REGION": "us"}
    nothing = dict.fromkeys(IDENTITY)
    assert demo(*LINE, "--names", "-t", "ecom").json == {**nothing, "MP_TARGET": "ecom"}
    assert demo(*LINE, "--names", "-a", "ci").json == {**nothing, "MP_ACCOUNT": "ci"}


def test_names_of_whoever_applies(demo: World) -> None:
    nothing = dict.fromkeys(IDENTITY)
    assert demo(*LINE, "--names").json == {**nothing, "MP_ACCOUNT": "acme-corp"}
    demo.environ["MP_TARGET"] = "ecom"
    assert demo(*LINE, "--names").json == {**nothing, "MP_TARGET": "ecom"}
    demo.environ = {**demo.environ, "MP_TARGET": "", "MP_ACCOUNT": "ci"}
    assert demo(*LINE, "--names").json == {**nothing, "MP_ACCOUNT": "ci"}


def test_names_work_for_an_account_that_cannot_be_handed_over(demo: World) -> None:
    assert demo("env", "-a", "new-colleague").code == 1
    assert demo("env", "-a", "new-colleague", "--names").code == 0


@pytest.mark.parametrize("more", [("-p", "7"), ("-w", "7"), ("--min-left", "5m")])
def test_names_go_with_nothing_that_has_none(demo: World, more: tuple[str, str]) -> None:
    ended = demo("env", "--names", *more)
    assert (ended.code, ended.out) == (3, "")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (("-a", "nobody"), 4),
        (("-t", "nowhere"), 4),
        (("-t", "nowhere", "--names"), 4),
        (("-t", "legacy"), 4),
        (("-t", "legacy", "--names"), 4),
        (("-t", "prod"), 1),
        (("-t", "prod", "--names"), 1),
        (("-a", "nightly"), 2),
        (("-a", "contractor", "--min-left", "1h"), 2),
        (("--shell", "tcsh"), 3),
        (("--min-left", "1d"), 3),
        (("-t", "ecom", "-a", "ci"), 3),
    ],
)
def test_a_failure_prints_nothing_to_evaluate(
    demo: World, line: tuple[str, ...], code: int
) -> None:
    ended = demo("env", *line)
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.startswith("error: ")


def test_nobody_is_a_configuration_error(mp: World) -> None:
    for more in ((), ("--names",)):
        ended = mp("env", *more)
        assert (ended.code, ended.out) == (1, "")
        assert "mp account use NAME" in ended.err


def test_an_account_of_the_environment_has_no_name(demo: World) -> None:
    demo.environ |= {"MP_OAUTH_TOKEN": "t", "MP_PROJECT_ID": "1", "MP_REGION": "us"}
    ended = demo("env", "--names")
    assert (ended.code, ended.out) == (1, "")
    assert "MP_OAUTH_TOKEN" in ended.err


@pytest.mark.parametrize(
    ("shell", "begins"),
    [
        ("/bin/bash", "unset -v "),
        ("/usr/bin/zsh", "unset -v "),
        ("/usr/local/bin/fish", "set -eg "),
        ("/usr/bin/pwsh", "$env:"),
        ("/usr/bin/pwsh-preview", "$env:"),
        ("/bin/dash", "unset -v "),
        ("", "unset -v "),
    ],
)
def test_the_shell_is_the_users_own(demo: World, shell: str, begins: str) -> None:
    demo.environ["SHELL"] = shell
    assert demo("env").out.startswith(begins)


class TestAProtectedTarget:
    @pytest.mark.parametrize("more", [(), ("--names",)])
    def test_is_asked_for(
        self, demo: World, person: Callable[[str], None], more: tuple[str, ...]
    ) -> None:
        assert demo("env", "-t", "prod", "--yes", *more).code == 0
        person("prod\n")
        ended = demo("env", "-t", "prod", *more)
        assert "Type prod to go on" in ended.err
        assert "prod" in ended.out or "3713225" in ended.out
        person("no\n")
        assert demo("env", "-t", "prod", *more).out == ""


class TestOnATerminal:
    """What a shell should read is seen by a person."""

    @pytest.fixture(autouse=True)
    def terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.patch = monkeypatch

    def test_a_secret_that_is_shown_is_told(self, demo: World) -> None:
        self.patch.setattr("sys.stdout.isatty", lambda: True)
        ended = demo("env", "-t", "ecom")
        assert "A secret is shown" in ended.err
        assert "made-up" not in ended.err
        assert "made-up" in ended.out

    def test_names_are_no_secret(self, demo: World) -> None:
        self.patch.setattr("sys.stdout.isatty", lambda: True)
        assert demo("env", "-t", "ecom", "--names").err == ""

    def test_a_failure_shows_none(self, demo: World) -> None:
        self.patch.setattr("sys.stdout.isatty", lambda: True)
        assert "A secret" not in demo("env", "-a", "nobody").err


def test_a_name_that_no_environment_holds_is_refused(demo: World) -> None:
    with demo.config.open("a") as file:
        file.write('\n[targets."a\\u0000b"]\naccount = "ci"\nproject = "1"\n')
    ended = demo("env", "-t", "a\0b", "--names")
    assert (ended.code, ended.out) == (1, "")
    assert "MP_TARGET" in ended.err


def test_bytes_that_are_no_text_are_refused_where_they_cannot_be_said(demo: World) -> None:
    demo.environ |= {"MP_OAUTH_TOKEN": "canary\udcff", "MP_PROJECT_ID": "1", "MP_REGION": "us"}
    for shell in ("json", "powershell"):
        ended = demo("env", "--shell", shell)
        assert (ended.code, ended.out) == (1, "")
        assert "canary" not in ended.err
    assert "\\377" in demo("env", "--shell", "bash").out


def test_json_holds_any_text_in_ascii(demo: World) -> None:
    demo.environ |= {"MP_OAUTH_TOKEN": "ć\n\x1b", "MP_PROJECT_ID": "1", "MP_REGION": "us"}
    out = demo(*LINE).out
    assert out.isascii()
    assert "\x1b" not in out
    assert json.loads(out)["MP_OAUTH_TOKEN"] == "ć\n\x1b"
