"""An OAuthClient: one token for many requests, another one when it is over or refused."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mixdesk.clients import FileCache, MemoryCache, OAuthClient, OAuthToken
from mixdesk.exceptions import OAuthError
from tests.core.clients.renewing import (
    NOW,
    URL,
    Api,
    ApiTransport,
    Awaited,
    Broken,
    Counting,
    HandClock,
    Refreshing,
    ask,
    ask_now,
    stored,
)

Ask = Callable[..., Any]


@pytest.fixture(params=["async", "sync", "sync on a loop"])
def send(request: pytest.FixtureRequest) -> Ask:
    """Send one request with httpx's one client or its other, also where a loop runs."""

    async def elsewhere(*args: Any, **kwargs: Any) -> Any:
        answers: list[httpx.Response] = []
        errors: list[BaseException] = []

        def go() -> None:
            try:
                answers.append(ask_now(*args, **kwargs))
            except OAuthError as error:
                errors.append(error)

        thread = threading.Thread(target=go)
        thread.start()
        thread.join()
        if errors:
            raise errors[0]
        return answers[0]

    async def here(*args: Any, **kwargs: Any) -> Any:
        return ask_now(*args, **kwargs)

    return {"async": ask, "sync": elsewhere, "sync on a loop": here}[request.param]


def test_it_cannot_be_made_without_get_token() -> None:
    with pytest.raises(TypeError, match="get_token"):
        OAuthClient(MemoryCache())  # type: ignore[abstract]


@pytest.mark.parametrize("cache", [None, {}, object(), "path"])
def test_it_cannot_be_made_without_a_cache(cache: Any) -> None:
    class Careless(OAuthClient):
        async def get_token(self) -> OAuthToken:
            raise AssertionError

    with pytest.raises(TypeError, match="get, set and delete"):
        Careless(cache)


def test_its_name_is_its_class_and_its_keys_come_of_its_name() -> None:
    class Other(Counting):
        @property
        def name(self) -> str:
            return "elsewhere"

    assert Counting().name == "Counting"
    assert (Counting().access_key, Counting().refresh_key) == (
        "Counting_access_token",
        "Counting_refresh_token",
    )
    assert Other().access_key == "elsewhere_access_token"
    assert Other().refresh_key == "elsewhere_refresh_token"


async def test_two_names_in_one_cache_keep_apart(send: Ask) -> None:
    class Other(Counting):
        @property
        def name(self) -> str:
            return "other"

    cache = MemoryCache()
    one, other = Counting(cache), Other(cache)
    for client in (one, other, one, other):
        await send(client, Api())
    assert (one.got, other.got) == (1, 1)


async def test_keys_of_its_own_are_used(send: Ask) -> None:
    class Keys(Refreshing):
        @property
        def access_key(self) -> str:
            return "mine"

        @property
        def refresh_key(self) -> str:
            return "mine too"

    cache = MemoryCache()
    await send(Keys(cache), Api())
    assert "canary-1" in str(cache.get("mine"))
    assert cache.get("mine too") == "canary-refresh-1"


async def test_one_token_does_for_many_requests(send: Ask) -> None:
    client, api = Counting(), Api()
    for _ in range(3):
        assert (await send(client, api)).status_code == 200
    assert (client.got, api.seen) == (1, ["canary-1"] * 3)


async def test_a_token_in_the_cache_is_used(send: Ask) -> None:
    cache = MemoryCache()
    cache.set("Counting_access_token", stored("canary-kept"))
    client, api = Counting(cache), Api()
    await send(client, api)
    assert (client.got, api.seen) == (0, ["canary-kept"])


async def test_it_is_renewed_shortly_before_its_end(send: Ask) -> None:
    client, api = Counting(), Api()
    await send(client, api)
    client.clock.pass_by(3569)
    await send(client, api)
    client.clock.pass_by(1)
    await send(client, api)
    assert (client.got, api.seen) == (2, ["canary-1", "canary-1", "canary-2"])


@pytest.mark.parametrize("expires_in", [0, -1, "-3", -1e300])
async def test_a_token_that_is_over_at_once_is_used_once(send: Ask, expires_in: Any) -> None:
    client, api = Counting(), Api()
    client.expires_in = expires_in
    await send(client, api)
    await send(client, api)
    assert api.seen == ["canary-1", "canary-2"]


