"""One lock per file: who holds it is said, and nobody is left behind."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from mixdesk.exceptions import StoreError
from mixdesk.model.secret import Secret
from mixdesk.store import locks
from mixdesk.store.config import ConfigManager
from mixdesk.store.files import Place
from mixdesk.store.locks import locked, locked_now
from mixdesk.store.storage import Storage
from mixdesk.store.tokens import TokenEntry, write_tokens
from tests.core.oauth.logins import until
from tests.core.store.support import open_descriptors, write_config

SOON = 0.02
"""A wait that is over at once, in seconds."""

LONG = 30.0
"""A wait that ends only because the lock comes, in seconds."""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(str(tmp_path / "file"), str(tmp_path))


@pytest.fixture(autouse=True)
def no_helper_left() -> Iterator[None]:
    """A helper thread that comes too late closes its descriptor before the next test counts."""
    yield
    for helper in helpers():
        helper.join(LONG)
        assert not helper.is_alive()


@contextmanager
def held_elsewhere(place: Place) -> Iterator[subprocess.Popen[bytes]]:
    """Another process holds the lock until the block ends."""
    holder = subprocess.Popen(
        ["flock", "--exclusive", f"{place.path}.lock", "sh", "-c", "echo; exec cat"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        yield holder
    finally:
        holder.stdin.close()
        holder.wait()
        holder.stdout.close()


def test_the_lock_file_is_never_deleted_and_holds_the_pid(place: Place, tmp_path: Path) -> None:
    for _ in range(3):
        with locked(place, wait=SOON):
            pass
    assert [path.name for path in tmp_path.glob("file*")] == ["file.lock"]
    assert int((tmp_path / "file.lock").read_text()) == os.getpid()


def test_a_second_taker_is_told_who_holds_it(place: Place) -> None:
    with locked(place, wait=SOON), pytest.raises(StoreError) as caught:
        enter(place, SOON)
    error = caught.value
    assert error.code == "STORE_LOCKED"
    assert error.details["pid"] == os.getpid()
    assert error.details["waited"] == SOON
    assert str(os.getpid()) in error.summary
    assert place.path in error.summary
    enter(place, LONG)  # the one that came too late may have it for a moment


def enter(place: Place, wait: float) -> None:
    with locked(place, wait=wait):
        pass


def test_a_lock_file_with_nonsense_in_it_names_nobody(place: Place, tmp_path: Path) -> None:
    (tmp_path / "file.lock").write_text("no pid\x1b[2J")
    with held_elsewhere(place), pytest.raises(StoreError) as caught:
        enter(place, SOON)
    assert caught.value.details["pid"] is None
    assert caught.value.summary.isprintable()
    assert "another process" in caught.value.summary


def test_a_lock_that_is_let_go_is_taken_by_the_one_who_waits(place: Place) -> None:
    taken = threading.Event()

    def take() -> None:
        with locked(place, wait=LONG):
            taken.set()

    with locked(place, wait=SOON):
        waiter = threading.Thread(target=take)
        waiter.start()
        assert not taken.wait(0.01)
    assert taken.wait(LONG)
    waiter.join(LONG)


def test_a_thread_that_gets_the_lock_too_late_lets_go(place: Place) -> None:
    descriptors = open_descriptors()
    with held_elsewhere(place):
        with pytest.raises(StoreError):
            enter(place, SOON)
        (helper,) = helpers()
        assert helper.daemon
    helper.join(LONG)
    assert not helper.is_alive()
    enter(place, SOON)
    assert open_descriptors() == descriptors


def test_threads_of_one_process_take_turns(place: Place) -> None:
    inside = []
    most = []

    def work() -> None:
        for _ in range(20):
            with locked(place, wait=LONG):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert len(most) == 120
    assert set(most) == {1}


def test_a_body_that_raises_lets_go(place: Place) -> None:
    def fail() -> None:
        with locked(place, wait=SOON):
            raise KeyboardInterrupt

    descriptors = open_descriptors()
    with pytest.raises(KeyboardInterrupt):
        fail()
    enter(place, SOON)
    assert open_descriptors() == descriptors


def test_an_interrupted_wait_leaves_nothing_behind(place: Place) -> None:
    def interrupt() -> None:
        until(lambda: any(helper.is_alive() for helper in helpers()))
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    descriptors = open_descriptors()
    with held_elsewhere(place):
        interrupting = threading.Thread(target=interrupt)
        interrupting.start()
        with pytest.raises(KeyboardInterrupt):
            enter(place, LONG)
        (helper,) = helpers()
    interrupting.join(LONG)
    helper.join(LONG)
    assert not helper.is_alive()
    assert open_descriptors() == descriptors


def test_an_interrupt_before_the_wait_has_begun_leaves_nothing_behind(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = threading.Thread.start

    def interrupted(thread: threading.Thread) -> None:
        start(thread)
        raise KeyboardInterrupt

    descriptors = open_descriptors()
    with held_elsewhere(place), monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", interrupted)
        with pytest.raises(KeyboardInterrupt):
            enter(place, LONG)
        (helper,) = helpers()
    helper.join(LONG)
    enter(place, SOON)
    assert open_descriptors() == descriptors


@pytest.mark.parametrize("step", ["_try", "_is_current"])
def test_an_interrupt_right_after_the_lock_was_taken_lets_go(
    place: Place, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = getattr(locks, step)

    def interrupted(*args: object) -> NoReturn:
        assert real(*args)
        raise KeyboardInterrupt

    descriptors = open_descriptors()
    with monkeypatch.context() as patch:
        patch.setattr(locks, step, interrupted)
        with pytest.raises(KeyboardInterrupt):
            enter(place, SOON)
    enter(place, SOON)
    assert open_descriptors() == descriptors


def helpers() -> list[threading.Thread]:
    """The threads that wait for a lock."""
    return [thread for thread in threading.enumerate() if thread.name == "mixdesk-lock"]


def test_a_free_lock_is_taken_and_a_held_one_passed_over_without_waiting(place: Place) -> None:
    with locked_now(place) as held:
        assert held
        with locked_now(place) as held_again:
            assert not held_again


def test_a_reader_leaves_the_unfinished_file_of_a_writer_at_work_alone(
    config: ConfigManager,
) -> None:
    write_config(config, "# mine\n")
    unfinished = config.path.with_name(".config.toml.4242-0123456789ab.tmp")
    unfinished.write_text("half")
    with held_elsewhere(Place(str(config.path), str(config.path.parent))):
        config.snapshot()
        assert unfinished.exists()
    config.add_account("a", type="oauth_browser", region="us")
    assert not unfinished.exists()


def test_a_lock_file_that_somebody_removed_locks_all_the_same(place: Place, tmp_path: Path) -> None:
    with locked(place, wait=SOON):
        (tmp_path / "file.lock").unlink()
    with locked(place, wait=SOON), pytest.raises(StoreError):
        enter(place, SOON)


def test_one_that_waited_for_a_removed_lock_file_takes_the_new_one(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = locks._try
    removed: list[bool] = []

    def remove_first(descriptor: int) -> bool:
        if not removed:
            removed.append(True)
            (tmp_path / "file.lock").unlink()
        return real(descriptor)

    monkeypatch.setattr(locks, "_try", remove_first)
    with locked(place, wait=SOON):
        assert (tmp_path / "file.lock").exists()
        with pytest.raises(StoreError):
            enter(place, SOON)


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_filesystem_without_locks_refuses_writing_in_words(
    place: Place, tmp_path: Path, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(descriptor: int, operation: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(locks, "fcntl", FakeFcntl(without))
    descriptors = open_descriptors()
    with pytest.raises(StoreError) as caught:
        enter(place, SOON)
    assert caught.value.code == "STORE_IO"
    assert "cannot lock files" in caught.value.summary
    assert caught.value.hint
    with locked_now(place) as held:
        assert not held
    assert open_descriptors() == descriptors


def test_a_lock_that_fails_while_waiting_is_an_error_of_ours(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_late(descriptor: int, operation: int) -> None:
        if operation & fcntl.LOCK_NB:
            raise BlockingIOError(errno.EAGAIN, "held")
        raise OSError(errno.EIO, "gone")

    monkeypatch.setattr(locks, "fcntl", FakeFcntl(fails_late))
    descriptors = open_descriptors()
    with pytest.raises(StoreError) as caught:
        enter(place, LONG)
    assert caught.value.code == "STORE_IO"
    assert open_descriptors() == descriptors


def test_the_config_is_waited_for_ten_seconds_and_an_account_sixty(
    config: ConfigManager, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.add_account("a", type="oauth_browser", region="us")
    tokens = storage.account("a", "tokens.json")
    write_tokens(tokens, TokenEntry(Secret("t"), 1e9))
    monkeypatch.setattr(locks, "_try", lambda descriptor: False)
    monkeypatch.setattr(locks, "_wait", give_up)
    for change, wait in (
        (lambda: config.update_account("a", region="eu"), 10.0),
        (lambda: write_tokens(tokens, TokenEntry(Secret("t"), 2e9)), 60.0),
    ):
        with pytest.raises(StoreError) as caught:
            change()
        assert caught.value.details["waited"] == wait
        assert f"{wait:g} seconds" in caught.value.summary


def give_up(descriptor: int, wait: float) -> bool:
    """Wait in vain, in no time."""
    os.close(descriptor)
    return False


class FakeFcntl:
    """``fcntl`` of a filesystem that does not lock as it should."""

    LOCK_EX = fcntl.LOCK_EX
    LOCK_NB = fcntl.LOCK_NB

    def __init__(self, flock: Callable[[int, int], None]) -> None:
        self.flock = flock
