"""Directories 0700 and files 0600, whatever the umask, from the moment they exist."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mixdesk.model.secret import Secret
from mixdesk.store import document, locks, transaction
from mixdesk.store.clients import ClientEntry, write_client
from mixdesk.store.config import ConfigManager
from mixdesk.store.me_cache import read_index, write_me
from mixdesk.store.preferences import change_preferences
from mixdesk.store.storage import Storage
from mixdesk.store.tokens import TokenEntry, read_tokens, write_tokens
from tests.core.store.faults import faulty

LOADED = (document, locks, transaction)
"""What the store imports when it writes: somebody without rights could not read it later."""

CLIENT = ClientEntry("c", "us", "http://localhost", "s", "2026-01-01T00:00:00Z")


@pytest.fixture
def shared() -> Iterator[Path]:
    """A directory that a user without rights can reach and write to."""
    directory = Path(tempfile.mkdtemp(dir=first_open_to_all()))
    if os.geteuid() == 0:
        os.chown(directory, 65534, 65534)
    yield directory
    shutil.rmtree(directory)


def first_open_to_all() -> str:
    """A directory for temporary files that everybody can reach."""
    for name in (tempfile.gettempdir(), "/var/tmp", "/dev/shm"):
        path = Path(name)
        if all(above.stat().st_mode & stat.S_IXOTH for above in (path, *path.parents)):
            return name
    pytest.skip("no directory here is open to a user without rights")


def as_nobody(umask: int, run: Callable[[], object]) -> None:
    """Run in a forked process with a umask, without root's rights; fail as it fails."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.umask(umask)
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            run()
        except BaseException:  # noqa: BLE001 - a child of the test must not go on as pytest
            os.write(writing, traceback.format_exc().encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as report:
        failure = report.read().decode()
    os.waitpid(child, 0)
    assert not failure, failure


def write_everything(root: Path) -> None:
    """Make every kind of file, in directories that are not there yet."""
    storage = Storage.at(root / "deep" / "er" / "mp")
    config = ConfigManager(root / "some" / "where" / "config.toml", storage=storage)
    for name in ("one", "two"):
        config.add_account(name, type="oauth_browser", region="us")
    tokens = storage.account("one", "tokens.json")
    for moment in (1e9, 2e9):
        write_tokens(tokens, TokenEntry(Secret("t"), moment))
    write_client(storage.account("one", "client.json"), CLIENT)
    write_client(storage.region_client("us"), CLIENT)
    write_me(storage.account("one", "me.json"), {"user_email": "a@b"}, 1e9)
    change_preferences(storage.preferences, theme="dark")
    found = read_tokens(tokens)
    assert found is not None
    assert found.expires_at == 2e9
    assert read_index(storage.account("one", "me.json")).user_email == "a@b"
    assert len(config.list_accounts()) == 2


MADE = {
    "some",
    "some/where",
    "some/where/config.toml",
    "some/where/config.toml.lock",
    "some/where/config.toml.previous",
    "deep",
    "deep/er",
    "deep/er/mp",
    "deep/er/mp/activity.jsonl",
    "deep/er/mp/ui.toml",
    "deep/er/mp/ui.toml.lock",
    "deep/er/mp/accounts",
    "deep/er/mp/accounts/one",
    *(
        f"deep/er/mp/accounts/one/{name}{end}"
        for name in ("tokens.json", "client.json", "me.json", "me.index.json")
        for end in ("", ".lock")
    ),
    "deep/er/mp/oauth",
    "deep/er/mp/oauth/client_us.json",
    "deep/er/mp/oauth/client_us.json.lock",
}


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o277, 0o777], ids=oct)
def test_modes_are_exact_under_any_umask(shared: Path, umask: int) -> None:
    as_nobody(umask, lambda: write_everything(shared))
    found = {str(path.relative_to(shared)): path.stat().st_mode for path in shared.rglob("*")}
    assert set(found) == MADE
    for name, mode in found.items():
        assert stat.S_IMODE(mode) == (0o700 if stat.S_ISDIR(mode) else 0o600), name


def test_nothing_is_ever_wider_than_it_ends_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked at before each call of the system, so also between creating and narrowing."""
    wide: list[str] = []

    def look(name: str) -> None:
        for path in tmp_path.rglob("*"):
            if path.lstat().st_mode & 0o077:
                wide.append(f"{path} before {name}")

    class Always(int):
        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 0

    before = os.umask(0)
    try:
        with faulty(monkeypatch, Always(), look) as system:
            write_everything(tmp_path)
    finally:
        os.umask(before)
    assert len(system.calls) > 100
    assert wide == []


def test_a_directory_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "mp").mkdir(mode=0o750)
    (tmp_path / "mp").chmod(0o750)
    storage = Storage.at(tmp_path / "mp")
    ConfigManager(tmp_path / "mp" / "config.toml", storage=storage).add_account(
        "a", type="oauth_browser", region="us"
    )
    assert stat.S_IMODE((tmp_path / "mp").stat().st_mode) == 0o750


def test_a_log_and_a_lock_with_wrong_modes_are_narrowed(config: ConfigManager) -> None:
    config.add_account("a", type="oauth_browser", region="us")
    for name in ("config.toml.lock", "activity.jsonl"):
        config.path.with_name(name).chmod(0o644)
    config.add_account("b", type="oauth_browser", region="us")
    for name in ("config.toml.lock", "activity.jsonl"):
        assert stat.S_IMODE(config.path.with_name(name).stat().st_mode) == 0o600


def test_a_working_directory_that_cannot_be_read_has_no_bridge(shared: Path) -> None:
    from mixdesk.store.bridge import find_bridge

    def look() -> None:
        (shared / "closed").mkdir(mode=0o300)
        (shared / "shut").mkdir(mode=0o000)
        for name in ("closed", "shut"):
            assert find_bridge({"HOME": str(shared)}, str(shared / name)) is None

    as_nobody(0o077, look)
