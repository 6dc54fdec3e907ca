"""A program registers itself (RFC 7591); only what can work is accepted."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mixdesk.sandbox.oauth_clients import SCOPES
from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox.asking import NOW
from tests.core.sandbox.oauth_asking import REDIRECT, error, refresh, register


def test_a_client_gets_an_id_and_what_was_understood_of_it(http: httpx.Client) -> None:
    asked = {
        "client_name": "mixdesk",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": "projects data:read",
    }
    answer = register(http, **asked, software_version=[1], jwks_uri="x")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    said = answer.json()
    assert said.pop("client_id").startswith("made-up-client-")
    assert said.pop("client_id_issued_at") == int(NOW)
    assert said == {
        **asked,
        "redirect_uris": [REDIRECT],
        "token_endpoint_auth_method": "none",
    }


def test_what_is_left_out_has_a_default(http: httpx.Client) -> None:
    said = register(http).json()
    assert said["grant_types"] == ["authorization_code"]
    assert (said["client_name"], said["scope"]) == ("", " ".join(SCOPES))


def test_each_registration_is_a_client_of_its_own_in_one_region(
    server: SandboxServer, http: httpx.Client
) -> None:
    one, two = (register(http, "eu").json()["client_id"] for _ in range(2))
    assert one != two
    assert refresh(http, "nonsense", one, region="eu").json()["error"] == "invalid_grant"
    assert refresh(http, "nonsense", one).json()["error"] == "invalid_client"
    assert [each.client_id for each in server.oauth.clients.all()][-2:] == [one, two]


@pytest.mark.parametrize(
    "uri",
    [
        "http://localhost:19284/callback",
        "http://localhost/callback",
        "http://127.0.0.1:8080/",
        "http://[::1]:8080/callback?kept=1",
        "https://example.com/callback",
    ],
)
def test_a_redirect_goes_to_this_machine_or_over_https(http: httpx.Client, uri: str) -> None:
    assert register(http, redirect_uris=[uri]).status_code == 201


@pytest.mark.parametrize(
    "uris",
    [
        None,
        [],
        "http://localhost/",
        [7],
        [""],
        ["http://example.com/callback"],
        ["http://localhost.example.com/callback"],
        ["http://127.0.0.1@example.com/"],
        ["https://user:word@example.com/"],
        ["https://example.com/#fragment"],
        ["https://example.com/#"],
        ["https://example.com/a b"],
        ["https://example.com/\r\nLocation: x"],
        ["https://example.com;script-src *"],
        ["https://example.com;script-src/"],
        ["https://example.com\\@elsewhere.invalid/"],
        ["https://exämple.com/"],
        ["https://[::1/"],
        ["https://example.com:port/"],
        ["https://"],
        ["javascript:alert(1)"],
        ["com.example.app:/callback"],
        [REDIRECT, "http://example.com/"],
    ],
)
def test_a_redirect_anywhere_else_is_refused(http: httpx.Client, uris: object) -> None:
    assert error(register(http, redirect_uris=uris)) == (400, "invalid_redirect_uri")


@pytest.mark.parametrize(
    "metadata",
    [
        {"token_endpoint_auth_method": "client_secret_basic"},
        {"grant_types": ["password"]},
        {"grant_types": "authorization_code"},
        {"grant_types": [["authorization_code"]]},
        {"response_types": ["token"]},
        {"client_name": 7},
        {"scope": ["projects"]},
        {"scope": "projects everything"},
    ],
)
def test_metadata_that_cannot_work_is_refused(http: httpx.Client, metadata: dict[str, Any]) -> None:
    assert error(register(http, **metadata)) == (400, "invalid_client_metadata")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'"text"'])
def test_a_body_that_is_no_object_is_refused(http: httpx.Client, body: bytes) -> None:
    answer = http.post("/us/oauth/mcp/register/", content=body)
    assert error(answer) == (400, "invalid_client_metadata")


def test_registration_takes_post_only(http: httpx.Client) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        answer = http.request(method, "/us/oauth/mcp/register/")
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_a_registration_without_an_id_on_demand(server: SandboxServer, http: httpx.Client) -> None:
    server.oauth.overrides.registration["client_id"] = None
    answer = register(http)
    assert (answer.status_code, "client_id" in answer.json()) == (201, False)
