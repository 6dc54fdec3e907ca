"""A code for another device: how often is asked, what ends it, and what is never shown."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import traceback
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from mixdesk.api.async_transport import AsyncTransport
from mixdesk.exceptions import OAuthError
from mixdesk.model.secret import Secret
from mixdesk.oauth.device import DeviceCode, poll, request_device_code
from mixdesk.oauth.endpoints import Endpoints, discover, mixpanel_endpoints
from mixdesk.oauth.registration import register
from mixdesk.oauth.token_endpoint import Granted
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from tests.fakes.async_clock import FakeAsyncClock

US = mixpanel_endpoints("https://mixpanel.com/oauth")._replace(
    device="https://mixpanel.com/oauth/device-authorization/"
)
CANARY = "canary-0123456789"
CODE = {
    "device_code": f"device-{CANARY}",
    "user_code": "BDWP-HQPK",
    "verification_uri": "https://mixpanel.com/device",
    "verification_uri_complete": "https://mixpanel.com/device?user_code=BDWP-HQPK",
    "expires_in": 600,
    "interval": 5,
}
TOKENS = {"access_token": f"access-{CANARY}", "token_type": "Bearer", "expires_in": 3600}


def said(error: str, status: int = 400) -> httpx.Response:
    return httpx.Response(status, json={"error": error, "error_description": CANARY})


PENDING = said("authorization_pending")
SLOW_DOWN = said("slow_down")
GRANTED = httpx.Response(200, json=TOKENS)
DOWN = httpx.ConnectError(CANARY)
Step = httpx.Response | httpx.TransportError


class Server:
    """Gives each answer once, the last one for ever; remembers when it was asked what."""

    def __init__(self, clock: FakeAsyncClock, *steps: Step) -> None:
        self._clock = clock
        self._steps = list(steps)
        self.times: list[float] = []
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.times.append(self._clock.monotonic())
        self.requests.append(request)
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        if isinstance(step, httpx.TransportError):
            raise step
        return step


def shown(error: OAuthError) -> str:
    return f"{error}{error!r}{error.to_dict()}{''.join(traceback.format_exception(error))}"


@pytest.fixture
def clock() -> FakeAsyncClock:
    return FakeAsyncClock()


@pytest.fixture(autouse=True)
def nothing_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever happens, no code and no token is in any log."""
    caplog.set_level(logging.DEBUG)
    yield
    assert CANARY not in "".join(record.getMessage() for record in caplog.get_records("call"))


