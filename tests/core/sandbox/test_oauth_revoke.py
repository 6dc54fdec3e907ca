"""A client gives its tokens back (RFC 7009), and nobody else's."""

from __future__ import annotations

import httpx
import pytest

from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox.oauth_asking import US, error, fresh, refresh, who

PATH = "/us/oauth/revoke_token/"


def revoke(http: httpx.Client, token: str, client_id: str = US, **more: str) -> httpx.Response:
    return http.post(PATH, data={"token": token, "client_id": client_id, **more})


@pytest.mark.parametrize("hint", ["refresh_token", "access_token", "nonsense", ""])
def test_a_refresh_token_takes_its_access_token_along(
    server: SandboxServer, http: httpx.Client, hint: str
) -> None:
    mine, other = server.oauth.issue("acme-corp"), server.oauth.issue("acme-corp")
    answer = revoke(http, mine.refresh_token, token_type_hint=hint)
    assert (answer.status_code, answer.content) == (200, b"")
    assert who(http, mine.access_token) is None
    assert error(refresh(http, mine.refresh_token)) == (400, "invalid_grant")
    assert who(http, other.access_token) == "acme-corp"
    assert revoke(http, mine.refresh_token).status_code == 200


def test_an_access_token_ends_alone(server: SandboxServer, http: httpx.Client) -> None:
    issued = server.oauth.issue("acme-corp")
    assert revoke(http, issued.access_token).status_code == 200
    assert who(http, issued.access_token) is None
    assert who(http, fresh(http, issued.refresh_token)["access_token"]) == "acme-corp"


def test_a_spent_refresh_token_still_ends_its_login(
    server: SandboxServer, http: httpx.Client
) -> None:
    first = server.oauth.issue("acme-corp")
    second = fresh(http, first.refresh_token)
    revoke(http, first.refresh_token)
    assert not server.oauth.is_alive(second["refresh_token"])


def test_a_stranger_ends_nothing_and_learns_nothing(
    server: SandboxServer, http: httpx.Client
) -> None:
    issued = server.oauth.issue("acme-corp")
    berlin = server.oauth.issue("acme-berlin", client_id=US)
    server.oauth.issue("acme-corp", client_id="theirs")
    tries = [
        revoke(http, issued.refresh_token, "theirs"),
        revoke(http, issued.access_token, "theirs"),
        revoke(http, berlin.refresh_token),
        revoke(http, "nonsense"),
    ]
    assert {(answer.status_code, answer.content) for answer in tries} == {(200, b"")}
    assert server.oauth.is_alive(issued.refresh_token)
    assert server.oauth.is_alive(berlin.refresh_token)
    assert who(http, issued.access_token) == "acme-corp"


def test_a_bad_revocation_has_the_code_for_it(server: SandboxServer, http: httpx.Client) -> None:
    token = server.oauth.issue("acme-corp").refresh_token
    assert error(revoke(http, token, "nobody")) == (401, "invalid_client")
    assert error(revoke(http, "")) == (400, "invalid_request")
    assert error(http.post(PATH, params={"token": token})) == (400, "invalid_request")
    assert http.get(PATH).status_code == 405
    assert server.oauth.is_alive(token)
