"""Requests on an event loop: the bounds of the other transport, and nothing left when cancelled."""

from __future__ import annotations

import asyncio
import itertools
import logging
import threading
import traceback
from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import pytest

from mixdesk.api.async_transport import AsyncTransport
from mixdesk.api.bounds import ATTEMPTS, EXPLANATION
from mixdesk.exceptions import (
    APIError,
    AuthenticationError,
    QueryError,
    RateLimitError,
    ServerError,
)
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from tests.fakes.async_clock import FakeAsyncClock
from tests.fakes.nobody import nobody_there

URL = "https://mixpanel.example/api/app/me"
ME = "/api/app/me"
CANARY = "canary-0123456789"

Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


def transport(
    handler: Handler, clock: FakeAsyncClock | None = None, **limits: float
) -> AsyncTransport:
    return AsyncTransport(
        clock=clock or FakeAsyncClock(),
        transport=httpx.MockTransport(handler),
        **limits,  # type: ignore[arg-type]
    )


def answering(*answers: httpx.Response) -> Handler:
    """Give each answer once, the last one for ever."""
    waiting = itertools.chain(answers, itertools.repeat(answers[-1]))
    return lambda request: next(waiting)


async def cancelled(task: asyncio.Task[object]) -> None:
    """Cancel a task and see that it ends by that, with nothing of it left on the loop."""
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_an_answer_is_read_whole() -> None:
    async with transport(answering(httpx.Response(200, json={"a": 1}))) as calls:
        answer = await calls.get(URL, what="/me")
    assert answer.json("/me") == {"a": 1}
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (401, AuthenticationError, "AUTH_FAILED"),
        (403, AuthenticationError, "AUTH_FAILED"),
        (404, QueryError, "QUERY_FAILED"),
        (429, RateLimitError, "RATE_LIMITED"),
        (503, ServerError, "SERVER_ERROR"),
        (302, APIError, "API_ERROR"),
    ],
)
async def test_each_status_has_its_error(status: int, kind: type[APIError], code: str) -> None:
    async with transport(answering(httpx.Response(status)), attempts=1) as calls:
        with pytest.raises(kind) as caught:
            await calls.get(URL, what="/me")
    assert type(caught.value) is kind
    assert (caught.value.code, caught.value.status_code) == (code, status)