@pytest.mark.parametrize("expires_in", [10**400, float("nan"), float("inf"), "soon", None, {}])
async def test_a_lifetime_that_makes_no_sense_does_no_harm(send: Ask, expires_in: Any) -> None:
    client, api = Counting(), Api()
    client.expires_in = expires_in
    await send(client, api)
    await send(client, api)
    assert api.seen == ["canary-1", "canary-1"]


async def test_what_is_kept_longest_is_kept_for_a_month() -> None:
    class Noting(MemoryCache):
        def set(self, key: str, value: str, expire: float | None = None) -> None:
            kept.append(expire)

    kept: list[float | None] = []
    client = Refreshing(Noting())
    client.expires_in = 10**9
    await client.get_token_obj()
    assert kept == [30 * 86400, 30 * 86400]


@pytest.mark.parametrize("seconds", [3600, 7200, -3600, 10**9, -(10**9)])
async def test_a_clock_that_is_set_costs_one_token_at_most(send: Ask, seconds: int) -> None:
    client, api = Counting(), Api()
    await send(client, api)
    client.clock.time += seconds
    for _ in range(3):
        await send(client, api)
    assert client.got == 2


# A token that is refused.


async def test_a_refused_token_is_replaced_and_the_request_made_once_more(send: Ask) -> None:
    client, api = Counting(), Api("canary-1")
    assert (await send(client, api)).status_code == 200
    assert api.seen == ["canary-1", "canary-2"]
    await send(client, api)
    assert (client.got, api.seen[2:]) == (2, ["canary-2"])


async def test_a_server_that_always_refuses_is_asked_exactly_twice(send: Ask) -> None:
    client, api = Counting(), Api()
    api.refuses_all = True
    for number in (1, 2):
        assert (await send(client, api)).status_code == 401
        assert (len(api.seen), client.got) == (2 * number, number + 1)


async def test_the_same_token_again_is_sent_exactly_once_more(send: Ask) -> None:
    class Stubborn(Counting):
        async def get_token(self) -> OAuthToken:
            self.got += 1
            return OAuthToken("canary", 3600)

    client, api = Stubborn(), Api("canary")
    assert (await send(client, api)).status_code == 401
    assert (client.got, api.seen) == (2, ["canary", "canary"])


async def test_other_statuses_can_say_that_a_token_was_refused(send: Ask) -> None:
    class Forbidden(Counting):
        @property
        def unauthorized_status_codes(self) -> list[int]:
            return [403, 418]

    assert Counting().unauthorized_status_codes == [401]
    for status, answered in ((403, 200), (418, 200), (401, 401)):
        assert (await send(Forbidden(), Api("canary-1", status=status))).status_code == answered


async def test_a_body_of_any_kind_is_sent_again(send: Ask) -> None:
    for kwargs in ({"json": {"a": 1}}, {"data": {"a": "1"}}, {"content": b"x"}):
        api = Api("canary-1")
        assert (await send(Counting(), api, method="POST", **kwargs)).status_code == 200
        assert len(api.bodies) == 2
        assert api.bodies[0] == api.bodies[1] != b""


async def test_a_stream_is_sent_again() -> None:
    async def later() -> AsyncIterator[bytes]:
        yield b"one "
        yield b"two"

    def now() -> Iterator[bytes]:
        yield b"one "
        yield b"two"

    api = Api("canary-1")
    assert (await ask(Counting(), api, method="POST", content=later())).status_code == 200
    assert ask_now(Refreshing(), api, method="POST", content=now()).status_code == 200
    assert api.bodies == [b"one two"] * 4


async def test_a_stream_that_may_not_be_read_ahead_is_not_sent_again() -> None:
    class Large(Counting):
        requires_request_body = False

    async def later() -> AsyncIterator[bytes]:
        yield b"one"

    client, api = Large(), Api("canary-1")
    assert (await ask(client, api, method="POST", content=later())).status_code == 401
    assert (api.bodies, client.got) == ([b"one"], 1)


async def test_an_audience_gets_the_token_and_nobody_else(send: Ask) -> None:
    class Bound(Counting):
        @property
        def audience(self) -> str:
            return "https://api.example.evil/"

    client, api = Bound(), Api()
    assert Counting().audience is None
    await send(client, api, headers={"Authorization": "Bearer old"})
    assert (client.got, api.seen) == (0, ["-"])


