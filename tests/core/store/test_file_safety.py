"""A credential file is read only if nobody else can have had a hand in it."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from mixdesk.exceptions import StoreError
from mixdesk.model.records import Activity
from mixdesk.store import files
from mixdesk.store import snapshot as snapshots
from mixdesk.store.activity import recent, record
from mixdesk.store.bridge import find_bridge, read_bridge
from mixdesk.store.clients import read_client
from mixdesk.store.config import ConfigManager
from mixdesk.store.files import Place, read_file, write_file
from mixdesk.store.me_cache import read_index, read_me
from mixdesk.store.preferences import Preferences, read_preferences
from mixdesk.store.snapshot import ChangedMeanwhileError
from mixdesk.store.status import read_status
from mixdesk.store.storage import Storage
from mixdesk.store.tokens import read_tokens
from tests.core.store.support import error_of, open_descriptors, text_of, write_config

BRIDGE = (
    '{"version": 2, "account": {"name": "a", "type": "oauth_token", "region": "us", "token": "t"}}'
)
SOUND = '[accounts.a]\ntype = "oauth_browser"\nregion = "us"\n'

Spoil = Callable[[Path], None]


def by_link(file: Path) -> None:
    file.rename(file.with_name("elsewhere"))
    file.symlink_to("elsewhere")


def by_dangling_link(file: Path) -> None:
    file.unlink()
    file.symlink_to("nowhere")


def by_linked_directory(file: Path) -> None:
    real = file.parent.with_name("real")
    file.parent.rename(real)
    file.parent.symlink_to(real)


def by_second_name(file: Path) -> None:
    os.link(file, file.with_name("second"))


def by_fifo(file: Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)


def by_directory(file: Path) -> None:
    file.unlink()
    file.mkdir(0o700)


def by_socket(file: Path) -> None:
    file.unlink()
    here = Path.cwd()
    os.chdir(file.parent)  # the name of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(file.name)
    finally:
        os.chdir(here)
    file.chmod(0o600)


def by_device(file: Path) -> None:
    needs_root()
    file.unlink()
    try:
        os.mknod(file, 0o600 | stat.S_IFCHR, os.makedev(1, 5))  # /dev/zero never ends
    except PermissionError:
        pytest.skip("devices cannot be made here")


def by_another_owner(file: Path) -> None:
    needs_root()
    os.chown(file, 65534, 65534)


def by_group_bit(file: Path) -> None:
    file.chmod(0o640)


def by_world_bit(file: Path) -> None:
    file.chmod(0o604)


def by_size(file: Path) -> None:
    os.truncate(file, (64 << 20) + 1)


def by_open_directory(file: Path) -> None:
    file.parent.chmod(0o777)


def by_foreign_directory(file: Path) -> None:
    needs_root()
    os.chown(file.parent, 65534, 65534)


def needs_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")


SPOILED = [
    (by_link, "link"),
    (by_dangling_link, "link"),
    (by_linked_directory, "link"),
    (by_second_name, "hard_link"),
    (by_fifo, "kind"),
    (by_directory, "kind"),
    (by_socket, "link"),
    (by_device, "kind"),
    (by_another_owner, "owner"),
    (by_group_bit, "mode"),
    (by_world_bit, "mode"),
    (by_size, "size"),
    (by_open_directory, "mode"),
    (by_foreign_directory, "owner"),
]
spoiled = pytest.mark.parametrize(
    ("spoil", "reason"), SPOILED, ids=[spoil.__name__[3:] for spoil, _ in SPOILED]
)


def private_file(path: Path, content: str) -> None:
    """A file as it should be, in directories as they should be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for directory in (path.parent, *path.parent.parents[:3]):
        if os.stat(directory).st_uid == os.geteuid() and directory.name:
            directory.chmod(0o700)
    path.write_text(content)
    path.chmod(0o600)


READERS: dict[str, tuple[str, str, Callable[[Place], object]]] = {
    "tokens": (
        "accounts/a/tokens.json",
        '{"access_token": "t", "expires_at": "2033-05-18T03:33:20Z"}',
        read_tokens,
    ),
    "client": (
        "accounts/a/client.json",
        '{"client_id": "c", "region": "us", "redirect_uri": "u", "scope": "s", "created_at": "x"}',
        read_client,
    ),
    "me": ("accounts/a/me.json", '{"user_id": 1}', read_me),
    "bridge": (".claude/auth.json", BRIDGE, read_bridge),
}


