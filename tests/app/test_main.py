"""Starting, and not starting."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Mapping, Sequence

import pytest

from mixdesk.ops.context import Context
from mixdesk_tui import main
from mixdesk_tui.app import MixdeskApp
from tests.app.driving import driven, press, shown
from tests.app.fakes import FakeDesk, empty


def test_without_a_terminal_there_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.isatty", lambda _descriptor: False)
    assert main.run(Context.from_environment()) == 1
    assert "mp session" in capsys.readouterr().err


def test_a_dumb_terminal_is_told_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.isatty", lambda _descriptor: True)
    monkeypatch.setenv("TERM", "dumb")
    assert main.run(Context.from_environment()) == 1
    assert "TERM=dumb" in capsys.readouterr().err


async def test_garbage_is_collected_again_once_the_app_is_up(desk: FakeDesk) -> None:
    gc.disable()
    try:
        async with driven(desk.app()):
            assert gc.isenabled()
    finally:
        gc.unfreeze()
        gc.enable()


def test_the_first_frame_loads_nothing_it_does_not_need() -> None:
    code = """
import sys
from mixdesk.ops.context import Context
from mixdesk_tui.services import Services
import mixdesk_tui.main, mixdesk_tui.app, mixdesk_tui.screens.status.screen
services = Services.from_context(Context.from_environment())
services.preferences(), services.read(), services.fingerprint()
heavy = {"pydantic", "httpx", "tomlkit", "click", "textual.widgets._data_table"}
late = {name for name in sys.modules if name.startswith("mixdesk_tui.dialogs.")}
late |= {name for name in sys.modules if name.startswith("mixdesk_tui.screens.accounts.")}
print(sorted(heavy & set(sys.modules) | late))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_nobody_looks_around_from_within_the_demo() -> None:
    app = FakeDesk(empty()).app(banner="demo")
    async with driven(app) as pilot:
        assert "look around" not in shown(app)
        await press(pilot, "d")
        assert not app.wants_demo


def test_the_app_comes_back_when_the_demo_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[object] = []

    async def run(app: MixdeskApp, *, mouse: bool) -> None:
        app.wants_demo = "demo" not in ran
        ran.append("app")

    monkeypatch.setattr("os.isatty", lambda _descriptor: True)
    monkeypatch.setattr(MixdeskApp, "run_async", run)
    monkeypatch.setattr(main, "look_around", lambda environ: ran.append("demo"))
    try:
        assert main.run(Context.from_environment()) == 0
    finally:
        gc.enable()
    assert ran == ["app", "demo", "app"]


def test_a_copied_secret_is_taken_back_however_the_app_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[MixdeskApp] = []

    async def run(app: MixdeskApp, *, mouse: bool) -> None:
        raise KeyboardInterrupt

    def take_back(app: MixdeskApp) -> None:
        taken.append(app)

    monkeypatch.setattr("os.isatty", lambda _descriptor: True)
    monkeypatch.setattr(MixdeskApp, "run_async", run)
    monkeypatch.setattr(MixdeskApp, "take_back", take_back)
    try:
        with pytest.raises(KeyboardInterrupt):
            main.run(Context.from_environment())
    finally:
        gc.enable()
    assert len(taken) == 1


def test_the_demo_is_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[Sequence[str], Mapping[str, str]]] = []

    def run(command: Sequence[str], *, env: Mapping[str, str], check: bool) -> None:
        started.append((command, env))

    monkeypatch.setattr(subprocess, "run", run)
    main.look_around({"TERM": "xterm"})
    ((command, env),) = started
    assert command == (sys.executable, "-P", "-m", "mixdesk_cli", "demo")
    assert env == {"TERM": "xterm"}
