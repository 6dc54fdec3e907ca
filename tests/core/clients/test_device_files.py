"""The file of a session: nobody else's to read, whole at every moment, never trusted blindly."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import mixdesk as mp
from mixdesk.clients import DeviceSession
from mixdesk.store import files

from .sessions import CANARY, Desk, put, stored

SOUND = {
    "access_token": f"{CANARY}-a",
    "refresh_token": f"{CANARY}-r",
    "id_token": None,
    "access_token_expires_at": 4e9,
}


def plant(session: DeviceSession, **fields: object) -> None:
    """Leave a file of the session's, as an earlier run does."""
    session.authenticate()
    known = stored(session)
    session.token_file.write_text(json.dumps({**known, **fields}))


class TestTheFile:
    def test_is_private_and_so_is_every_directory(self, desk: Desk, home: Path) -> None:
        os.umask(0)
        session = desk.session()
        session.authenticate()
        assert session.token_file.stat().st_mode & 0o777 == 0o600
        for directory in session.token_file.parents:
            if directory == home:
                break
            assert directory.stat().st_mode & 0o777 == 0o700
        names = {path.name for path in session.user_storage_path.iterdir()}
        assert names == {".token", ".token.lock"}

    def test_says_what_the_tokens_are_for(self, desk: Desk) -> None:
        session = desk.session()
        session.authenticate()
        fields = stored(session)
        assert set(fields) == {
            *("access_token", "refresh_token", "id_token", "access_token_expires_at"),
            *("auth_domain", "client_id", "scopes", "audience"),
        }
        assert (fields["auth_domain"], fields["audience"]) == (desk.issuer, desk.audience)

    def test_is_replaced_by_the_tokens_of_another_registration(self, desk: Desk) -> None:
        session = desk.session()
        plant(session, client_id="another")
        desk.session().authenticate()
        assert desk.logins == 2
        assert stored(session)["client_id"] != "another"


def link(path: Path) -> None:
    path.rename(path.with_name("real"))
    path.symlink_to(path.with_name("real"))


def link_directory(path: Path) -> None:
    path.parent.rename(path.parent.with_name("real"))
    path.parent.symlink_to(path.parent.with_name("real"))


def replace_by_a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def replace_by_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


UNSAFE: dict[str, Callable[[Path], object]] = {
    "a link": link,
    "a link as its directory": link_directory,
    "a second name": lambda path: os.link(path, path.with_name("other")),
    "others may read it": lambda path: path.chmod(0o644),
    "others may write its directory": lambda path: path.parent.chmod(0o777),
    "a directory": replace_by_a_directory,
    "a pipe": replace_by_a_pipe,
    "too large": lambda path: path.write_bytes(b" " * (files.FILE_LIMIT + 1)),
}


class TestAFileThatIsNotSafe:
    @pytest.mark.parametrize("harm", UNSAFE.values(), ids=UNSAFE)
    def test_is_refused_and_nobody_is_asked(
        self, desk: Desk, harm: Callable[[Path], object]
    ) -> None:
        desk.session().authenticate()
        session = desk.session()
        harm(session.token_file)
        with pytest.raises(mp.StoreError) as caught:
            session.authenticate()
        assert caught.value.code == "STORE_UNSAFE_PATH"
        assert "made-up" not in str(caught.value.to_dict()).replace(desk.issuer, "")
        assert desk.logins == 1

    def test_of_a_foreign_owner_is_refused(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.session().authenticate()
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
        with pytest.raises(mp.StoreError, match="belongs to another user"):
            desk.session().authenticate()

    @pytest.mark.parametrize(
        "content",
        [
            f"{{{CANARY}",
            "[]",
            "{}",
            json.dumps({**SOUND, "access_token": 5}),
            json.dumps({**SOUND, "access_token_expires_at": CANARY}),
            '{"access_token": "a", "access_token_expires_at": NaN}',
        ],
    )
    def test_that_makes_no_sense_is_left_as_it_is(self, desk: Desk, content: str) -> None:
        session = desk.session()
        put(session.token_file, content)
        with pytest.raises(mp.StoreError) as caught:
            session.authenticate()
        assert caught.value.code == "STORE_CORRUPT"
        assert CANARY not in caught.value.message
        assert session.token_file.read_text() == content
        assert desk.logins == 0

    def test_in_a_link_that_the_user_named_is_refused_too(self, desk: Desk, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir(mode=0o700)
        (tmp_path / "ana").symlink_to(tmp_path / "real")
        session = desk.session()
        session.user_storage_path = tmp_path / "ana"
        with pytest.raises(mp.StoreError, match="is a link"):
            session.authenticate()


class TestADiskThatFails:
    @pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES])
    def test_keeps_the_old_tokens_and_is_told_of(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch, code: int
    ) -> None:
        session = desk.session()
        session.authenticate()
        before = session.token_file.read_bytes()
        desk.clock.forward(3600)

        def fail(*args: object, **more: object) -> None:
            raise OSError(code, os.strerror(code))

        with monkeypatch.context() as broken:
            broken.setattr(os, "rename", fail)
            with pytest.raises(mp.StoreError) as caught:
                session.authenticate()
            assert caught.value.code == "STORE_IO"
        assert session.token_file.read_bytes() == before

    def test_loses_no_grant_that_this_process_has(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session = desk.session()
        session.authenticate()
        desk.clock.forward(3600)

        def fail(*args: object, **more: object) -> None:
            raise OSError(errno.ENOSPC, "")

        with monkeypatch.context() as broken:
            broken.setattr(os, "rename", fail)
            with pytest.raises(mp.StoreError):
                session.authenticate()
        assert session.get(desk.me).status_code == 200
        assert (desk.refreshes, desk.logins) == (1, 1)
        assert stored(session)["refresh_token"] == session.refresh_token


def test_what_a_killed_writer_left_is_removed(desk: Desk) -> None:
    session = desk.session()
    left = session.user_storage_path / f"..token.1-{'0' * 12}.tmp"
    put(left, CANARY)
    session.authenticate()
    assert not left.exists()
