"""Starting a browser: which command, with what, and when none."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from mixdesk.exceptions import OAuthError
from mixdesk.oauth import browser
from mixdesk.oauth.browser import SystemBrowser, why_none
from tests.core.oauth.visiting import needs_proc, until

URL = "https://mixpanel.com/oauth/authorize/?a=b&c=%20d"
DISPLAY = {"DISPLAY": ":0"}
WSL = {"WSL_DISTRO_NAME": "Debian"}
SSH = {"SSH_CONNECTION": "10.0.0.2 50000 10.0.0.1 22"}
PLAIN, OF_WSL = "6.1.0-amd64", "5.15.153.1-microsoft-standard-WSL2"

Install = Callable[..., None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "bin"
    place.mkdir()
    return place


@pytest.fixture
def install(path: Path) -> Install:
    """Put a command on the PATH that writes down how it was called."""

    def make(name: str, end: str = "exit 0") -> None:
        file = path / name
        file.write_text(
            f'#!/bin/sh\nprintf "%s\\n" "$@" > {path}/{name}.args\n'
            f"export > {path}/{name}.env\n"
            f"if test -t 0 || test -t 1 || test -t 2; then echo tty >> {path}/{name}.args; fi\n"
            f"if read line || (exec </dev/tty); then echo in >> {path}/{name}.args; fi\n{end}\n"
        )
        file.chmod(0o755)

    return make


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine, a command that ends is seen to end."""
    monkeypatch.setattr(browser, "GRACE", 60)


@pytest.fixture
def going_on(
    path: Path, patience: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Awaitable[int]]]:
    """A browser that stays open; tells its process, and ends it with the test."""
    monkeypatch.setattr(browser, "GRACE", 0.2)
    script = f"#!/bin/sh\necho $$ > {path}/new && mv {path}/new {path}/pid\nexec sleep 600\n"
    (path / "mine").write_text(script)
    (path / "mine").chmod(0o755)
    pid = path / "pid"

    async def process() -> int:
        await until(pid.exists)
        return int(pid.read_text())

    yield process
    if pid.exists():
        os.kill(int(pid.read_text()), signal.SIGKILL)


async def opened(
    path: Path, environ: Mapping[str, str], platform: str = "linux", kernel: str = PLAIN
) -> bool:
    search = f"{path}{os.pathsep}/bin-without-browsers"
    return await SystemBrowser({"PATH": search, **environ}, platform, kernel).open(URL)


def called(path: Path, name: str) -> list[str] | None:
    file = path / f"{name}.args"
    return file.read_text().splitlines() if file.exists() else None


def told(pid: int, file: str) -> str:
    return Path(f"/proc/{pid}/{file}").read_text()


def children() -> set[int]:
    """Who runs and is ours, or has ended and nobody has asked how."""
    ours = set()
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            _, parent, *_ = file.read_text().rpartition(") ")[2].split()
            if int(parent) == os.getpid():
                ours.add(int(file.parent.name))
    return ours


def open_in(pid: int) -> set[str]:
    found = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # it was closed meanwhile
            found.add(os.readlink(file))
    return found


@pytest.mark.parametrize(
    ("name", "environ", "platform", "kernel"),
    [
        ("xdg-open", DISPLAY, "linux", PLAIN),
        ("xdg-open", {"WAYLAND_DISPLAY": "wayland-0"}, "linux", PLAIN),
        ("xdg-open", {**SSH, **DISPLAY}, "linux", PLAIN),
        ("xdg-open", {**WSL, **DISPLAY}, "linux", OF_WSL),
        ("open", {}, "darwin", "23.6.0"),
        ("wslview", WSL, "linux", PLAIN),
        ("wslview", {"WSL_INTEROP": "/run/WSL/1_interop"}, "linux", PLAIN),
        ("wslview", {}, "linux", OF_WSL),
        ("wslview", {}, "linux", "4.4.0-19041-Microsoft"),
        ("mine", {**WSL, "BROWSER": "mine"}, "linux", OF_WSL),
        ("mine", {"BROWSER": "mine"}, "linux", PLAIN),
        ("mine", {**DISPLAY, "BROWSER": "mine"}, "linux", PLAIN),
        ("mine", {**DISPLAY, "BROWSER": "missing::lynx:a 'b:mine &"}, "linux", PLAIN),
    ],
)
async def test_the_address_is_one_argument_and_there_is_no_terminal(
    path: Path, install: Install, name: str, environ: Mapping[str, str], platform: str, kernel: str
) -> None:
    install(name)
    assert await opened(path, environ, platform, kernel)
    assert called(path, name) == [URL]


async def test_windows_can_open_it_without_further_tools(path: Path, install: Install) -> None:
    install("rundll32.exe")
    assert await opened(path, WSL)
    assert called(path, "rundll32.exe") == ["url.dll,FileProtocolHandler", URL]


