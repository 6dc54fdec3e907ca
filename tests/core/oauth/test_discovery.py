"""Finding the authorization server for a login: metadata may add a device endpoint, no more."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mixdesk.api.async_transport import AsyncTransport
from mixdesk.exceptions import ConfigError, OAuthError
from mixdesk.model.rules import Region
from mixdesk.oauth import endpoints
from mixdesk.oauth.endpoints import Endpoints, discover, mixpanel_endpoints
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer

ISSUER = "https://login.example/tenant"
INSERTED = "https://login.example/.well-known/oauth-authorization-server/tenant"
APPENDED = "https://login.example/tenant/.well-known/openid-configuration"
METADATA = {
    "issuer": ISSUER,
    "authorization_endpoint": "https://login.example/a",
    "token_endpoint": "https://login.example/t",
    "device_authorization_endpoint": "https://login.example/d",
    "authorization_response_iss_parameter_supported": True,
}

US = "https://mixpanel.com/oauth"
US_METADATA = {
    "issuer": US,
    "authorization_endpoint": "https://evil.test/a",
    "token_endpoint": "https://evil.test/t",
    "registration_endpoint": "https://evil.test/r",
    "revocation_endpoint": "https://evil.test/v",
    "device_authorization_endpoint": f"{US}/device-authorization/",
    "authorization_response_iss_parameter_supported": True,
}


class Server:
    """Answers with JSON by address, 404 elsewhere."""

    def __init__(self) -> None:
        self.answers: dict[str, httpx.Response | httpx.TransportError] = {}
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        answer = self.answers.get(str(request.url), httpx.Response(404))
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer


async def find(server: Server, environ: dict[str, str], region: Region = "us") -> Endpoints:
    async with AsyncTransport(transport=httpx.MockTransport(server)) as transport:
        return await discover(region, environ, transport)


def of_mixpanel(server: Server, metadata: Any = US_METADATA) -> None:
    url = "https://mixpanel.com/.well-known/oauth-authorization-server/oauth"
    server.answers[url] = (
        metadata if isinstance(metadata, httpx.Response) else httpx.Response(200, json=metadata)
    )


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


class TestMixpanelsOwnServer:
    async def test_is_asked_for_a_device_endpoint_and_for_nothing_else(self) -> None:
        server = Server()
        of_mixpanel(server)
        device = f"{US}/device-authorization/"
        assert await find(server, {}) == mixpanel_endpoints(US)._replace(device=device)
        assert len(server.asked) == 1

    async def test_may_have_its_metadata_at_the_other_place(self) -> None:
        server = Server()
        url = "https://eu.mixpanel.com/oauth/.well-known/openid-configuration"
        device = "https://eu.mixpanel.com:443/device"
        eu = {
            **US_METADATA,
            "issuer": "https://eu.mixpanel.com/oauth",
            "device_authorization_endpoint": device,
        }
        server.answers[url] = httpx.Response(200, json=eu)
        assert (await find(server, {}, "eu")).device == device
        assert (len(server.asked), server.asked[1]) == (2, url)

    @pytest.mark.parametrize(
        "changed",
        [
            {"issuer": "https://eu.mixpanel.com/oauth"},
            {"issuer": None},
            {"device_authorization_endpoint": None},
            {"device_authorization_endpoint": 7},
            {"device_authorization_endpoint": "https://evil.test/device"},
            {"device_authorization_endpoint": "https://mixpanel.com.evil.test/device"},
            {"device_authorization_endpoint": "https://mixpanel.com@evil.test/device"},
            {"device_authorization_endpoint": "https://mixpanel.com:8443/device"},
            {"device_authorization_endpoint": "http://mixpanel.com/device"},
            {"device_authorization_endpoint": "http://localhost/device"},
            {"device_authorization_endpoint": "https://mixpanel.com/\x1b[2J"},
            {"device_authorization_endpoint": "javascript:alert(1)"},
        ],
        ids=str,
    )
    async def test_adds_nothing_with_metadata_that_does_not_fit(
        self, changed: dict[str, Any]
    ) -> None:
        server = Server()
        of_mixpanel(server, {**US_METADATA, **changed})
        assert await find(server, {}) == mixpanel_endpoints(US)

    @pytest.mark.parametrize(
        "answer",
        [
            httpx.Response(404),
            httpx.Response(500),
            httpx.Response(403),
            httpx.Response(302, headers={"Location": "https://evil.test"}),
            httpx.Response(200, html="<html>Log in</html>"),
            httpx.Response(200, content=b'{"issuer": "htt'),
            httpx.Response(200, json=[]),
        ],
        ids=lambda answer: f"{answer.status_code} {answer.content[:9]!r}",
    )
    async def test_goes_on_without_an_answer_that_is_of_use(self, answer: httpx.Response) -> None:
        server = Server()
        of_mixpanel(server, answer)
        assert await find(server, {}) == mixpanel_endpoints(US)
        assert not any("evil" in url for url in server.asked)

    async def test_goes_on_when_it_cannot_be_reached_and_asks_once(self) -> None:
        server = Server()
        url = "https://mixpanel.com/.well-known/oauth-authorization-server/oauth"
        server.answers[url] = httpx.ConnectError("down")
        assert await find(server, {}) == mixpanel_endpoints(US)
        assert server.asked == [url]

    async def test_is_not_waited_for_long(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(endpoints, "PATIENCE", 0.01)

        async def never(request: httpx.Request) -> httpx.Response:
            await asyncio.Event().wait()
            raise AssertionError

        calls = AsyncTransport(transport=httpx.MockTransport(never))
        async with asyncio.timeout(60), calls as transport:
            assert await discover("us", {}, transport) == mixpanel_endpoints(US)
        assert asyncio.all_tasks() == {asyncio.current_task()}


class TestAnAlternateHost:
    @pytest.mark.parametrize("region", ["us", "eu", "in"])
    async def test_has_mixpanels_paths_and_the_device_endpoint_of_its_metadata(
        self, sandbox: SandboxServer, region: Region
    ) -> None:
        environ = {"MP_API_BASE_URL": sandbox.base_url}
        async with AsyncTransport() as transport:
            found = await discover(region, environ, transport)
        base = sandbox.url("/oauth", region)
        device = f"{base}/device-authorization/"
        assert found == mixpanel_endpoints(base)._replace(device=device)

    @pytest.mark.parametrize("kind", ["drop", "reset", "cut", "truncated", "html", "huge"])
    async def test_whose_metadata_is_spoilt_is_used_without(
        self, sandbox: SandboxServer, kind: str
    ) -> None:
        faults = {
            "drop": Fault("drop"),
            "reset": Fault("reset"),
            "cut": Fault("cut"),
            "truncated": Fault("truncated"),
            "html": Fault("html"),
            "huge": Fault("huge"),
        }
        sandbox.faults.add("/.well-known", faults[kind])
        sandbox.faults.add("/us/oauth/.well-known", faults[kind])
        async with AsyncTransport(limit=1 << 20) as transport:
            found = await discover("us", {"MP_API_BASE_URL": sandbox.base_url}, transport)
        assert found == mixpanel_endpoints(sandbox.url("/oauth"))


class TestAnIssuerOfItsOwn:
    async def test_says_in_its_metadata_where_everything_is(self) -> None:
        server = Server()
        server.answers[APPENDED] = httpx.Response(200, json=METADATA)
        found = await find(server, {"MP_OAUTH_BASE_URL": ISSUER + "/"})
        assert found == Endpoints(
            issuer=ISSUER,
            authorization="https://login.example/a",
            token="https://login.example/t",
            device="https://login.example/d",
            sends_issuer=True,
        )
        assert server.asked == [INSERTED, APPENDED]

    async def test_without_metadata_has_mixpanels_paths(self) -> None:
        assert await find(Server(), {"MP_OAUTH_BASE_URL": ISSUER}) == mixpanel_endpoints(ISSUER)

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (httpx.Response(200, json={**METADATA, "issuer": US}), "OAUTH_CONFIG_ERROR"),
            (httpx.Response(200, html="<html>"), "OAUTH_CONFIG_ERROR"),
            (httpx.Response(500), "OAUTH_CONFIG_ERROR"),
            (httpx.ConnectError("down"), "OAUTH_NETWORK_UNREACHABLE"),
        ],
        ids=["another issuer", "a page", "failing", "down"],
    )
    async def test_that_cannot_be_believed_ends_the_login(
        self, answer: httpx.Response | httpx.TransportError, code: str
    ) -> None:
        server = Server()
        server.answers[INSERTED] = answer
        with pytest.raises(OAuthError) as caught:
            await find(server, {"MP_OAUTH_BASE_URL": ISSUER})
        assert caught.value.code == code
        assert "MP_OAUTH_BASE_URL" in caught.value.message


async def test_an_address_that_credentials_must_not_go_to_is_refused_before_any_request() -> None:
    server = Server()
    with pytest.raises(ConfigError, match="MP_API_BASE_URL"):
        await find(server, {"MP_API_BASE_URL": "http://login.example"})
    assert server.asked == []


@pytest.mark.parametrize("variable", ["MP_API_BASE_URL", "MP_OAUTH_BASE_URL"])
async def test_who_is_cancelled_hangs_up(sandbox: SandboxServer, variable: str) -> None:
    sandbox.faults.add("/.well-known", Fault("late", gate=threading.Event()))
    base = sandbox.base_url + ("/oauth" if variable == "MP_OAUTH_BASE_URL" else "")
    async with AsyncTransport() as transport:
        asking = asyncio.create_task(discover("us", {variable: base}, transport))
        await asyncio.to_thread(sandbox.requests.wait_for, 1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert asyncio.all_tasks() == {asyncio.current_task()}
        await asyncio.to_thread(sandbox.wait_until_idle)
