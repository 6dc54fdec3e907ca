"""The login dialog on a real terminal, answered in a real browser."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mixdesk.ops.context import Context
from mixdesk.sandbox.server import SandboxServer
from mixdesk.store.tokens import read_tokens
from tests.e2e.authority import Authority, RealAuthority, SandboxAuthority
from tests.e2e.authserver.process import AuthServer
from tests.e2e.browser import Browser
from tests.e2e.terminal import Terminal

pytestmark = [pytest.mark.needs_chromium, pytest.mark.usefixtures("ports_to_itself")]


@pytest.fixture
def sandbox() -> Iterator[Authority]:
    with SandboxServer() as server:
        yield SandboxAuthority(server)


@pytest.fixture
def real(auth_server: AuthServer) -> Authority:
    return RealAuthority(auth_server)


@pytest.fixture(params=["sandbox", pytest.param("real", marks=pytest.mark.authserver)])
def authority(request: pytest.FixtureRequest) -> Authority:
    found: Authority = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def environ(home: Path, authority: Authority) -> dict[str, str]:
    """An empty machine whose browser writes down what it is to open."""
    command = home / "browse"
    command.write_text(f'#!/bin/sh\nprintf %s "$1" > {home}/part && mv {home}/part {home}/url\n')
    command.chmod(0o755)
    return {
        **os.environ,
        "BROWSER": str(command),
        "DISPLAY": ":0",
        "MP_API_BASE_URL": authority.base_url,
    }


@pytest.fixture
def terminal(environ: dict[str, str]) -> Iterator[Terminal]:
    app = Terminal((sys.executable, "-m", "mixdesk_cli"), environ, columns=80, rows=24)
    yield app
    app.close()


def test_from_an_empty_machine_to_a_session(
    home: Path,
    authority: Authority,
    environ: dict[str, str],
    terminal: Terminal,
    browser: Browser,
) -> None:
    terminal.until("log in with your browser")
    terminal.press("l")
    terminal.until("Log in to Mixpanel", "in this browser")
    terminal.press("\r")
    terminal.until("waiting for you")
    authority.decide(browser, opened(home, terminal), yes=True)
    browser.wait_for("close this")
    terminal.until("choose one")
    terminal.press("\r")
    terminal.until("what will you call it?")
    terminal.press("\x15mine\r")  # ctrl+u
    terminal.until("is now mine")
    terminal.press("\r")
    terminal.until("mine ›", gone="Log in to Mixpanel")
    terminal.press("q")
    assert terminal.finish() == 0
    ctx = Context.from_environment(environ)
    assert ctx.config.get_active().account == "mine"
    tokens = read_tokens(ctx.storage.account("mine", "tokens.json"))
    assert tokens is not None
    assert tokens.refresh_token is not None
    for secret in (tokens.access_token, tokens.refresh_token):
        assert secret.get_secret_value().encode() not in terminal.sent


def test_saying_no_leaves_the_machine_empty(
    home: Path, authority: Authority, terminal: Terminal, browser: Browser
) -> None:
    terminal.until("log in with your browser")
    terminal.press("l")
    terminal.until("in this browser")
    terminal.press("\r")
    terminal.until("waiting for you")
    authority.decide(browser, opened(home, terminal), yes=False)
    terminal.until("declined")
    terminal.press("\x1b")
    terminal.until("No account yet", gone="Log in to Mixpanel")
    terminal.press("q")
    assert terminal.finish() == 0
    assert not (home / ".mp" / "config.toml").exists()
    assert not (home / ".mp" / "accounts").exists()


def opened(home: Path, terminal: Terminal) -> str:
    """The address that the browser of this machine was given."""
    terminal.until("opened")
    return terminal.until_there(home / "url")
