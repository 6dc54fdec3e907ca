"""API keys from the environment: sent instead of a token, as a pair or not at all."""

from __future__ import annotations

import pytest

import mixdesk as mp
from mixdesk.clients import AuthEnvironmentError, DeviceSession

from .sessions import CANARY, Desk

KEYS = {"BITFOUNT_API_KEY_ID": "id-1", "BITFOUNT_API_KEY": CANARY}


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("keys")
class TestKeys:
    def test_are_sent_and_nobody_logs_in(self, desk: Desk) -> None:
        session = desk.session()
        session.authenticate()
        assert session.authenticated
        assert not session.expired
        assert session.access_token is None
        session.get(desk.me)
        (asked,) = desk.server.requests
        assert asked.headers["x-api-key-id"] == "id-1"
        assert asked.headers["x-api-key"] == CANARY
        assert "authorization" not in asked.headers
        assert not session.user_storage_path.exists()

    def test_are_shown_as_a_pair_that_keeps_its_secret(self, desk: Desk) -> None:
        keys = desk.session().api_keys
        assert keys is not None
        assert (keys.access_key_id, keys.access_key) == ("id-1", CANARY)
        assert CANARY not in repr(keys)

    def test_are_looked_up_once(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        session = desk.session()
        monkeypatch.delenv("BITFOUNT_API_KEY")
        assert session.api_keys is session.api_keys is not None

    def test_name_nobody(self, desk: Desk) -> None:
        assert desk.session("ana").username == "ana"
        with pytest.raises(AssertionError, match="give a username"):
            _ = desk.session("_default").username


def test_there_are_none_by_default(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desk.session().api_keys is None
    for name in KEYS:
        monkeypatch.setenv(name, "")
    assert desk.session().api_keys is None


@pytest.mark.parametrize("missing", KEYS)
def test_half_a_pair_is_an_error_that_names_the_other_half(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in KEYS.keys() - {missing}:
        monkeypatch.setenv(name, CANARY)
    with pytest.raises(AuthEnvironmentError) as caught:
        DeviceSession()
    assert f"{missing} is not" in caught.value.message
    assert caught.value.details == {"variable": missing}
    assert CANARY not in f"{caught.value!r}{caught.value.to_dict()}"


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize("value", [f"{CANARY}\r\nX: y", f"{CANARY} ", f"{CANARY}é"])
@pytest.mark.parametrize("name", KEYS)
def test_a_key_that_no_header_can_carry_is_an_error_that_does_not_show_it(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(AuthEnvironmentError) as caught:
        DeviceSession()
    assert caught.value.message.startswith(f"{name} holds")
    assert CANARY not in f"{caught.value!r}{caught.value.to_dict()}"


def test_the_error_is_one_of_the_tree_under_both_names() -> None:
    assert AuthEnvironmentError is mp.AuthEnvironmentError
    assert issubclass(AuthEnvironmentError, mp.ConfigError)
