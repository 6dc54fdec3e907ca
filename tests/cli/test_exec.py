"""``mp exec``: who the command is, and how its failures are told from ours."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

import pytest

from mixdesk.resolve.identity import IDENTITY
from mixdesk_cli import process
from tests.cli.world import World


class Started:
    """Stands in for the system call that would end this test run."""

    def __init__(self) -> None:
        self.argv: list[str] = []
        self.environ: dict[str, str] = {}
        self.fails: OSError | None = None

    def __call__(self, file: str, argv: Sequence[str], environ: Mapping[str, str]) -> None:
        if self.fails:
            raise self.fails
        assert file == argv[0]
        self.argv, self.environ = list(argv), dict(environ)

    @property
    def identity(self) -> dict[str, str]:
        return {name: self.environ[name] for name in IDENTITY if name in self.environ}


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    one = Started()
    monkeypatch.setattr(os, "execvpe", one)
    monkeypatch.setattr(process, "leave_as_found", lambda: None)
    return one


ECOM = {
    "MP_OAUTH_TOKEN": "made-up-access-of-acme-corp",
    "MP_PROJECT_ID": "3018488",
    "MP_WORKSPACE_ID": "3448424",
    "MP_REGION": "us",
}


def without_end(identity: dict[str, str]) -> dict[str, str]:
    """All but the time, which must be there, and in UTC."""
    assert identity["MP_TOKEN_EXPIRES_AT"].endswith("Z")
    return {name: value for name, value in identity.items() if name != "MP_TOKEN_EXPIRES_AT"}


def test_the_command_gets_the_target(demo: World, started: Started) -> None:
    ended = demo("exec", "-t", "ecom", "--", "report", "--all")
    assert (ended.out, ended.err) == ("", "")
    assert started.argv == ["report", "--all"]
    assert without_end(started.identity) == ECOM


@pytest.mark.parametrize(
    "line",
    [
        ("exec", "-t", "ecom", "cmd", "-t", "x", "--", "-q"),
        ("-t", "ecom", "exec", "cmd", "-t", "x", "--", "-q"),
        ("exec", "--target=ecom", "--", "cmd", "-t", "x", "--", "-q"),
    ],
)
def test_what_follows_the_command_is_the_commands(
    demo: World, started: Started, line: tuple[str, ...]
) -> None:
    demo(*line)
    assert started.argv == ["cmd", "-t", "x", "--", "-q"]
    assert without_end(started.identity) == ECOM


def test_words_that_are_no_text_reach_the_command_as_they_are(
    demo: World, started: Started
) -> None:
    demo("exec", "--", "cmd", "", "a\nb", "\udcff", "$(id)")
    assert started.argv == ["cmd", "", "a\nb", "\udcff", "$(id)"]


def test_the_rest_of_the_environment_is_passed_on(demo: World, started: Started) -> None:
    demo.environ |= {"OTHER": "x", "MP_API_BASE_URL": "http://127.0.0.1:1", "MP_DEBUG": "0"}
    before = dict(demo.environ)
    demo("exec", "-a", "warehouse", "--", "cmd")
    kept = {name: value for name, value in started.environ.items() if name not in IDENTITY}
    assert kept == demo.environ == before


@pytest.mark.parametrize("line", [("-t", "ecom"), ("-a", "warehouse")])
def test_nothing_of_another_identity_is_left(
    demo: World, started: Started, line: tuple[str, ...]
) -> None:
    demo("exec", *line, "--", "cmd")
    clean = started.identity
    demo.environ |= dict.fromkeys(IDENTITY, "of another")
    demo("exec", *line, "--", "cmd")
    assert started.identity == clean


def test_declining_colour_is_for_mp_alone(demo: World, started: Started) -> None:
    demo("--no-color", "exec", "--", "cmd")
    assert "NO_COLOR" not in started.environ
    demo.environ["NO_COLOR"] = "1"
    demo("exec", "--", "cmd")
    assert started.environ["NO_COLOR"] == "1"


def test_a_command_in_a_command_is_the_inner_one(demo: World, started: Started) -> None:
    demo("exec", "-t", "ecom", "--", "mp")
    demo.environ = started.environ
    demo("exec", "--", "cmd")
    assert without_end(started.identity) == ECOM
    demo("exec", "-a", "warehouse", "--", "cmd")
    assert started.identity["MP_USERNAME"] == "warehouse.4f1c2a.mp-service-account"
    assert "MP_OAUTH_TOKEN" not in started.identity


def test_the_two_variables_stand_in_for_the_flags(demo: World, started: Started) -> None:
    demo.environ["MP_TARGET"] = "ecom"
    demo("exec", "--", "cmd")
    assert without_end(started.identity) == ECOM
    demo.environ = {**demo.environ, "MP_TARGET": "", "MP_ACCOUNT": "warehouse"}
    demo("exec", "--", "cmd")
    assert started.identity["MP_PROJECT_ID"] == "3713237"


@pytest.mark.parametrize(
    ("variables", "flag", "project"),
    [
        ({"MP_TARGET": "ecom"}, ("-a", "warehouse"), "3713237"),
        ({"MP_TARGET": "ecom"}, ("-t", "india"), "2200101"),
        ({"MP_ACCOUNT": "warehouse"}, ("-t", "india"), "2200101"),
        ({"MP_ACCOUNT": "warehouse"}, ("-a", "acme-eu"), "998812"),
        ({"MP_ACCOUNT": "warehouse", "MP_TARGET": "ecom"}, ("-t", "india"), "2200101"),
        ({"MP_TARGET": "ecom"}, ("-p", "7"), "7"),
        ({"MP_PROJECT_ID": "5"}, ("-p", "7"), "7"),
        ({"MP_PROJECT_ID": "5"}, ("-t", "india"), "2200101"),
    ],
)
def test_a_flag_discards_a_variable_that_contradicts_it(
    demo: World,
    started: Started,
    variables: dict[str, str],
    flag: tuple[str, str],
    project: str,
) -> None:
    demo.environ |= variables
    assert demo("exec", *flag, "--", "cmd").err == ""
    assert started.identity["MP_PROJECT_ID"] == project


class TestOurOwnFailures:
    """They exit 125, whatever they are, so that nothing is taken for the command's answer."""

    @pytest.mark.parametrize(
        "line",
        [
            ("exec",),
            ("exec", "--"),
            ("exec", "--", ""),
            ("exec", "--nonsense", "--", "cmd"),
            ("exec", "-t", "ecom", "-a", "ci", "--", "cmd"),
            ("exec", "--min-left", "soon", "--", "cmd"),
            ("exec", "--min-left", "15", "--", "cmd"),
            ("exec", "--min-left", "", "--", "cmd"),
            ("-p", "x", "exec", "--", "cmd"),
            ("--project=x", "exec", "--", "cmd"),
            ("-q", "-w", "0", "exec", "--", "cmd"),
            ("exec", "-a", "nobody", "--", "cmd"),
            ("exec", "-t", "nowhere", "--", "cmd"),
            ("exec", "-t", "legacy", "--", "cmd"),
            ("exec", "-a", "new-colleague", "--", "cmd"),
            ("exec", "-a", "nightly", "--", "cmd"),
            ("exec", "-t", "prod", "--", "cmd"),
            ("exec", "-a", "contractor", "--min-left", "1h", "--", "cmd"),
        ],
    )
    def test_exit_125(self, demo: World, started: Started, line: tuple[str, ...]) -> None:
        ended = demo(*line)
        assert (ended.code, ended.out) == (125, "")
        assert ended.err.startswith("error: ")
        assert started.argv == []

    @pytest.mark.parametrize(
        "line", [("session", "exec", "x"), ("-a", "exec", "session"), ("account", "show", "exec")]
    )
    def test_are_those_of_exec_alone(self, demo: World, line: tuple[str, ...]) -> None:
        assert demo(*line).code in (3, 4)

    def test_nobody_and_broken_files(self, mp: World) -> None:
        ended = mp("exec", "--", "cmd")
        assert ended.code == 125
        assert "mp account use NAME" in ended.err
        mp.write("[active")
        assert mp("exec", "--", "cmd").code == 125

    def test_how_long_is_left_is_said(self, demo: World) -> None:
        err = demo("exec", "-a", "contractor", "--min-left", "1h30m", "--", "cmd").err
        assert "1 h 30 min were asked for" in err
        assert "lives 3 min" in err or "lives 4 min" in err

    def test_help_is_no_failure(self, demo: World) -> None:
        assert demo("exec", "--help").code == 0