@pytest.mark.parametrize(
    ("environ", "platform", "other"),
    [
        (WSL, "linux", "xdg-open"),
        (DISPLAY, "linux", "wslview"),
        (DISPLAY, "linux", "open"),
        ({}, "darwin", "xdg-open"),
        ({"BROWSER": "missing"}, "linux", "xdg-open"),
    ],
)
async def test_what_belongs_to_another_desktop_is_not_tried(
    path: Path, install: Install, environ: Mapping[str, str], platform: str, other: str
) -> None:
    install(other)
    assert not await opened(path, environ, platform)
    assert called(path, other) is None


async def test_a_browser_may_have_arguments_of_its_own(path: Path, install: Install) -> None:
    install("mine")
    assert await opened(path, {**DISPLAY, "BROWSER": "mine --new '%s' --at=%s x"})
    assert called(path, "mine") == ["--new", URL, f"--at={URL}", "x"]


@pytest.mark.parametrize(
    ("first", "second", "environ"),
    [
        ("xdg-open", "gio", DISPLAY),
        ("wslview", "rundll32.exe", WSL),
        ("mine", "xdg-open", {**DISPLAY, "BROWSER": "mine"}),
        ("mine", "yours", {"BROWSER": "mine:yours"}),
    ],
)
@pytest.mark.parametrize("end", ["exit 3", "kill -9 $$", "exec /missing"])
async def test_a_command_that_fails_gives_way_to_the_next(
    path: Path, install: Install, first: str, second: str, environ: Mapping[str, str], end: str
) -> None:
    install(first, end)
    install(second)
    assert await opened(path, environ)
    assert called(path, first) is not None
    assert (called(path, second) or [])[-1] == URL


async def test_when_every_command_fails_none_was_opened(path: Path, install: Install) -> None:
    for name in ("mine", "xdg-open", "gio"):
        install(name, "exit 1")
    assert not await opened(path, {"BROWSER": "mine", **DISPLAY})
    assert called(path, "gio") == ["open", URL]


async def test_a_command_that_cannot_be_run_was_not_opened(path: Path) -> None:
    (path / "xdg-open").write_text("no program")
    (path / "xdg-open").chmod(0o755)
    assert not await opened(path, DISPLAY)


