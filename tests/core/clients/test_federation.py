"""A Bearer lets somebody log in with a browser and gives a token."""

from __future__ import annotations

import asyncio
import inspect
import io
import logging
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from mixdesk.clients import Bearer, Receiver, Token, federation
from mixdesk.exceptions import FederationError, FederationTimeoutError, InvalidArgumentError
from mixdesk.oauth.browser import SystemBrowser
from mixdesk.sandbox.call import Call
from mixdesk.sandbox.oauth_token import token
from mixdesk.sandbox.routes import Route
from mixdesk.sandbox.server import SandboxServer
from mixdesk.sandbox.wire import Answer
from tests.core.clients.federating import (
    CLIENT,
    FEDERATION,
    Nobody,
    address_in,
    bearer,
    federation_server,
    logged,
    waiting,
)
from tests.core.login.person import Person
from tests.core.oauth.visiting import (
    LOOPBACK,
    Heard,
    let_pass,
    listening,
    needs_proc,
    request,
    send,
    until,
)
from tests.core.sandbox.asking import plain_http


@pytest.fixture(autouse=True)
def nothing_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No secret is in a log of ours; that of the person's browser holds what it was sent."""
    caplog.set_level(logging.DEBUG)
    yield
    for record in caplog.get_records("call"):
        if record.name.startswith("mixdesk"):
            said = record.getMessage()
            assert "made-up-" not in said.replace(CLIENT, "")
            assert "canary" not in said
            assert "state=…" in said or "state=" not in said


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with federation_server() as server:
        yield server


def test_it_is_made_as_documented() -> None:
    names = [*inspect.signature(Bearer).parameters]
    assert names == [
        *("profile_name", "client_id", "federation_endpoint", "federation_id"),
        *("writer", "no_browser_open", "ssl_ctx", "browser"),
    ]
    assert [*inspect.signature(Receiver).parameters] == names[1:]
    Bearer("work", CLIENT, "login.example", FEDERATION, None, False, None)
    Receiver(CLIENT, "login.example", FEDERATION, None, False, None)


def test_its_name_says_what_tells_it_from_others() -> None:
    assert bearer("login.example").name == f"federation/login.example/{FEDERATION}/work"


def test_each_request_takes_a_receiver_of_its_own() -> None:
    one = bearer("login.example")
    assert isinstance(one.receiver(), Receiver)
    assert one.receiver() is not one.receiver()


def test_its_paths_and_its_log_have_names() -> None:
    assert (federation.AUTH_ENDPOINT, federation.TOKEN_ENDPOINT) == (
        "/oauth2/authorize",
        "/oauth2/token",
    )
    assert federation.log is logging.getLogger("mixdesk.clients.federation")
    assert not hasattr(federation, "T"), "nobody uses it"


async def test_somebody_logs_in_and_the_token_is_good(server: SandboxServer) -> None:
    person = Person()
    receiver = bearer(server.origin, browser=person).receiver()
    assert receiver.latest is None
    before = time.time()
    got = await receiver.fetch(timeout=60)
    await person.gone()
    assert receiver.latest is got
    assert got.expiration is not None
    lives = server.oauth.access_lifetime
    assert before + lives - 1 <= got.expiration.timestamp() <= time.time() + lives
    assert not got.is_expired()
    with plain_http() as http:
        headers = {"Authorization": f"Bearer {got.token}"}
        assert http.get(server.url("/api/app/me"), headers=headers).status_code == 200
    [asked] = server.requests.to("/oauth2/token")
    fields = {"grant_type", "code", "redirect_uri", "client_id", "code_verifier"}
    assert set(asked.form) == fields
    [began] = server.requests.to("/oauth2/authorize")
    assert asked.form["redirect_uri"] == began.query["redirect_uri"]


async def test_the_address_is_as_the_original_builds_it() -> None:
    async with waiting("auth.example/some/path") as login:
        parts = urlsplit(login.url)
        assert (parts.scheme, parts.netloc) == ("https", "auth.example")
        assert parts.path == "/oauth2/authorize"
        secret = {"state", "code_challenge"}
        assert {name: value for name, value in login.fields.items() if name not in secret} == {
            "response_type": "code",
            "client_id": CLIENT,
            "scope": "openid",
            "redirect_uri": f"http://127.0.0.1:{login.port}",
            "code_challenge_method": "S256",
            "federation-id": FEDERATION,
        }
        assert len(login.state) == 43
        assert len(login.fields["code_challenge"]) == 43