class TestACommandThatDoesNotStart:
    @pytest.mark.parametrize(
        ("error", "name", "code"),
        [
            (FileNotFoundError(2, "x"), "nonesuch-1", 127),
            (FileNotFoundError(2, "x"), "./nonesuch-1", 127),
            (NotADirectoryError(20, "x"), "nonesuch-1", 127),
            (NotADirectoryError(20, "Not a directory"), "/etc/passwd/x", 126),
            (PermissionError(13, "Permission denied"), "/", 126),
            (OSError(8, "Exec format error"), "./text", 126),
            (OSError(7, "Argument list too long"), "sh", 126),
        ],
    )
    def test_exits_as_shells_do(
        self, demo: World, started: Started, error: OSError, name: str, code: int
    ) -> None:
        started.fails = error
        ended = demo("exec", "--", name)
        assert ended.code == code
        assert name in ended.err
        assert "made-up" not in ended.err

    def test_a_missing_interpreter_is_not_a_missing_command(
        self, demo: World, started: Started
    ) -> None:
        started.fails = FileNotFoundError(2, "x")
        demo.environ["PATH"] = os.environ["PATH"]
        ended = demo("exec", "--", "sh")
        assert ended.code == 126
        assert "interpreter" in ended.err


class TestAProtectedTarget:
    def test_needs_yes_where_nobody_can_be_asked(self, demo: World, started: Started) -> None:
        ended = demo("exec", "-t", "prod", "--", "cmd")
        assert ended.code == 125
        assert "--yes" in ended.err
        demo("exec", "-t", "prod", "--yes", "--", "cmd")
        assert started.identity["MP_PROJECT_ID"] == "3713225"

    @pytest.mark.parametrize(("typed", "runs"), [("prod", True), ("no", False), ("", False)])
    def test_is_asked_for_on_a_terminal(
        self,
        demo: World,
        started: Started,
        person: Callable[[str], None],
        typed: str,
        runs: bool,
    ) -> None:
        person(f"{typed}\n")
        ended = demo("exec", "-t", "prod", "--", "cmd")
        assert "Type prod to go on" in ended.err
        assert bool(started.argv) is runs
        assert ended.code == (0 if runs else 125)

    def test_in_a_variable_was_meant_by_whoever_set_it(self, demo: World, started: Started) -> None:
        demo.environ["MP_TARGET"] = "prod"
        demo("exec", "--", "cmd")
        assert started.identity["MP_PROJECT_ID"] == "3713225"


def test_a_token_whose_end_nobody_knows_is_told(demo: World, started: Started) -> None:
    ended = demo("exec", "-a", "ci", "--min-left", "15m", "--", "cmd")
    assert "Nobody knows when the token of account ci ends" in ended.err
    assert started.argv == ["cmd"]
    assert demo("exec", "-a", "warehouse", "--min-left", "15m", "--", "cmd").err == ""


def test_an_environment_that_is_not_finished_is_told(demo: World, started: Started) -> None:
    demo.environ["MP_USERNAME"] = "u"
    assert "MP_SECRET" in demo("exec", "--", "cmd").err
    assert demo("exec", "-t", "ecom", "--", "cmd").err == ""


def test_verbose_tells_who_it_is(demo: World) -> None:
    err = demo("exec", "-v", "-t", "ecom", "--", "cmd").err
    assert "account acme-corp, project 3018488, workspace 3448424" in err
    assert "made-up" not in err