async def test_without_a_way_to_start_anything_none_was_opened(
    path: Path, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("xdg-open")
    monkeypatch.setattr(sys, "executable", "/missing/python")
    assert not await opened(path, DISPLAY)


@needs_proc
async def test_a_command_that_goes_on_is_left_alone(
    path: Path, going_on: Callable[[], Awaitable[int]]
) -> None:
    before = asyncio.all_tasks()
    assert await opened(path, {"BROWSER": "mine", "PATH": f"{path}:/usr/bin:/bin"})
    assert asyncio.all_tasks() == before
    _, _, state = told(await going_on(), "stat").rpartition(") ")
    letter, parent, _, session, *_ = state.split()
    assert letter in "SRD"
    assert int(parent) != os.getpid(), "it would be our zombie"
    assert int(session) != os.getsid(0), "it would end with our terminal"


@needs_proc
async def test_a_command_that_goes_on_has_nothing_of_ours_open(
    path: Path, going_on: Callable[[], Awaitable[int]]
) -> None:
    reader, writer = os.pipe()
    ours = os.dup(0)
    os.set_inheritable(writer, True)
    os.dup2(reader, 0)
    try:
        assert await opened(path, {"BROWSER": "mine", "PATH": f"{path}:/usr/bin:/bin"})
    finally:
        os.dup2(ours, 0)
        for one in (ours, reader, writer):
            os.close(one)
    pid = await going_on()
    await until(lambda: open_in(pid) == {os.devnull})
    status = told(pid, "status").splitlines()
    [ignored] = [line.split()[1] for line in status if line.startswith("SigIgn")]
    assert not int(ignored, 16) & 1 << (signal.SIGPIPE - 1)


@needs_proc
async def test_a_login_that_is_cancelled_meanwhile_leaves_no_child_of_ours(
    path: Path, going_on: Callable[[], Awaitable[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "GRACE", 600)
    before = children()
    environ = {"BROWSER": "mine", "PATH": f"{path}:/usr/bin:/bin"}
    opening = asyncio.create_task(opened(path, environ))
    pid = await going_on()
    assert children() > before
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert children() == before
    os.kill(pid, 0)


@needs_proc
async def test_a_login_that_is_cancelled_while_a_command_starts_leaves_no_child_of_ours(
    path: Path, going_on: Callable[[], Awaitable[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "GRACE", 600)
    before, while_starting = children(), set[int]()
    start = asyncio.create_subprocess_exec

    async def cancelled(*args: str, **options: object) -> asyncio.subprocess.Process:
        opening.cancel()
        asyncio.get_running_loop().call_soon(lambda: while_starting.update(children()))
        return await start(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", cancelled)
    environ = {"BROWSER": "mine", "PATH": f"{path}:/usr/bin:/bin"}
    opening = asyncio.create_task(opened(path, environ))
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert while_starting > before
    assert children() == before


async def test_the_loop_goes_on_while_a_command_is_waited_for(path: Path, install: Install) -> None:
    install("mine", f"until test -e {path}/enough; do sleep 0.01; done")
    environ = {"BROWSER": "mine", "PATH": f"{path}:/usr/bin:/bin"}
    opening = asyncio.create_task(opened(path, environ))
    await until((path / "mine.env").exists)
    assert not opening.done()
    (path / "enough").touch()
    assert await opening


async def test_no_secret_reaches_the_browser(path: Path, install: Install) -> None:
    install("mine")
    secrets = {"MP_SECRET": "canary", "MP_OAUTH_TOKEN": "canary", "MP_OAUTH_BASE_URL": "canary"}
    assert await opened(path, {**secrets, "BROWSER": "mine", "HOME": "/home/me"})
    given = (path / "mine.env").read_text()
    assert "canary" not in given
    assert "/home/me" in given


@pytest.mark.parametrize("name", ["lynx", "w3m", "links", "elinks", "www-browser", "LYNX"])
async def test_a_text_browser_is_never_started(path: Path, install: Install, name: str) -> None:
    install(name)
    install("xdg-open")
    for command in (name, f"{path}/{name}", f"{name} -anonymous %s", f"w3m:{name}"):
        environ = {"BROWSER": command, **DISPLAY}
        assert not await opened(path, environ)
        assert why_none(environ, "linux", PLAIN) == "BROWSER names a text browser"
    assert called(path, name) is None
    assert called(path, "xdg-open") is None


async def test_a_text_browser_is_known_by_any_name(path: Path, install: Install) -> None:
    install("lynx")
    (path / "x-www-browser").symlink_to("lynx")
    assert not await opened(path, {"BROWSER": "x-www-browser", **DISPLAY})
    assert called(path, "lynx") is None


@pytest.mark.parametrize(
    ("named", "given"),
    [
        (None, browser._GRAPHICAL),
        ("missing:lynx", "missing"),
        ("missing %s:w3m %s &:other &", "missing %s:other"),
    ],
)
async def test_the_desktop_is_not_left_to_choose_a_text_browser(
    path: Path, install: Install, named: str | None, given: str
) -> None:
    install("xdg-open")
    assert await opened(path, {**DISPLAY, **({"BROWSER": named} if named else {})})
    lines = (path / "xdg-open.env").read_text().splitlines()
    assert f"export BROWSER='{given}'" in lines


@pytest.mark.parametrize(
    ("environ", "platform", "reason"),
    [
        ({}, "linux", "there is no display"),
        ({"BROWSER": ""}, "linux", "there is no display"),
        ({"DISPLAY": ""}, "linux", "there is no display"),
        ({"SSH_TTY": "/dev/pts/1"}, "linux", "this is a machine reached over SSH"),
        (SSH, "linux", "this is a machine reached over SSH"),
        ({**SSH, "BROWSER": "firefox"}, "linux", "this is a machine reached over SSH"),
        ({**SSH, **WSL}, "linux", "this is a machine reached over SSH"),
        (SSH, "darwin", "this is a machine reached over SSH"),
        ({**SSH, **DISPLAY}, "darwin", "this is a machine reached over SSH"),
        ({"BROWSER": "w3m"}, "darwin", "BROWSER names a text browser"),
        ({"BROWSER": "firefox"}, "linux", None),
        ({**SSH, **DISPLAY}, "linux", None),
        (DISPLAY, "linux", None),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", None),
        (WSL, "linux", None),
        ({}, "darwin", None),
    ],
)
async def test_why_there_is_none(
    path: Path, install: Install, environ: Mapping[str, str], platform: str, reason: str | None
) -> None:
    for name in ("firefox", "xdg-open", "open", "wslview"):
        install(name)
    assert why_none(environ, platform, PLAIN) == reason
    assert await opened(path, environ, platform) == (reason is None)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://x.test/$(id)", "https://x.test/\x1b[2J", "http://x.test"],
)
async def test_an_address_that_means_harm_reaches_no_command(
    path: Path, install: Install, url: str
) -> None:
    install("xdg-open")
    with pytest.raises(OAuthError):
        await SystemBrowser({"PATH": str(path), **DISPLAY}, "linux").open(url)
    assert called(path, "xdg-open") is None
