"""Ctrl-C does not cut in two what is worse half done than not begun."""

from __future__ import annotations

import threading

import pytest

from mixdesk.oauth.finishing import run_to_its_end


def test_what_it_returns_or_raises_comes_back() -> None:
    assert run_to_its_end(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        run_to_its_end(lambda: 1 / 0)


def test_an_interruption_while_it_is_being_started_waits_until_it_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, left = threading.Event(), threading.Event()
    seen: list[bool] = []
    start = threading.Thread.start

    def interrupted(thread: threading.Thread) -> None:
        start(thread)
        begun.wait()
        raise KeyboardInterrupt

    def work() -> None:
        begun.set()
        seen.append(left.wait(0.2))

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_to_its_end(work)
    left.set()
    assert seen == [False]


def test_an_interruption_before_it_has_begun_lets_it_not_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads: list[threading.Thread] = []
    ran: list[int] = []
    start = threading.Thread.start

    def interrupted(thread: threading.Thread) -> None:
        threads.append(thread)
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_to_its_end(lambda: ran.append(1))
    monkeypatch.setattr(threading.Thread, "start", start)
    (thread,) = threads
    thread.start()
    thread.join()
    assert ran == []
