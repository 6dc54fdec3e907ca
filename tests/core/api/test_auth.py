"""The Authorization header: for its own origin, renewed once, the same for both clients."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest

from mixdesk.api.auth import FixedCredential, OriginAuth
from mixdesk.exceptions import OAuthError

HOME = "https://mixpanel.com/api/app"

Handler = Callable[[httpx.Request], httpx.Response]
Ask = Callable[..., Any]


class Renewable:
    """A credential that counts what is asked of it, and on which thread."""

    def __init__(self, *values: str) -> None:
        self.values = list(values)
        self.headers = 0
        self.refused: list[str] = []
        self.threads: set[int] = set()

    def header(self) -> str:
        self.headers += 1
        self.threads.add(threading.get_ident())
        return self.values[0]

    def renew(self, refused: str) -> str | None:
        self.refused.append(refused)
        self.threads.add(threading.get_ident())
        return self.values[1] if len(self.values) > 1 else None


class Endless(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body without an end; nobody may try to read it all."""

    def __init__(self) -> None:
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        raise AssertionError("the body of a refusal is read")
        yield b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        raise AssertionError("the body of a refusal is read")
        yield b""

    def close(self) -> None:
        self.is_closed = True

    async def aclose(self) -> None:
        self.is_closed = True


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest) -> Ask:
    """Send one request with httpx's one client or its other."""

    async def later(handler: Handler, auth: httpx.Auth, url: str, **kwargs: Any) -> Any:
        transport = httpx.MockTransport(handler)
        async with httpx.AsyncClient(transport=transport, auth=auth, **OPTIONS) as client:
            return await client.request(kwargs.pop("method", "GET"), url, **kwargs)

    def now(handler: Handler, auth: httpx.Auth, url: str, **kwargs: Any) -> Any:
        transport = httpx.MockTransport(handler)
        with httpx.Client(transport=transport, auth=auth, **OPTIONS) as client:
            return client.request(kwargs.pop("method", "GET"), url, **kwargs)

    async def on_a_thread(*args: Any, **kwargs: Any) -> Any:
        return await asyncio.to_thread(now, *args, **kwargs)

    return on_a_thread if request.param == "sync" else later


OPTIONS: dict[str, Any] = {"follow_redirects": True}


class Server:
    """Answers with the given statuses, and keeps what it was sent."""

    def __init__(self, *answers: int | httpx.Response) -> None:
        self.answers = list(answers)
        self.seen: list[tuple[str, str | None]] = []
        self.bodies: list[bytes] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append((str(request.url), request.headers.get("Authorization")))
        answer = self.answers.pop(0)
        return answer if isinstance(answer, httpx.Response) else httpx.Response(answer)

    @property
    def values(self) -> list[str | None]:
        return [value for _, value in self.seen]


async def test_an_accepted_header_is_asked_for_once(ask: Ask) -> None:
    server, credential = Server(200), Renewable("Bearer one")
    answer = await ask(server, OriginAuth(credential, HOME), HOME + "/me")
    assert (answer.status_code, server.values) == (200, ["Bearer one"])
    assert (credential.headers, credential.refused) == (1, [])


async def test_a_refused_header_is_renewed_and_the_request_made_once_more(ask: Ask) -> None:
    server, credential = Server(401, 200), Renewable("Bearer one", "Bearer two")
    answer = await ask(server, OriginAuth(credential, HOME), HOME + "/me")
    assert (answer.status_code, server.values) == (200, ["Bearer one", "Bearer two"])
    assert credential.refused == ["Bearer one"]


async def test_a_second_refusal_is_the_answer(ask: Ask) -> None:
    server, credential = Server(401, 401), Renewable("Bearer one", "Bearer two")
    answer = await ask(server, OriginAuth(credential, HOME), HOME + "/me")
    assert (answer.status_code, len(server.seen), len(credential.refused)) == (401, 2, 1)


async def test_what_cannot_be_renewed_is_not_tried_again(ask: Ask) -> None:
    server = Server(401)
    answer = await ask(server, OriginAuth(FixedCredential("Basic x"), HOME), HOME + "/me")
    assert (answer.status_code, server.values) == (401, ["Basic x"])


async def test_a_renewal_that_fails_is_the_error(ask: Ask) -> None:
    class Over(Renewable):
        def renew(self, refused: str) -> str | None:
            raise OAuthError("It is over.", code="OAUTH_REFRESH_REVOKED")

    with pytest.raises(OAuthError) as caught:
        await ask(Server(401), OriginAuth(Over("Bearer one"), HOME), HOME + "/me")
    assert caught.value.code == "OAUTH_REFRESH_REVOKED"


