"""Where the server of a session's domain is: asked, known, or laid out in the usual way."""

from __future__ import annotations

import httpx
import pytest

from mixdesk.api.transport import Transport
from mixdesk.exceptions import InvalidArgumentError, OAuthError
from mixdesk.oauth.domain import domain_endpoints, issuer_at, usual_endpoints
from mixdesk.oauth.endpoints import Endpoints

ISSUER = "https://auth.example.com"
METADATA = {
    "issuer": f"{ISSUER}/",
    "authorization_endpoint": f"{ISSUER}/a",
    "token_endpoint": f"{ISSUER}/t",
    "device_authorization_endpoint": f"{ISSUER}/d",
}


def found(issuer: str, answer: httpx.Response) -> tuple[Endpoints, list[str]]:
    """The endpoints of an issuer that answers everything the same, and what it was asked."""
    asked: list[str] = []

    def say(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return answer

    with Transport(transport=httpx.MockTransport(say)) as transport:
        return domain_endpoints(issuer, {}, transport), asked


def test_metadata_says_where_everything_is() -> None:
    endpoints, asked = found(ISSUER, httpx.Response(200, json=METADATA))
    assert (endpoints.token, endpoints.device) == (f"{ISSUER}/t", f"{ISSUER}/d")
    assert asked == [f"{ISSUER}/.well-known/oauth-authorization-server"]


def test_without_metadata_it_is_where_it_usually_is() -> None:
    endpoints, asked = found(ISSUER, httpx.Response(404))
    assert endpoints == usual_endpoints(ISSUER)
    assert endpoints.token == f"{ISSUER}/oauth/token"
    assert endpoints.device == f"{ISSUER}/oauth/device/code"
    assert len(asked) == 2


def test_metadata_of_another_issuer_is_not_trusted() -> None:
    with pytest.raises(OAuthError) as caught:
        found("https://other.example.com", httpx.Response(200, json=METADATA))
    assert caught.value.code == "OAUTH_CONFIG_ERROR"


@pytest.mark.parametrize("host", ["auth.bitfount.com", "auth.staging.bitfount.com"])
def test_bitfount_is_not_asked(host: str) -> None:
    endpoints, asked = found(f"https://{host}", httpx.Response(500))
    assert (endpoints, asked) == (usual_endpoints(f"https://{host}"), [])


@pytest.mark.parametrize("host", ["auth.bitfount.com.evil.example", "evilbitfount.com"])
def test_who_looks_like_bitfount_is_asked(host: str) -> None:
    assert found(f"https://{host}", httpx.Response(404))[1] != []


@pytest.mark.parametrize(
    ("domain", "issuer"),
    [
        ("auth.example.com", "https://auth.example.com"),
        ("auth.example.com:8443", "https://auth.example.com:8443"),
        ("https://auth.example.com/", "https://auth.example.com"),
        ("https://auth.example.com/oauth/", "https://auth.example.com/oauth"),
        ("localhost:8000", "http://localhost:8000"),
        ("127.0.0.1:8000/us/oauth", "http://127.0.0.1:8000/us/oauth"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("localhost.example.com", "https://localhost.example.com"),
        ("https://localhost", "https://localhost"),
    ],
)
def test_a_domain_is_an_issuer(domain: str, issuer: str) -> None:
    assert issuer_at(domain, {}) == issuer


def test_plain_http_elsewhere_has_to_be_allowed() -> None:
    with pytest.raises(InvalidArgumentError, match="plain http"):
        issuer_at("http://auth.example.com", {})
    allowed = issuer_at("http://auth.example.com", {"MP_ALLOW_HTTP": "1"})
    assert allowed == "http://auth.example.com"