async def test_a_redirect_elsewhere_takes_no_token_along() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("Authorization"))
        if request.url.host == "api.example":
            return httpx.Response(302, headers={"Location": "https://api.example.evil/"})
        return httpx.Response(401)

    seen: list[str | None] = []
    client = Counting()
    transport = httpx.MockTransport(answer)
    async with httpx.AsyncClient(transport=transport, auth=client, follow_redirects=True) as http:
        assert (await http.get(URL)).status_code == 401
    assert (seen, client.got) == (["Bearer canary-1", None], 1)


# Refreshing.


async def test_a_token_that_is_over_is_refreshed(send: Ask) -> None:
    client, api = Refreshing(), Api()
    await send(client, api)
    client.clock.pass_by(4000)
    await send(client, api)
    assert (client.got, client.spent) == (1, ["canary-refresh-1"])
    assert api.seen == ["canary-1", "canary-refreshed-1"]


async def test_a_refused_token_is_refreshed(send: Ask) -> None:
    client, api = Refreshing(), Api("canary-1")
    assert (await send(client, api)).status_code == 200
    assert (client.got, api.seen) == (1, ["canary-1", "canary-refreshed-1"])


async def test_a_rotated_refresh_token_is_kept_and_one_that_is_not_goes_on(send: Ask) -> None:
    client = Refreshing()
    client.rotated = ["canary-refresh-2", None, "canary-refresh-3"]
    for _ in range(5):
        await send(client, Api())
        client.clock.pass_by(4000)
    assert [token[-1] for token in client.spent] == ["1", "2", "2", "3"]


async def test_a_refresh_token_that_is_not_rotated_is_kept_for_another_month() -> None:
    client = Refreshing()
    for _ in range(4):
        await client.get_token_obj()
        client.clock.pass_by(20 * 86400)
    assert (client.got, client.spent) == (1, ["canary-refresh-1"] * 3)


async def test_a_refused_token_is_forgotten_even_if_there_is_no_other() -> None:
    async def fail() -> None:
        raise ConnectionError("no network")

    cache = MemoryCache()
    cache.set("Counting_access_token", stored("canary-kept"))
    client = Counting(cache)
    client.before = fail
    with pytest.raises(ConnectionError):
        await ask(client, Api("canary-kept"))
    assert cache.get(client.access_key) is None


