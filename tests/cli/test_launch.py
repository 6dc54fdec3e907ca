"""``mp`` alone: the app on a terminal, the session elsewhere."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable

import pytest

from mixdesk_cli.call import Call
from tests.cli.world import World


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """A stand-in for the app that notes how it was started."""
    calls: list[Call] = []

    def start_app(call: Call) -> int:
        calls.append(call)
        return 9

    fake = types.ModuleType("mixdesk_cli.launch")
    monkeypatch.setattr(fake, "start_app", start_app, raising=False)
    monkeypatch.setitem(sys.modules, "mixdesk_cli.launch", fake)
    return calls


@pytest.fixture
def sit_down(person: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes it a terminal; called in the test, because pytest changes stdout before that."""

    def begin() -> None:
        person("")
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)

    return begin


def test_on_a_terminal_it_is_the_app(
    demo: World, started: list[Call], sit_down: Callable[[], None]
) -> None:
    sit_down()
    assert demo().code == 9
    assert started[0].context.config.path == demo.config


@pytest.mark.parametrize("term", ["dumb", ""])
def test_not_on_a_terminal_that_cannot_draw(
    demo: World, started: list[Call], term: str, sit_down: Callable[[], None]
) -> None:
    sit_down()
    demo.environ["TERM"] = term
    assert demo().code == 0
    assert started == []


def test_options_alone_ask_for_the_session(
    demo: World, started: list[Call], sit_down: Callable[[], None]
) -> None:
    sit_down()
    ended = demo("-t", "ecom")
    assert ended.code == 0
    assert "E-Commerce" in ended.out
    assert started == []


@pytest.mark.parametrize("stream", ["stdin", "stdout"])
def test_not_in_a_pipe(
    demo: World,
    started: list[Call],
    monkeypatch: pytest.MonkeyPatch,
    stream: str,
    sit_down: Callable[[], None],
) -> None:
    sit_down()
    monkeypatch.setattr(f"sys.{stream}.isatty", lambda: False)
    assert demo().code == 0
    assert started == []
