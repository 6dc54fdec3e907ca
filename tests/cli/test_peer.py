"""Commands that only the other package has are handed to it."""

from __future__ import annotations

import importlib.machinery
import os
from typing import Any, NoReturn

import pytest

from mixdesk_cli import peer
from tests.cli.world import World


class BecameError(Exception):
    """The process would be another program now."""


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.machinery.ModuleSpec("mixpanel_headless", None)
    monkeypatch.setattr(peer, "find_spec", lambda name: spec)


@pytest.fixture
def became(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    seen: list[Any] = []

    def become(program: str, argv: list[str], environ: dict[str, str]) -> NoReturn:
        seen[:] = [argv, environ]
        raise BecameError

    monkeypatch.setattr(os, "execve", become)
    monkeypatch.setattr("mixdesk_cli.process.leave_as_found", lambda: None)
    return seen


@pytest.mark.parametrize(
    ("line", "handed"),
    [
        (("query", "segmentation", "-e", "Sign Up"), ["query", "segmentation", "-e", "Sign Up"]),
        (("inspect", "--help"), ["inspect", "--help"]),
        (("reports", "--", "-x", ""), ["reports", "--", "-x", ""]),
        (("-a", "ci", "-p", "5", "-w", "6", "query"), ["-a", "ci", "-p", "5", "-w", "6", "query"]),
        (("-q", "-v", "--target", "ecom", "help"), ["-t", "ecom", "-q", "-v", "help"]),
    ],
)
@pytest.mark.usefixtures("installed")
def test_its_words_reach_it_as_they_are(
    demo: World, became: list[Any], line: tuple[str, ...], handed: list[str]
) -> None:
    with pytest.raises(BecameError):
        demo(*line)
    argv, environ = became
    assert argv[1:3] == ["-P", "-c"]
    assert argv[4:] == handed
    assert environ == demo.environ


@pytest.mark.usefixtures("installed")
def test_declining_colour_is_passed_on(demo: World, became: list[Any]) -> None:
    with pytest.raises(BecameError):
        demo("--no-color", "query")
    assert became[1]["NO_COLOR"] == "1"


def test_one_that_is_not_installed_is_named(demo: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "find_spec", lambda name: None)
    ended = demo("query", "segmentation")
    assert (ended.code, ended.out) == (3, "")
    assert "'query' is a command of mixpanel_headless, which is not installed" in ended.err
    assert "More: mp --help" in demo("help").err
    assert "mixpanel_headless" not in demo("help").err


@pytest.mark.usefixtures("installed")
def test_a_word_that_nobody_knows_is_a_typo_of_ours(demo: World, became: list[Any]) -> None:
    ended = demo("sesion")
    assert ended.code == 3
    assert "Did you mean mp session?" in ended.err
    assert became == []