async def test_other_statuses_can_say_that_a_credential_was_refused(ask: Ask) -> None:
    server, credential = Server(403, 200), Renewable("Bearer one", "Bearer two")
    auth = OriginAuth(credential, HOME, unauthorized_status_codes=(403,))
    assert (await ask(server, auth, HOME + "/me")).status_code == 200
    server, credential = Server(401), Renewable("Bearer one", "Bearer two")
    auth = OriginAuth(credential, HOME, unauthorized_status_codes=(403,))
    assert (await ask(server, auth, HOME + "/me")).status_code == 401


async def test_the_body_of_a_refusal_is_never_read(ask: Ask) -> None:
    body = Endless()
    server = Server(httpx.Response(401, stream=body), 200)
    auth = OriginAuth(Renewable("Bearer one", "Bearer two"), HOME)
    assert (await ask(server, auth, HOME + "/me")).status_code == 200
    assert body.is_closed


async def test_a_body_is_sent_again_with_the_renewed_header(ask: Ask) -> None:
    bodies: list[bytes] = []

    def look(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        return httpx.Response(401 if len(bodies) == 1 else 200)

    auth = OriginAuth(Renewable("Bearer one", "Bearer two"), HOME)
    answer = await ask(look, auth, HOME + "/x", method="POST", json={"a": 1})
    assert (answer.status_code, bodies) == (200, [b'{"a":1}', b'{"a":1}'])


def test_a_body_that_is_gone_is_not_sent_again() -> None:
    def stream() -> Iterator[bytes]:
        yield b"once"

    def look(request: httpx.Request) -> httpx.Response:
        request.read()
        return httpx.Response(401)

    class Consuming(httpx.MockTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            assert isinstance(request.stream, httpx.SyncByteStream)
            assert b"".join(request.stream) == b"once"
            return httpx.Response(401)

    credential = Renewable("Bearer one", "Bearer two")
    with httpx.Client(transport=Consuming(look), auth=OriginAuth(credential, HOME)) as client:
        assert client.post(HOME + "/x", content=stream()).status_code == 401
    assert credential.refused == []


ELSEWHERE = [
    "https://mixpanel.com.evil.test/me",
    "https://evilmixpanel.com/me",
    "https://mixpanel.com:8443/me",
    "http://mixpanel.com/me",
    "https://eu.mixpanel.com/me",
    "https://mixpanel.com@evil.test/me",
    "https://mixpanel.com./me",
    "https://evil.test/https://mixpanel.com/me",
]


@pytest.mark.parametrize("url", ELSEWHERE)
async def test_the_header_goes_to_its_own_origin_only(ask: Ask, url: str) -> None:
    server, credential = Server(401), Renewable("Bearer canary", "Bearer canary")
    await ask(server, OriginAuth(credential, HOME), url, headers={"Authorization": "Bearer old"})
    assert server.values == [None]
    assert credential.headers == 0


@pytest.mark.parametrize("url", ["https://mixpanel.com:443/x", "https://MIXPANEL.com/x"])
async def test_the_same_origin_may_be_written_differently(ask: Ask, url: str) -> None:
    server = Server(200)
    await ask(server, OriginAuth(FixedCredential("Basic x"), HOME), url)
    assert server.values == ["Basic x"]


@pytest.mark.parametrize("url", [*ELSEWHERE[:5], "https://mixpanel.com@evil.test/me"])
async def test_a_redirect_elsewhere_takes_no_header_along(ask: Ask, url: str) -> None:
    server = Server(httpx.Response(302, headers={"Location": url}), 401)
    credential = Renewable("Bearer canary", "Bearer canary2")
    answer = await ask(server, OriginAuth(credential, HOME), HOME + "/me")
    assert server.values == ["Bearer canary", None]
    assert answer.status_code == 401
    assert credential.refused == [], "another origin has judged a header that it never saw"


async def test_an_async_client_never_blocks_the_loop_for_a_credential() -> None:
    credential = Renewable("Bearer one", "Bearer two")
    auth = OriginAuth(credential, HOME)
    async with httpx.AsyncClient(transport=httpx.MockTransport(Server(401, 200))) as client:
        await client.get(HOME + "/me", auth=auth)
    assert threading.get_ident() not in credential.threads
