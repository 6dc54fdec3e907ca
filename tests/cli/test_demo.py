"""``mp demo`` shows everything and touches nothing of the user's."""

from __future__ import annotations

import re
import signal
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mixdesk_cli.commands.demo import private_environment
from tests.cli.world import World

OWN = {
    "MP_USERNAME": "me",
    "MP_SECRET": "mine",
    "MP_PROJECT_ID": "1",
    "MP_REGION": "us",
    "MP_AUTH_FILE": "/nowhere",
    "MP_ACCOUNT": "mine",
    "MP_STORAGE_DIR": "/nowhere",
    "MP_CONFIG_PATH": "/nowhere/config.toml",
}


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place


def test_in_a_pipe_it_prints_the_session_and_keeps_the_files(mp: World, temporary: Path) -> None:
    mp.environ |= OWN
    ended = mp("demo")
    assert ended.code == 0
    assert ended.out.splitlines()[0].split("\t")[:3] == ["account", "acme-corp", "active"]
    (root,) = temporary.iterdir()
    assert str(root) in ended.err
    assert root.stat().st_mode & 0o777 == 0o700
    assert not mp.config.exists()
    settings = dict(re.findall(r"(MP_\w+)=(\S+)", ended.err))
    mp.environ = {"HOME": str(mp.home), **settings}
    assert len(mp("account", "list", "-f", "json").json) == 11


def test_a_bridge_of_the_user_is_not_looked_at(mp: World, home: Path) -> None:
    (home / "mixpanel_auth.json").write_text("not a bridge")
    (home / ".claude" / "mixpanel").mkdir(parents=True)
    (home / ".claude" / "mixpanel" / "auth.json").write_text("not a bridge")
    assert mp("demo").code == 0
    assert Path.cwd() == home


def test_nothing_of_the_users_environment_gets_in() -> None:
    environ = {**OWN, "MP_DEBUG": "1", "NO_COLOR": "1", "HOME": "/home/me"}
    private = private_environment(environ, Path("/demo"))
    assert {name for name in private if name.startswith("MP_")} == {
        "MP_DEBUG",
        "MP_STORAGE_DIR",
        "MP_CONFIG_PATH",
    }
    assert private["NO_COLOR"] == "1"
    assert "/home/me" not in private.values()


@pytest.fixture
def pretend(
    person: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[..., int]], None]:
    """Puts a function in the place of the app, on a terminal."""

    def put(show_app: Callable[..., int]) -> None:
        fake = types.ModuleType("mixdesk_cli.launch")
        monkeypatch.setattr(fake, "show_app", show_app, raising=False)
        monkeypatch.setitem(sys.modules, "mixdesk_cli.launch", fake)
        person("")
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)

    return put


def test_on_a_terminal_the_app_starts_and_the_files_go(
    mp: World, temporary: Path, pretend: Callable[[Callable[..., int]], None]
) -> None:
    seen: list[Any] = []

    def show_app(context: Any, banner: str) -> int:
        seen.extend([context.config.path, banner, context.config.path.exists()])
        return 7

    pretend(show_app)
    mp.environ |= OWN
    assert mp("demo").code == 7
    path, banner, was_there = seen
    assert path.parent.parent == temporary
    assert "demo" in banner
    assert was_there
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_files_go_when_the_window_is_closed(
    mp: World,
    temporary: Path,
    pretend: Callable[[Callable[..., int]], None],
    number: signal.Signals,
) -> None:
    def show_app(context: Any, banner: str) -> int:
        signal.raise_signal(number)
        raise AssertionError("the signal ends it")

    pretend(show_app)
    before = signal.getsignal(number)
    with pytest.raises(SystemExit) as stop:
        mp("demo")
    assert stop.value.code == 128 + number
    assert list(temporary.iterdir()) == []
    assert signal.getsignal(number) == before
