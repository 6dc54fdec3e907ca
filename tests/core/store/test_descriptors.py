"""No descriptor stays open: not after a thousand changes, not after a thousand errors."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from mixdesk.exceptions import MixdeskError
from mixdesk.model.secret import Secret
from mixdesk.store.config import ConfigManager
from mixdesk.store.files import Place
from mixdesk.store.me_cache import read_index, write_me
from mixdesk.store.storage import Storage
from mixdesk.store.tokens import TokenEntry, read_tokens, write_tokens
from tests.core.store.support import open_descriptors, write_config


@pytest.fixture(autouse=True)
def unchanged_descriptors() -> Iterator[None]:
    before = open_descriptors()
    yield
    assert open_descriptors() == before


def test_none_is_left_after_a_thousand_changes(
    config: ConfigManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mixdesk.store.files.os.fsync", lambda descriptor: None)
    config.add_account("a", type="oauth_browser", region="us")
    for number in range(1_000):
        config.set_active(workspace=number + 1)
    assert config.get_active().workspace == 1_000


def test_none_is_left_after_a_thousand_refusals(config: ConfigManager) -> None:
    config.add_account("a", type="oauth_browser", region="us")
    mistakes: list[Callable[[], object]] = [
        lambda: config.add_account("a", type="oauth_browser", region="us"),
        lambda: config.set_active(account="nobody"),
        lambda: config.apply_target("nowhere"),
        lambda: config.remove_account("nobody"),
    ]
    for number in range(1_000):
        with suppress(MixdeskError):
            mistakes[number % 4]()
            pytest.fail("it should have been refused")


def test_none_is_left_after_reading_what_is_broken_or_planted(
    config: ConfigManager, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    os.mkfifo(tmp_path / "fifo")
    for number in range(100):
        write_config(config, f"[{number}\n")
        with suppress(MixdeskError):
            config.snapshot()
        for name in ("link", "fifo", "missing", "config.toml"):
            with suppress(MixdeskError):
                read_tokens(Place(str(tmp_path / name), str(tmp_path)))


def test_none_is_left_after_writing_and_reading_an_accounts_files(storage: Storage) -> None:
    tokens, me = (storage.account("a", name) for name in ("tokens.json", "me.json"))
    for number in range(50):
        write_tokens(tokens, TokenEntry(Secret(f"t{number}"), 2e9))
        read_tokens(tokens)
        write_me(me, {"user_id": number}, 1e9)
        read_index(me)


def test_a_process_without_descriptors_to_spare_gets_an_error_of_ours(
    config: ConfigManager, storage: Storage
) -> None:
    config.add_account("a", type="oauth_browser", region="us")
    before = config.path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(int(entry.split()[0]) for entry in open_descriptors())
    for spare in range(1, 4):
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest + spare, hard))
        taken = take_all()
        try:
            with pytest.raises(MixdeskError) as caught:
                change_with(config, spare - 1, taken)
        finally:
            for descriptor in taken:
                os.close(descriptor)
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert caught.value.code == "STORE_IO"
        assert config.path.read_bytes() == before
    config.set_active(workspace=5)


def take_all() -> list[int]:
    """Open descriptors until there are none left."""
    taken = []
    with suppress(OSError):
        while True:
            taken.append(os.open("/dev/null", os.O_RDONLY))
    return taken


def change_with(config: ConfigManager, count: int, taken: list[int]) -> None:
    """Make a change while only ``count`` more files may be open."""
    for _ in range(count):
        os.close(taken.pop())
    config.set_active(workspace=5)
