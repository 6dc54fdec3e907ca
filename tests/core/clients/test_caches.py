"""The caches that come along: what they keep, for how long, and in what kind of file."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from mixdesk.clients import FileCache, MemoryCache
from mixdesk.exceptions import StoreError
from mixdesk.store.files import Place
from mixdesk.store.locks import locked
from tests.core.clients.renewing import HandClock


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(params=["memory", "file"])
def cache(request: pytest.FixtureRequest, clock: HandClock, home: Path) -> Any:
    return MemoryCache(clock) if request.param == "memory" else FileCache(home / "t.json", clock)


def test_what_is_set_is_there_until_it_is_deleted(cache: Any) -> None:
    assert cache.get("one") is None
    cache.set("one", "1", 60)
    cache.set("two", "2")
    assert (cache.get("one"), cache.get("two")) == ("1", "2")
    cache.set("one", "new", 60)
    assert cache.get("one") == "new"
    cache.delete("one")
    cache.delete("one")
    assert (cache.get("one"), cache.get("two")) == (None, "2")


def test_it_is_over_when_its_time_is(cache: Any, clock: HandClock) -> None:
    cache.set("one", "1", expire=60)
    clock.pass_by(59)
    assert cache.get("one") == "1"
    clock.pass_by(1)
    assert cache.get("one") is None


def test_memory_does_not_mind_a_clock_that_is_set(clock: HandClock) -> None:
    cache = MemoryCache(clock)
    cache.set("one", "1", 60)
    clock.time += 7200
    assert cache.get("one") == "1"


def test_the_file_is_for_this_user_alone(home: Path) -> None:
    cache = FileCache("~/deep/er/tokens.json")
    cache.set("one", "canary", 60)
    path = home / "deep" / "er" / "tokens.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {each.name for each in path.parent.iterdir()} == {"tokens.json", "tokens.json.lock"}
    assert FileCache(path).get("one") == "canary"


def test_what_is_over_leaves_the_file(home: Path, clock: HandClock) -> None:
    cache = FileCache(home / "t.json", clock)
    cache.set("one", "canary", 60)
    clock.pass_by(61)
    cache.set("two", "2", 60)
    assert "canary" not in (home / "t.json").read_text()


@pytest.mark.parametrize("content", ["", "{", "[]", "\udcff", "[" * 100_000])
def test_a_file_that_is_none_is_begun_anew(home: Path, content: str) -> None:
    path = home / "t.json"
    path.touch(0o600)
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    cache = FileCache(path)
    assert cache.get("one") is None
    cache.set("one", "1", 60)
    assert cache.get("one") == "1"


@pytest.mark.parametrize(
    "entry",
    [
        *(None, 5, "1", [], {}, {"value": 5}, {"value": "1", "expires_at": "x"}),
        *({"value": "1", "expires_at": float("nan")}, {"value": ["1"], "expires_at": None}),
    ],
)
def test_an_entry_that_makes_no_sense_is_none(home: Path, entry: Any) -> None:
    path = home / "t.json"
    path.touch(0o600)
    path.write_text(json.dumps({"one": entry}))
    assert FileCache(path).get("one") is None


def test_a_file_that_others_can_read_or_that_is_a_link_is_not_used(home: Path) -> None:
    path = home / "t.json"
    path.write_text("{}")
    with pytest.raises(StoreError) as caught:
        FileCache(path).get("one")
    assert caught.value.code == "STORE_UNSAFE_PATH"
    (home / "link.json").symlink_to(path)
    with pytest.raises(StoreError):
        FileCache(home / "link.json").get("one")


def test_a_directory_that_is_a_link_is_not_used_below_home(home: Path) -> None:
    (home / "there").mkdir()
    (home / "here").symlink_to(home / "there")
    with pytest.raises(StoreError) as caught:
        FileCache(home / "here" / "t.json").set("one", "canary", 60)
    assert caught.value.code == "STORE_UNSAFE_PATH"
    assert list((home / "there").iterdir()) == []


def test_elsewhere_the_directory_that_was_named_is_trusted(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "here").symlink_to(tmp_path / "there")
    FileCache(tmp_path / "here" / "t.json").set("one", "1", 60)
    assert (tmp_path / "there" / "t.json").exists()


def test_no_change_of_several_threads_is_lost(home: Path) -> None:
    def fill(name: str) -> None:
        cache = FileCache(home / "t.json")
        for number in range(5):
            cache.set(f"{name}{number}", "1", 60)

    threads = [threading.Thread(target=fill, args=[name]) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(json.loads((home / "t.json").read_text())) == 20


def test_a_file_that_is_locked_is_waited_for(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mixdesk.clients.caches._WAIT", 0.0)
    place = Place(str(home / "t.json"), str(home))
    with locked(place, wait=1), pytest.raises(StoreError) as caught:
        FileCache(home / "t.json").set("one", "canary", 60)
    assert caught.value.code == "STORE_LOCKED"
    assert caught.value.details["pid"] == os.getpid()


def test_without_a_home_the_directory_that_was_named_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "nowhere")
    cache = FileCache(tmp_path / "t.json")
    cache.set("one", "1", 60)
    assert cache.get("one") == "1"
