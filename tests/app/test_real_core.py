"""The app on real files: what it shows is what is there, what it changes is what was asked."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from mixdesk.ops.context import Context
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.screens.list_screen import ListScreen
from mixdesk_tui.services import Services
from tests.app.driving import driven, press, settled, shown, write

HAND_WRITTEN = """\
# mine, by hand\r
[active]\r
account = "team"   # the usual one\r
\r
[accounts.team]   # for scripts\r
type = 'service_account'\r
region = "us"\r
default_project = "3713224"\r
username = "team.sa"\r
secret = "canary-91c0de"\r
\r
[accounts.ci]\r
type = "oauth_token"\r
region = "eu"\r
token_env = "MP_CI"   # set by the runner\r
\r
[targets]\r
ecom = { account = "team", project = "3018488", workspace = 0x349E9E }   # inline and hex\r
"old one" = { account = "gone", project = "1" }\r
"""


@pytest.fixture
def config(home: Path) -> Path:
    root = home / ".mp"
    root.mkdir(mode=0o700)
    path = root / "config.toml"
    path.write_bytes(HAND_WRITTEN.encode())
    path.chmod(0o600)
    return path


def make_app() -> MixdeskApp:
    services = Services.from_context(Context.from_environment())
    return MixdeskApp(services, services.read())


def saved(config: Path) -> dict[str, Any]:
    return tomllib.loads(config.read_text())


def text_of(config: Path) -> str:
    return config.read_text()


def bytes_of(config: Path) -> bytes:
    return config.read_bytes()


def put(config: Path, text: str) -> None:
    config.write_text(text)


def mode_of(config: Path) -> int:
    return config.stat().st_mode & 0o777


async def look(app: MixdeskApp, pilot: Pilot[None]) -> None:
    """Have the app see what was written."""
    app.poll()
    await settled(pilot)


def changed_lines(config: Path) -> list[str]:
    """The lines that were not in the hand-written file."""
    before = set(HAND_WRITTEN.splitlines(keepends=True))
    after = config.read_bytes().decode().splitlines(keepends=True)
    return [line for line in after if line not in before]


async def test_an_empty_machine_gets_its_first_account(home: Path) -> None:
    app = make_app()
    async with driven(app) as pilot:
        assert "No account yet." in shown(app)
        await press(pilot, "2", "a")
        await write(pilot, "team")
        await press(pilot, "tab", "tab", "tab")
        await write(pilot, "team.sa")
        await press(pilot, "tab")
        await write(pilot, "canary-91c0de")
        await press(pilot, "enter")
        await settled(pilot)
        await press(pilot, "1")
        assert "No account yet." not in shown(app)
        assert "canary" not in shown(app)
    config = home / ".mp" / "config.toml"
    assert saved(config)["active"] == {"account": "team"}
    assert mode_of(config) == 0o600


async def test_who_commands_of_this_shell_act_as_is_told(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MP_TARGET", "ecom")
    monkeypatch.setenv("MP_ACCOUNT", "")
    app = make_app()
    async with driven(app):
        assert "MP_TARGET in your shell chooses ecom for commands" in shown(app)
        assert "MP_ACCOUNT" not in shown(app)


async def test_a_switch_changes_one_line(config: Path) -> None:
    app = make_app()
    async with driven(app) as pilot:
        await press(pilot, "2")
        assert isinstance(app.screen, ListScreen)
        await press(pilot, "g", "enter")
        await settled(pilot)
        assert app.world.overview.accounts[0].is_active
    assert changed_lines(config) == ['account = "ci"   # the usual one\r\n']


async def test_using_a_target_writes_all_three(config: Path) -> None:
    app = make_app()
    async with driven(app) as pilot:
        await press(pilot, "3", "g", "enter")
        await settled(pilot)
        assert "3018488" in shown(app).splitlines()[0]
    assert saved(config)["active"] == {"account": "team", "workspace": 0x349E9E}
    assert saved(config)["accounts"]["team"]["default_project"] == "3018488"
    assert "# inline and hex" in text_of(config)


async def test_an_account_is_edited_and_renamed(config: Path) -> None:
    app = make_app()
    async with driven(app) as pilot:
        await press(pilot, "2", "G", "e")
        await write(pilot, "crew")
        await press(pilot, "tab", "right", "enter")
        await settled(pilot)
        assert "crew" in shown(app)
    assert saved(config)["accounts"]["crew"]["region"] == "eu"
    assert saved(config)["accounts"]["crew"]["secret"] == "canary-91c0de"
    assert saved(config)["targets"]["ecom"]["account"] == "crew"
    assert saved(config)["active"]["account"] == "crew"


async def test_a_broken_target_is_shown_and_repaired(config: Path) -> None:
    app = make_app()
    async with driven(app) as pilot:
        assert "gone" in shown(app)
        await press(pilot, "enter", "tab")
        await write(pilot, "ci")
        await press(pilot, "enter")
        await settled(pilot)
        assert "gone" not in shown(app)
    assert saved(config)["targets"]["old one"]["account"] == "ci"


async def test_a_removed_account_leaves_the_rest_alone(config: Path) -> None:
    app = make_app()
    async with driven(app) as pilot:
        await press(pilot, "2", "g", "d", "y")
        await settled(pilot)
        assert [row.name for row in app.world.overview.accounts] == ["team"]
    assert "ci" not in saved(config)["accounts"]
    assert changed_lines(config) == []


async def test_a_target_is_saved_from_here(config: Path) -> None:
    app = make_app()
    async with driven(app) as pilot:
        await press(pilot, "3", "a")
        await write(pilot, "home")
        await press(pilot, "enter")
        await settled(pilot)
        assert "home" in shown(app)
    assert saved(config)["targets"]["home"] == {"account": "team", "project": "3713224"}


async def test_another_program_changes_and_breaks_and_mends_the_file(config: Path) -> None:
    app = make_app()
    async with driven(app) as pilot:
        await press(pilot, "2")
        good = text_of(config)
        put(config, good + '\n[accounts.new]\ntype = "oauth_browser"\nregion = "in"\n')
        await look(app, pilot)
        assert "new" in shown(app)
        put(config, good + "\n[accounts.new\n")
        await look(app, pilot)
        assert "config.toml:" in "".join(shown(app).split())  # a long path is broken
        assert "team" in shown(app)
        put(config, good + "\n# mended\n")
        await look(app, pilot)
        assert "is not TOML" not in shown(app)


async def test_a_change_to_a_broken_file_is_refused_and_said(config: Path) -> None:
    app = make_app()
    async with driven(app) as pilot:
        await press(pilot, "2", "g")
        broken = text_of(config) + "\n[accounts.new\n"
        put(config, broken)
        await press(pilot, "enter")
        await settled(pilot)
        assert "cannot be understood" in shown(app)
        await press(pilot, "escape")
    assert text_of(config) == broken


async def test_the_theme_is_remembered(config: Path) -> None:
    app = make_app()
    async with driven(app) as pilot:
        await press(pilot, "ctrl+t")
        await settled(pilot)
    assert app.services.preferences().theme == "mixdesk-light"


async def test_the_fingerprint_of_the_overview_is_the_one_that_is_polled(config: Path) -> None:
    services = Services.from_context(Context.from_environment())
    assert services.read().fingerprint == services.fingerprint()


def files_of(config: Path) -> dict[str, bytes]:
    """The account's own files; locks are nobody's."""
    found = (config.parent / "accounts").rglob("*")
    return {
        path.name: path.read_bytes()
        for path in found
        if path.is_file() and path.suffix != ".lock" and mode_of(path) == 0o600
    }


def give_files(config: Path, account: str) -> dict[str, bytes]:
    directory = config.parent / "accounts" / account
    directory.mkdir(parents=True, mode=0o700)
    for name in ("tokens.json", "client.json", "me.json", "status.json"):
        (directory / name).write_bytes(b"%s of %s" % (name.encode(), account.encode()))
        (directory / name).chmod(0o600)
    return files_of(config)


async def test_a_removed_account_comes_back_with_its_files(config: Path) -> None:
    files = give_files(config, "ci")
    app = make_app()
    async with driven(app) as pilot:
        await press(pilot, "2", "g", "d", "y")
        await settled(pilot)
        assert files_of(config) == {}
        assert "canary" not in repr(app.undos)
        assert "tokens.json of" not in repr(app.undos)
        await press(pilot, "u")
        await settled(pilot)
        assert "account ci is back" in shown(app)
        assert isinstance(app.screen, ListScreen)
        assert app.screen.state.cursor == "ci"
    assert bytes_of(config) == HAND_WRITTEN.encode()
    assert files_of(config) == files


async def test_everything_is_undone_one_after_the_other(config: Path) -> None:
    give_files(config, "team")
    app = make_app()
    async with driven(app) as pilot:
        await press(pilot, "2", "g", "enter", "G", "e")
        await write(pilot, "crew")
        await press(pilot, "tab", "right", "enter")
        await press(pilot, "ctrl+t", "3", "g", "enter", "d", "y")
        await settled(pilot)
        assert len(app.undos.entries) == 5
        assert app.theme == "mixdesk-light"
        await press(pilot, *"uuuuu")
        await settled(pilot)
        assert app.undos.last is None
        assert app.theme == "mixdesk-dark"
    assert bytes_of(config) == HAND_WRITTEN.encode()
    assert len(files_of(config)) >= 2


async def test_what_another_program_has_changed_is_not_undone(config: Path) -> None:
    app = make_app()
    async with driven(app) as pilot:
        await press(pilot, "2", "g", "enter")
        theirs = text_of(config).replace('account = "ci"', 'account = "other"')
        put(config, theirs)
        await press(pilot, "u")
        await settled(pilot)
        assert "the active account is other now" in shown(app)
        assert text_of(config) == theirs


async def test_the_mouse_comes_back(config: Path) -> None:
    app = make_app()
    async with driven(app) as pilot:
        await press(pilot, "ctrl+g")
        assert not app.has_mouse
        await press(pilot, "u")
        await settled(pilot)
        assert app.has_mouse
        assert app.services.preferences().mouse


async def test_an_undo_is_in_the_activity_log(config: Path) -> None:
    app = make_app()
    async with driven(app) as pilot:
        await press(pilot, "2", "g", "enter", "u", "1")
        await settled(pilot)
        assert "undone: account ci in use" in shown(app)
