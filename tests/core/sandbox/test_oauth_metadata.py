"""Each region says what its authorization server can do (RFC 8414), or lies when told to."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mixdesk.model.rules import Region
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer

INSERTED = "/.well-known/oauth-authorization-server"


def metadata(http: httpx.Client, region: Region = "us") -> dict[str, Any]:
    answer = http.get(f"{INSERTED}/{region}/oauth")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    fields: dict[str, Any] = answer.json()
    return fields


@pytest.mark.parametrize("region", ["us", "eu", "in"])
def test_the_issuer_is_the_one_that_was_asked(
    server: SandboxServer, http: httpx.Client, region: Region
) -> None:
    fields = metadata(http, region)
    assert fields["issuer"] == f"{server.origin}/{region}/oauth"
    assert http.get(f"/{region}/oauth/.well-known/openid-configuration").json() == fields


def test_metadata_names_every_endpoint_and_each_is_there(http: httpx.Client) -> None:
    fields = metadata(http, "eu")
    endpoints = {name for name in fields if name.endswith("_endpoint")}
    assert endpoints == {
        "authorization_endpoint",
        "token_endpoint",
        "registration_endpoint",
        "revocation_endpoint",
        "device_authorization_endpoint",
    }
    for name in endpoints:
        assert fields[name].startswith(f"{fields['issuer']}/")
        assert http.request("DELETE", fields[name]).status_code == 405
    assert fields["code_challenge_methods_supported"] == ["S256"]
    assert fields["authorization_response_iss_parameter_supported"] is True
    assert fields["token_endpoint_auth_methods_supported"] == ["none"]
    assert "urn:ietf:params:oauth:grant-type:device_code" in fields["grant_types_supported"]


def test_there_is_metadata_of_these_issuers_only(http: httpx.Client) -> None:
    for path in (INSERTED, f"{INSERTED}/de/oauth", f"{INSERTED}/us", f"/us{INSERTED}/oauth"):
        assert http.get(path).status_code == 404
    assert http.post(f"{INSERTED}/us/oauth").status_code == 405


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuer", "https://elsewhere.invalid/oauth"),
        ("code_challenge_methods_supported", ["plain"]),
        ("token_endpoint", "http://elsewhere.invalid/token/"),
        ("device_authorization_endpoint", None),
        ("authorization_response_iss_parameter_supported", None),
    ],
)
def test_metadata_lies_when_it_is_told_to(
    server: SandboxServer, http: httpx.Client, name: str, value: object
) -> None:
    true = metadata(http)
    server.oauth.overrides.metadata[name] = value
    assert metadata(http).get(name) == value
    server.oauth.overrides.clear()
    assert metadata(http) == true


def test_metadata_can_be_missing(server: SandboxServer, http: httpx.Client) -> None:
    server.faults.add(f"{INSERTED}/us", Fault(status=404))
    assert http.get(f"{INSERTED}/us/oauth").status_code == 404
    assert http.get(f"{INSERTED}/eu/oauth").status_code == 200
    assert http.get("/us/oauth/.well-known/openid-configuration").status_code == 200
