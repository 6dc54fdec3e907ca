"""Servers that mean harm or say nothing: no browser gets what they say, and nothing stays open."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mixdesk.exceptions import MixdeskError, OAuthError
from mixdesk.login.events import (
    AskingMe,
    CodeReady,
    CodeReceived,
    Event,
    Failed,
    Listening,
    Started,
    UrlReady,
    Waiting,
)
from mixdesk.login.narration import narrate
from mixdesk.login.request import LoginRequest
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from tests.core.login.person import Login, Person
from tests.core.oauth.logins import until

BROWSER = LoginRequest("oauth_browser")
DEVICE = LoginRequest("oauth_browser", device=True)
CANARY = "canary"

HARM = [
    f"javascript:alert('{CANARY}')",
    "file:" + f"///etc/{CANARY}",
    f"data:text/html,{CANARY}",
    f"ftp://127.0.0.1/{CANARY}",
    f"http://evil.test/{CANARY}",
    f"https://evil.test/\x1b]52;c;{CANARY}\x07",
    f"https://evil.test/{CANARY}\n\x1b[2J",
    f"https://evil.test/\x9b31m{CANARY}",
    f"https://evil.test/$({CANARY})",
    f"https://evil.test/`{CANARY}`",
    f"https://evil.test/;{CANARY}",
    f"https://evil.test/|{CANARY}",
    f'https://evil.test/"{CANARY}',
    f"https://evil.test/'{CANARY}",
    f"https://evil.test/\\{CANARY}",
    f"https://evil.test/<{CANARY}>",
    f"https://user:{CANARY}@evil.test/",
    f"https://evil.test/\u202e{CANARY}",
    f"--{CANARY}",
    "",
    7,
]


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


def told(login: Login, capsys: pytest.CaptureFixture[str]) -> str:
    """What is said on stderr of all that has happened; nothing is on stdout."""
    for event in login.events:
        narrate(event)
    out, err = capsys.readouterr()
    assert out == ""
    return err


def refuse_controls(text: str) -> None:
    assert CANARY not in text
    assert [char for char in text if not char.isprintable() and char != "\n"] == []


@pytest.mark.parametrize("url", HARM, ids=repr)
async def test_an_address_that_means_harm_is_neither_opened_nor_shown(
    home: Path, server: SandboxServer, url: object, capsys: pytest.CaptureFixture[str]
) -> None:
    server.oauth.overrides.metadata["authorization_endpoint"] = url
    environ = {"MP_OAUTH_BASE_URL": server.url("/oauth")}
    login = Login(home, server, environ=environ)
    with pytest.raises(OAuthError) as caught:
        await login.run(BROWSER)
    assert caught.value.code in ("OAUTH_CONFIG_ERROR", "OAUTH_BROWSER_ERROR")
    assert login.person.opened == []
    assert login.all(UrlReady) == []
    refuse_controls(told(login, capsys) + str(caught.value))
    assert login.everything() == {}


@pytest.mark.parametrize("url", HARM, ids=repr)
@pytest.mark.parametrize("field", ["verification_uri", "verification_uri_complete"])
async def test_a_page_for_codes_that_means_harm_is_not_shown(
    home: Path,
    server: SandboxServer,
    field: str,
    url: object,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server.oauth.overrides.device[field] = url
    login = Login(home, server)
    running = login.start(DEVICE)
    if field == "verification_uri":
        with pytest.raises(OAuthError) as caught:
            await running
        assert caught.value.code == "OAUTH_TOKEN_ERROR"
        assert login.all(CodeReady) == []
        refuse_controls(str(caught.value))
    else:
        code = await login.until(CodeReady)
        assert code.complete_url is None
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
    refuse_controls(told(login, capsys))
    assert login.person.opened == []


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"\x1b]0;{CANARY}\x07AB-12", "AB-12"),
        ("A\x1b[31mB\nC\u202eD", "AB CD"),
        (f"\x1b]52;c;{CANARY}\x07", None),
        (7, None),
        ("x" * 100_000, "x" * 63 + "…"),
    ],
)
async def test_a_code_that_means_harm_is_shown_as_it_is_typed(
    home: Path,
    server: SandboxServer,
    said: object,
    shown: str | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server.oauth.overrides.device["user_code"] = said
    login = Login(home, server)
    running = login.start(DEVICE)
    if shown is None:
        with pytest.raises(OAuthError):
            await running
    else:
        assert (await login.until(CodeReady)).user_code == shown
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
    refuse_controls(told(login, capsys))


@pytest.mark.parametrize("client_id", [f"\x1b[31m{CANARY}", f"{CANARY}\r\nX: y", "", 7, ["a"]])
async def test_a_client_that_means_harm_is_none(
    home: Path, server: SandboxServer, client_id: object, capsys: pytest.CaptureFixture[str]
) -> None:
    server.oauth.overrides.registration["client_id"] = client_id
    login = Login(home, server)
    with pytest.raises(OAuthError) as caught:
        await login.run(BROWSER)
    assert caught.value.code == "OAUTH_REGISTRATION_ERROR"
    assert login.person.opened == []
    refuse_controls(told(login, capsys) + str(caught.value))


async def test_a_client_with_characters_of_a_shell_is_sent_as_text(
    home: Path, server: SandboxServer
) -> None:
    server.oauth.overrides.registration["client_id"] = "$(touch x);`id`&|'\""
    login = Login(home, server, Person(returns=False))
    running = login.start(BROWSER)
    (ready,) = [await login.until(UrlReady)]
    assert "client_id=%24%28touch%20x%29%3B%60id%60%26%7C%27%22&" in ready.url
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    with contextlib.suppress(AssertionError):  # nobody is registered under this id
        await login.person.gone()


@pytest.mark.parametrize("fault", ["html", "mistyped", "truncated", "huge", "drop", "reset"])
@pytest.mark.parametrize("path", ["/oauth/mcp/register", "/oauth/token", "/api/app/me"])
async def test_an_answer_that_is_none_stores_nothing(
    home: Path,
    server: SandboxServer,
    path: str,
    fault: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    size = {"size": 70 << 20} if fault == "huge" else {}
    server.faults.add(path, Fault(fault, **size))  # type: ignore[arg-type]
    login = Login(home, server)
    with contextlib.suppress(MixdeskError):
        await login.run(BROWSER)
        assert fault == "mistyped", "what says it is something else may be read all the same"
        return
    assert isinstance(login.events[-1], Failed)
    assert login.everything() == {}
    assert "<html" not in told(login, capsys)


class Gate:
    """Keeps an answer back until the test is over."""

    def __init__(self) -> None:
        self.open = False

    def is_set(self) -> bool:
        return self.open


@pytest.fixture
def silent(server: SandboxServer) -> Iterator[Callable[[str], None]]:
    """Let the server say nothing at an address."""
    gate = Gate()

    def silence(path: str) -> None:
        server.faults.add(path, Fault("late", gate=gate))

    yield silence
    gate.open = True


STEPS: list[tuple[str, LoginRequest, type[Event]]] = [
    ("/.well-known", BROWSER, Started),
    ("/oauth/mcp/register", BROWSER, Listening),
    ("/oauth/token", BROWSER, CodeReceived),
    ("/api/app/me", BROWSER, AskingMe),
    ("/oauth/device-authorization", DEVICE, Waiting),
    ("/oauth/token", DEVICE, CodeReady),
]


@pytest.mark.parametrize(("path", "request_", "step"), STEPS)
async def test_a_silent_server_and_somebody_who_gives_up(
    home: Path,
    server: SandboxServer,
    silent: Callable[[str], None],
    path: str,
    request_: LoginRequest,
    step: type[Event],
) -> None:
    """No task, no thread, no port and no connection is left."""
    silent(path)
    login = Login(home, server)
    threads = set(threading.enumerate())
    running = login.start(request_)
    await login.until(step)
    if step is CodeReady:
        await login.clock.advance(5.0)
    await asyncio.to_thread(until, lambda: bool(server.requests.to(path)))
    assert not running.done()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await login.person.gone()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    await asyncio.to_thread(server.wait_until_idle)
    await asyncio.get_running_loop().shutdown_default_executor()
    assert set(threading.enumerate()) <= threads
    for port in login.machine.ports:
        with socket.create_server(("127.0.0.1", port)):
            pass
    assert login.everything() == {}
