"""Status, preferences, the activity log, and where everything lives."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mixdesk.exceptions import ConfigError, StoreError
from mixdesk.model.records import Activity, StatusEntry
from mixdesk.store import activity
from mixdesk.store.activity import recent, record
from mixdesk.store.config import ConfigManager
from mixdesk.store.files import Place
from mixdesk.store.preferences import Preferences, change_preferences, read_preferences
from mixdesk.store.status import read_status, write_status
from mixdesk.store.storage import Storage, default_config_path


def put(place: Place, content: str | bytes) -> Path:
    path = Path(place.path)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(0o600)
    return path


class TestStatus:
    @pytest.fixture
    def place(self, storage: Storage) -> Place:
        return storage.account("team", "status.json")

    def test_an_account_is_untested_until_it_is_tested(self, place: Place) -> None:
        assert read_status(place) == StatusEntry("untested")

    def test_what_is_written_is_read_back(self, place: Place) -> None:
        for entry in (
            StatusEntry("ok", 1_700_000_000.5, "ada@example.com"),
            StatusEntry("needs_login", 5.0),
            StatusEntry("needs_token"),
        ):
            write_status(place, entry)
            assert read_status(place) == entry

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ("{", StatusEntry("untested")),
            ("[]", StatusEntry("untested")),
            ('{"status": "fine"}', StatusEntry("untested")),
            ('{"status": ["ok"]}', StatusEntry("untested")),
            ('{"status": "ok", "at": "now"}', StatusEntry("ok")),
            ('{"status": "ok", "at": NaN}', StatusEntry("ok")),
            ('{"status": "ok", "at": Infinity}', StatusEntry("ok")),
            ('{"status": "ok", "at": true}', StatusEntry("ok")),
            ('{"status": "ok", "at": 1' + "0" * 400 + "}", StatusEntry("ok")),
            ('{"status": "ok", "user_email": 5}', StatusEntry("ok")),
            ('{"status": "ok", "user_email": "a\\u001b[2J@b"}', StatusEntry("ok", None, "a@b")),
        ],
    )
    def test_what_makes_no_sense_is_passed_over(
        self, place: Place, content: str, expected: StatusEntry
    ) -> None:
        put(place, content)
        assert read_status(place) == expected

    def test_unknown_keys_survive_a_rewrite(self, place: Place) -> None:
        put(place, '{"theirs": 1}')
        write_status(place, StatusEntry("ok"))
        assert json.loads(Path(place.path).read_text())["theirs"] == 1


class TestPreferences:
    def test_without_a_file_everything_has_its_default(self, storage: Storage) -> None:
        assert read_preferences(storage.preferences) == Preferences()

    def test_what_is_changed_is_read_back_and_the_rest_kept(self, storage: Storage) -> None:
        place = storage.preferences
        change_preferences(place, theme="dark", mouse=False, keymap={"ctrl+a": "app.quit"})
        found = change_preferences(place, protected_targets=("prod",), clipboard_timeout=9.0)
        assert found == read_preferences(place)
        assert found == Preferences(
            theme="dark",
            mouse=False,
            clipboard_timeout=9.0,
            keymap={"ctrl+a": "app.quit"},
            protected_targets=("prod",),
        )

    def test_a_hand_written_file_keeps_its_comments_and_unknown_keys(
        self, storage: Storage
    ) -> None:
        text = '# mine\n[app]\ntheme = "dark"  # at night\nelse = 0x10\n\n'
        text += '[app.keymap]\nq = "quit" # q\n'
        path = put(storage.preferences, text)
        change_preferences(storage.preferences, theme="light")
        assert path.read_text() == text.replace('"dark"', '"light"')
        found = change_preferences(storage.preferences, keymap={"x": "quit"})
        assert found.keymap == {"x": "quit"}
        assert found.theme == "light"
        assert "# mine" in path.read_text()

    @pytest.mark.parametrize(
        "content",
        [
            "[app\n",
            "app = 5\n",
            "[app]\ntheme = 5\nmouse = 'yes'\nclipboard_timeout = 'long'\nkeymap = []\n",
            "[app]\nclipboard_timeout = true\n",
            "[app]\nclipboard_timeout = nan\n",
            f"[app]\nclipboard_timeout = 1{'0' * 400}\n",
            "[targets]\nprotected = 'prod'\n",
            "x = " + "[" * 10_000,
            b"\xff\xfe",
            b"\x00",
        ],
    )
    def test_what_makes_no_sense_takes_its_default(
        self, storage: Storage, content: str | bytes
    ) -> None:
        put(storage.preferences, content)
        assert read_preferences(storage.preferences) == Preferences()

    def test_entries_of_the_wrong_kind_are_left_out_of_a_list(self, storage: Storage) -> None:
        put(storage.preferences, '[targets]\nprotected = ["prod", 5, ["x"]]\n')
        assert read_preferences(storage.preferences).protected_targets == ("prod",)

    def test_a_file_that_does_not_parse_is_not_overwritten(self, storage: Storage) -> None:
        path = put(storage.preferences, "[app\n")
        with pytest.raises(StoreError) as caught:
            change_preferences(storage.preferences, theme="dark")
        assert caught.value.code == "STORE_CORRUPT"
        assert path.read_text() == "[app\n"

    def test_a_name_that_is_no_preference_is_a_mistake_of_the_caller(
        self, storage: Storage
    ) -> None:
        with pytest.raises(KeyError):
            change_preferences(storage.preferences, colour="red")


class TestActivity:
    def test_what_is_recorded_is_read_newest_first(self, storage: Storage) -> None:
        for number in range(5):
            record(storage.activity, Activity(float(number), "account.use", (f"a{number}",), 9))
        found = recent(storage.activity, 3)
        assert [entry.names for entry in found] == [("a4",), ("a3",), ("a2",)]
        assert found[0] == Activity(4.0, "account.use", ("a4",), 9)

    def test_there_is_none_before_a_change(self, storage: Storage) -> None:
        assert recent(storage.activity, 5) == ()

    def test_every_change_of_the_config_is_one_line_with_its_names(
        self, config: ConfigManager, storage: Storage
    ) -> None:
        config.add_account("team", type="oauth_browser", region="us")
        config.add_target("shop", account="team", project="5")
        config.apply_target("shop")
        config.rename_account("team", "squad")
        config.remove_account("squad", force=True)
        lines = [(entry.verb, entry.names) for entry in recent(storage.activity, 9)]
        assert lines == [
            ("account.remove", ("squad",)),
            ("account.rename", ("team", "squad")),
            ("target.use", ("shop",)),
            ("target.add", ("shop",)),
            ("account.add", ("team",)),
        ]
        assert {entry.pid for entry in recent(storage.activity, 9)} == {os.getpid()}

    @pytest.mark.parametrize(
        "line",
        [
            b"",
            b"{",
            b"[]",
            b"null",
            b"5",
            b"{}",
            b'{"at": "x", "pid": 1, "verb": "v", "names": []}',
            b'{"at": 1, "pid": "x", "verb": "v", "names": []}',
            b'{"at": 1, "pid": Infinity, "verb": "v", "names": []}',
            b'{"at": 1' + b"0" * 400 + b', "pid": 1, "verb": "v", "names": []}',
            b'{"at": NaN, "pid": 1, "verb": "v", "names": []}',
            b'{"at": 1, "pid": 1, "verb": "v", "names": 5}',
            b"[" * 100_000,
            b"\xff\x00",
        ],
    )
    def test_a_line_that_is_not_ours_is_passed_over(self, storage: Storage, line: bytes) -> None:
        record(storage.activity, Activity(1.0, "one", (), 1))
        with open(storage.activity.path, "ab") as log:
            log.write(line + b"\n")
        record(storage.activity, Activity(2.0, "two", (), 1))
        assert [entry.verb for entry in recent(storage.activity, 9)] == ["two", "one"]

    def test_hostile_names_are_cleaned_when_they_are_read(self, storage: Storage) -> None:
        hostile = "a\x1b]0;x\x07\u202eb\n"
        record(storage.activity, Activity(1.0, hostile, (hostile, "x" * 9_000), 1))
        (entry,) = recent(storage.activity, 5)
        assert entry.verb == "ab"
        assert entry.names[0] == "ab"
        assert len(entry.names[1]) == 256

    def test_at_one_mebibyte_the_log_is_put_aside_and_begun_anew(
        self, storage: Storage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert activity.LIMIT == 1 << 20
        monkeypatch.setattr(activity, "LIMIT", 500)
        for number in range(40):
            record(storage.activity, Activity(float(number), "v", (), 1))
        logs = sorted(path.name for path in storage.root.glob("activity*"))
        assert logs == ["activity.jsonl", "activity.jsonl.1"]
        assert all((storage.root / name).stat().st_size < 600 for name in logs)
        record(storage.activity, Activity(99.0, "last", (), 1))
        assert recent(storage.activity, 1)[0].verb == "last"

    def test_a_log_that_another_process_has_just_put_aside_is_kept(
        self, storage: Storage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        record(storage.activity, Activity(1.0, "old", (), 1))
        log = storage.root / "activity.jsonl"
        real = os.close

        def meanwhile(descriptor: int) -> None:
            real(descriptor)
            if not log.with_name("activity.jsonl.1").exists():
                log.rename(log.with_name("activity.jsonl.1"))
                log.write_text("new\n")

        monkeypatch.setattr(activity, "LIMIT", 10)
        monkeypatch.setattr(os, "close", meanwhile)
        record(storage.activity, Activity(2.0, "full", (), 1))
        assert log.read_text() == "new\n"

    def test_a_log_that_cannot_be_written_hinders_nothing(
        self, config: ConfigManager, storage: Storage
    ) -> None:
        storage.root.mkdir(mode=0o700)
        (storage.root / "activity.jsonl").mkdir()
        config.add_account("team", type="oauth_browser", region="us")
        assert len(config.list_accounts()) == 1


class TestStorage:
    @pytest.mark.parametrize(
        ("environ", "root", "base"),
        [
            ({"HOME": "/home/ada"}, "/home/ada/.mp", "/home/ada"),
            ({"HOME": "/home/ada", "MP_STORAGE_DIR": "/data/mp"}, "/data/mp", "/data/mp"),
            ({"HOME": "/home/ada", "MP_STORAGE_DIR": "~/x"}, "/home/ada/x", "/home/ada/x"),
            ({"HOME": "/h", "MP_OAUTH_STORAGE_DIR": "/old"}, "/old", "/old"),
            ({"HOME": "/h", "MP_STORAGE_DIR": "/n", "MP_OAUTH_STORAGE_DIR": "/o"}, "/n", "/n"),
            ({"HOME": "/h", "MP_STORAGE_DIR": ""}, "/h/.mp", "/h"),
        ],
    )
    def test_the_root_is_where_the_environment_says(
        self, environ: dict[str, str], root: str, base: str
    ) -> None:
        storage = Storage.from_environment(environ)
        assert (str(storage.root), str(storage.base)) == (root, base)

    def test_the_storage_root_does_not_move_the_config(self) -> None:
        environ = {"HOME": "/h", "MP_STORAGE_DIR": "/data"}
        assert str(default_config_path(environ)) == "/h/.mp/config.toml"
        assert str(default_config_path({**environ, "MP_CONFIG_PATH": "/c.toml"})) == "/c.toml"

    def test_a_relative_path_is_below_the_working_directory(self, home: Path) -> None:
        assert default_config_path({"MP_CONFIG_PATH": "x/c.toml"}) == home / "x" / "c.toml"

    def test_a_home_that_is_no_path_is_an_error_in_words(self) -> None:
        with pytest.raises(ConfigError) as caught:
            Storage.from_environment({"HOME": "relative"})
        assert "HOME" in str(caught.value)
