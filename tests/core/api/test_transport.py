"""Requests: bounded answers, bounded retries, typed errors, a header for one origin."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import httpx
import pytest

from mixdesk.api.bounds import ATTEMPTS
from mixdesk.api.transport import Transport
from mixdesk.exceptions import (
    APIError,
    AuthenticationError,
    QueryError,
    RateLimitError,
    ServerError,
)

URL = "https://mixpanel.example/api/app/me"


class FakeClock:
    """A clock whose sleep moves time."""

    def __init__(self) -> None:
        self.time = 1_000_000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


Handler = Callable[[httpx.Request], httpx.Response]


def transport(handler: Handler, clock: FakeClock | None = None, **limits: float) -> Transport:
    return Transport(
        clock=clock or FakeClock(),
        transport=httpx.MockTransport(handler),
        **limits,  # type: ignore[arg-type]
    )


def answering(*answers: httpx.Response) -> Handler:
    """Give each answer once, the last one for ever."""
    waiting = itertools.chain(answers, itertools.repeat(answers[-1]))
    return lambda request: next(waiting)


def test_an_answer_is_read_whole() -> None:
    with transport(answering(httpx.Response(200, json={"a": 1}))) as calls:
        assert calls.get(URL, what="/me").json("/me") == {"a": 1}


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (401, AuthenticationError, "AUTH_FAILED"),
        (403, AuthenticationError, "AUTH_FAILED"),
        (400, QueryError, "QUERY_FAILED"),
        (404, QueryError, "QUERY_FAILED"),
        (429, RateLimitError, "RATE_LIMITED"),
        (500, ServerError, "SERVER_ERROR"),
        (503, ServerError, "SERVER_ERROR"),
        (302, APIError, "API_ERROR"),
    ],
)
def test_each_status_has_its_error(status: int, kind: type[APIError], code: str) -> None:
    with transport(answering(httpx.Response(status))) as calls, pytest.raises(kind) as caught:
        calls.get(URL, what="/me")
    assert type(caught.value) is kind
    assert (caught.value.code, caught.value.status_code) == (code, status)


def test_a_service_account_without_user_details_is_told_what_it_lacks() -> None:
    said = {"error": "Forbidden"}
    answer = httpx.Response(403, json=said)
    with transport(answering(answer)) as calls, pytest.raises(AuthenticationError) as caught:
        calls.get(URL, what="/me")
    assert "user_details" in caught.value.message
    assert "--project ID" in caught.value.message


def test_a_request_waits_as_long_as_the_server_asks_and_tries_again() -> None:
    clock = FakeClock()
    busy = httpx.Response(429, headers={"Retry-After": "7"})
    with transport(answering(busy, busy, httpx.Response(200, json={})), clock) as calls:
        calls.get(URL, what="/me")
    assert clock.slept == [7.0, 7.0]


def test_a_date_to_wait_for_is_understood() -> None:
    clock = FakeClock()
    clock.time = 784_111_777.0  # Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110
    busy = httpx.Response(503, headers={"Retry-After": "Sun, 06 Nov 1994 08:49:57 GMT"})
    late = httpx.Response(429, headers={"Retry-After": "Sun, 06 Nov 1994 08:50:07 GMT"})
    with transport(answering(busy, late, httpx.Response(200, json={})), clock) as calls:
        calls.get(URL, what="/me")
    assert clock.slept == [20.0, 10.0]


def test_an_endless_refusal_ends_after_a_few_attempts() -> None:
    clock = FakeClock()
    seen: list[httpx.Request] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(500)

    with transport(refuse, clock) as calls, pytest.raises(ServerError):
        calls.get(URL, what="/me")
    assert len(seen) == ATTEMPTS
    assert clock.slept == [1.0, 2.0, 4.0]


def test_a_server_that_asks_for_an_hour_is_not_waited_for() -> None:
    clock = FakeClock()
    busy = httpx.Response(429, headers={"Retry-After": "3600"})
    with transport(answering(busy), clock) as calls, pytest.raises(RateLimitError) as caught:
        calls.get(URL, what="/me")
    assert clock.slept == []
    assert caught.value.retry_after == 3600.0


@pytest.mark.parametrize("value", ["", "soon", "-1", "1e9", "٣", "99999999999999999999"])
def test_a_retry_after_that_makes_no_sense_is_bounded(value: str) -> None:
    clock = FakeClock()
    busy = httpx.Response(429, headers={b"Retry-After": value.encode()})
    with transport(answering(busy), clock) as calls, pytest.raises(RateLimitError) as caught:
        calls.get(URL, what="/me")
    assert caught.value.retry_after in (None, 3600.0)


def test_an_answer_that_is_too_long_is_cut_off() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 65536

    answer = httpx.Response(200, content=endless())
    with transport(answering(answer), limit=1 << 20) as calls, pytest.raises(APIError) as caught:
        calls.get(URL, what="/me")
    assert "cut off" in caught.value.message


def test_an_answer_that_never_ends_is_cut_off_at_the_deadline() -> None:
    clock = FakeClock()

    def dripping() -> Iterator[bytes]:
        while True:
            clock.sleep(1.0)
            yield b"x"

    answer = httpx.Response(200, content=dripping())
    calls = transport(answering(answer), clock, deadline=5.0)
    with calls, pytest.raises(APIError, match="longer than 5 s"):
        calls.get(URL, what="/me")


@pytest.mark.parametrize(
    ("content", "said"), [(b"<html>hello", "an HTML page"), (b'{"a": ', "no JSON")]
)
def test_an_answer_that_is_no_json_is_named(content: bytes, said: str) -> None:
    with transport(answering(httpx.Response(200, content=content))) as calls:
        answer = calls.get(URL, what="/me")
    with pytest.raises(APIError, match=said):
        answer.json("/me")


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("no"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("odd"),
        httpx.ReadError("gone"),
    ],
)
def test_a_network_that_fails_is_an_api_error(failure: httpx.TransportError) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise failure

    with transport(fail) as calls, pytest.raises(APIError) as caught:
        calls.get(URL, what="/me")
    assert (caught.value.code, caught.value.status_code) == ("NETWORK_ERROR", 0)


def test_the_servers_words_are_short_and_clean_and_the_body_is_nowhere() -> None:
    body = {"error": "no\x1b[31m way " + "x" * 5000, "secret": "canary-in-body"}
    answer = httpx.Response(400, json=body)
    with transport(answering(answer)) as calls, pytest.raises(QueryError) as caught:
        calls.get(URL, what="the query")
    shown = repr(caught.value.to_dict())
    assert "no way" in shown
    assert "canary-in-body" not in shown
    assert "\\x1b" not in shown
    assert len(caught.value.message) < 400


def test_a_cookie_of_one_account_is_not_sent_for_the_next() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={}, headers={"Set-Cookie": "session=of-one; Path=/"})

    with transport(answer) as calls:
        calls.get(URL, what="/me")
        calls.get(URL, what="/me")
        calls.exchange("POST", URL, what="it")
    assert [request.headers.get("Cookie") for request in seen] == [None, None, None]


def test_the_client_is_one_object_for_life() -> None:
    with transport(answering(httpx.Response(200, json={}))) as calls:
        first = calls.client
        calls.get(URL, what="/me")
        assert calls.client is first
    assert first.is_closed


def test_what_failed_at_the_server_is_sent_again_only_if_that_does_no_harm() -> None:
    seen: list[str] = []

    def fail(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        return httpx.Response(503)

    clock = FakeClock()
    with transport(fail, clock) as calls:
        for method in ("POST", "PATCH", "PUT"):
            with pytest.raises(ServerError):
                calls.send(method, URL, what="it", json={"a": 1})
    assert [seen.count(method) for method in ("POST", "PATCH", "PUT")] == [1, 1, ATTEMPTS]


def test_whoever_asks_to_slow_down_is_asked_again_whatever_the_method() -> None:
    busy = httpx.Response(429, headers={"Retry-After": "2"})
    clock = FakeClock()
    with transport(answering(busy, httpx.Response(200, json={"a": 1})), clock) as calls:
        assert calls.send("POST", URL, what="it", form={"a": "1"}).json("it") == {"a": 1}
    assert clock.slept == [2.0]


def test_an_exchange_is_made_once_and_gives_any_status() -> None:
    seen: list[bytes] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        seen.append(request.content)
        return httpx.Response(503, json={"error": "no"}, headers={"Retry-After": "1"})

    with transport(refuse) as calls:
        answer = calls.exchange("POST", URL, what="it", form={"grant": "a b"})
    assert (answer.status, answer.json("it"), seen) == (503, {"error": "no"}, [b"grant=a+b"])


def test_an_exchange_that_is_not_answered_says_so() -> None:
    def drop(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("canary", request=request)

    with transport(drop) as calls, pytest.raises(APIError) as caught:
        calls.exchange("POST", URL, what="the token endpoint", form={"a": "canary"})
    assert caught.value.code == "NETWORK_ERROR"
    assert "canary" not in caught.value.message
