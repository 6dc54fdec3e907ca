"""Many callers, one token request: coroutines, threads, loops, and those who give up."""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

import pytest

from mixdesk.clients import FileCache, MemoryCache, OAuthToken
from mixdesk.clients.sharing import Shared
from mixdesk.exceptions import OAuthError
from tests.core.clients.renewing import Api, Awaited, Broken, Counting, Refreshing, ask, ask_now
from tests.core.oauth import logins
from tests.core.oauth.visiting import until

MANY = 200


class Gate:
    """Holds up who comes until it is opened, from any thread."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.comings = threading.Semaphore(0)
        self._is_open = False
        self._held: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def open(self) -> None:
        self._is_open = True
        if self._held is not None:
            loop, event = self._held
            with suppress(RuntimeError):  # who was held has gone, and its loop
                loop.call_soon_threadsafe(event.set)

    async def __call__(self) -> None:
        event = asyncio.Event()
        self._held = (asyncio.get_running_loop(), event)
        self.reached.set()
        self.comings.release()
        if not self._is_open:
            await event.wait()


@pytest.mark.parametrize("kind", [MemoryCache, Awaited, Broken])
async def test_two_hundred_coroutines_on_a_cold_cache_get_one_token(kind: type[Any]) -> None:
    client, gate = Counting(kind()), Gate()
    client.before = gate
    tasks = [asyncio.create_task(client.get_token_obj()) for _ in range(MANY)]
    await until(gate.reached.is_set)
    for _ in range(5):
        await asyncio.sleep(0)
    gate.open()
    assert {token.access_token for token in await asyncio.gather(*tasks)} == {"canary-1"}
    assert client.got == 1


async def test_two_hundred_clients_of_one_cache_get_one_token() -> None:
    cache, gate = MemoryCache(), Gate()
    clients = [Counting(cache) for _ in range(MANY)]
    for client in clients:
        client.before = gate
    tasks = [asyncio.create_task(client.get_token_obj()) for client in clients]
    await until(gate.reached.is_set)
    other = asyncio.create_task(Counting(MemoryCache()).get_token_obj())
    assert (await other).access_token == "canary-1", "another cache is nobody's business here"
    gate.open()
    assert {token.access_token for token in await asyncio.gather(*tasks)} == {"canary-1"}
    assert sum(client.got for client in clients) == 1


async def test_two_hundred_requests_on_a_cold_cache_get_one_token() -> None:
    client, api = Counting(), Api()
    await asyncio.gather(*(ask(client, api) for _ in range(MANY)))
    assert (client.got, api.seen) == (1, ["canary-1"] * MANY)


async def test_two_hundred_refused_requests_get_one_new_token() -> None:
    client, api = Refreshing(), Api("canary-1")
    answers = await asyncio.gather(*(ask(client, api) for _ in range(MANY)))
    assert {answer.status_code for answer in answers} == {200}
    assert (client.got, len(client.spent)) == (1, 1)
    assert len(api.seen) == 2 * MANY


async def test_what_was_under_way_may_bring_the_token_that_was_refused() -> None:
    async def same() -> OAuthToken:
        await gate()
        return OAuthToken("canary-1", 3600)

    client, api, gate = Refreshing(), Api("canary-1"), Gate()
    await client.get_token_obj()
    other = asyncio.create_task(client._shared.run(same))
    await until(gate.reached.is_set)
    asked = asyncio.create_task(ask(client, api))
    await until(lambda: _waiting(client) == 2)
    gate.open()
    assert (await asked).status_code == 200
    assert api.seen == ["canary-1", "canary-refreshed-1"]
    await other


def test_threads_and_loops_share_one_token() -> None:
    client, api, gate = Counting(), Api(), Gate()
    client.before = gate
    with ThreadPoolExecutor(16) as threads:
        asked = [threads.submit(ask_now, client, api) for _ in range(8)]
        asked += [threads.submit(asyncio.run, ask(client, api)) for _ in range(8)]
        assert gate.reached.wait(20)
        gate.open()
        assert {each.result(20).status_code for each in asked} == {200}
    assert client.got == 1


async def test_when_it_fails_all_who_wait_are_told_and_the_next_begins_anew() -> None:
    async def fail() -> None:
        await asyncio.sleep(0)
        raise ConnectionError("no network")

    client = Counting()
    client.before = fail
    told = await asyncio.gather(
        *(client.get_token_obj() for _ in range(MANY)), return_exceptions=True
    )
    assert [type(each) for each in told] == [ConnectionError] * MANY
    assert client.got == 1
    client.before = None
    assert (await client.get_token_obj()).access_token == "canary-2"


async def test_who_fetches_may_be_cancelled_and_the_others_get_the_token() -> None:
    client, gate = Counting(), Gate()
    client.before = gate
    first = asyncio.create_task(client.get_token_obj())
    await until(gate.reached.is_set)
    others = [asyncio.create_task(client.get_token_obj()) for _ in range(20)]
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    others[7].cancel()
    gate.open()
    told = await asyncio.gather(*others, return_exceptions=True)
    assert [type(each) for each in told].count(OAuthToken) == 19
    assert client.got == 1


async def test_when_nobody_waits_any_more_nothing_goes_on() -> None:
    ended: list[bool] = []

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    client = Counting()
    client.before = forever
    tasks = [asyncio.create_task(client.get_token_obj()) for _ in range(3)]
    await until(lambda: client.got == 1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await until(lambda: bool(ended))
    client.before = None
    assert (await client.get_token_obj()).access_token == "canary-2"


async def test_a_refresh_ends_even_when_nobody_waits_so_that_its_answer_is_not_lost() -> None:
    client, gate = Refreshing(), Gate()
    client.rotated = ["canary-refresh-2"]
    await client.get_token_obj()
    client.clock.pass_by(4000)
    client.during = gate
    asked = asyncio.create_task(client.get_token_obj())
    await until(gate.reached.is_set)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    again = asyncio.create_task(client.get_token_obj())
    await asyncio.sleep(0)
    gate.open()
    assert (await again).refresh_token == "canary-refresh-2"
    assert (client.got, client.spent) == (1, ["canary-refresh-1"])


async def test_after_a_refresh_that_failed_nothing_is_got_for_nobody() -> None:
    client, gate = Refreshing(), Gate()
    await client.get_token_obj()
    client.clock.pass_by(4000)
    client.during, client.failure = gate, OSError()
    asked = asyncio.create_task(client.get_token_obj())
    await until(gate.reached.is_set)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    gate.open()
    for _ in range(20):
        await asyncio.sleep(0)
    assert client.got == 1


def test_when_the_loop_of_who_fetches_ends_somebody_else_fetches() -> None:
    client, gate = Counting(), Gate()
    client.before = gate
    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def give_up() -> None:
        enough = asyncio.Event()
        loops.append((asyncio.get_running_loop(), enough))
        asked = asyncio.create_task(client.get_token_obj())
        await enough.wait()
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(asyncio.run, give_up())
        assert gate.comings.acquire(timeout=20)
        second = threads.submit(asyncio.run, client.get_token_obj())
        logins.until(lambda: _waiting(client) == 2)
        [(loop, enough)] = loops
        loop.call_soon_threadsafe(enough.set)
        first.result(20)
        has_come = gate.comings.acquire(timeout=20)
        gate.open()
        assert has_come
        assert second.result(20).access_token == "canary-2"


def _waiting(client: Counting) -> int:
    current = client._shared._current
    return current.waiting if current else 0


@pytest.mark.parametrize("kind", [MemoryCache, FileCache])
async def test_a_synchronous_request_does_not_wait_for_the_loop_that_it_blocks(
    kind: type[Any], home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache = FileCache(home / "t.json") if kind is FileCache else MemoryCache()
    client, api, gate = Counting(cache), Api(), Gate()
    client.before = gate
    asked = asyncio.create_task(client.get_token_obj())
    await until(gate.reached.is_set)
    client.before = None
    assert ask_now(client, api).status_code == 200
    gate.open()
    await asked
    assert client.got == 2
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


async def test_work_that_is_always_cancelled_is_not_begun_for_ever() -> None:
    async def work() -> None:
        begun.append(1)
        raise asyncio.CancelledError

    begun: list[int] = []
    with pytest.raises(OAuthError) as caught:
        await Shared[None]().run(work)
    assert (caught.value.code, len(begun)) == ("OAUTH_TOKEN_ERROR", 3)


# Processes, which are told apart by having each its own client.


class Crowded(FileCache):
    """A file whose renewals begin only when as many as there are want to renew."""

    def __init__(self, path: Path, crowd: threading.Barrier) -> None:
        super().__init__(path)
        self.crowd = crowd

    def renewal_lock(self, key: str) -> AbstractContextManager[None]:
        self.crowd.wait(20)
        return super().renewal_lock(key)


def test_clients_that_share_a_file_get_one_token(home: Path) -> None:
    crowd = threading.Barrier(6)
    clients = [Refreshing(Crowded(home / "t.json", crowd)) for _ in range(6)]
    for client in clients:
        client.before = _for_a_while
    with ThreadPoolExecutor(6) as threads:
        asked = [threads.submit(ask_now, client, Api()) for client in clients]
        assert {each.result(20).status_code for each in asked} == {200}
    assert sum(client.got for client in clients) == 1


def test_clients_that_share_a_file_spend_a_refresh_token_once(home: Path) -> None:
    ask_now(Refreshing(FileCache(home / "t.json")), Api())
    crowd = threading.Barrier(6)
    clients = [Refreshing(Crowded(home / "t.json", crowd)) for _ in range(6)]
    for client in clients:
        client.clock.pass_by(4000)
        client.during = _for_a_while
        client.rotated = ["canary-refresh-2"]
    with ThreadPoolExecutor(6) as threads:
        asked = [threads.submit(ask_now, client, Api()) for client in clients]
        assert {each.result(20).status_code for each in asked} == {200}
    assert [token for client in clients for token in client.spent] == ["canary-refresh-1"]


async def _for_a_while() -> None:
    """Long enough for others to be there, too."""
    for _ in range(200):
        await asyncio.to_thread(int)


async def test_a_lock_that_cannot_be_had_is_done_without(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("mixdesk.clients.caches.ACCOUNT_WAIT", 0.0)
    cache = FileCache(home / "t.json")
    client = Counting(cache)
    with cache.renewal_lock(client.access_key), cache.renewal_lock("another"):
        assert (await client.get_token_obj()).access_token == "canary-1"
    assert "could not lock 'Counting_access_token'" in caplog.text


async def test_who_gives_up_waiting_for_a_lock_does_not_keep_it(home: Path) -> None:
    cache = FileCache(home / "t.json")
    client = Counting(cache)
    with cache.renewal_lock(client.access_key):
        asked = asyncio.create_task(client.get_token_obj())
        for _ in range(20):
            await asyncio.sleep(0)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
    other = Counting(cache)
    async with asyncio.timeout(20):
        assert (await other.get_token_obj()).access_token == "canary-1"
    assert client.got == 0


async def test_a_loop_that_begins_tasks_at_once_is_no_different() -> None:
    class Eager(asyncio.Task[Any]):
        """As tasks of ``asyncio.eager_task_factory`` in later versions of Python."""

    def begin(loop: asyncio.AbstractEventLoop, work: Any, **more: Any) -> asyncio.Future[Any]:
        step = work.send(None)
        return Eager(_rest(work, step), loop=loop)

    client = Refreshing()
    asyncio.get_running_loop().set_task_factory(begin)
    try:
        first = await client.get_token_obj()
        client.clock.pass_by(4000)
        async with asyncio.timeout(20):
            assert (await client.get_token_obj()).access_token == "canary-refreshed-1"
    finally:
        asyncio.get_running_loop().set_task_factory(None)
    assert first.access_token == "canary-1"


async def _rest(work: Any, step: Any) -> Any:
    """What is left of a coroutine whose first step has been taken."""
    return await _Rest(work, step)


class _Rest:
    def __init__(self, work: Any, step: Any) -> None:
        self.work, self.step = work, step

    def __await__(self) -> Any:
        yield self.step
        return (yield from self.work.__await__())
