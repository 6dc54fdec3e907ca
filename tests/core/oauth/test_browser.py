"""Starting a browser: which command, with what, and when none."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mixdesk.exceptions import OAuthError
from mixdesk.oauth.browser import SystemBrowser, why_none

URL = "https://mixpanel.com/oauth/authorize/?a=b&c=%20d"
DISPLAY = {"DISPLAY": ":0"}

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
            f"test -t 0 || test -t 1 || test -t 2 && echo tty >> {path}/{name}.args\n{end}\n"
        )
        file.chmod(0o755)

    return make


async def opened(path: Path, environ: Mapping[str, str], platform: str = "linux") -> bool:
    search = f"{path}{os.pathsep}/usr/bin{os.pathsep}/bin"
    return await SystemBrowser({"PATH": search, **environ}, platform).open(URL)


def called(path: Path, name: str) -> list[str] | None:
    file = path / f"{name}.args"
    return file.read_text().splitlines() if file.exists() else None


@pytest.mark.parametrize(
    ("name", "environ", "platform"),
    [
        ("xdg-open", DISPLAY, "linux"),
        ("xdg-open", {"WAYLAND_DISPLAY": "wayland-0"}, "linux"),
        ("open", {}, "darwin"),
        ("wslview", {"WSL_DISTRO_NAME": "Debian"}, "linux"),
        ("mine", {**DISPLAY, "BROWSER": "mine"}, "linux"),
        ("mine", {**DISPLAY, "BROWSER": "missing:lynx:mine &"}, "linux"),
    ],
)
async def test_the_address_is_one_argument_and_there_is_no_terminal(
    path: Path, install: Install, name: str, environ: Mapping[str, str], platform: str
) -> None:
    install(name)
    assert await opened(path, environ, platform)
    assert called(path, name) == [URL]


async def test_a_browser_may_have_arguments_of_its_own(path: Path, install: Install) -> None:
    install("mine")
    assert await opened(path, {**DISPLAY, "BROWSER": "mine --new '%s' x"})
    assert called(path, "mine") == ["--new", URL, "x"]


async def test_a_command_that_fails_gives_way_to_the_next(path: Path, install: Install) -> None:
    install("xdg-open", "exit 3")
    install("gio")
    assert await opened(path, DISPLAY)
    assert called(path, "gio") == ["open", URL]


async def test_when_every_command_fails_none_was_opened(path: Path, install: Install) -> None:
    install("mine", "exit 1")
    search = {"PATH": str(path), "BROWSER": "mine", **DISPLAY}
    assert not await SystemBrowser(search, "linux").open(URL)


async def test_a_command_that_goes_on_is_left_alone(path: Path, install: Install) -> None:
    (path / "mine").write_text("#!/bin/sh\nexec sleep 30\n")
    (path / "mine").chmod(0o755)
    search = {"PATH": f"{path}:/usr/bin:/bin", "BROWSER": "mine", **DISPLAY}
    before = asyncio.all_tasks()
    assert await SystemBrowser(search, "linux").open(URL)
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize("name", ["lynx", "w3m", "links", "elinks", "www-browser"])
async def test_a_text_browser_is_never_started(path: Path, install: Install, name: str) -> None:
    install(name)
    environ = {"BROWSER": f"{path}/{name}", **DISPLAY}
    assert not await opened(path, environ)
    assert called(path, name) is None
    assert why_none(environ) == "BROWSER names a text browser"


@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({}, "there is no display"),
        ({"SSH_TTY": "/dev/pts/1"}, "this is a machine reached over SSH"),
        ({"SSH_TTY": "/dev/pts/1", **DISPLAY}, None),
        ({"BROWSER": "firefox"}, None),
        (DISPLAY, None),
        ({"WSL_INTEROP": "/run/x"}, None),
    ],
)
def test_why_there_is_none(environ: Mapping[str, str], reason: str | None) -> None:
    assert why_none(environ, "linux") == reason


async def test_without_a_display_nothing_is_tried(path: Path, install: Install) -> None:
    install("xdg-open")
    assert not await opened(path, {})
    assert called(path, "xdg-open") is None


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