async def test_a_request_carries_what_it_is_given_and_its_credential_wins() -> None:
    seen: list[httpx.Request] = []

    def note(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    headers = {"X-Cluster": "one", "authorization": "Basic of-another"}
    async with transport(note) as calls:
        await calls.get(
            URL, what="/me", authorization="Bearer mine", headers=headers, params={"a": "b c"}
        )
        await calls.get(URL, what="/me")
    assert seen[0].headers.get_list("Authorization") == ["Bearer mine"]
    assert (seen[0].headers["X-Cluster"], seen[0].url.query) == ("one", b"a=b+c")
    assert "Authorization" not in seen[1].headers


async def test_nobody_but_the_origin_that_is_asked_sees_the_credential(
    server: SandboxServer,
) -> None:
    with SandboxServer() as other:
        server.faults.add(ME, Fault("redirect", to=other.url(ME)))
        async with AsyncTransport() as calls:
            with pytest.raises(APIError, match="redirect"):
                await calls.get(server.url(ME), what="/me", authorization="Bearer canary")
        assert (len(server.requests), len(other.requests)) == (1, 0)


async def test_a_request_waits_as_long_as_the_server_asks_and_tries_again() -> None:
    clock = FakeAsyncClock()
    busy = httpx.Response(429, headers={"Retry-After": "7"})
    failing = httpx.Response(503)
    answers = answering(busy, failing, httpx.Response(200, json={}))
    async with transport(answers, clock) as calls:
        asking = asyncio.create_task(calls.get(URL, what="/me"))
        await clock.until_sleeping()
        assert clock.sleeping == [7.0]
        await clock.advance(6.9)
        assert not asking.done()
        await clock.advance(3.0)
        assert (await asking).status == 200
    assert clock.slept == [7.0, 2.0]


async def test_an_endless_refusal_ends_after_a_few_attempts() -> None:
    clock = FakeAsyncClock()
    seen: list[httpx.Request] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(500)

    async with transport(refuse, clock) as calls:
        asking = asyncio.create_task(calls.get(URL, what="/me"))
        await clock.advance(60)
        with pytest.raises(ServerError):
            await asyncio.wait_for(asking, 60)
    assert (len(seen), clock.slept) == (ATTEMPTS, [1.0, 2.0, 4.0])


async def test_a_server_that_asks_for_an_hour_is_not_waited_for() -> None:
    clock = FakeAsyncClock()
    busy = httpx.Response(429, headers={"Retry-After": "3600"})
    async with asyncio.timeout(60), transport(answering(busy), clock) as calls:
        with pytest.raises(RateLimitError) as caught:
            await calls.get(URL, what="/me")
    assert (clock.slept, caught.value.retry_after) == ([], 3600.0)


async def test_an_exchange_is_made_once_and_gives_any_status() -> None:
    seen: list[httpx.Request] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(503, json={"error": "no"}, headers={"Retry-After": "1"})

    async with transport(refuse) as calls:
        first = await calls.exchange("POST", URL, what="it", form={"grant": "a b"})
        second = await calls.exchange("POST", URL, what="it", json={"grant": ["a"]})
    assert (first.status, first.headers["retry-after"]) == (503, "1")
    assert second.json("it") == {"error": "no"}
    assert [each.content for each in seen] == [b"grant=a+b", b'{"grant":["a"]}']
    assert [each.headers["Content-Type"] for each in seen] == [
        "application/x-www-form-urlencoded",
        "application/json",
    ]
    assert {each.headers["Accept"] for each in seen} == {"application/json"}


FAULTS = {
    "cut": Fault("cut"),
    "dropped": Fault("drop"),
    "reset": Fault("reset"),
    "endless": Fault("endless"),
    "huge": Fault("huge"),
    "a bomb": Fault("bomb"),
    "trickling": Fault("trickle", pace=0.001),
    "silent": Fault("late", gate=threading.Event()),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_whatever_a_server_does_an_error_comes_in_time_and_the_connection_goes(
    server: SandboxServer, fault: Fault
) -> None:
    server.faults.add(ME, fault)
    transport = AsyncTransport(limit=1 << 20, deadline=0.1, timeout=3600)
    async with asyncio.timeout(60), transport as calls:
        with pytest.raises(APIError) as caught:
            await calls.exchange("GET", server.url(ME), what="/me")
        await asyncio.to_thread(server.wait_until_idle)
    assert caught.value.code in ("NETWORK_ERROR", "API_ERROR")
    assert "/me" in caught.value.message


async def test_of_a_refusal_without_an_end_the_beginning_is_enough(server: SandboxServer) -> None:
    server.faults.add(ME, Fault("endless", status=500))
    async with AsyncTransport() as calls:
        answer = await calls.exchange("GET", server.url(ME), what="/me")
        await asyncio.to_thread(server.wait_until_idle)
    assert answer.status == 500
    assert len(answer.content) <= 2 * EXPLANATION


class Body(httpx.AsyncByteStream):
    """Comes for ever, a byte at a time; knows whether it was begun and closed."""

    def __init__(self, pause: asyncio.Event | None = None) -> None:
        self.begun = asyncio.Event()
        self.is_closed = False
        self._pause = pause

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            self.begun.set()
            await (self._pause.wait() if self._pause else asyncio.sleep(0))

    async def aclose(self) -> None:
        self.is_closed = True


async def test_a_body_that_never_ends_and_never_pauses_ends_at_the_deadline() -> None:
    body = Body()
    answer = httpx.Response(200, stream=body)
    async with asyncio.timeout(60), transport(answering(answer), deadline=0.02) as calls:
        with pytest.raises(APIError, match=r"longer than 0\.02 s"):
            await calls.exchange("GET", URL, what="/me")
    assert body.is_closed


async def test_of_a_refusal_the_deadline_leaves_what_has_come() -> None:
    answer = httpx.Response(503, stream=Body(), headers={"Retry-After": "9"})
    async with asyncio.timeout(60), transport(answering(answer), deadline=0.02) as calls:
        said = await calls.exchange("GET", URL, what="/me")
    assert (said.status, said.headers["retry-after"]) == (503, "9")


async def test_a_server_that_is_not_there_is_named_in_words() -> None:
    with nobody_there() as origin:
        async with AsyncTransport() as calls:
            with pytest.raises(APIError) as caught:
                await calls.get(origin + ME, what="/me", authorization="Bearer canary")
    assert (caught.value.code, caught.value.status_code) == ("NETWORK_ERROR", 0)
    assert "cannot be reached" in caught.value.message


async def test_cancelling_closes_the_connection_at_once(server: SandboxServer) -> None:
    server.faults.add(ME, Fault("late", gate=threading.Event()))
    await asyncio.to_thread(server.wait_until_idle)
    threads = others()
    async with AsyncTransport() as calls:
        asking: asyncio.Task[object] = asyncio.create_task(calls.get(server.url(ME), what="/me"))
        await asyncio.to_thread(server.requests.wait_for, 1)
        await cancelled(asking)
        await asyncio.to_thread(server.wait_until_idle)
    assert others() == threads


def others() -> set[threading.Thread]:
    """The threads besides those that the loop keeps for ``to_thread``, as many as it likes."""
    return {each for each in threading.enumerate() if not each.name.startswith("asyncio_")}


async def test_cancelling_in_the_middle_of_a_body_closes_it() -> None:
    body = Body(pause=asyncio.Event())
    async with transport(answering(httpx.Response(200, stream=body))) as calls:
        asking: asyncio.Task[object] = asyncio.create_task(calls.get(URL, what="/me"))
        await body.begun.wait()
        await cancelled(asking)
        assert body.is_closed


async def test_cancelling_ends_a_wait_between_two_attempts() -> None:
    clock = FakeAsyncClock()
    busy = httpx.Response(429, headers={"Retry-After": "30"})
    async with transport(answering(busy), clock) as calls:
        asking: asyncio.Task[object] = asyncio.create_task(calls.get(URL, what="/me"))
        await clock.until_sleeping()
        await cancelled(asking)
    assert clock.sleeping == []


async def test_after_a_cancelled_request_the_next_one_is_answered(server: SandboxServer) -> None:
    server.faults.add(ME, Fault("late", gate=threading.Event(), times=1))
    async with AsyncTransport() as calls:
        asking: asyncio.Task[object] = asyncio.create_task(calls.get(server.url(ME), what="/me"))
        await asyncio.to_thread(server.requests.wait_for, 1)
        await cancelled(asking)
        answer = await calls.exchange("GET", server.url(ME), what="/me")
    assert answer.status == 401


@pytest.mark.parametrize("kind", ["cut", "reset"])
async def test_neither_header_nor_form_nor_body_shows_in_errors_or_logs(
    server: SandboxServer, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    caplog.set_level(logging.DEBUG)
    server.faults.add("/", Fault("cut" if kind == "cut" else "reset"))
    shown = ""
    async with AsyncTransport() as calls:
        for asking in (
            calls.get(server.url(ME), what="/me", authorization=f"Bearer {CANARY}"),
            calls.exchange("POST", server.url("/oauth/token/"), what="it", form={"code": CANARY}),
        ):
            with pytest.raises(APIError) as caught:
                await asking
            shown += "".join(traceback.format_exception(caught.value))
            shown += f"{caught.value.to_dict()}{caught.value!r}"
    assert CANARY not in shown + caplog.text
