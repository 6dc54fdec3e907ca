"""A real filesystem that is full, or read-only."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mixdesk.exceptions import StoreError
from mixdesk.model.secret import Secret
from mixdesk.store.config import ConfigManager
from mixdesk.store.storage import Storage
from mixdesk.store.tokens import TokenEntry, read_tokens, write_tokens

PAGES = 24
PAGE = 4096


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A filesystem of a few pages."""
    place = tmp_path / "disk"
    place.mkdir(mode=0o700)
    options = f"size={PAGES * PAGE},mode=0700"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "none", str(place)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("no filesystem can be mounted here: a full disk is only injected")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill(place: Path, spare: int) -> None:
    """Leave room for only so many pages."""
    with open(place / "filler", "wb", buffering=0) as filler:
        try:
            while True:
                filler.write(b"x" * PAGE)
        except OSError:
            os.ftruncate(filler.fileno(), max(filler.tell() - spare * PAGE, 0))


@pytest.mark.parametrize("spare", range(6))
def test_a_full_disk_keeps_the_old_file_and_says_so(disk: Path, spare: int) -> None:
    storage = Storage.at(disk)
    config = ConfigManager(disk / "config.toml", storage=storage)
    config.add_account(
        "team", type="service_account", region="us", username="u", secret=Secret("s" * 9_000)
    )
    before = config.path.read_bytes()
    fill(disk, spare)
    free = os.statvfs(disk).f_bavail
    failure = None
    try:
        config.update_account("team", region="eu")
    except StoreError as error:
        failure = error
    if failure is None:
        assert free >= 3
        assert b'"eu"' in config.path.read_bytes()
    else:
        assert failure.code == "STORE_IO"
        assert failure.details["errno"] == "ENOSPC"
        assert "was left as it was" in failure.summary
        assert config.path.read_bytes() == before
    assert list(disk.glob("*.tmp")) == []
    (disk / "filler").unlink()
    config.update_account("team", region="in")
    assert config.get_account("team").region == "in"


def test_tokens_on_a_full_disk_are_the_old_ones(disk: Path) -> None:
    storage = Storage.at(disk)
    place = storage.account("team", "tokens.json")
    write_tokens(place, TokenEntry(Secret("old"), 1e9))
    fill(disk, 0)
    with pytest.raises(StoreError) as caught:
        write_tokens(place, TokenEntry(Secret("new" * 3_000), 2e9))
    assert caught.value.details["errno"] == "ENOSPC"
    found = read_tokens(place)
    assert found is not None
    assert found.access_token == Secret("old")


def test_a_read_only_disk_is_read_and_refuses_changes_in_words(disk: Path) -> None:
    root = disk / "mp"
    root.mkdir(mode=0o700)
    before = b'[accounts.team]\ntype = "oauth_browser"\nregion = "us"\n'
    (root / "config.toml").write_bytes(before)
    (root / "config.toml").chmod(0o600)
    (root / ".config.toml.4242-0123456789ab.tmp").write_text("left by a killed writer")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    config = ConfigManager(root / "config.toml", storage=Storage.at(root))
    assert config.get_account("team").region == "us"
    with pytest.raises(StoreError) as caught:
        config.update_account("team", region="eu")
    assert caught.value.code == "STORE_IO"
    assert caught.value.details["errno"] == "EROFS"
    assert config.path.read_bytes() == before
