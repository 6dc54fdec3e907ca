"""Tokens and clients: what is written is read back, by us and by those who know more keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mixdesk.exceptions import StoreError
from mixdesk.model.secret import Secret
from mixdesk.store.clients import ClientEntry, read_client, write_client
from mixdesk.store.files import Place
from mixdesk.store.storage import Storage
from mixdesk.store.tokens import TokenEntry, iso, read_tokens, seconds, write_tokens

ENTRY = TokenEntry(
    access_token=Secret("access"),
    expires_at=2_000_000_000.0,
    refresh_token=Secret("refresh"),
    scope="projects events",
    client_id="c1",
)
FILE = {
    "access_token": "access",
    "refresh_token": "refresh",
    "expires_at": "2033-05-18T03:33:20Z",
    "scope": "projects events",
    "token_type": "Bearer",
    "client_id": "c1",
}
CLIENT = ClientEntry(
    client_id="c1",
    region="us",
    redirect_uri="http://localhost:19284/callback",
    scope="projects",
    created_at="2026-01-01T00:00:00Z",
    issuer="https://mixpanel.com/oauth/",
)


@pytest.fixture
def tokens(storage: Storage) -> Place:
    return storage.account("team", "tokens.json")


@pytest.fixture
def client(storage: Storage) -> Place:
    return storage.account("team", "client.json")


def put(place: Place, value: object) -> None:
    """Write a file as another program would."""
    path = Path(place.path)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    path.chmod(0o600)


def stored(place: Place) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(Path(place.path).read_bytes())
    return fields


class TestTokens:
    def test_there_are_none_before_a_login(self, tokens: Place) -> None:
        assert read_tokens(tokens) is None

    def test_what_is_written_is_read_back(self, tokens: Place) -> None:
        write_tokens(tokens, ENTRY)
        assert read_tokens(tokens) == ENTRY
        assert stored(tokens) == FILE

    def test_what_there_is_not_is_left_out(self, tokens: Place) -> None:
        write_tokens(tokens, TokenEntry(Secret("a"), 1e9))
        assert set(stored(tokens)) == {"access_token", "expires_at", "scope", "token_type"}
        found = read_tokens(tokens)
        assert found is not None
        assert (found.refresh_token, found.client_id) == (None, None)

    def test_a_refresh_token_that_is_no_more_goes_from_the_file(self, tokens: Place) -> None:
        write_tokens(tokens, ENTRY)
        write_tokens(tokens, TokenEntry(Secret("b"), 1e9))
        assert "refresh_token" not in stored(tokens)
        assert "client_id" not in stored(tokens)

    def test_unknown_keys_survive_a_rewrite(self, tokens: Place) -> None:
        put(tokens, {**FILE, "theirs": {"x": [1, None]}, "id_token": "i"})
        found = read_tokens(tokens)
        assert found is not None
        assert found.extra == {"theirs": {"x": [1, None]}, "id_token": "i"}
        write_tokens(tokens, ENTRY)
        assert stored(tokens) == {**FILE, "theirs": {"x": [1, None]}, "id_token": "i"}

    def test_the_other_packages_tokens_have_no_client(self, tokens: Place) -> None:
        put(tokens, {key: value for key, value in FILE.items() if key != "client_id"})
        found = read_tokens(tokens)
        assert found is not None
        assert found.client_id is None

    @pytest.mark.parametrize(
        "expires_at",
        [
            "2033-05-18T03:33:20Z",
            "2033-05-18T03:33:20+00:00",
            "2033-05-18T05:33:20+02:00",
            "2033-05-18T03:33:20.000000Z",
        ],
    )
    def test_a_time_in_any_zone_is_the_same_moment(self, tokens: Place, expires_at: str) -> None:
        put(tokens, {**FILE, "expires_at": expires_at})
        found = read_tokens(tokens)
        assert found is not None
        assert found.expires_at == 2_000_000_000.0

    @pytest.mark.parametrize(
        "fields",
        [
            {},
            [],
            "text",
            {**FILE, "expires_at": "2033-05-18T03:33:20"},
            {**FILE, "expires_at": 2_000_000_000},
            {**FILE, "expires_at": "soon"},
            {**FILE, "expires_at": None},
            {**FILE, "expires_at": "99999-01-01T00:00:00Z"},
            {**FILE, "access_token": ""},
            {**FILE, "access_token": None},
            {**FILE, "access_token": ["a"]},
            {**FILE, "refresh_token": 5},
            "",
            "{",
            "\x00",
            "[" * 100_000,
            '{"a": ' * 50_000,
            '{"access_token": ' + "9" * 5_000 + "}",
        ],
    )
    def test_a_file_that_holds_no_tokens_is_said_to(self, tokens: Place, fields: object) -> None:
        put(tokens, fields)
        with pytest.raises(StoreError) as caught:
            read_tokens(tokens)
        assert caught.value.code == "STORE_CORRUPT"
        assert tokens.path in caught.value.summary
        assert "refresh" not in str(caught.value)

    def test_a_login_begins_a_corrupt_file_anew(self, tokens: Place) -> None:
        put(tokens, "{ half a fi")
        write_tokens(tokens, ENTRY)
        assert read_tokens(tokens) == ENTRY

    def test_a_planted_file_is_not_begun_anew(self, tokens: Place) -> None:
        put(tokens, FILE)
        Path(tokens.path).chmod(0o644)
        with pytest.raises(StoreError):
            write_tokens(tokens, TokenEntry(Secret("new"), 1e9))
        assert stored(tokens) == FILE

    def test_no_secret_is_shown(self) -> None:
        for text in (repr(ENTRY), str(ENTRY), f"{ENTRY}"):
            assert "access'" not in text.replace("access_token", "")
            assert "refresh'" not in text.replace("refresh_token", "")

    def test_a_moment_is_the_same_after_writing_and_reading(self) -> None:
        for moment in (0.0, 1.5, 1_700_000_000.25, 4e9, 2.5e11):
            assert seconds(iso(moment)) == moment

    def test_tokens_that_are_shown_or_logged_give_away_nothing(self) -> None:
        assert repr(ENTRY) == "<TokenEntry>"
        with pytest.raises(TypeError):
            tuple(ENTRY)  # type: ignore[arg-type]


class TestClient:
    def test_what_is_written_is_read_back(self, client: Place) -> None:
        assert read_client(client) is None
        write_client(client, CLIENT)
        assert read_client(client) == CLIENT

    def test_accounts_in_one_region_keep_a_client_each(self, storage: Storage) -> None:
        one, two = (storage.account(name, "client.json") for name in ("one", "two"))
        write_client(one, CLIENT)
        write_client(two, ClientEntry("c2", "us", "http://localhost", "s", "2026-01-02T00:00:00Z"))
        found = read_client(one)
        assert found is not None
        assert found.client_id == "c1"

    def test_unknown_keys_survive_a_rewrite(self, client: Place) -> None:
        write_client(client, CLIENT)
        put(client, {**stored(client), "theirs": 1})
        write_client(client, CLIENT)
        assert stored(client)["theirs"] == 1
        found = read_client(client)
        assert found is not None
        assert found.extra == {"theirs": 1}

    def test_a_client_of_the_other_package_has_no_issuer(self, storage: Storage) -> None:
        place = storage.region_client("us")
        put(
            place,
            {
                "client_id": "c",
                "region": "us",
                "redirect_uri": "http://localhost:19284/callback",
                "scope": "projects",
                "created_at": "2026-01-01T00:00:00+00:00",
            },
        )
        found = read_client(place)
        assert found is not None
        assert found.issuer is None

    @pytest.mark.parametrize("missing", ["client_id", "region", "redirect_uri", "created_at"])
    def test_a_file_that_holds_no_client_is_said_to(self, client: Place, missing: str) -> None:
        write_client(client, CLIENT)
        put(client, {key: value for key, value in stored(client).items() if key != missing})
        with pytest.raises(StoreError) as caught:
            read_client(client)
        assert caught.value.code == "STORE_CORRUPT"
