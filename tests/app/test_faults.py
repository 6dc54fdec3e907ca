"""Nothing takes the app down: not a fault of its own, not what happens to files and terminal."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest
from textual.pilot import Pilot

from mixdesk.exceptions import StoreError
from mixdesk.model.records import Overview
from mixdesk.ops.context import Context
from mixdesk.sandbox.server import SandboxServer
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.dialogs.message import ErrorDialog
from mixdesk_tui.dialogs.too_small import TooSmall
from mixdesk_tui.faults import fault
from mixdesk_tui.services import Services
from tests.app.driving import driven, press, settled, shown
from tests.app.fakes import FakeDesk, account, overview

CONFIG = """\
[active]
account = "team"

[accounts.team]
type = "service_account"
region = "us"
default_project = "3713224"
username = "team.sa"
secret = "canary-91c0de"
"""


def fail(*_given: object) -> None:
    raise LookupError("canary-91c0de")


def failing(desk: FakeDesk, service: str) -> MixdeskApp:
    """The app, one service of which fails as nobody foresaw."""
    app = desk.app()
    object.__setattr__(app.services, service, fail)
    return app


async def test_a_fault_in_a_change_is_told_without_variables_and_the_app_goes_on(
    desk: FakeDesk,
) -> None:
    app = failing(desk, "use_account")
    async with driven(app) as pilot:
        reads = desk.reads
        await press(pilot, "2", "j", "enter")
        assert "A fault of mixdesk" in shown(app)
        assert "LookupError" in shown(app)
        assert "test_faults.py" not in shown(app)
        await press(pilot, "d")
        assert "way: test_faults.py" in shown(app)
        await press(pilot, "y")
        assert "code: FAULT" in desk.copied[0]
        assert "canary" not in shown(app) + desk.copied[0]
        assert desk.reads > reads
        await press(pilot, "d")
        assert "test_faults.py" not in shown(app)
        await press(pilot, "escape", "1")
        assert app.current_mode == "status"


async def test_a_fault_in_reading_stands_above_the_last_good_state_until_it_is_gone(
    desk: FakeDesk,
) -> None:
    app = failing(desk, "read")
    async with driven(app) as pilot:
        desk.seen = overview(accounts=(account("zulu"),), fingerprint=2)
        for _ in range(3):
            app.poll()
            await settled(pilot)
        assert len(app.screen_stack) == 1
        assert "fault of its own (LookupError)" in " ".join(shown(app).split())
        assert "AI Demo" in shown(app)
        object.__setattr__(app.services, "read", desk.read)
        app.poll()
        await settled(pilot)
        assert "LookupError" not in shown(app)
        await press(pilot, "2")
        assert "zulu" in shown(app)


async def test_a_fault_in_asking_ends_the_waiting(desk: FakeDesk) -> None:
    app = failing(desk, "refresh_projects")
    async with driven(app) as pilot:
        await press(pilot, "4", "r")
        assert isinstance(app.screen, ErrorDialog)
        await press(pilot, "escape")
        assert "asking Mixpanel" not in shown(app)
        object.__setattr__(app.services, "refresh_projects", desk.refresh_projects)
        await press(pilot, "r")
        assert ("refresh_projects", "acme-corp") in desk.calls


async def test_a_fault_in_a_test_ends_the_test(desk: FakeDesk) -> None:
    app = failing(desk, "test_accounts")
    async with driven(app) as pilot:
        await press(pilot, "2", "t")
        assert isinstance(app.screen, ErrorDialog)
        await press(pilot, "escape")
        object.__setattr__(app.services, "test_accounts", desk.test_accounts)
        await press(pilot, "t")
        assert ("test_accounts", "acme-corp") in desk.calls


async def test_a_fault_in_a_login_is_its_end(desk: FakeDesk) -> None:
    app = failing(desk, "log_in")
    async with driven(app) as pilot:
        await press(pilot, "2", "n", "enter")
        assert "A fault of mixdesk" in shown(app)
        assert "canary" not in shown(app)
        await press(pilot, "escape")
        assert len(app.screen_stack) == 1


async def test_the_same_error_is_said_once(desk: FakeDesk) -> None:
    app = failing(desk, "use_account")
    async with driven(app) as pilot:
        await press(pilot, "2", "j")
        for _ in range(3):
            app.change(fail, "never")
        await settled(pilot)
        assert len(app.screen_stack) == 2


async def test_details_of_an_error_name_its_code_and_its_file(desk: FakeDesk) -> None:
    desk.refusal = StoreError("It is locked.", code="STORE_LOCKED", path="/home/ana/.mp/x\x1b[2J")
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "j", "enter")
        assert "STORE_LOCKED" not in shown(app)
        await press(pilot, "d")
        assert "code: STORE_LOCKED" in shown(app)
        assert "path: /home/ana/.mp/x" in shown(app)
        assert "\x1b" not in shown(app)


SIZES = ((20, 5), (200, 60), (59, 16), (60, 16), (1, 1), (60, 15), (80, 24), (20, 5), (80, 24))


@pytest.mark.parametrize("before", [(), ("2", "a"), ("4",), ("2", "n"), ("ctrl+p",), ("f1",)])
async def test_a_storm_of_sizes_leaves_everything_where_it_was(
    before: tuple[str, ...], desk: FakeDesk
) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *before)
        seen, stack = shown(app), list(app.screen_stack)
        for size in SIZES:
            await pilot.resize_terminal(*size)
        await settled(pilot)
        assert app.screen_stack == stack
        assert shown(app) == seen


async def test_what_comes_up_while_there_is_no_room_does_not_keep_the_message(
    desk: FakeDesk,
) -> None:
    app = failing(desk, "use_account")
    async with driven(app) as pilot:
        await pilot.resize_terminal(20, 5)
        assert isinstance(app.screen, TooSmall)
        app.change(fail, "never")
        await settled(pilot)
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        await press(pilot, "escape")
        assert len(app.screen_stack) == 1


@pytest.mark.parametrize("keys", [("2", "a"), ("3", "d"), ("2", "n"), ("ctrl+p",), ("slash",)])
async def test_ctrl_c_leaves_from_everywhere(keys: tuple[str, ...], desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *keys, "ctrl+c")
        assert app._exit


@pytest.fixture
def config(home: Path) -> Path:
    root = home / ".mp"
    root.mkdir(mode=0o700)
    path = root / "config.toml"
    path.write_text(CONFIG)
    path.chmod(0o600)
    return path


def real() -> MixdeskApp:
    services = Services.from_context(Context.from_environment())
    return MixdeskApp(services, services.read())


async def looked(pilot: Pilot[None]) -> None:
    app = pilot.app
    assert isinstance(app, MixdeskApp)
    app.poll()
    await settled(pilot)


def put(config: Path, text: str) -> None:
    config.write_text(text)
    config.chmod(0o600)


def replace(config: Path, what: str) -> None:
    """Put something else where the file was."""
    config.unlink()
    if what == "directory":
        config.mkdir()
    elif what == "fifo":
        os.mkfifo(config, 0o600)
    elif what == "link":
        config.symlink_to("/dev/zero")
    elif what == "unreadable":
        config.write_bytes(b"\xff\xfe\x00")
    else:
        config.symlink_to(config)


def remove(config: Path) -> None:
    if config.is_dir():
        config.rmdir()
    else:
        config.unlink()


@pytest.mark.parametrize("what", ["directory", "fifo", "link to itself", "link", "unreadable"])
async def test_a_config_that_is_no_file_any_more_is_said_and_recovers(
    what: str, config: Path
) -> None:
    app = real()
    async with driven(app) as pilot:
        replace(config, what)
        await looked(pilot)
        assert "Below is the last good state." in shown(app)
        assert "team" in shown(app)
        await press(pilot, "2", "enter", "escape", "t", "escape", "1")
        remove(config)
        put(config, CONFIG.replace("3713224", "999"))
        await looked(pilot)
        assert "Below is the last good state." not in shown(app)
        assert "999" in shown(app)
        assert "canary" not in shown(app)


async def test_a_storage_directory_that_is_gone_is_no_end(config: Path) -> None:
    app = real()
    async with driven(app) as pilot:
        shutil.rmtree(config.parent)
        await looked(pilot)
        assert app.is_running
        await press(pilot, "2", "3", "4", "r", "escape", "1", "ctrl+t", "r")
        assert len(app.screen_stack) == 1
        config.parent.mkdir(mode=0o700, exist_ok=True)
        put(config, CONFIG)
        await looked(pilot)
        await press(pilot, "1")
        assert "team" in shown(app)


def test_a_way_to_a_fault_has_no_values() -> None:
    try:
        fail("canary-91c0de")
    except LookupError as error:
        told = fault(error)
    assert "canary" not in str(told.to_dict())
    assert told.details["way"][-1].endswith(" fail")


@pytest.mark.parametrize("keys", [("2", "t"), ("4", "r"), ("2", "T")])
async def test_a_server_that_is_gone_is_said(
    keys: tuple[str, ...], config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SandboxServer() as server:
        monkeypatch.setenv("MP_API_BASE_URL", server.base_url)
    app = real()
    async with driven(app) as pilot:
        await press(pilot, *keys)
        assert "cannot be reached" in " ".join(shown(app).split())
        await press(pilot, "escape", "1")
        assert app.current_mode == "status"


async def test_a_keyboard_that_is_gone_ends_the_app_with_a_sentence(
    desk: FakeDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    app = desk.app()

    async def panic() -> None:
        async with driven(app) as pilot:
            app.panic("Traceback: canary-91c0de")
            await settled(pilot)

    with pytest.raises(RuntimeError):
        await panic()
    said = capsys.readouterr().err
    assert "fault of its own (RuntimeError)" in said
    assert "canary" not in said


async def test_a_read_that_never_ends_blocks_nothing(desk: FakeDesk) -> None:
    gate = threading.Event()

    def read() -> Overview:
        assert gate.wait(60)
        return desk.seen

    app = desk.app()
    object.__setattr__(app.services, "read", read)
    async with driven(app) as pilot:
        desk.seen = overview(fingerprint=2)
        app.poll()
        await pilot.press("2", "j")
        await pilot.pause()
        assert app.current_mode == "accounts"
        gate.set()
        await settled(pilot)
