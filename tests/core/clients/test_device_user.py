"""Whose session it is: nobody gets another user's tokens, nor another user's directory."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import mixdesk as mp
from mixdesk.clients import DeviceSession
from mixdesk.model.secret import Secret
from mixdesk.oauth.id_token import username_of

from .sessions import CANARY, Desk, id_token, stored


class TestTheUser:
    def test_is_who_the_server_says(self, desk: Desk) -> None:
        desk.name("ana")
        session = desk.session("_default")
        with pytest.raises(AssertionError, match="authenticate"):
            _ = session.username
        session.authenticate()
        assert session.username == "ana"

    def test_is_who_was_named_when_the_server_names_nobody(self, desk: Desk) -> None:
        desk.name(None)
        session = desk.session("ana")
        session.authenticate()
        assert session.username == "ana"

    def test_stays_known_in_the_next_process(self, desk: Desk) -> None:
        desk.name("ana")
        desk.session("_default").authenticate()
        session = desk.session("_default")
        session.authenticate()
        assert (session.username, desk.logins) == ("ana", 1)


class TestAnotherUser:
    def test_who_logs_in_is_refused_and_nothing_is_stored(self, desk: Desk) -> None:
        desk.name("ben")
        session = desk.session("ana")
        with pytest.raises(AssertionError, match="'ben' has logged in") as caught:
            session.authenticate()
        assert isinstance(caught.value, mp.AuthenticatedUserError)
        assert caught.value.details == {"username": "ana"}
        assert not session.authenticated
        assert not session.token_file.exists()

    def test_who_is_in_the_file_is_refused_and_left_alone(self, desk: Desk) -> None:
        desk.name("ben")
        ben, ana = desk.session("ben"), desk.session("ana")
        ben.authenticate()
        shutil.copytree(ben.user_storage_path, ana.user_storage_path)
        before = ana.token_file.read_bytes()
        desk.clock.forward(3600)
        for ask in (ana.authenticate, lambda: ana.access_token, lambda: ana.get(desk.me)):
            with pytest.raises(AssertionError, match="'ben' has logged in"):
                ask()
        assert ana.token_file.read_bytes() == before
        assert (desk.logins, desk.refreshes) == (1, 0)
        assert desk.server.requests.to("/api/app/me") == []

    def test_who_turns_up_in_a_renewal_is_refused(self, desk: Desk) -> None:
        desk.name("ana")
        session = desk.session("ana")
        session.authenticate()
        desk.name("ben")
        desk.clock.forward(3600)
        with pytest.raises(AssertionError):
            session.get(desk.me)
        assert desk.server.requests.to("/api/app/me") == []

    def test_s_directory_is_refused_before_anybody_is_asked(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        session = desk.session("ana")
        session.user_storage_path = tmp_path / "ben"
        with pytest.raises(AssertionError, match="another user's directory"):
            session.authenticate()
        assert len(desk.server.requests) == 0
        assert not session.user_storage_path.exists()

    def test_s_directory_is_refused_to_whoever_logs_in(self, desk: Desk, tmp_path: Path) -> None:
        desk.name("ana")
        session = desk.session("_default")
        session.user_storage_path = tmp_path / "ben"
        with pytest.raises(AssertionError, match="this session is 'ana'"):
            session.authenticate()
        assert not session.user_storage_path.exists()

    def test_is_nobody_for_a_session_without_a_name(self, desk: Desk) -> None:
        desk.name("ben")
        session = desk.session("_default")
        session.authenticate()
        assert session.username == "ben"


class TestTheDirectory:
    def test_is_the_users_own(self, desk: Desk, home: Path) -> None:
        ana, ben = desk.session("ana"), desk.session("ben")
        assert ana.user_storage_path.name == "ana"
        assert ana.user_storage_path.is_relative_to(home / ".mp" / "sessions")
        assert ana.token_file == ana.user_storage_path / ".token"
        assert ben.user_storage_path == ana.user_storage_path.with_name("ben")

    def test_is_below_the_storage_of_the_environment(
        self, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MP_STORAGE_DIR", str(tmp_path / "here"))
        session = desk.session()
        session.authenticate()
        assert session.token_file.is_relative_to(tmp_path / "here")
        assert session.token_file.exists()

    def test_may_be_another_one_of_the_same_name(self, desk: Desk, tmp_path: Path) -> None:
        session, other = desk.session(), desk.session()
        session.authenticate()
        other.user_storage_path = tmp_path / "mine" / "ana"
        assert not other.authenticated
        other.authenticate()
        assert (desk.logins, other.token_file.exists()) == (2, True)
        assert stored(other) != stored(session)

    @pytest.mark.parametrize(
        "username",
        ["", ".", "..", "../ana", "a/b", "a\\b", ".token", "a\0b", "a\n", "é", "a" * 129],
    )
    def test_leads_nowhere_else(self, username: str) -> None:
        with pytest.raises(mp.InvalidArgumentError) as caught:
            DeviceSession(username=username)
        assert caught.value.violation == "username"
        assert "\n" not in caught.value.message

    @pytest.mark.parametrize("username", ["_default", "ana", "ana.b@acme.example", "A-1+x"])
    def test_may_have_the_names_that_users_have(self, username: str) -> None:
        with DeviceSession(username=username) as session:
            assert session.user_storage_path.name == username


class TestAnIdToken:
    @pytest.mark.parametrize(
        ("claims", "user"),
        [
            ({"https://www.bitfount.com/username": "ana"}, "ana"),
            ({"preferred_username": "ana"}, "ana"),
            ({"https://www.bitfount.com/username": "ana", "preferred_username": "b"}, "ana"),
            ({"https://www.bitfount.com/username": "\x1b[31mana\n"}, "ana"),
            ({"https://www.bitfount.com/username": ["ana"]}, None),
            ({"https://www.bitfount.com/username": ""}, None),
            ({"sub": "1"}, None),
        ],
    )
    def test_names_a_user_or_nobody(self, claims: dict[str, object], user: str | None) -> None:
        assert username_of(Secret(id_token(claims))) == user

    @pytest.mark.parametrize(
        "text", ["", CANARY, "a.b", "a.b.c", "a.!!.c", "a.W10.c", "a..c", "a.é.c", "a.b.c.d"]
    )
    def test_that_is_none_names_nobody(self, text: str) -> None:
        assert username_of(Secret(text)) is None

    def test_that_is_missing_names_nobody(self) -> None:
        assert username_of(None) is None
