"""The query endpoints, whatever they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from mixdesk.api.auth import FixedCredential
from mixdesk.api.client import Client
from mixdesk.api.query import fetch_event_names, fetch_segmentation
from mixdesk.api.transport import Transport
from mixdesk.exceptions import APIError, AuthenticationError

NOON = datetime.fromisoformat("2027-01-15T12:00:00+00:00").timestamp()
SCOPE = {"project_id": "11"}


class Answering:
    """A server that gives each answer once, the last one for ever."""

    def __init__(self) -> None:
        self.answers: list[httpx.Response] = []
        self.seen: list[httpx.URL] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request.url)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def server() -> Answering:
    return Answering()


@pytest.fixture
def client(server: Answering) -> Iterator[Client]:
    with Transport(transport=httpx.MockTransport(server)) as transport:
        yield Client(transport, "eu", {}, FixedCredential("Basic x"), {})


def names(client: Client, now: float = NOON, **given: Any) -> list[str]:
    given = {"limit": None, "from_date": None, "to_date": None} | given
    return fetch_event_names(client, SCOPE, now=now, **given)


def counts(client: Client) -> dict[str, dict[str, int]]:
    return fetch_segmentation(client, SCOPE, {"event": "e"})


VERBS: dict[str, Callable[[Client], object]] = {"names": names, "counts": counts}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
@pytest.mark.parametrize(
    "content",
    [
        *(b"{}", b"null", b"5", b'"x"', b"true", b'{"data": null}', b'{"data": []}'),
        *(b'{"data": {"values": null}}', b'{"data": {"values": [1]}}', b'{"results": []}'),
        *(b'{"data": {"values": {"e": 5}}}', b'{"data": {"values": {"e": {"d": "5"}}}}'),
        *(b'{"data": {"values": {"e": {"d": 1.5}}}}', b'{"data": {"values": {"e": {"d": null}}}}'),
        *(b"", b"{", b"<html>", b"\xff", b"[" * 100_000, b"NaN"),
    ],
    ids=lambda content: repr(content[:40]),
)
def test_an_odd_answer_is_a_typed_error(
    server: Answering, client: Client, verb: Callable[[Client], object], content: bytes
) -> None:
    server.answers = [httpx.Response(200, content=content)]
    with pytest.raises(APIError, match="The answer to the") as caught:
        verb(client)
    assert type(caught.value) is APIError
    assert caught.value.code == "API_ERROR"


class TestNames:
    def test_that_are_none_are_left_out(self, server: Answering, client: Client) -> None:
        server.answers = [httpx.Response(200, json=["b", 5, None, "a", ["c"], ""])]
        assert names(client) == ["b", "a", ""]

    def test_of_nothing_are_none(self, server: Answering, client: Client) -> None:
        server.answers = [httpx.Response(200, json=[])]
        assert names(client) == []

    @pytest.mark.parametrize("given", [{}, {"to_date": "2026-01-01"}, {"limit": 0}], ids=str)
    def test_are_asked_for_in_the_accounts_region(
        self, server: Answering, client: Client, given: dict[str, Any]
    ) -> None:
        server.answers = [httpx.Response(200, json=[])]
        names(client, **given)
        (url,) = server.seen
        assert (url.host, url.path) == ("eu.mixpanel.com", "/api/query/events/names")
        assert url.params["from_date"] == "2000-01-01"
        assert url.params["to_date"] == given.get("to_date", "2027-01-15")
        assert url.params["limit"] == str(given.get("limit", 5000))

    @pytest.mark.parametrize(
        ("days", "first"), [(1, "2027-01-14"), (30, "2026-12-16"), (365, "2026-01-15")]
    )
    def test_go_back_as_far_as_the_server_says(
        self, server: Answering, client: Client, days: int, first: str
    ) -> None:
        refusal = {"error": f"Date range exceeds {days} days into the past"}
        server.answers = [httpx.Response(403, json=refusal), httpx.Response(200, json=["a"])]
        assert names(client) == ["a"]
        assert [url.params["from_date"] for url in server.seen] == ["2000-01-01", first]

    @pytest.mark.parametrize(
        "said",
        ["exceeds -5 days", "exceeds days", "exceeds 99999999999999 days", "exceeds 5 weeks"],
    )
    def test_go_back_no_further_where_the_server_makes_no_sense(
        self, server: Answering, client: Client, said: str
    ) -> None:
        server.answers = [httpx.Response(403, json={"error": said})]
        with pytest.raises(AuthenticationError):
            names(client)
        assert len(server.seen) == 1

    def test_are_asked_for_again_only_for_a_reason_of_the_servers_own(
        self, server: Answering, client: Client
    ) -> None:
        server.answers = [httpx.Response(403, content=b"exceeds 90 days")]
        with pytest.raises(AuthenticationError):
            names(client)
        assert len(server.seen) == 1


class TestCounts:
    def test_are_those_of_the_answer(self, server: Answering, client: Client) -> None:
        values = {"b": {"2026-01-02": 2, "2026-01-01": 1}, "a": {}}
        server.answers = [httpx.Response(200, json={"data": {"values": values, "series": []}})]
        assert counts(client) == values
        assert dict(server.seen[0].params) == {**SCOPE, "type": "general", "event": "e"}

    def test_of_nothing_are_none(self, server: Answering, client: Client) -> None:
        server.answers = [httpx.Response(200, json={"data": {"values": {}}})]
        assert counts(client) == {}
