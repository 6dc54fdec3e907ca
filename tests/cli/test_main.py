"""What surrounds a verb: options, exit codes, errors, what is loaded."""

from __future__ import annotations

import pytest

from mixdesk import exceptions as errors
from mixdesk_cli import errors as exits
from tests.cli.world import World


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ConfigError("x"), 1),
        (errors.AccountNotFoundError("x"), 4),
        (errors.TargetNotFoundError("x"), 4),
        (errors.ProjectNotFoundError("x"), 4),
        (errors.AccountExistsError("x"), 1),
        (errors.InvalidArgumentError("x", violation="y"), 3),
        (errors.StoreError("x", code="STORE_LOCKED", path="p"), 1),
        (errors.AuthenticationError("x"), 2),
        (errors.OAuthError("x"), 2),
        (errors.RegionProbeError("x", attempts=[]), 2),
        (errors.RegionProbeNetworkError("x", attempts=[]), 1),
        (errors.RateLimitError("x"), 5),
        (errors.ServerError("x"), 1),
        (errors.WorkspaceScopeError("x"), 1),
    ],
)
def test_the_exit_code_of_each_error(error: errors.MixdeskError, code: int) -> None:
    assert exits.exit_code(error) == code


@pytest.mark.parametrize(
    "line",
    [
        ("--nonsense",),
        ("nonsense",),
        ("account", "nonsense"),
        ("session", "extra"),
        ("session", "--nonsense"),
        ("-a",),
        ("-p", "x", "session"),
        ("-t", "x", "-a", "y"),
    ],
)
def test_a_bad_line_exits_3_and_prints_no_data(demo: World, line: tuple[str, ...]) -> None:
    ended = demo(*line)
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("error: ")
    assert "--help" in ended.err


def test_a_typo_gets_the_nearest_command(mp: World) -> None:
    assert "mp account list" in mp("account", "lsit").err
    assert "mp account" in mp("acount").err


@pytest.mark.parametrize(
    "line", [(), ("account",), ("target",), ("session",), ("account", "add"), ("demo",)]
)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_goes_to_stdout(mp: World, line: tuple[str, ...], flag: str) -> None:
    ended = mp(*line, flag)
    assert (ended.code, ended.err) == (0, "")
    assert "Usage: mp" in ended.out


def test_help_of_every_verb_has_an_example_and_no_secret_option(mp: World) -> None:
    for group in ("account", "target"):
        help_text = mp(group, "--help").out.split("Commands:")[1]
        verbs = [line.split()[0] for line in help_text.splitlines() if line.startswith("  ")]
        assert len(verbs) >= 7
        for verb in verbs:
            text = mp(group, verb, "--help").out
            assert f"  mp {group} {verb}" in text
            assert "--secret " not in text
            assert "--token " not in text


def test_a_group_alone_shows_its_help(mp: World) -> None:
    ended = mp("account")
    assert "rename" in ended.out + ended.err


def test_a_broken_file_is_named_with_its_line_and_left_alone(mp: World) -> None:
    mp.write("[active]\naccount = \n")
    before = mp.config.read_bytes()
    for line in (("session",), ("account", "list"), ("target", "list"), ("account", "use", "x")):
        ended = mp(*line)
        assert (ended.code, ended.out) == (1, "")
        assert f"{mp.config}:2" in ended.err
        assert "Traceback" not in ended.err
    assert mp.config.read_bytes() == before


def test_quiet_leaves_data_and_errors(demo: World) -> None:
    ended = demo("session", "-q")
    assert ended.out
    assert ended.err == ""
    assert demo("account", "use", "nobody", "-q").err.startswith("error: ")


def test_verbose_tells_files_and_codes(demo: World) -> None:
    assert str(demo.config) in demo("-v", "session").err
    assert "ACCOUNT_NOT_FOUND" in demo("account", "use", "nobody", "-v").err


def test_the_environment_is_not_written(demo: World) -> None:
    demo.environ |= {"MP_ACCOUNT": "ci"}
    before = dict(demo.environ)
    for line in (("session",), ("account", "use", "ci"), ("target", "add", "x")):
        demo(*line)
    assert demo.environ == before