class TestAsking:
    async def code(self, clock: FakeAsyncClock, answer: Step) -> DeviceCode:
        server = httpx.MockTransport(Server(clock, answer))
        async with AsyncTransport(transport=server) as transport:
            return await request_device_code(transport, US, "client-1", clock)

    async def refused(self, clock: FakeAsyncClock, answer: Step) -> OAuthError:
        with pytest.raises(OAuthError) as caught:
            await self.code(clock, answer)
        error = caught.value
        assert (error.code, CANARY in shown(error)) == ("OAUTH_TOKEN_ERROR", False)
        assert "\x1b" not in error.message
        assert error.hint
        return error

    async def test_sends_who_asks_and_nothing_else(self, clock: FakeAsyncClock) -> None:
        server = Server(clock, httpx.Response(200, json=CODE))
        async with AsyncTransport(transport=httpx.MockTransport(server)) as transport:
            await request_device_code(transport, US, "client 1", clock)
        (request,) = server.requests
        assert (request.method, str(request.url)) == ("POST", US.device)
        assert request.content == b"client_id=client+1"

    async def test_sends_what_is_wished_for_and_nothing_that_is_empty(
        self, clock: FakeAsyncClock
    ) -> None:
        server = Server(clock, httpx.Response(200, json=CODE))
        async with AsyncTransport(transport=httpx.MockTransport(server)) as transport:
            wishes = {"scope": "a b", "audience": "https://api.example.com", "other": ""}
            await request_device_code(transport, US, "c", clock, **wishes)
        assert parse_qs(server.requests[0].content.decode(), keep_blank_values=True) == {
            "client_id": ["c"],
            "scope": ["a b"],
            "audience": ["https://api.example.com"],
        }

    async def test_gives_what_is_to_be_shown_and_keeps_the_rest_to_itself(
        self, clock: FakeAsyncClock
    ) -> None:
        await clock.advance(1000)
        code = await self.code(clock, httpx.Response(200, json=CODE))
        assert code == DeviceCode(
            device_code=Secret(f"device-{CANARY}"),
            user_code="BDWP-HQPK",
            url="https://mixpanel.com/device",
            complete_url="https://mixpanel.com/device?user_code=BDWP-HQPK",
            ends_at=1600.0,
            interval=5.0,
        )
        assert CANARY not in repr(code)

    @pytest.mark.parametrize(
        ("given", "seconds"),
        [
            (900, 900.0),
            ("900", 900.0),
            (None, 600.0),
            (0, 600.0),
            (-5, 600.0),
            (-(10**400), 600.0),
            ("soon", 600.0),
            ([], 600.0),
            (True, 600.0),
            (float("nan"), 600.0),
            (86_400, 3600.0),
            (10**400, 3600.0),
            (1e300, 3600.0),
            ("9" * 500, 3600.0),
        ],
        ids=lambda value: repr(value)[:12],
    )
    async def test_makes_sense_of_any_lifetime(
        self, clock: FakeAsyncClock, given: object, seconds: float
    ) -> None:
        content = json.dumps({**CODE, "expires_in": given})
        code = await self.code(clock, httpx.Response(200, content=content))
        assert code.ends_at == seconds

    @pytest.mark.parametrize(
        ("given", "seconds"),
        [
            (7, 7.0),
            ("7", 7.0),
            (None, 5.0),
            (0, 5.0),
            (-1, 5.0),
            ("often", 5.0),
            ({}, 5.0),
            (0.001, 1.0),
            (3600, 60.0),
            (10**400, 60.0),
            ("9" * 500, 60.0),
        ],
        ids=lambda value: repr(value)[:12],
    )
    async def test_makes_sense_of_any_interval(
        self, clock: FakeAsyncClock, given: object, seconds: float
    ) -> None:
        content = json.dumps({**CODE, "interval": given})
        code = await self.code(clock, httpx.Response(200, content=content))
        assert code.interval == seconds

    @pytest.mark.parametrize(
        "changed",
        [
            {"device_code": None},
            {"device_code": ""},
            {"device_code": 7},
            {"device_code": f"{CANARY}\r\nX-Evil: 1"},
            {"device_code": f"{CANARY} {CANARY}"},
            {"device_code": "x" * 100_000},
            {"user_code": None},
            {"user_code": ""},
            {"user_code": " \t"},
            {"user_code": "\x1b[2J\u202e\u200b"},
            {"user_code": 1234},
            {"verification_uri": None},
            {"verification_uri": ""},
            {"verification_uri": 7},
            {"verification_uri": "mixpanel.com/device"},
            {"verification_uri": "http://mixpanel.com/device"},
            {"verification_uri": "http://localhost.evil.test/device"},
            {"verification_uri": f"javascript:alert('{CANARY}')"},
            {"verification_uri": "ftp://mixpanel.com/device"},
            {"verification_uri": "https://mixpanel.com@evil.test/device"},
            {"verification_uri": "https://mixpanel.com/\x1b]0;canary-0123456789\x07"},
            {"verification_uri": "https://mixpanel.com/\x9b2J"},
            {"verification_uri": "https://mixpanel.com/\ndevice"},
            {"verification_uri": "https://mixpanel.com/\u202edevice"},
            {"verification_uri": "https://mixpanel.com/$(reboot)"},
            {"verification_uri": "https://mixpanel.com/" + "x" * 10_000},
            {"verification_uri": "https://"},
            {"verification_uri": "https://[::1/device"},
        ],
        ids=lambda changed: f"{next(iter(changed))} {next(iter(changed.values()))!r}"[:50],
    )
    async def test_refuses_an_answer_that_could_not_be_shown_or_sent(
        self, clock: FakeAsyncClock, changed: dict[str, Any]
    ) -> None:
        error = await self.refused(clock, httpx.Response(200, json={**CODE, **changed}))
        assert error.details == {"status_code": 200, "is_temporary": False}

    @pytest.mark.parametrize(
        "page",
        [
            "https://mixpanel.com/oauth/device/?lang=en",
            "http://localhost:8000/device",
            "http://127.0.0.1/device",
            "http://[::1]:8000/device",
        ],
    )
    async def test_takes_a_page_on_https_or_on_this_machine(
        self, clock: FakeAsyncClock, page: str
    ) -> None:
        answer = httpx.Response(200, json={**CODE, "verification_uri": page})
        assert (await self.code(clock, answer)).url == page

    @pytest.mark.parametrize(
        "complete",
        [None, "", 7, "http://mixpanel.com/d?c=1", "javascript:alert(1)", "https://x.test/\x1b"],
    )
    async def test_does_without_a_complete_address_that_is_none(
        self, clock: FakeAsyncClock, complete: Any
    ) -> None:
        fields = {**CODE, "verification_uri_complete": complete}
        code = await self.code(clock, httpx.Response(200, json=fields))
        assert (code.complete_url, code.user_code) == (None, "BDWP-HQPK")

    async def test_cleans_and_limits_the_code_to_type(self, clock: FakeAsyncClock) -> None:
        for given, shown_code in (
            ("\x1b[31mBDWP\u202e-HQPK\x07 \n", "BDWP-HQPK"),
            ("\x1b]52;c;Y2FuYXJ5\x07AB\x00CD", "AB CD"),
            ("x" * 10_000, "x" * 63 + "…"),
        ):
            answer = httpx.Response(200, json={**CODE, "user_code": given})
            assert (await self.code(clock, answer)).user_code == shown_code

    async def test_takes_a_plain_page_where_plain_http_was_allowed(
        self, clock: FakeAsyncClock
    ) -> None:
        fields = {**CODE, "verification_uri": "http://10.0.0.1/device"}
        server = httpx.MockTransport(Server(clock, httpx.Response(200, json=fields)))
        endpoints = US._replace(device="http://10.0.0.1/code")
        async with AsyncTransport(transport=server) as transport:
            code = await request_device_code(transport, endpoints, "client-1", clock)
        assert code.url == "http://10.0.0.1/device"

    @pytest.mark.parametrize(
        ("answer", "error", "is_temporary"),
        [
            (said("unauthorized_client"), "unauthorized_client", False),
            (said("invalid_client", 401), "invalid_client", False),
            (said(CANARY), None, False),
            (httpx.Response(404, text=CANARY), None, False),
            (httpx.Response(302, headers={"Location": f"https://{CANARY}.test"}), None, False),
            (httpx.Response(429, text=CANARY), None, True),
            (httpx.Response(503, text=CANARY), None, True),
        ],
        ids=lambda value: str(getattr(value, "status_code", value)),
    )
    async def test_tells_a_refusal_with_its_code_alone(
        self, clock: FakeAsyncClock, answer: httpx.Response, error: str | None, is_temporary: bool
    ) -> None:
        caught = await self.refused(clock, answer)
        assert caught.details == {
            "error": error,
            "status_code": answer.status_code,
            "is_temporary": is_temporary,
        }

    @pytest.mark.parametrize("content", [f"<html>{CANARY}".encode(), b"[]", b"", b'{"device_c'])
    async def test_refuses_what_is_no_object(self, clock: FakeAsyncClock, content: bytes) -> None:
        await self.refused(clock, httpx.Response(200, content=content))

    async def test_says_when_the_server_cannot_be_reached(self, clock: FakeAsyncClock) -> None:
        error = await self.refused(clock, DOWN)
        assert error.details == {"is_temporary": True}

    async def test_asks_no_server_that_has_no_codes(self, clock: FakeAsyncClock) -> None:
        server = Server(clock, httpx.Response(200, json=CODE))
        async with AsyncTransport(transport=httpx.MockTransport(server)) as transport:
            with pytest.raises(OAuthError) as caught:
                await request_device_code(transport, US._replace(device=None), "client-1", clock)
        assert caught.value.code == "OAUTH_CONFIG_ERROR"
        assert US.issuer in caught.value.message
        assert server.requests == []


