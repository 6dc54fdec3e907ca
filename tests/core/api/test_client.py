"""Asking as one account: with which headers, query and body, and no further than asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
import pytest

from mixdesk.api.auth import FixedCredential
from mixdesk.api.client import Client
from mixdesk.api.transport import Transport
from mixdesk.exceptions import APIError, InvalidArgumentError

CREDENTIAL = "Basic canary"
ME = "https://mixpanel.com/api/app/me"


class Server:
    """Every server in the world: keeps what it was sent, and answers with what it is told."""

    def __init__(self) -> None:
        self.seen: list[httpx.Request] = []
        self.answer: Callable[[httpx.Request], httpx.Response] = lambda _: httpx.Response(200)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        return self.answer(request)

    @property
    def last(self) -> httpx.Request:
        return self.seen[-1]


class Asker:
    """Makes clients that talk to one server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.transport = Transport(transport=httpx.MockTransport(server))

    def client(self, headers: Mapping[str, str] | None = None) -> Client:
        credential = FixedCredential(CREDENTIAL)
        return Client(self.transport, "us", {}, credential, headers or {})

    def ask(self, path: str, method: str = "GET", **request: Any) -> httpx.Request:
        """Ask a path, and return what arrived."""
        client = self.client()
        client.send(method, client.address(path), what="it", **request)
        return self.server.last


@pytest.fixture
def asker() -> Iterator[Asker]:
    made = Asker(Server())
    with made.transport:
        yield made


class TestARedirect:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    @pytest.mark.parametrize("to", ["https://evil.test/", "https://mixpanel.com/login", "//x"])
    def test_is_not_followed(self, asker: Asker, status: int, to: str) -> None:
        asker.server.answer = lambda _: httpx.Response(status, headers={"Location": to})
        with pytest.raises(APIError, match="not followed") as caught:
            asker.ask("/api/app/me")
        assert caught.value.status_code == status
        assert [str(request.url) for request in asker.server.seen] == [ME]


class TestHeaders:
    def sent(
        self, asker: Asker, session: Mapping[str, str], call: Mapping[str, str] | None = None
    ) -> httpx.Headers:
        client = asker.client(headers=session)
        client.send("GET", ME, what="it", headers=call)
        return asker.server.last.headers

    def test_of_the_session_are_sent_with_each_request(self, asker: Asker) -> None:
        assert self.sent(asker, {"X-Cluster": "one"})["x-cluster"] == "one"
        client = asker.client(headers={"X-Cluster": "two"})
        with pytest.raises(APIError):  # no JSON
            client.get("app", "/me", what="/me", params={})
        assert asker.server.last.headers["x-cluster"] == "two"

    @pytest.mark.parametrize("name", ["X-Cluster", "x-cluster", "X-CLUSTER"])
    def test_of_the_call_win_however_written(self, asker: Asker, name: str) -> None:
        headers = self.sent(asker, {"X-Cluster": "one", "X-Other": "o"}, {name: "two"})
        assert headers.get_list("x-cluster") == ["two"]
        assert headers["x-other"] == "o"

    @pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
    @pytest.mark.parametrize("place", ["session", "call"])
    def test_never_say_who_asks(self, asker: Asker, name: str, place: str) -> None:
        other = {name: "Bearer other"}
        headers = self.sent(asker, other) if place == "session" else self.sent(asker, {}, other)
        assert headers.get_list("authorization") == [CREDENTIAL]

    @pytest.mark.parametrize("place", ["session", "call"])
    def test_never_say_who_is_asked(self, asker: Asker, place: str) -> None:
        other = {"host": "evil.test"}
        headers = self.sent(asker, other) if place == "session" else self.sent(asker, {}, other)
        assert headers.get_list("host") == ["mixpanel.com"]

    def test_may_be_latin_1_or_empty(self, asker: Asker) -> None:
        headers = self.sent(asker, {"X-City": "Zürich"}, {"X-Empty": ""})
        assert (b"X-City", "Zürich".encode("latin-1")) in headers.raw
        assert headers["x-empty"] == ""

    @pytest.mark.parametrize(
        "headers",
        [
            {"X-A": "canary\r\nX-B: 1"},
            {"X-A": "canary\n"},
            {"X-A": " canary"},
            {"X-A": "canary\x00"},
            {"X-A": "canary →"},
            {"X-A": 5},
            {"X A": "canary"},
            {"X-A\r\nX-B": "canary"},
            {"": "canary"},
            {"X-Ü": "canary"},
        ],
        ids=repr,
    )
    @pytest.mark.parametrize("place", ["session", "call"])
    def test_that_cannot_be_sent_are_named_but_not_shown(
        self, asker: Asker, headers: Mapping[str, Any], place: str
    ) -> None:
        session, call = (headers, None) if place == "session" else ({}, headers)
        with pytest.raises(InvalidArgumentError) as caught:
            self.sent(asker, session, call)
        assert caught.value.violation == "header"
        assert caught.value.message.isprintable()
        assert "canary" not in caught.value.message
        assert asker.server.seen == []


class TestAMethod:
    @pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "patch"])
    def test_is_sent_in_capitals(self, asker: Asker, method: str) -> None:
        assert asker.ask("/api/app/me", method).method == method.upper()

    def test_in_small_letters_is_tried_again_just_the_same(self, asker: Asker) -> None:
        answers = iter([503, 200])
        asker.server.answer = lambda _: httpx.Response(next(answers), headers={"Retry-After": "0"})
        asker.ask("/api/app/me", "put")
        assert [request.method for request in asker.server.seen] == ["PUT", "PUT"]

    @pytest.mark.parametrize("method", ["", "GE T", "GET\r\nX: 1", "GET /", "GÉT"])
    def test_that_is_none_is_refused(self, asker: Asker, method: str) -> None:
        with pytest.raises(InvalidArgumentError) as caught:
            asker.ask("/api/app/me", method)
        assert caught.value.violation == "method"
        assert asker.server.seen == []


class TestAQuery:
    def query(self, asker: Asker, path: str, params: Mapping[str, str] | None) -> str:
        return asker.ask(path, params=params).url.query.decode()

    def test_is_sent_as_it_is_given(self, asker: Asker) -> None:
        query = self.query(asker, "/api/query/x", {"where": 'a == "ü&b"', "n": "1"})
        assert httpx.QueryParams(query)["where"] == 'a == "ü&b"'
        assert set(httpx.QueryParams(query)) == {"where", "n"}

    @pytest.mark.parametrize("params", [None, {}])
    def test_of_the_path_stays(self, asker: Asker, params: Mapping[str, str] | None) -> None:
        assert self.query(asker, "/api/query/x?a=1", params) == "a=1"

    def test_of_both_goes_together(self, asker: Asker) -> None:
        assert self.query(asker, "/api/query/x?a=1&b=1", {"b": "2"}) == "a=1&b=2"


class TestABody:
    @pytest.mark.parametrize("body", [{"a": ["ü", 1, None]}, [], {}, 0, False, "text"])
    def test_is_json(self, asker: Asker, body: Any) -> None:
        request = asker.ask("/api/app/x", "POST", json=body)
        assert request.headers["content-type"] == "application/json"
        assert httpx.Response(200, content=request.content).json() == body

    def test_is_a_form(self, asker: Asker) -> None:
        request = asker.ask("/api/app/x", "POST", form={"a": "b c", "d": "é&"})
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        assert request.content == b"a=b+c&d=%C3%A9%26"

    def test_is_none(self, asker: Asker) -> None:
        assert asker.ask("/api/app/x", "POST").content == b""
