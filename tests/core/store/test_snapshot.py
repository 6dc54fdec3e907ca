"""A reading is reused only while the file is the same, and a change checks that once more."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from mixdesk.exceptions import StoreError
from mixdesk.store import snapshot as snapshots
from mixdesk.store.config import ConfigManager
from mixdesk.store.files import Fingerprint, file_time_ns, write_file
from tests.core.store.support import data_of, error_of, text_of, write_config

SOUND = '[accounts.a]\ntype = "oauth_browser"\nregion = "us"\n'
LONG_AGO = (1_000_000_000, 1_000_000_000)


def settle(config: ConfigManager) -> None:
    """Make the file look as if nobody had touched it for long."""
    os.utime(config.path, LONG_AGO)


def test_an_unchanged_file_is_read_once(config: ConfigManager) -> None:
    write_config(config, SOUND)
    settle(config)
    first = config.snapshot()
    assert config.snapshot() is first
    assert ConfigManager(config.path).snapshot() is first


def test_a_missing_file_says_nothing_and_is_fine(config: ConfigManager) -> None:
    assert config.list_accounts() == []
    assert config.problems() == ()
    assert config.fingerprint() is None
    assert not config.path.parent.exists()


def test_a_file_that_appears_changes_and_goes_is_noticed(config: ConfigManager) -> None:
    assert config.list_accounts() == []
    write_config(config, SOUND)
    assert config.get_account("a").region == "us"
    write_config(config, SOUND.replace("us", "eu"))
    assert config.get_account("a").region == "eu"
    config.path.unlink()
    assert config.list_accounts() == []


def test_a_file_rewritten_in_place_at_once_with_the_same_size_and_time_is_noticed(
    config: ConfigManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clocks of filesystems are coarse: two writes within 50 ms may look the same."""
    write_config(config, SOUND)
    status = config.path.stat()
    moment = status.st_mtime_ns + 49_000_000
    monkeypatch.setattr("mixdesk.store.snapshot.file_time_ns", lambda: moment)
    config.snapshot()
    assert config.get_account("a").region == "us"
    with open(config.path, "r+b") as file:
        file.write(SOUND.replace("us", "in").encode())
    os.utime(config.path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert config.fingerprint() == Fingerprint.of(status)
    assert config.get_account("a").region == "in"


def test_a_file_that_another_program_rewrites_right_after_our_change_is_noticed(
    config: ConfigManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it takes us to see that our change is on the disk."""

    def rewritten(*args: Any, **kwargs: Any) -> Fingerprint:
        written = write_file(*args, **kwargs)
        status = config.path.stat()
        config.path.write_text(text_of(config).replace("us", "in"))
        os.utime(config.path, ns=(status.st_atime_ns, status.st_mtime_ns))
        now = status.st_mtime_ns + 60_000_000
        monkeypatch.setattr("mixdesk.store.transaction.file_time_ns", lambda: now)
        return written

    write_config(config, SOUND)
    monkeypatch.setattr("mixdesk.store.transaction.write_file", rewritten)
    config.add_account("b", type="oauth_browser", region="eu")
    assert config.get_account("a").region == "in"


def test_the_time_of_a_reading_is_not_ahead_of_the_one_that_dates_files(tmp_path: Path) -> None:
    """The system's exact clock is: what is written now would look as if it were settled."""
    for _ in range(100):
        before = file_time_ns()
        (tmp_path / "file").write_text("now")
        assert before <= (tmp_path / "file").stat().st_mtime_ns


def test_a_file_whose_time_lies_in_the_future_is_always_read(config: ConfigManager) -> None:
    write_config(config, SOUND)
    future = (4_000_000_000, 4_000_000_000)
    os.utime(config.path, future)
    assert config.get_account("a").region == "us"
    config.path.write_text(SOUND.replace("us", "in"))
    os.utime(config.path, future)
    assert config.get_account("a").region == "in"


def test_a_clock_that_steps_back_makes_nothing_stale(
    config: ConfigManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config(config, SOUND)
    now = config.path.stat().st_mtime_ns
    monkeypatch.setattr("mixdesk.store.snapshot.file_time_ns", lambda: now - 3_600_000_000_000)
    config.snapshot()
    config.update_account("a", region="eu")
    assert config.get_account("a").region == "eu"
    config.path.write_text(SOUND.replace("us", "in"))
    assert config.get_account("a").region == "in"


def test_a_change_is_seen_by_the_next_reading(config: ConfigManager) -> None:
    for number in range(5):
        config.add_account(f"a{number}", type="oauth_browser", region="us")
        assert len(config.list_accounts()) == number + 1


def test_sound_records_are_the_same_objects_while_their_blocks_are(
    config: ConfigManager,
) -> None:
    write_config(config, SOUND)
    before = config.get_account("a")
    config.add_account("b", type="oauth_browser", region="us")
    assert config.get_account("a") is before


def test_a_file_mended_after_any_mistake_is_sound(config: ConfigManager) -> None:
    """What an earlier reading left behind never hinders a later one."""
    mistakes = ["accounts = 1", "accounts = []", "[[accounts]]\na = 1", "[accounts]\na = 1"]
    mistakes += ["targets = [1]", "active = 1", "settings = []", "[", "\x00", "[targets]\na = []"]
    for mistake in mistakes:
        write_config(config, f"{mistake}\n")
        error = error_of(lambda config: config.snapshot(), config)
        assert error is None or error.code == "STORE_CORRUPT", mistake
        write_config(config, SOUND)
        assert config.get_account("a").region == "us", mistake
        assert config.problems() == (), mistake


def other_program(config: ConfigManager, text: str) -> None:
    """What a program without locks does: a new file, renamed into place."""
    new = config.path.with_name("theirs")
    new.write_text(text)
    new.chmod(0o600)
    new.rename(config.path)


class Meddler:
    """Another program, which changes the file each time right before the rename."""

    def __init__(self, config: ConfigManager, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
        self.config = config
        self.left = times
        self.done = 0
        real = snapshots.fingerprint

        def fingerprint(path: Path) -> Fingerprint | None:
            if self.left:
                self.left -= 1
                self.done += 1
                other_program(config, text_of(config) + f"# theirs {self.done}\n")
            return real(path)

        monkeypatch.setattr(snapshots, "fingerprint", fingerprint)


def test_a_change_by_a_program_without_locks_is_noticed_and_ours_made_again(
    config: ConfigManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config(config, SOUND)
    settle(config)
    config.snapshot()
    meddler = Meddler(config, monkeypatch, times=2)
    config.update_account("a", region="eu")
    assert meddler.done == 2
    assert text_of(config) == SOUND.replace("us", "eu") + "# theirs 1\n# theirs 2\n"


def test_a_program_that_never_stops_changing_the_file_wins_and_is_said(
    config: ConfigManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config(config, SOUND)
    settle(config)
    Meddler(config, monkeypatch, times=100)
    with pytest.raises(StoreError) as caught:
        config.update_account("a", region="eu")
    assert caught.value.code == "STORE_LOCKED"
    assert "changed by another program" in caught.value.summary
    assert data_of(config)["accounts"]["a"]["region"] == "us"
    assert not list(config.path.parent.glob("*.tmp"))


def test_a_file_that_another_program_made_meanwhile_is_not_replaced(
    config: ConfigManager,
) -> None:
    def change() -> None:
        with config.transaction() as change:
            change.document.set_value(("active",), "workspace", 5)
            write_config(config, SOUND)

    with pytest.raises(StoreError):
        change()
    assert text_of(config) == SOUND


def test_only_a_few_files_are_kept_in_mind(tmp_path: Path) -> None:
    for number in range(50):
        ConfigManager(tmp_path / f"{number}.toml").snapshot()
    assert len(snapshots._snapshots) < 20


def test_a_snapshot_that_is_shown_or_logged_gives_away_nothing(config: ConfigManager) -> None:
    write_config(
        config,
        SOUND.replace("oauth_browser", "service_account") + 'username = "u"\nsecret = "canary"\n',
    )
    snapshot = config.snapshot()
    assert "canary" in snapshot.text
    assert "canary" not in f"{snapshot!r} {snapshot.checked!r} {snapshot.checked.accounts!r}"