def code(**changed: Any) -> DeviceCode:
    fields: dict[str, Any] = {
        "device_code": Secret(f"device-{CANARY}"),
        "user_code": "BDWP-HQPK",
        "url": "https://mixpanel.com/device",
        "complete_url": None,
        "ends_at": 600.0,
        "interval": 5.0,
    }
    return DeviceCode(**{**fields, **changed})


class TestPolling:
    async def polled(
        self, clock: FakeAsyncClock, server: Server, device: DeviceCode | None = None
    ) -> Granted:
        """Let the clock run for ten minutes and see how it ended."""
        async with AsyncTransport(transport=httpx.MockTransport(server)) as transport:
            polling = asyncio.create_task(poll(transport, US, "client-1", device or code(), clock))
            await clock.advance(601)
            assert polling.done()
            assert asyncio.all_tasks() == {asyncio.current_task()}
            return polling.result()

    async def ended(self, clock: FakeAsyncClock, server: Server) -> OAuthError:
        with pytest.raises(OAuthError) as caught:
            await self.polled(clock, server)
        assert CANARY not in shown(caught.value)
        assert caught.value.hint
        return caught.value

    async def test_asks_with_the_code_until_there_are_tokens(self, clock: FakeAsyncClock) -> None:
        server = Server(clock, PENDING, PENDING, GRANTED)
        granted = await self.polled(clock, server)
        assert granted.access_token == Secret(f"access-{CANARY}")
        assert CANARY not in repr(granted)
        assert server.times == [5.0, 10.0, 15.0]
        assert parse_qs(server.requests[0].content.decode()) == {
            "grant_type": ["urn:ietf:params:oauth:grant-type:device_code"],
            "device_code": [f"device-{CANARY}"],
            "client_id": ["client-1"],
        }
        assert {str(each.url) for each in server.requests} == {US.token}

    async def test_leaves_five_seconds_where_the_server_does_not_say(
        self, clock: FakeAsyncClock
    ) -> None:
        fields = {key: value for key, value in CODE.items() if key != "interval"}
        server = Server(clock, httpx.Response(200, json=fields), PENDING, PENDING, GRANTED)
        async with AsyncTransport(transport=httpx.MockTransport(server)) as transport:
            device = await request_device_code(transport, US, "client-1", clock)
            polling = asyncio.create_task(poll(transport, US, "client-1", device, clock))
            await clock.advance(15)
            await polling
        assert server.times == [0.0, 5.0, 10.0, 15.0]

    async def test_slows_down_for_good_by_five_seconds_each_time(
        self, clock: FakeAsyncClock
    ) -> None:
        server = Server(clock, SLOW_DOWN, SLOW_DOWN, PENDING, PENDING, GRANTED)
        await self.polled(clock, server)
        assert server.times == [5.0, 15.0, 30.0, 45.0, 60.0]

    async def test_slows_down_whatever_the_status_of_that_wish(self, clock: FakeAsyncClock) -> None:
        server = Server(clock, said("slow_down", 429), GRANTED)
        await self.polled(clock, server)
        assert server.times == [5.0, 15.0]

    @pytest.mark.parametrize(
        "failure",
        [
            httpx.Response(503, text=CANARY),
            httpx.Response(500, json={"error": "server_error"}),
            httpx.Response(429, text=CANARY),
            httpx.ConnectError(CANARY),
            httpx.ReadTimeout(CANARY),
            httpx.RemoteProtocolError(CANARY),
        ],
        ids=lambda failure: str(getattr(failure, "status_code", type(failure).__name__)),
    )
    async def test_asks_a_failing_server_less_and_less_and_goes_on(
        self, clock: FakeAsyncClock, failure: Step
    ) -> None:
        server = Server(clock, PENDING, *[failure] * 5, PENDING, PENDING, GRANTED)
        await self.polled(clock, server)
        waits = [b - a for a, b in zip(server.times, server.times[1:], strict=False)]
        assert waits == [5.0, 10.0, 20.0, 40.0, 60.0, 60.0, 5.0, 5.0]

    async def test_after_a_failure_is_as_slow_as_it_was_asked_to_be(
        self, clock: FakeAsyncClock
    ) -> None:
        server = Server(clock, SLOW_DOWN, DOWN, PENDING, GRANTED)
        await self.polled(clock, server)
        assert server.times == [5.0, 15.0, 35.0, 45.0]

    @pytest.mark.parametrize(
        ("asked", "wait"), [("30", 30.0), ("3", 10.0), ("3600", 60.0), ("soon", 10.0)]
    )
    async def test_waits_as_long_as_a_busy_server_asks_within_reason(
        self, clock: FakeAsyncClock, asked: str, wait: float
    ) -> None:
        busy = httpx.Response(429, headers={"Retry-After": asked})
        server = Server(clock, busy, GRANTED)
        await self.polled(clock, server)
        assert server.times == [5.0, 5.0 + wait]

    async def test_ends_when_somebody_says_no(self, clock: FakeAsyncClock) -> None:
        server = Server(clock, PENDING, said("access_denied"))
        error = await self.ended(clock, server)
        assert (error.code, server.times) == ("OAUTH_AUTH_DENIED", [5.0, 10.0])

    async def test_ends_when_the_server_says_that_the_code_has(self, clock: FakeAsyncClock) -> None:
        server = Server(clock, PENDING, said("expired_token"))
        error = await self.ended(clock, server)
        assert (error.code, server.times) == ("OAUTH_TIMEOUT", [5.0, 10.0])

    @pytest.mark.parametrize("step", [PENDING, DOWN], ids=["pending", "down"])
    async def test_ends_with_the_code_whatever_the_server_does(
        self, clock: FakeAsyncClock, step: Step
    ) -> None:
        server = Server(clock, step)
        error = await self.ended(clock, server)
        assert error.code == "OAUTH_TIMEOUT"
        assert max(server.times) < 600.0

    async def test_ends_at_the_very_second_and_by_no_clock_that_is_set(
        self, clock: FakeAsyncClock
    ) -> None:
        server = Server(clock, PENDING)
        async with AsyncTransport(transport=httpx.MockTransport(server)) as transport:
            polling = asyncio.create_task(
                poll(transport, US, "client-1", code(ends_at=12.0), clock)
            )
            await clock.advance(6)
            clock.step(86_400)
            await clock.advance(5)
            clock.step(-172_800)
            assert (server.times, polling.done()) == ([5.0, 10.0], False)
            await clock.advance(1)
            with pytest.raises(OAuthError) as caught:
                await polling
        assert caught.value.code == "OAUTH_TIMEOUT"

    async def test_does_not_ask_with_a_code_that_has_ended(self, clock: FakeAsyncClock) -> None:
        server = Server(clock, GRANTED)
        await clock.advance(700)
        error = await self.ended(clock, server)
        assert (error.code, server.times) == ("OAUTH_TIMEOUT", [])

    @pytest.mark.parametrize(
        ("step", "error"),
        [
            (said("invalid_grant"), "invalid_grant"),
            (said("invalid_client", 401), "invalid_client"),
            (said("unsupported_grant_type"), "unsupported_grant_type"),
            (said(CANARY), None),
            (httpx.Response(403, text=CANARY), None),
            (httpx.Response(200, html=f"<html>{CANARY}"), None),
            (httpx.Response(200, json={**TOKENS, "token_type": "mac"}), None),
            (httpx.Response(200, json={**TOKENS, "access_token": f"{CANARY}\n"}), None),
        ],
        ids=lambda value: str(getattr(value, "status_code", value)),
    )
    async def test_ends_with_any_other_answer_and_quotes_none(
        self, clock: FakeAsyncClock, step: Step, error: str | None
    ) -> None:
        server = Server(clock, PENDING, step)
        caught = await self.ended(clock, server)
        assert (caught.code, caught.details.get("error")) == ("OAUTH_TOKEN_ERROR", error)
        assert "mp login" in (caught.hint or "")
        assert server.times == [5.0, 10.0]

    async def test_stops_at_once_when_it_is_cancelled_while_it_waits(
        self, clock: FakeAsyncClock
    ) -> None:
        server = Server(clock, PENDING)
        async with AsyncTransport(transport=httpx.MockTransport(server)) as transport:
            polling = asyncio.create_task(poll(transport, US, "client-1", code(), clock))
            await clock.advance(7)
            polling.cancel()
            with pytest.raises(asyncio.CancelledError):
                await polling
        assert (clock.sleeping, server.times) == ([], [5.0])
        assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.fixture