@spoiled
@pytest.mark.parametrize("kind", READERS)
def test_a_spoiled_file_is_refused_with_the_reason(
    home: Path, kind: str, spoil: Spoil, reason: str
) -> None:
    name, content, read = READERS[kind]
    place = Place(str(home / name), str(home))
    private_file(home / name, content)
    assert read(place) is not None
    spoil(home / name)
    descriptors = open_descriptors()
    with pytest.raises(StoreError) as caught:
        read(place)
    assert caught.value.code == "STORE_UNSAFE_PATH"
    assert caught.value.details["reason"] == reason
    assert open_descriptors() == descriptors


COMFORTS: dict[str, tuple[str, str, Callable[[Place], object], object]] = {
    "status": (
        "accounts/a/status.json",
        '{"status": "ok"}',
        lambda place: read_status(place).status,
        "untested",
    ),
    "index": (
        "accounts/b/me.json",
        '{"user_email": "a@b"}',
        lambda place: read_index(place).user_email,
        None,
    ),
    "preferences": ("x/ui.toml", '[app]\ntheme = "dark"\n', read_preferences, Preferences()),
    "activity": (
        "y/activity.jsonl",
        '{"at": 1, "pid": 1, "verb": "v", "names": []}\n',
        lambda place: recent(place, 5),
        (),
    ),
}


@spoiled
@pytest.mark.parametrize("kind", COMFORTS)
def test_what_is_only_comfort_is_passed_over_when_it_is_spoiled(
    home: Path, kind: str, spoil: Spoil, reason: str
) -> None:
    name, content, read, nothing = COMFORTS[kind]
    place = Place(str(home / name), str(home))
    private_file(home / name, content)
    assert read(place) != nothing
    private_file(home / name, content)
    spoil(home / name)
    (home / name).with_name("me.index.json").unlink(missing_ok=True)
    assert read(place) == nothing, reason


@pytest.mark.parametrize("component", ["mp", "mp/accounts", "mp/accounts/a"])
def test_a_link_at_any_component_is_refused_for_reading_and_writing(
    home: Path, component: str
) -> None:
    name = "mp/accounts/a/tokens.json"
    place = Place(str(home / name), str(home))
    private_file(home / name, READERS["tokens"][1])
    by_linked_directory(home / component / "x")
    before = sorted(path for path in home.rglob("*"))
    with pytest.raises(StoreError) as caught:
        read_tokens(place)
    assert caught.value.details["reason"] == "link"
    with pytest.raises(StoreError) as caught:
        write_file(place, b"new")
    assert caught.value.details["reason"] == "link"
    assert sorted(path for path in home.rglob("*")) == before


def test_a_file_that_is_not_there_is_no_matter_what_its_directory_is(home: Path) -> None:
    """Somebody whose ~/.claude is a link, or open to a group, has no bridge and no error."""
    (home / "dotfiles").mkdir(parents=True)
    (home / ".claude").symlink_to(home / "dotfiles")
    environ = {"HOME": str(home)}
    assert find_bridge(environ, str(home)) is None
    (home / ".claude").unlink()
    (home / ".claude").mkdir()
    (home / ".claude").chmod(0o775)
    assert find_bridge(environ, str(home)) is None
    private_file(home / ".claude/mixpanel/auth.json", BRIDGE)
    (home / ".claude").chmod(0o775)
    with pytest.raises(StoreError):
        find_bridge(environ, str(home))


def test_a_path_that_leads_out_of_its_base_is_refused(home: Path) -> None:
    private_file(home / "secret", "x")
    (home / "mp").mkdir()
    with pytest.raises(StoreError) as caught:
        read_file(Place(str(home / "mp" / ".." / "secret"), str(home / "mp")))
    assert caught.value.details["reason"] == "outside"


def test_a_file_that_grows_while_it_is_read_is_refused() -> None:
    with open("/dev/zero", "rb") as endless, pytest.raises(StoreError) as caught:
        files.read_descriptor(endless.fileno(), 10, 1 << 20, "growing")
    assert caught.value.details["reason"] == "size"


@pytest.mark.parametrize("size", [0, 1, files.FILE_LIMIT])
def test_what_is_written_up_to_the_limit_is_read_back(tmp_path: Path, size: int) -> None:
    place = Place(str(tmp_path / "file"), str(tmp_path))
    write_file(place, b"x" * size)
    assert read_file(place) == b"x" * size