@pytest.mark.parametrize("failure", [OSError("canary"), KeyError("canary"), NotImplementedError()])
async def test_a_refresh_that_fails_falls_back_to_a_new_token(
    send: Ask, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    client, api = Refreshing(), Api()
    await send(client, api)
    client.clock.pass_by(4000)
    client.failure, client.refresh = failure, "canary-refresh-9"
    await send(client, api)
    assert api.seen == ["canary-1", "canary-2"]
    said = "Refreshing could not refresh its token, so it gets a new one: "
    assert said + type(failure).__name__ in caplog.text
    assert "canary" not in caplog.text
    client.clock.pass_by(4000)
    client.failure = None
    await send(client, api)
    assert client.spent == ["canary-refresh-1", "canary-refresh-9"]


async def test_a_refresh_token_that_failed_and_has_no_successor_is_forgotten(send: Ask) -> None:
    client, api = Refreshing(), Api()
    await send(client, api)
    client.failure, client.refresh = OSError(), None
    for _ in range(2):
        client.clock.pass_by(4000)
        await send(client, api)
    assert (len(client.spent), client.got) == (1, 3)


async def test_when_both_fail_the_refresh_token_is_kept() -> None:
    async def fail() -> None:
        raise ConnectionError("no network")

    client = Refreshing()
    await client.get_token_obj()
    client.clock.pass_by(4000)
    client.failure, client.before = ConnectionError(), fail
    with pytest.raises(ConnectionError, match="no network"):
        await client.get_token_obj()
    client.failure = None
    assert (await client.get_token_obj()).access_token == "canary-refreshed-2"


async def test_what_another_process_has_refreshed_meanwhile_is_used() -> None:
    async def other_process() -> None:
        cache.set("Refreshing_access_token", stored("canary-theirs", issued_at=client.clock.now()))

    cache = MemoryCache()
    client = Refreshing(cache)
    await client.get_token_obj()
    client.clock.pass_by(4000)
    client.during, client.failure = other_process, OSError("spent already")
    assert (await client.get_token_obj()).access_token == "canary-theirs"
    assert client.got == 1


async def test_without_refresh_token_no_refresh_token_is_stored() -> None:
    cache = MemoryCache()
    client = Counting(cache)
    client.refresh = "canary-refresh-1"
    await client.get_token_obj()
    assert cache.get(client.access_key) is not None
    assert cache.get(client.refresh_key) is None


# The token itself.


async def test_the_token_object_has_what_there_is() -> None:
    client = Refreshing()
    first = await client.get_token_obj()
    assert first == OAuthToken("canary-1", 3600, "canary-refresh-1")
    client.clock.pass_by(600)
    assert await client.get_token_obj() == OAuthToken("canary-1", 3000, "canary-refresh-1")
    assert client.got == 1


@pytest.mark.parametrize("wrong", [None, "canary", {"access_token": "canary"}])
async def test_what_is_no_token_is_said_to_be_none(send: Ask, wrong: Any) -> None:
    class Wrong(Counting):
        async def get_token(self) -> OAuthToken:
            answer: OAuthToken = wrong
            return answer

    with pytest.raises(OAuthError, match=f"got a {type(wrong).__name__} instead") as caught:
        await send(Wrong(), Api())
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("token", ["can\r\nX-Evil: 1", "can\nary", "", "can ary"])
async def test_a_token_that_would_break_the_header_is_never_sent(send: Ask, token: str) -> None:
    class Evil(Counting):
        async def get_token(self) -> OAuthToken:
            return OAuthToken(token, 3600)

    api, cache = Api(), MemoryCache()
    with pytest.raises(OAuthError) as caught:
        await send(Evil(cache), api)
    assert caught.value.code == "OAUTH_TOKEN_ERROR"
    assert (api.seen, cache.get("Evil_access_token")) == ([], None)


# Clearing.


async def test_clearing_forgets_both_tokens(send: Ask) -> None:
    client, api = Refreshing(), Api()
    await send(client, api)
    client.clear_token()
    await send(client, api)
    assert (client.got, client.spent, api.seen) == (2, [], ["canary-1", "canary-2"])


def test_clearing_needs_no_loop_whatever_the_cache() -> None:
    for cache in (MemoryCache(), Awaited()):
        client, api = Refreshing(cache), Api()
        ask_now(client, api)
        client.clear_token()
        ask_now(client, api)
        assert client.got == 2


async def test_clearing_can_be_awaited() -> None:
    cache = Awaited()
    client = Refreshing(cache)
    await client.get_token_obj()
    assert len(cache.values) == 2
    await client.clear_token()
    assert cache.values == {}
    await Refreshing(MemoryCache()).clear_token()


# Caches of others.


async def test_an_asynchronous_cache_keeps_the_token(send: Ask) -> None:
    cache = Awaited()
    client, api = Refreshing(cache), Api()
    for _ in range(3):
        await send(client, api)
    assert client.got == 1
    assert "canary-1" in cache.values["Refreshing_access_token"]


async def test_a_cache_that_returns_something_to_await_keeps_the_token(send: Ask) -> None:
    class Plain:
        def __init__(self) -> None:
            self.within = Awaited()
            self.get, self.set = self._get, self.within.set
            self.delete = self.within.delete

        def _get(self, key: str) -> Any:
            return self.within.get(key)

    client = Counting(Plain())
    for _ in range(3):
        await send(client, Api())
    assert client.got == 1


async def test_a_cache_may_take_its_seconds_by_position_or_by_name(send: Ask) -> None:
    class Kept:
        def __init__(self) -> None:
            self.within = MemoryCache()
            self.get, self.delete = self.within.get, self.within.delete

    class ByName(Kept):
        def set(self, key: str, value: str, *, expire: float) -> None:
            self.within.set(key, value, expire)

    class ByPosition(Kept):
        def set(self, name: str, value: str, ex: float) -> None:
            self.within.set(name, value, ex)

    caches: list[Any] = [ByName(), ByPosition()]
    for cache in caches:
        client = Counting(cache)
        await send(client, Api())
        await send(client, Api())
        assert client.got == 1


async def test_a_file_keeps_the_token_for_the_next_process(send: Ask, home: Path) -> None:
    path = home / "tokens.json"
    for _ in range(2):
        client = Refreshing(FileCache(path))
        await send(client, Api())
    assert client.got == 0
    assert client.spent == []


async def test_a_file_is_not_read_or_written_on_the_loop() -> None:
    class Noting(MemoryCache):
        blocks = True

        def get(self, key: str) -> str | None:
            threads.add(threading.get_ident())
            return super().get(key)

        def set(self, key: str, value: str, expire: float | None = None) -> None:
            threads.add(threading.get_ident())
            super().set(key, value, expire)

    threads: set[int] = set()
    client = Refreshing(Noting())
    await ask(client, Api())
    assert client.got == 1
    assert threads
    assert threading.get_ident() not in threads
    assert FileCache.blocks


async def test_a_corrupt_file_is_begun_anew(send: Ask, home: Path) -> None:
    path = home / "tokens.json"
    path.touch(0o600)
    path.write_bytes(b'{"Counting_access_token": \xff')
    client, api = Counting(FileCache(path)), Api()
    await send(client, api)
    await send(client, api)
    assert client.got == 1
    assert "canary-1" in path.read_text()


@pytest.mark.parametrize("content", [7, object(), [], {}, b"\xff", "{", stored("can\nary")])
async def test_whatever_a_cache_holds_does_no_harm(send: Ask, content: Any) -> None:
    class Strange(MemoryCache):
        def get(self, key: str) -> Any:
            return content

    client, api = Refreshing(Strange()), Api()
    assert (await send(client, api)).status_code == 200
    assert client.got + len(client.spent) >= 1


async def test_a_cache_that_raises_costs_a_token_and_not_the_call(
    send: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client, api = Refreshing(Broken()), Api("canary-1")
    assert (await send(client, api)).status_code == 200
    assert api.seen == ["canary-1", "canary-2"]
    client.clear_token()
    said = " ".join(caplog.messages)
    assert "The cache could not read 'Refreshing_access_token', so it is done without: Conn" in said
    assert "could not write 'Refreshing_access_token'" in said
    assert "could not clear 'Refreshing_refresh_token'" in said
    assert "canary" not in said + caplog.text


async def test_an_asynchronous_cache_that_raises_does_the_same(
    send: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    class Lost(Awaited):
        async def get(self, key: str) -> Any:
            raise TimeoutError("canary-cache")

        async def delete(self, key: str) -> None:
            raise TimeoutError("canary-cache")

    client, api = Counting(Lost()), Api("canary-1")
    assert (await send(client, api)).status_code == 200
    await client.clear_token()
    assert "TimeoutError" in caplog.text
    assert "canary" not in caplog.text


async def test_a_file_that_is_unsafe_is_said_to_be(
    send: Ask, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (home / "real").write_text("{}")
    (home / "link").symlink_to(home / "real")
    client = Counting(FileCache(home / "link"))
    assert (await send(client, Api())).status_code == 200
    assert f"{home / 'link'}" in caplog.text
    assert "chmod" in caplog.text or "is a link" in caplog.text


async def test_nothing_shows_a_token(caplog: pytest.LogCaptureFixture, home: Path) -> None:
    caplog.set_level(logging.DEBUG, "mixdesk")
    client = Refreshing(FileCache(home / "t.json"))
    await ask(client, Api("canary-1"))
    assert json.loads((home / "t.json").read_text())
    assert "canary" not in f"{client!r}{client}{caplog.text}"


async def test_the_transport_of_the_tests_takes_a_body_once() -> None:
    async def once() -> AsyncIterator[bytes]:
        yield b"x"

    async with httpx.AsyncClient(transport=ApiTransport(Api())) as http:
        request = http.build_request("POST", URL, content=once())
        await http.send(request)
        with pytest.raises(httpx.StreamConsumed):
            await http.send(request)


def test_a_clock_is_that_of_this_machine_by_default() -> None:
    class Plain(OAuthClient):
        async def get_token(self) -> OAuthToken:
            return OAuthToken("canary", 3600)

    client = Plain(MemoryCache())
    assert ask_now(client, Api()).json() == {"token": "canary"}
    assert HandClock().now() == NOW