@pytest.mark.parametrize(
    ("endpoint", "origin"),
    [
        ("auth.example", "https://auth.example"),
        ("auth.example:8443/", "https://auth.example:8443"),
        ("https://auth.example/base/", "https://auth.example"),
        ("http://127.0.0.1:8080/base", "http://127.0.0.1:8080"),
        ("localhost:8080", "http://localhost:8080"),
    ],
)
async def test_an_endpoint_of_ones_own_is_asked(endpoint: str, origin: str) -> None:
    async with waiting(endpoint) as login:
        assert login.url.startswith(f"{origin}/oauth2/authorize?")


async def test_without_a_federation_none_is_named() -> None:
    browser = Nobody()
    fetching = asyncio.create_task(
        Receiver(CLIENT, "login.example", "", browser=browser).fetch(timeout=60)
    )
    await until(lambda: bool(browser.opened))
    fetching.cancel()
    await asyncio.wait({fetching})
    assert "federation-id" not in browser.opened[0]


@pytest.mark.parametrize(
    "federation_id", ["a&state=evil", "a\r\nb", "ä", "$(reboot)`x`;'\"", "x" * 2000]
)
async def test_a_federation_cannot_break_the_address(federation_id: str) -> None:
    browser = Nobody()
    receiver = Receiver(CLIENT, "login.example", federation_id, browser=browser)
    fetching = asyncio.create_task(receiver.fetch(timeout=60))
    await until(lambda: bool(browser.opened))
    fetching.cancel()
    await asyncio.wait({fetching})
    query = dict(
        pair.split("=") for pair in urlsplit(browser.opened[0]).query.split("&") if "=" in pair
    )
    assert len(query) == 8
    assert not set(browser.opened[0]) & set(" \r\n\"'`$;()")


@pytest.mark.parametrize(
    "endpoint",
    [
        *(
            "http://evil.example",
            "ftp://evil.example",
            "file:" + "///etc/passwd",
            "",
            "://",
            "https://",
        ),
        *("user:canary@evil.example", "evil.example\r\nX: 1", "evil.example?x=1", "ev il.example"),
    ],
)
async def test_an_endpoint_that_cannot_be_trusted_is_refused(endpoint: str) -> None:
    with pytest.raises(InvalidArgumentError, match="federation_endpoint") as caught:
        await bearer(endpoint, browser=Nobody()).receiver().fetch(timeout=60)
    assert "canary" not in str(caught.value)


async def test_http_beyond_this_machine_can_be_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MP_ALLOW_HTTP", "1")
    async with waiting("http://auth.example") as login:
        assert login.url.startswith("http://auth.example/oauth2/authorize?")


# What the browser brings back.


def answer(login: Any, query: str) -> bytes:
    return request(f"/?{query}&state={login.state}", host=f"127.0.0.1:{login.port}")


@needs_proc
async def test_it_listens_on_both_loopback_addresses_and_nowhere_else() -> None:
    if not _has_ipv6():
        _skip_loudly()
    async with waiting() as login:
        assert listening(login.port) == LOOPBACK


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_the_browser_may_come_back_by_either_address(
    server: SandboxServer, address: str
) -> None:
    if address == "::1" and not _has_ipv6():
        _skip_loudly()
    person = Person(returns=False)
    fetching = asyncio.create_task(
        bearer(server.origin, browser=person).receiver().fetch(timeout=60)
    )
    await until(lambda: bool(person.opened))
    await person.gone()
    parts = urlsplit(person.ended_on[0])
    assert parts.path == ""
    assert parts.port is not None
    heard = await send(parts.port, request(f"/?{parts.query}"), address)
    assert heard is not None
    assert heard.status == 200
    assert (await fetching).token.startswith("made-up-access-")


async def test_without_ipv4_the_address_is_the_other_one(monkeypatch: pytest.MonkeyPatch) -> None:
    if not _has_ipv6():
        _skip_loudly()
    bind = socket.socket.bind

    def bind_or_not(one: socket.socket, address: Any) -> None:
        if one.family == socket.AF_INET:
            raise OSError(99, "Cannot assign requested address")
        bind(one, address)

    monkeypatch.setattr(socket.socket, "bind", bind_or_not)
    async with waiting() as login:
        assert login.fields["redirect_uri"] == f"http://[::1]:{login.port}"