def test_what_is_past_the_limit_is_not_written(tmp_path: Path) -> None:
    place = Place(str(tmp_path / "file"), str(tmp_path))
    write_file(place, b"old")
    with pytest.raises(StoreError) as caught:
        write_file(place, b"x" * (files.FILE_LIMIT + 1))
    assert caught.value.details["reason"] == "size"
    assert read_file(place) == b"old"


class TestConfig:
    """A user's own config.toml: dotfile managers keep it behind a link, and modes get lost."""

    def test_a_link_to_a_file_of_ones_own_is_written_at_its_target_and_stays_a_link(
        self, config: ConfigManager, tmp_path: Path
    ) -> None:
        target = tmp_path / "dotfiles" / "mp.toml"
        private_file(target, SOUND)
        config.path.parent.mkdir(mode=0o700)
        config.path.symlink_to(target)
        config.update_account("a", region="eu")
        assert config.path.is_symlink()
        assert target.read_text() == SOUND.replace('"us"', '"eu"')
        assert (target.parent / "mp.toml.lock").exists()
        assert not (config.path.parent / "config.toml.lock").exists()
        assert config.problems() == ()

    def test_a_link_to_a_link_into_a_linked_directory_is_followed(
        self, config: ConfigManager, tmp_path: Path
    ) -> None:
        private_file(tmp_path / "real" / "mp.toml", SOUND)
        (tmp_path / "dir").symlink_to("real")
        (tmp_path / "first").symlink_to("dir/mp.toml")
        config.path.parent.mkdir(mode=0o700)
        config.path.symlink_to(tmp_path / "first")
        config.update_account("a", region="eu")
        assert config.get_account("a").region == "eu"
        assert (tmp_path / "first").is_symlink()

    def test_a_dangling_link_says_nothing_and_is_filled_at_its_target(
        self, config: ConfigManager, tmp_path: Path
    ) -> None:
        config.path.parent.mkdir(mode=0o700)
        config.path.symlink_to(tmp_path / "later.toml")
        assert config.list_accounts() == []
        config.add_account("a", type="oauth_browser", region="us")
        assert config.path.is_symlink()
        assert stat.S_IMODE((tmp_path / "later.toml").stat().st_mode) == 0o600

    def test_a_link_to_itself_is_an_error_of_ours(self, config: ConfigManager) -> None:
        config.path.parent.mkdir(mode=0o700)
        config.path.symlink_to(config.path)
        for use in (
            lambda config: config.snapshot(),
            lambda config: config.add_account("a", type="oauth_browser", region="us"),
        ):
            error = error_of(use, config)
            assert isinstance(error, StoreError)
            assert error.code in ("STORE_UNSAFE_PATH", "STORE_IO")

    def test_a_link_set_anew_during_a_change_is_noticed(
        self, config: ConfigManager, tmp_path: Path
    ) -> None:
        one, two = tmp_path / "one.toml", tmp_path / "two.toml"
        private_file(one, SOUND)
        private_file(two, SOUND.replace("us", "in"))
        config.path.parent.mkdir(mode=0o700)
        config.path.symlink_to(one)

        def change() -> None:
            with config.transaction() as change:
                change.document.set_value(("accounts", "a"), "region", "eu")
                config.path.unlink()
                config.path.symlink_to(two)

        with pytest.raises(ChangedMeanwhileError):
            change()
        assert (one.read_text(), two.read_text()) == (SOUND, SOUND.replace("us", "in"))

    def test_a_link_set_anew_before_the_lock_was_had_is_followed_anew(
        self, config: ConfigManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one, two = tmp_path / "one.toml", tmp_path / "two.toml"
        private_file(one, SOUND)
        private_file(two, SOUND.replace("us", "in"))
        config.path.parent.mkdir(mode=0o700)
        config.path.symlink_to(one)
        real = snapshots.locate
        located = []

        def relink_after_the_first(path: Path) -> Place:
            located.append(real(path))
            if len(located) == 1:
                config.path.unlink()
                config.path.symlink_to(two)
            return located[-1]

        monkeypatch.setattr(snapshots, "locate", relink_after_the_first)
        config.update_account("a", region="eu")
        assert (one.read_text(), two.read_text()) == (SOUND, SOUND.replace("us", "eu"))

    @pytest.mark.parametrize("mode", [0o644, 0o660, 0o666, 0o604])
    def test_wrong_modes_are_said_and_mended_by_the_next_change(
        self, config: ConfigManager, mode: int
    ) -> None:
        write_config(config, SOUND)
        config.path.chmod(mode)
        (problem,) = config.problems()
        assert (problem.kind, problem.code) == ("safety", "mode")
        assert f"{mode:04o}" in problem.summary
        assert config.get_account("a").region == "us"
        config.update_account("a", region="eu")
        assert stat.S_IMODE(config.path.stat().st_mode) == 0o600
        assert config.problems() == ()

    def test_a_mode_that_is_changed_is_noticed_without_a_change_of_the_text(
        self, config: ConfigManager
    ) -> None:
        write_config(config, SOUND)
        os.utime(config.path, (1e9, 1e9))
        assert config.problems() == ()
        config.path.chmod(0o644)
        assert [problem.code for problem in config.problems()] == ["mode"]
        config.path.chmod(0o600)
        assert config.problems() == ()

    def test_a_second_name_is_said_and_left_behind(self, config: ConfigManager) -> None:
        write_config(config, SOUND)
        os.utime(config.path, (1e9, 1e9))
        assert config.problems() == ()
        second = config.path.with_name("second")
        os.link(config.path, second)
        assert [problem.code for problem in config.problems()] == ["hard_link"]
        config.update_account("a", region="eu")
        assert second.read_text() == SOUND
        assert config.problems() == ()

    @pytest.mark.parametrize(
        ("spoil", "reason"),
        [
            (by_fifo, "kind"),
            (by_directory, "kind"),
            (by_socket, "link"),
            (by_device, "kind"),
            (by_another_owner, "owner"),
        ],
    )
    def test_what_is_no_file_of_the_users_is_refused(
        self, config: ConfigManager, spoil: Spoil, reason: str
    ) -> None:
        write_config(config, SOUND)
        spoil(config.path)
        for use in (
            lambda config: config.snapshot(),
            lambda config: config.add_account("b", type="oauth_browser", region="us"),
        ):
            error = error_of(use, config)
            assert isinstance(error, StoreError)
            assert error.details["reason"] == reason

    def test_a_file_where_its_directory_should_be_is_an_error_of_ours(
        self, config: ConfigManager
    ) -> None:
        config.path.parent.write_text("a file")
        for use in (
            lambda config: config.snapshot(),
            lambda config: config.add_account("b", type="oauth_browser", region="us"),
        ):
            error = error_of(use, config)
            assert isinstance(error, StoreError)
            assert error.code == "STORE_IO"


class TestLocks:
    """A lock file that was planted harms nobody."""

    @pytest.mark.parametrize(
        ("spoil", "reason"),
        [
            (by_link, "link"),
            (by_dangling_link, "link"),
            (by_second_name, "hard_link"),
            (by_fifo, "kind"),
            (by_another_owner, "owner"),
        ],
    )
    def test_a_planted_lock_is_refused_and_what_it_leads_to_is_left_alone(
        self, config: ConfigManager, spoil: Spoil, reason: str
    ) -> None:
        write_config(config, SOUND)
        lock = config.path.with_name("config.toml.lock")
        lock.write_text("precious")
        spoil(lock)
        error = error_of(lambda config: config.update_account("a", region="eu"), config)
        assert isinstance(error, StoreError)
        assert error.details["reason"] == reason
        for name in ("elsewhere", "second"):
            other = config.path.with_name(name)
            assert not other.exists() or other.read_text() == "precious"
        assert text_of(config) == SOUND

    def test_the_config_itself_planted_as_its_lock_is_not_written_over(
        self, config: ConfigManager
    ) -> None:
        write_config(config, SOUND)
        os.link(config.path, config.path.with_name("config.toml.lock"))
        error = error_of(lambda config: config.update_account("a", region="eu"), config)
        assert isinstance(error, StoreError)
        assert text_of(config) == SOUND


class TestActivity:
    @pytest.mark.parametrize("spoil", [by_link, by_second_name, by_another_owner])
    def test_a_planted_log_is_not_written_to(self, storage: Storage, spoil: Spoil) -> None:
        log = storage.root / "activity.jsonl"
        private_file(log, "precious\n")
        spoil(log)
        record(storage.activity, Activity(at=1.0, verb="v", names=("n",), pid=1))
        for file in storage.root.iterdir():
            assert file.read_text() == "precious\n"

    def test_a_log_that_is_a_fifo_blocks_nobody(self, storage: Storage) -> None:
        storage.root.mkdir(mode=0o700)
        os.mkfifo(storage.root / "activity.jsonl", 0o600)
        record(storage.activity, Activity(at=1.0, verb="v", names=("n",), pid=1))
        assert recent(storage.activity, 5) == ()
