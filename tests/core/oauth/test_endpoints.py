"""Where the authorization server is, and metadata that is not believed."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mixdesk.api.transport import Transport
from mixdesk.exceptions import ConfigError, OAuthError
from mixdesk.model.rules import Region
from mixdesk.oauth.endpoints import find_endpoints, issuer_of, metadata_urls

ISSUER = "https://login.example/tenant"
METADATA = {
    "issuer": ISSUER,
    "authorization_endpoint": "https://login.example/a",
    "token_endpoint": "https://login.example/t",
    "registration_endpoint": "https://login.example/r",
    "revocation_endpoint": "https://login.example/v",
    "device_authorization_endpoint": "https://login.example/d",
    "code_challenge_methods_supported": ["plain", "S256"],
    "authorization_response_iss_parameter_supported": True,
}
INSERTED = "https://login.example/.well-known/oauth-authorization-server/tenant"
APPENDED = "https://login.example/tenant/.well-known/openid-configuration"


class Server:
    """Answers with JSON by address, 404 elsewhere."""

    def __init__(self, **answers: Any) -> None:
        self.answers: dict[str, httpx.Response] = {}
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        return self.answers.get(str(request.url), httpx.Response(404))


def find(server: Server, environ: dict[str, str], region: Region = "us") -> Any:
    with Transport(transport=httpx.MockTransport(server)) as transport:
        return find_endpoints(region, environ, transport)


@pytest.mark.parametrize(
    ("region", "base"),
    [
        ("us", "https://mixpanel.com/oauth"),
        ("eu", "https://eu.mixpanel.com/oauth"),
        ("in", "https://in.mixpanel.com/oauth"),
    ],
)
def test_mixpanel_s_own_addresses_are_fixed_and_nobody_is_asked(region: Region, base: str) -> None:
    server = Server()
    found = find(server, {}, region)
    assert found.issuer == base
    assert found.authorization == f"{base}/authorize/"
    assert found.token == f"{base}/token/"
    assert found.registration == f"{base}/mcp/register/"
    assert found.revocation == f"{base}/revoke_token/"
    assert server.asked == []


def test_an_alternate_host_has_the_same_paths() -> None:
    found = find(Server(), {"MP_API_BASE_URL": "http://127.0.0.1:9/{region}"}, "eu")
    assert found.token == "http://127.0.0.1:9/eu/oauth/token/"


def test_an_oauth_host_is_asked_for_its_metadata() -> None:
    server = Server()
    server.answers[INSERTED] = httpx.Response(200, json=METADATA)
    found = find(server, {"MP_OAUTH_BASE_URL": ISSUER + "/", "MP_API_BASE_URL": "https://x.test"})
    assert found.issuer == ISSUER
    assert (found.authorization, found.token) == (
        "https://login.example/a",
        "https://login.example/t",
    )
    assert (found.registration, found.revocation, found.device) == (
        "https://login.example/r",
        "https://login.example/v",
        "https://login.example/d",
    )
    assert found.sends_issuer
    assert server.asked == [INSERTED]


def test_openid_metadata_comes_second_and_mixpanel_s_paths_last() -> None:
    server = Server()
    server.answers[APPENDED] = httpx.Response(200, json=METADATA)
    assert find(server, {"MP_OAUTH_BASE_URL": ISSUER}).token == "https://login.example/t"
    assert server.asked == [INSERTED, APPENDED]
    assert find(Server(), {"MP_OAUTH_BASE_URL": ISSUER}).token == ISSUER + "/token/"


def test_an_issuer_without_a_path_has_its_metadata_at_the_root() -> None:
    assert metadata_urls("https://login.example")[0] == (
        "https://login.example/.well-known/oauth-authorization-server"
    )


BAD: dict[str, dict[str, Any]] = {
    "another issuer": {"issuer": "https://evil.test"},
    "no issuer": {"issuer": None},
    "a prefix of the issuer": {"issuer": "https://login.example"},
    "only plain": {"code_challenge_methods_supported": ["plain"]},
    "no token endpoint": {"token_endpoint": None},
    "a token endpoint that is no text": {"token_endpoint": 7},
    "plain http elsewhere": {"token_endpoint": "http://login.example/t"},
    "a script": {"authorization_endpoint": "javascript:alert(1)"},
    "a user in the address": {"token_endpoint": "https://mixpanel.com@evil.test/t"},
    "a control character": {"device_authorization_endpoint": "https://login.example/\x1b[2J"},
    "a bad optional one": {"revocation_endpoint": "ftp://login.example/v"},
}


@pytest.mark.parametrize("kind", BAD)
def test_metadata_that_cannot_be_trusted_is_refused(kind: str) -> None:
    server = Server()
    server.answers[INSERTED] = httpx.Response(200, json={**METADATA, **BAD[kind]})
    with pytest.raises(OAuthError) as caught:
        find(server, {"MP_OAUTH_BASE_URL": ISSUER})
    assert caught.value.code == "OAUTH_CONFIG_ERROR"
    assert "\x1b" not in caught.value.message


@pytest.mark.parametrize("content", [b"<html>", b"[]", b'{"issuer": "htt', b"\xff"])
def test_metadata_that_is_no_object_is_refused(content: bytes) -> None:
    server = Server()
    server.answers[INSERTED] = httpx.Response(200, content=content)
    with pytest.raises(OAuthError) as caught:
        find(server, {"MP_OAUTH_BASE_URL": ISSUER})
    assert caught.value.code == "OAUTH_CONFIG_ERROR"


@pytest.mark.parametrize("status", [500, 403, 302])
def test_a_server_that_fails_to_say_is_not_guessed_around(status: int) -> None:
    server = Server()
    server.answers[INSERTED] = httpx.Response(status, headers={"Location": "https://evil.test"})
    with pytest.raises(OAuthError) as caught:
        find(server, {"MP_OAUTH_BASE_URL": ISSUER})
    assert caught.value.details["status_code"] == status
    assert server.asked == [INSERTED]


def test_a_server_that_cannot_be_asked_says_so() -> None:
    def down(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("down", request=request)

    with (
        Transport(transport=httpx.MockTransport(down)) as transport,
        pytest.raises(OAuthError) as caught,
    ):
        find_endpoints("us", {"MP_OAUTH_BASE_URL": ISSUER}, transport)
    assert caught.value.code == "OAUTH_NETWORK_UNREACHABLE"


@pytest.mark.parametrize(
    "url", ["http://login.example", "ftp://login.example", "nonsense", "https://a@b.test"]
)
def test_an_oauth_host_that_credentials_must_not_go_to_is_refused(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        issuer_of("us", {"MP_OAUTH_BASE_URL": url})
    assert "MP_OAUTH_BASE_URL" in caught.value.message


def test_the_region_has_its_place_in_the_address() -> None:
    assert issuer_of("in", {"MP_OAUTH_BASE_URL": "https://{region}.login.example/"}) == (
        "https://in.login.example"
    )