async def test_no_port_at_all_is_an_error_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(one: socket.socket, address: Any) -> None:
        raise OSError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(FederationError, match="No port could be opened") as caught:
        await bearer("login.example", browser=Nobody()).receiver().fetch(timeout=60)
    assert caught.value.code == "OAUTH_PORT_ERROR"


def _has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def _skip_loudly() -> None:
    refuse = pytest.fail if os.environ.get("MIXDESK_REQUIRE_ALL") else pytest.skip
    refuse("this machine has no ::1, so half of the listener was not tried")


async def test_who_declines_ends_it_and_is_said_to_have_declined(server: SandboxServer) -> None:
    person = Person(None)
    with pytest.raises(FederationError) as caught:
        await bearer(server.origin, browser=person).receiver().fetch(timeout=60)
    await person.gone()
    assert caught.value.code == "OAUTH_AUTH_DENIED"
    assert isinstance(caught.value, RuntimeError)
    assert "declined" in caught.value.message
    assert "mp login" not in caught.value.message


@pytest.mark.parametrize("error", ["invalid_scope", "server_error", "canary%0d%0a", ""])
async def test_another_error_ends_it_too(error: str) -> None:
    async with waiting() as login:
        await send(login.port, answer(login, f"error={error or 'x'}&error_description=canary"))
        with pytest.raises(FederationError) as caught:
            await login.fetching
    assert caught.value.code == "OAUTH_TOKEN_ERROR"
    assert "canary" not in f"{caught.value}{caught.value.details}"


async def test_a_wrong_state_does_not_end_it(server: SandboxServer) -> None:
    person = Person(returns=False)
    fetching = asyncio.create_task(
        bearer(server.origin, browser=person).receiver().fetch(timeout=60)
    )
    await until(lambda: bool(person.opened))
    await person.gone()
    back = urlsplit(person.ended_on[0])
    assert back.port is not None
    strays = (
        *("/?code=evil&state=wrong", "/?code=evil", "/?error=access_denied", "/favicon.ico"),
        *("/callback?code=evil", f"/other?{back.query}", f"/?{back.query}&state=twice"),
    )
    for target in strays:
        heard = await send(back.port, request(target))
        assert heard is not None
        assert heard.status in (400, 404)
        assert not fetching.done()
    await send(back.port, request(f"/?{back.query}"))
    assert not (await fetching).is_empty()


async def test_the_page_says_nothing_of_the_address() -> None:
    async with waiting() as login:
        heard: Heard | None = await send(login.port, answer(login, "error=access_denied"))
        assert heard is not None
        assert heard.headers["Cache-Control"] == "no-store"
        assert login.state not in heard.body
        with pytest.raises(FederationError):
            await login.fetching


@pytest.mark.parametrize(
    ("iss", "is_believed"),
    [
        *(("https://login.example", True), ("https://login.example/", True)),
        *(("https://login.example/realms/one", True), ("https://evil.example", False)),
        *(("https://login.example.evil.example", False), ("https://login.example@evil/", False)),
        ("http://login.example", False),
    ],
)
async def test_a_server_elsewhere_may_not_answer(iss: str, is_believed: bool) -> None:
    async with waiting() as login:
        # With an error, so that what is believed ends here, too.
        await send(login.port, answer(login, f"error=access_denied&iss={iss}"))
        with pytest.raises(FederationError) as caught:
            await login.fetching
    code = "OAUTH_AUTH_DENIED" if is_believed else "OAUTH_STATE_MISMATCH"
    assert caught.value.code == code


async def test_every_login_has_its_own_state_verifier_and_port() -> None:
    async with waiting() as one, waiting() as other:
        for name in ("state", "code_challenge", "redirect_uri"):
            assert one.fields[name] != other.fields[name]


# Telling where to log in.


