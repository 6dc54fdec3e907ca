"""Whole logins against the sandbox: what is told, what is stored, and that nothing else is."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from mixdesk.exceptions import (
    AccountExistsError,
    AuthenticationError,
    ConfigError,
    OAuthError,
    ProjectNotFoundError,
    RegionProbeError,
)
from mixdesk.login.events import (
    ClientReady,
    CodeFailed,
    CodeReady,
    Failed,
    Listening,
    NameNeeded,
    NoBrowser,
    OtherUser,
    PasteRefused,
    ProjectIgnored,
    ProjectNeeded,
    RegionTried,
    UrlReady,
    Waiting,
)
from mixdesk.login.machine import Answers
from mixdesk.login.request import LoginRequest
from mixdesk.model.secret import Secret
from mixdesk.ops.credentials import fresh_tokens
from mixdesk.ops.login import log_out
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from mixdesk.store.clients import read_client
from mixdesk.store.files import remove_file
from mixdesk.store.status import read_status
from mixdesk.store.tokens import read_tokens, write_tokens
from tests.core.login.person import Login, Person
from tests.fakes.nobody import cut_off
from tests.fakes.ports import free_ports

BROWSER = LoginRequest("oauth_browser")


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture
def login(home: Path, server: SandboxServer) -> Login:
    return Login(home, server)


async def test_a_browser_login_from_nothing_to_ready(login: Login, server: SandboxServer) -> None:
    outcome = await login.run(BROWSER)
    assert (outcome.account, outcome.is_new) == ("acme-inc", True)
    assert login.kinds == [
        "Started",
        "Listening",
        "ClientReady",
        "UrlReady",
        "Waiting",
        "BrowserOpened",
        "CodeReceived",
        "TokensReceived",
        "AskingMe",
        "MeRead",
        "ProjectNeeded",
        "Saved",
    ]
    account = login.ctx.config.get_account("acme-inc")
    assert (account.type, account.region) == ("oauth_browser", "us")
    assert account.default_project == outcome.project
    assert login.ctx.config.get_active().account == "acme-inc"
    tokens = read_tokens(login.ctx.storage.account("acme-inc", "tokens.json"))
    client = read_client(login.ctx.storage.account("acme-inc", "client.json"))
    assert tokens is not None
    assert client is not None
    assert tokens.client_id == client.client_id
    assert read_client(login.ctx.storage.region_client("us")) == client
    assert server.oauth.is_alive((tokens.refresh_token or Secret("")).get_secret_value())
    names = {name.rpartition("/")[2] for name in login.everything()}
    assert {"me.json", "status.json", "tokens.json", "client.json"} <= names


async def test_what_is_told_holds_no_secret(login: Login) -> None:
    await login.run(BROWSER)
    tokens = read_tokens(login.ctx.storage.account("acme-inc", "tokens.json"))
    assert tokens is not None
    assert tokens.refresh_token is not None
    (ready,) = login.all(UrlReady)
    state = ready.url.partition("state=")[2].partition("&")[0]
    told = repr(login.events)
    for secret in (
        tokens.access_token.get_secret_value(),
        tokens.refresh_token.get_secret_value(),
        state,
    ):
        assert secret not in told


async def test_saying_no_ends_it_at_once_and_changes_nothing(
    home: Path, server: SandboxServer
) -> None:
    login = Login(home, server, Person(account=None))
    before = login.everything()
    with pytest.raises(OAuthError) as caught:
        await login.run(BROWSER)
    assert caught.value.code == "OAUTH_AUTH_DENIED"
    assert login.clock.monotonic() == 0, "it waited"
    assert login.events[-1] == Failed(caught.value)
    assert login.everything() == before
    assert not [each for each in server.oauth.token_requests if each.outcome == "ok"]


async def test_the_address_can_be_pasted(home: Path, server: SandboxServer) -> None:
    login = Login(home, server, Person(returns=False))
    running = login.start(BROWSER)
    await login.until(Waiting)
    await login.person.gone()
    login.controls.paste("https://mixpanel.com/")
    refused = await login.until(PasteRefused)
    assert refused.error.code == "OAUTH_PASTE_ERROR"
    login.controls.paste(f"  '{login.person.ended_on[0]}'\n")
    assert (await running).account == "acme-inc"


async def test_an_answer_of_another_login_is_no_answer_to_this_one(
    home: Path, server: SandboxServer
) -> None:
    login = Login(home, server, Person(returns=False))
    running = login.start(BROWSER)
    await login.until(Waiting)
    await login.person.gone()
    code = login.person.ended_on[0]
    login.controls.paste(code.replace("state=", "state=x"))
    await login.until(PasteRefused)
    login.controls.paste(code)
    assert (await running).is_new


async def test_nobody_says_yes_in_time(home: Path, server: SandboxServer) -> None:
    login = Login(home, server, Person(returns=False))
    running = login.start(BROWSER)
    await login.until(Waiting)
    with pytest.raises(OAuthError) as caught:
        await login.until_over(running)
    assert caught.value.code == "OAUTH_TIMEOUT"
    left = [event.seconds_left for event in login.all(Waiting)]
    assert left[0] == 300.0
    assert left == sorted(left, reverse=True)


async def test_a_code_on_another_device(login: Login, server: SandboxServer) -> None:
    running = login.start(LoginRequest("oauth_browser", device=True))
    code = await login.until(CodeReady)
    server.oauth.approve(code.user_code, "acme-corp")
    outcome = await login.until_over(running)
    assert login.person.opened == []
    client = read_client(login.ctx.storage.account(outcome.account, "client.json"))
    assert client is not None
    assert client.redirect_uri == ""
    assert read_client(login.ctx.storage.region_client("us")) is None, "no browser can use it"
    entry = login.ctx.config.get_account(outcome.account)
    assert fresh_tokens(login.ctx, entry).client_id == client.client_id


async def test_without_a_browser_a_code_comes_by_itself(home: Path, server: SandboxServer) -> None:
    login = Login(home, server, environ={"DISPLAY": "", "SSH_TTY": "/dev/pts/0"})
    running = login.start(BROWSER)
    code = await login.until(CodeReady)
    (none,) = login.all(NoBrowser)
    assert none.reason
    server.oauth.deny(code.user_code)
    with pytest.raises(OAuthError) as caught:
        await login.until_over(running)
    assert caught.value.code == "OAUTH_AUTH_DENIED"


async def test_a_code_that_cannot_be_had_leaves_the_other_ways_open(
    home: Path, server: SandboxServer
) -> None:
    server.faults.add("/oauth/device-authorization", Fault(status=500))
    login = Login(home, server, Person(returns=False))
    running = login.start(BROWSER)
    await login.until(Waiting)
    login.controls.start_device()
    await login.until(CodeFailed)
    await login.person.gone()
    login.controls.paste(login.person.ended_on[0])
    assert (await running).is_new


async def test_the_browser_can_be_opened_again(home: Path, server: SandboxServer) -> None:
    person = Person(returns=False)
    login = Login(home, server, person)
    running = login.start(BROWSER)
    await login.until(Waiting)
    await person.gone()
    person.returns = True
    login.controls.open_again()
    assert (await running).is_new
    assert person.opened[0] == person.opened[1]


@pytest.mark.parametrize("kind", ["issuer", "no issuer"])
async def test_an_answer_of_another_server_is_refused_before_any_token_request(
    login: Login, server: SandboxServer, kind: str
) -> None:
    server.oauth.overrides.redirect["iss"] = None if kind == "no issuer" else "https://evil.test"
    environ = {"MP_OAUTH_BASE_URL": f"{server.origin}/us/oauth"}
    login = Login(Path(login.environ["HOME"]), server, environ=environ)
    with pytest.raises(OAuthError) as caught:
        await login.run(BROWSER)
    assert caught.value.code == "OAUTH_STATE_MISMATCH"
    assert [each.grant_type for each in server.oauth.token_requests] == []


async def test_a_second_account_in_the_region_uses_the_same_client(
    home: Path, server: SandboxServer
) -> None:
    ports = free_ports(2)
    first = Login(home, server, ports=ports)
    await first.run(LoginRequest("oauth_browser", name="one"))
    with socket.create_server(("127.0.0.1", ports[0])):  # the usual port is taken
        second = Login(home, server, ports=ports)
        await second.run(LoginRequest("oauth_browser", name="two"))
    assert [each.all(Listening)[0].port for each in (first, second)] == ports
    assert second.all(ClientReady) == [ClientReady(is_new=False)]
    clients = [read_client(first.ctx.storage.account(n, "client.json")) for n in ("one", "two")]
    assert clients[0] == clients[1]


async def test_a_client_that_the_server_has_forgotten_is_registered_anew(
    home: Path, server: SandboxServer
) -> None:
    first = Login(home, server)
    await first.run(LoginRequest("oauth_browser", name="one"))
    shared = read_client(first.ctx.storage.region_client("us"))
    assert shared is not None
    server.oauth.clients.forget(shared.client_id)
    second = Login(home, server)
    await second.run(LoginRequest("oauth_browser", name="two"))
    assert second.all(ClientReady) == [ClientReady(is_new=True)]
    assert read_client(first.ctx.storage.region_client("us")) == shared


async def test_logging_in_again_keeps_the_project_and_asks_for_nothing(
    home: Path, server: SandboxServer
) -> None:
    first = Login(home, server)
    outcome = await first.run(BROWSER)
    again = Login(home, server)
    request = LoginRequest("oauth_browser", name=outcome.account, project="999")
    second = await again.run(request)
    assert (second.is_new, second.project) == (False, outcome.project)
    assert again.all(ProjectNeeded) == []
    assert again.all(ProjectIgnored) == [ProjectIgnored("999", outcome.project)]


async def test_somebody_else_in_an_account_is_told(home: Path, server: SandboxServer) -> None:
    first = Login(home, server)
    outcome = await first.run(BROWSER)
    again = Login(home, server, Person("guest"))
    await again.run(LoginRequest("oauth_browser", name=outcome.account))
    (other,) = again.all(OtherUser)
    assert other.before == outcome.user_email
    assert other.now != other.before


async def test_a_derived_name_that_is_taken_is_an_error_unless_somebody_is_asked(
    home: Path, server: SandboxServer
) -> None:
    await Login(home, server).run(BROWSER)
    second = Login(home, server)
    before = second.everything()
    with pytest.raises(AccountExistsError):
        await second.run(BROWSER)
    assert second.everything() == before
    third = Login(home, server)

    async def name(needed: NameNeeded) -> str:
        return needed.suggestion

    answers = Answers(project=_first, name=name)
    assert (await third.run(BROWSER, answers)).account == "acme-inc-2"


async def _first(needed: ProjectNeeded) -> str:
    return next(each.id for each in needed.projects if each.region == needed.region)


async def test_several_projects_and_nobody_to_choose_stores_nothing(login: Login) -> None:
    before = login.everything()
    with pytest.raises(ConfigError):
        await login.run(BROWSER, Answers())
    assert login.everything() == before


async def test_a_project_that_cannot_be_seen_stores_nothing(login: Login) -> None:
    before = login.everything()
    with pytest.raises(ProjectNotFoundError):
        await login.run(LoginRequest("oauth_browser", project="424242"))
    assert login.everything() == before


async def test_a_service_account_finds_its_region(home: Path, server: SandboxServer) -> None:
    environ = {
        "MP_USERNAME": "reports.91be07.mp-service-account",
        "MP_SECRET": "made-up-secret-of-acme-eu",
    }
    login = Login(home, server, environ=environ)
    outcome = await login.run(LoginRequest("service_account"))
    assert outcome.region == "eu"
    assert login.all(RegionTried) == [RegionTried("us", 401), RegionTried("eu", 200)]
    entry = login.ctx.config.get_account(outcome.account)
    assert (entry.username, entry.secret) == (
        environ["MP_USERNAME"],
        Secret(environ["MP_SECRET"]),
    )


async def test_a_token_stays_in_its_variable(home: Path, server: SandboxServer) -> None:
    login = Login(home, server, environ={"CI": "made-up-bearer-of-nightly"})
    outcome = await login.run(LoginRequest("oauth_token", token_env="CI"))
    entry = login.ctx.config.get_account(outcome.account)
    assert (entry.token_env, entry.token, entry.region) == ("CI", None, "eu")
    assert b"made-up-bearer" not in login.ctx.config.path.read_bytes()


async def test_a_credential_that_is_good_nowhere_stores_nothing(
    home: Path, server: SandboxServer
) -> None:
    login = Login(home, server, environ={"MP_OAUTH_TOKEN": "canary"})
    before = login.everything()
    with pytest.raises(RegionProbeError):
        await login.run(LoginRequest("oauth_token"))
    assert login.everything() == before


async def test_a_wrong_pair_in_a_named_region_stores_nothing(
    home: Path, server: SandboxServer
) -> None:
    login = Login(home, server, environ={"MP_USERNAME": "u", "MP_SECRET": "canary"})
    with pytest.raises(AuthenticationError):
        await login.run(LoginRequest("service_account", region="us"))
    assert login.everything() == {}


STOPS = [Listening, ClientReady, UrlReady, Waiting, ProjectNeeded]


@pytest.mark.parametrize("kind", STOPS, ids=lambda kind: kind.__name__)
async def test_cancelled_at_any_step_nothing_is_left(
    home: Path, server: SandboxServer, kind: type[object]
) -> None:
    login = Login(home, server, Person(returns=kind is ProjectNeeded))
    before = login.everything()
    reached = asyncio.Event()
    real = login.hear

    def hear(event: object) -> None:
        real(event)  # type: ignore[arg-type]
        if isinstance(event, kind):
            reached.set()

    async def never(needed: ProjectNeeded) -> str:
        await asyncio.Event().wait()
        return ""

    login.hear = hear  # type: ignore[method-assign]
    running = login.start(BROWSER, Answers(project=never))
    async with asyncio.timeout(60):
        await reached.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await login.person.gone()
    assert login.everything() == before
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert not isinstance(login.events[-1], Failed)
    with socket.create_server(("127.0.0.1", login.machine.ports[0])):  # the port is free again
        pass


async def test_ten_logins_in_a_row_leave_no_port_busy(home: Path, server: SandboxServer) -> None:
    ports = free_ports(2)
    before = len(server.oauth.clients.all())
    for number in range(10):
        login = Login(home, server, ports=ports)
        await login.run(LoginRequest("oauth_browser", name=f"n{number}"))
        assert login.all(Listening)[0].port == ports[0]
    assert len(server.oauth.clients.all()) == before + 1


async def test_all_ports_taken_says_which(login: Login) -> None:
    ports = login.machine.ports
    taken = [socket.create_server(("127.0.0.1", port)) for port in ports]
    try:
        with pytest.raises(OAuthError) as caught:
            await login.run(BROWSER)
    finally:
        for each in taken:
            each.close()
    assert caught.value.code == "OAUTH_PORT_ERROR"
    assert all(str(port) in caught.value.message for port in ports)


async def test_me_that_fails_after_the_tokens_came_stores_nothing(
    login: Login, server: SandboxServer
) -> None:
    server.faults.add("/api/app/me", Fault(status=403))
    with pytest.raises(AuthenticationError):
        await login.run(BROWSER)
    assert login.everything() == {}


async def test_logging_out_ends_the_login_at_the_server(
    login: Login, server: SandboxServer
) -> None:
    outcome = await login.run(BROWSER)
    place = login.ctx.storage.account(outcome.account, "tokens.json")
    tokens = read_tokens(place)
    assert tokens is not None
    assert tokens.refresh_token is not None
    ended = await asyncio.to_thread(log_out, login.ctx, outcome.account)
    assert (ended.had_tokens, ended.error) == (True, None)
    assert not server.oauth.is_alive(tokens.refresh_token.get_secret_value())
    assert read_tokens(place) is None
    status = read_status(login.ctx.storage.account(outcome.account, "status.json"))
    assert status.status == "needs_login"
    assert log_out(login.ctx, outcome.account).had_tokens is False


async def test_logging_out_without_the_client_says_that_the_server_was_not_told(
    login: Login,
) -> None:
    outcome = await login.run(BROWSER)
    place = login.ctx.storage.account(outcome.account, "tokens.json")
    tokens = read_tokens(place)
    assert tokens is not None
    remove_file(place)
    write_tokens(place, tokens.replace(client_id=None))
    remove_file(login.ctx.storage.account(outcome.account, "client.json"))
    remove_file(login.ctx.storage.region_client("us"))
    ended = await asyncio.to_thread(log_out, login.ctx, outcome.account)
    assert ended.had_tokens
    assert ended.error is not None
    assert read_tokens(place) is None


async def test_logging_out_forgets_the_tokens_even_if_the_server_cannot_be_told(
    login: Login, server: SandboxServer
) -> None:
    outcome = await login.run(BROWSER)
    with cut_off(server):
        ended = await asyncio.to_thread(log_out, login.ctx, outcome.account)
    assert ended.had_tokens
    assert ended.error is not None
    assert read_tokens(login.ctx.storage.account(outcome.account, "tokens.json")) is None
