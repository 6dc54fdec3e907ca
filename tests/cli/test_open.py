"""``mp open``: the address of a project, in a browser or on stdout."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixdesk.oauth import browser
from tests.cli.world import World

HERE = "https://mixpanel.com/project/"


@pytest.fixture
def offline(demo: World) -> World:
    """The demo where nobody answers."""
    demo.environ["MP_API_BASE_URL"] = "http://127.0.0.1:9"
    return demo


def with_browser(world: World, tmp_path: Path, code: int = 0) -> Path:
    """Give a machine a browser that notes what it is asked to show."""
    seen = tmp_path / "seen"
    program = tmp_path / "browser"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {seen}\nexit {code}\n')
    program.chmod(0o755)
    world.environ |= {"BROWSER": str(program), "PATH": "/usr/bin:/bin"}
    return seen


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a browser takes to start, how it ends is waited for."""
    monkeypatch.setattr(browser, "GRACE", 60.0)


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ((), HERE + "3713224"),
        (("E-Commerce",), HERE + "3018488"),
        (("3018488",), HERE + "3018488"),
        (("EU Production",), "https://eu.mixpanel.com/project/998812"),
        (("-t", "ecom"), HERE + "3018488"),
        (("-t", "india"), "https://in.mixpanel.com/project/2200101"),
        (("-p", "7"), HERE + "7"),
        (("-a", "acme-eu"), "https://eu.mixpanel.com/project/998812"),
        (("--no-browser",), HERE + "3713224"),
    ],
)
def test_where_there_is_no_browser_the_address_is_printed(
    offline: World, line: tuple[str, ...], url: str
) -> None:
    ended = offline("open", *line)
    assert (ended.code, ended.out) == (0, f"{url}\n")


def test_why_there_is_no_browser_is_told(offline: World) -> None:
    assert offline("open").err == "note: no browser was opened: there is no display.\n"
    offline.environ["SSH_TTY"] = "/dev/pts/1"
    assert "over SSH" in offline("open").err
    assert offline("open", "-q").err == ""
    assert offline("open", "--no-browser").err == ""


@pytest.mark.usefixtures("patience")
def test_a_browser_is_given_the_address(offline: World, tmp_path: Path) -> None:
    seen = with_browser(offline, tmp_path)
    ended = offline("open", "E-Commerce")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == f"Opened {HERE}3018488\n"
    assert seen.read_text() == f"{HERE}3018488\n"
    assert offline("open", "--no-browser").out == f"{HERE}3713224\n"
    assert seen.read_text().count("\n") == 1


@pytest.mark.usefixtures("patience")
def test_a_browser_that_fails_leaves_the_address(offline: World, tmp_path: Path) -> None:
    with_browser(offline, tmp_path, code=1)
    ended = offline("open")
    assert (ended.code, ended.out) == (0, f"{HERE}3713224\n")
    assert "none could be started" in ended.err


def test_an_id_that_cannot_be_looked_up_is_opened_where_the_account_is(offline: World) -> None:
    offline.environ |= {"MP_OAUTH_TOKEN": "t", "MP_PROJECT_ID": "5", "MP_REGION": "in"}
    assert offline("open").out == "https://in.mixpanel.com/project/5\n"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (("Nowhere",), 4),
        (("-a", "nobody"), 4),
        (("-a", "new-colleague"), 1),
        (("a", "b"), 3),
        (("-t", "nowhere"), 4),
    ],
)
def test_how_it_can_fail(offline: World, line: tuple[str, ...], code: int) -> None:
    ended = offline("open", *line)
    assert (ended.code, ended.out) == (code, "")


def test_on_an_empty_machine_it_says_how_to_begin(mp: World) -> None:
    ended = mp("open")
    assert (ended.code, ended.out) == (1, "")
    assert "mp account" in ended.err