async def test_the_writer_is_told_and_the_log_does_not_know_the_state(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    writer = io.StringIO()
    async with waiting(writer=writer) as login:
        assert address_in(writer.getvalue()) == login.url
        assert writer.getvalue().startswith("Switch to your browser to log in.")
        [line] = logged(caplog)
        assert "https://login.example/oauth2/authorize?" in line
        assert "state=…" in line
        assert login.state not in caplog.text
    assert capsys.readouterr() == ("", "")


async def test_a_browser_can_be_left_closed(
    server: SandboxServer, capsys: pytest.CaptureFixture[str]
) -> None:
    browser, writer = Nobody(), io.StringIO()
    receiver = bearer(server.origin, browser=browser, writer=writer, no_browser_open=True)
    fetching = asyncio.create_task(receiver.receiver().fetch(timeout=60))
    await until(lambda: bool(writer.getvalue()))
    assert writer.getvalue().startswith("To log in, open this address in your browser:\nhttp")
    person = Person()
    await person.open(address_in(writer.getvalue()))
    assert (await fetching).token
    await person.gone()
    assert browser.opened == []
    assert capsys.readouterr() == ("", "")


class Failing(io.StringIO):
    """A writer that cannot write, and says what it was given."""

    def __init__(self, error: type[Exception]) -> None:
        super().__init__()
        self.error = error

    def write(self, text: str) -> int:
        raise self.error(text)


def _closed() -> io.StringIO:
    writer = io.StringIO()
    writer.close()
    return writer


WRITERS = {
    "closed": _closed,
    "a broken pipe": lambda: Failing(BrokenPipeError),
    "something of ones own": lambda: Failing(LookupError),
    "no writer": object,
}


@pytest.mark.parametrize("kind", WRITERS)
async def test_a_writer_that_fails_does_not_end_the_login(
    kind: str,
    server: SandboxServer,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    person = Person()
    writer = WRITERS[kind]()
    got = await bearer(server.origin, browser=person, writer=writer).receiver().fetch(timeout=60)
    await person.gone()
    assert got.token
    [line] = logged(caplog, logging.WARNING)
    assert line.startswith("The address to log in at could not be written: ")
    assert "state=" not in line
    assert capsys.readouterr().err == ""


async def test_a_writer_needs_no_flush() -> None:
    class Plain:
        def write(self, text: str) -> None:
            told.append(text)

    told: list[str] = []
    async with waiting(writer=Plain()) as login:
        assert address_in("".join(told)) == login.url


@pytest.mark.parametrize("writer", [None, _closed])
async def test_when_nothing_opens_and_nobody_was_told_stderr_is(
    writer: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    receiver = bearer(
        "login.example", no_browser_open=True, writer=writer() if writer else None
    ).receiver()
    fetching = asyncio.create_task(receiver.fetch(timeout=60))
    told = ""
    while not told:
        await asyncio.sleep(0)
        told = capsys.readouterr().err
    fetching.cancel()
    await asyncio.wait({fetching})
    assert "state=" in address_in(told)


async def test_a_machine_without_a_browser_says_so_on_stderr(
    capsys: pytest.CaptureFixture[str],
) -> None:
    fetching = asyncio.create_task(bearer("login.example").receiver().fetch(timeout=60))
    told = ""
    while not told:
        await asyncio.sleep(0)
        told = capsys.readouterr().err
    fetching.cancel()
    await asyncio.wait({fetching})
    assert told.startswith("To log in, open this address in your browser:\nhttps://login.example/")


async def test_a_browser_that_fails_does_not_end_the_login(
    server: SandboxServer, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        async def open(self, url: str) -> bool:
            raise LookupError(url)

    writer = io.StringIO()
    receiver = bearer(server.origin, browser=Broken(), writer=writer).receiver()
    fetching = asyncio.create_task(receiver.fetch(timeout=60))
    await until(lambda: bool(writer.getvalue()))
    person = Person()
    await person.open(address_in(writer.getvalue()))
    assert (await fetching).token
    await person.gone()
    assert logged(caplog, logging.WARNING) == ["No browser could be opened: LookupError"]


async def test_a_browser_that_takes_its_time_holds_up_nothing(server: SandboxServer) -> None:
    class Slow(Person):
        async def open(self, url: str) -> bool:
            await super().open(url)
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(url)
            return True

    ended: list[str] = []
    person = Slow()
    assert (await bearer(server.origin, browser=person).receiver().fetch(timeout=60)).token
    await person.gone()
    assert ended == person.opened


async def test_under_wsl_the_browser_of_windows_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("wslview", "xdg-open"):
        (programs / name).write_text(f'#!/bin/sh\nprintf "%s %s" {name} "$*" > {told}\n')
        (programs / name).chmod(0o755)
    monkeypatch.setenv("WSL_DISTRO_NAME", "Ubuntu")
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    has_opened = asyncio.Event()

    class Noting(SystemBrowser):
        async def open(self, url: str) -> bool:
            opened = await super().open(url)
            has_opened.set()
            return opened

    monkeypatch.setattr(federation, "SystemBrowser", Noting)
    fetching = asyncio.create_task(bearer("login.example").receiver().fetch(timeout=60))
    async with asyncio.timeout(30):
        await has_opened.wait()
    fetching.cancel()
    await asyncio.wait({fetching})
    assert told.read_text().startswith("wslview https://login.example/oauth2/authorize?")


# Its end.


@needs_proc
async def test_a_login_that_takes_too_long_ends_and_frees_its_port(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with waiting(timeout=300) as login:
        assert listening(login.port)
        let_pass(monkeypatch, 301)
        with pytest.raises(FederationTimeoutError, match="within 300 seconds") as caught:
            await login.fetching
        assert listening(login.port) == set()
    assert caught.value.code == "OAUTH_TIMEOUT"
    assert isinstance(caught.value, TimeoutError)
    assert isinstance(caught.value, FederationError)


@pytest.mark.parametrize("timeout", [0, -1, 0.0])
async def test_no_time_at_all_is_too_long_at_once(timeout: float) -> None:
    with pytest.raises(FederationTimeoutError):
        await bearer("login.example", browser=Nobody()).receiver().fetch(timeout=timeout)


async def test_a_time_that_is_no_number_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="timeout"):
        await bearer("login.example", browser=Nobody()).receiver().fetch(timeout=float("nan"))


@needs_proc
async def test_cancelling_frees_the_port() -> None:
    async with waiting() as login:
        assert listening(login.port) == LOOPBACK or not _has_ipv6()
        login.fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await login.fetching
        assert listening(login.port) == set()
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


@needs_proc
async def test_the_port_is_free_before_the_token_is_asked_for(server: SandboxServer) -> None:
    def look(call: Call) -> Answer:
        port = urlsplit(call.request.field("redirect_uri")).port
        assert port is not None
        open_then.append(listening(port))
        return token(call)

    open_then: list[set[str]] = []
    server.routes.insert(0, Route("POST", "/oauth2/token", look))
    assert (await _fetched(server)).token
    assert open_then == [set()]


def test_it_may_always_be_tried_again() -> None:
    receiver = bearer("login.example").receiver()
    assert receiver.can_retry(RuntimeError()) is True
    assert receiver.can_retry(FederationError("no"), {"any": "option"}) is True


# What the token endpoint says.


async def _fetched(server: SandboxServer, **more: Any) -> Token:
    person = Person()
    try:
        return await bearer(server.origin, browser=person, **more).receiver().fetch(timeout=60)
    finally:
        await person.gone()


async def test_a_lifetime_that_is_not_told_is_not_known(server: SandboxServer) -> None:
    server.oauth.overrides.token["expires_in"] = None
    got = await _fetched(server)
    assert got.expiration is None
    assert not got.is_expired()


@pytest.mark.parametrize("expires_in", ["600", 600.0, 10**400, -5, "soon", {}])
async def test_any_lifetime_makes_a_date(server: SandboxServer, expires_in: Any) -> None:
    server.oauth.overrides.token["expires_in"] = expires_in
    got = await _fetched(server)
    assert got.expiration is not None
    assert not got.is_expired()


@pytest.mark.parametrize(
    "said", [{"access_token": "can\nary"}, {"access_token": None}, {"token_type": "canary"}]
)
async def test_an_answer_without_a_token_is_an_error(
    server: SandboxServer, said: dict[str, Any]
) -> None:
    server.oauth.overrides.token.update(said)
    with pytest.raises(FederationError) as caught:
        await _fetched(server)
    assert caught.value.code == "OAUTH_TOKEN_ERROR"
    assert "canary" not in f"{caught.value}{caught.value.details}"
    assert "\n" not in caught.value.message


async def test_a_server_that_refuses_the_code_is_an_error(server: SandboxServer) -> None:
    server.routes[:] = [route for route in server.routes if route.path != "/oauth2/token"]
    with pytest.raises(FederationError, match="refused") as caught:
        await _fetched(server)
    assert caught.value.details["status_code"] == 404


async def test_nothing_that_is_secret_is_logged(
    server: SandboxServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    person = Person()
    got = await bearer(server.origin, browser=person).receiver().fetch(timeout=60)
    await person.gone()
    said = " ".join(
        record.getMessage() for record in caplog.records if record.name.startswith("mixdesk")
    )
    assert said
    back = urlsplit(person.ended_on[0]).query
    assert got.token not in said
    for pair in back.split("&"):
        name, _, value = pair.partition("=")
        assert name == "iss" or value not in said