def sandbox(clock: FakeAsyncClock) -> Iterator[SandboxServer]:
    with SandboxServer(now=clock.now) as running:
        yield running


class TestAgainstAServer:
    @pytest.fixture
    async def transport(self) -> AsyncIterator[AsyncTransport]:
        async with AsyncTransport() as running:
            yield running

    @pytest.fixture
    async def endpoints(self, sandbox: SandboxServer, transport: AsyncTransport) -> Endpoints:
        return await discover("eu", {"MP_API_BASE_URL": sandbox.base_url}, transport)

    @pytest.fixture
    async def client_id(self, transport: AsyncTransport, endpoints: Endpoints) -> str:
        uris = ["http://localhost:19284/callback"]
        return (await register(transport, endpoints, uris, "eu", 0.0)).client_id

    async def test_somebody_says_yes(
        self,
        sandbox: SandboxServer,
        transport: AsyncTransport,
        endpoints: Endpoints,
        client_id: str,
        clock: FakeAsyncClock,
    ) -> None:
        device = await request_device_code(transport, endpoints, client_id, clock)
        assert device.url == sandbox.url("/oauth/device/", "eu")
        assert device.complete_url == f"{device.url}?user_code={device.user_code}"
        polling = asyncio.create_task(poll(transport, endpoints, client_id, device, clock))
        await clock.until_sleeping()
        await clock.advance(5)
        await clock.until_sleeping()
        sandbox.oauth.approve(device.user_code, "acme-eu")
        await clock.advance(5)
        granted = await polling
        assert granted.refresh_token is not None
        assert sandbox.oauth.is_alive(granted.refresh_token.get_secret_value())
        outcomes = [each.outcome for each in sandbox.oauth.token_requests]
        assert outcomes == ["authorization_pending", "ok"]

    async def test_somebody_says_no(
        self,
        sandbox: SandboxServer,
        transport: AsyncTransport,
        endpoints: Endpoints,
        client_id: str,
        clock: FakeAsyncClock,
    ) -> None:
        device = await request_device_code(transport, endpoints, client_id, clock)
        sandbox.oauth.deny(device.user_code)
        polling = asyncio.create_task(poll(transport, endpoints, client_id, device, clock))
        await clock.until_sleeping()
        await clock.advance(5)
        with pytest.raises(OAuthError) as caught:
            await polling
        assert caught.value.code == "OAUTH_AUTH_DENIED"

    @pytest.mark.parametrize("verb", ["request_device_code", "poll"])
    async def test_who_is_cancelled_hangs_up(
        self,
        sandbox: SandboxServer,
        transport: AsyncTransport,
        endpoints: Endpoints,
        client_id: str,
        clock: FakeAsyncClock,
        verb: str,
    ) -> None:
        device = await request_device_code(transport, endpoints, client_id, clock)
        count = len(sandbox.requests)
        sandbox.faults.add("/oauth", Fault("late", gate=threading.Event()))
        asking: asyncio.Task[Any] = asyncio.create_task(
            poll(transport, endpoints, client_id, device, clock)
            if verb == "poll"
            else request_device_code(transport, endpoints, client_id, clock)
        )
        await clock.advance(5)
        await asyncio.to_thread(sandbox.requests.wait_for, count + 1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert clock.sleeping == []
        await asyncio.to_thread(sandbox.wait_until_idle)
