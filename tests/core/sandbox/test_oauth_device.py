"""A device without a browser waits for a person (RFC 8628), and asks no faster than it may."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from mixdesk.model.rules import Region
from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox.asking import Hand
from tests.core.sandbox.oauth_asking import US, error, outcomes, register, who

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def begin(http: httpx.Client, region: Region = "us", **more: str) -> httpx.Response:
    form = {"client_id": f"made-up-client-{region}", **more}
    return http.post(f"/{region}/oauth/device-authorization/", data=form)


def poll(
    http: httpx.Client, device: dict[str, Any], client_id: str = US, region: Region = "us"
) -> httpx.Response:
    code = device["device_code"]
    form = {"grant_type": GRANT, "device_code": code, "client_id": client_id}
    return http.post(f"/{region}/oauth/token/", data=form)


@pytest.fixture
def device(http: httpx.Client) -> dict[str, Any]:
    fields: dict[str, Any] = begin(http).json()
    return fields


def test_a_device_gets_codes_and_an_address(server: SandboxServer, http: httpx.Client) -> None:
    answer = begin(http, "eu")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    fields = answer.json()
    assert fields.pop("device_code")
    user_code = fields.pop("user_code")
    assert re.fullmatch("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", user_code)
    page = f"{server.origin}/eu/oauth/device/"
    assert fields == {
        "verification_uri": page,
        "verification_uri_complete": f"{page}?user_code={user_code}",
        "expires_in": 600,
        "interval": 5,
    }


def test_a_device_waits_until_somebody_approves_it(
    server: SandboxServer, http: httpx.Client, device: dict[str, Any], hand: Hand
) -> None:
    for _ in range(3):
        assert error(poll(http, device)) == (400, "authorization_pending")
        hand.forward(5)
    server.oauth.approve(device["user_code"], "acme-corp")
    tokens = poll(http, device).json()
    assert set(tokens) == {"access_token", "expires_in", "token_type", "scope", "refresh_token"}
    assert who(http, tokens["access_token"]) == "acme-corp"
    assert server.oauth.is_alive(tokens["refresh_token"])
    assert server.oauth.token_requests[-1].account == "acme-corp"
    # It is good once.
    assert error(poll(http, device)) == (400, "invalid_grant")
    assert server.oauth.is_alive(tokens["refresh_token"])


def test_a_device_that_asks_too_fast_must_ask_slower(
    http: httpx.Client, device: dict[str, Any], hand: Hand
) -> None:
    said = []
    for wait in (0, 4.9, 9.9, 14, 20):  # 5 are asked for, then 10, 15 and 20
        hand.forward(wait)
        said.append(error(poll(http, device))[1])
    assert said == ["authorization_pending", *["slow_down"] * 3, "authorization_pending"]


def test_a_device_that_asks_too_fast_gets_its_tokens_all_the_same(
    server: SandboxServer, http: httpx.Client, device: dict[str, Any]
) -> None:
    poll(http, device)
    server.oauth.approve(device["user_code"].lower().replace("-", " "), "acme-corp")
    assert poll(http, device).status_code == 200


def test_a_device_that_is_denied_is_told_so(
    server: SandboxServer, http: httpx.Client, device: dict[str, Any], hand: Hand
) -> None:
    server.oauth.deny(device["user_code"])
    for _ in range(2):
        assert error(poll(http, device)) == (400, "access_denied")
    assert outcomes(server) == ["access_denied"] * 2


def test_a_code_ends(
    server: SandboxServer, http: httpx.Client, device: dict[str, Any], hand: Hand
) -> None:
    hand.forward(599)
    assert error(poll(http, device)) == (400, "authorization_pending")
    hand.forward(1)
    assert error(poll(http, device)) == (400, "expired_token")
    with pytest.raises(LookupError):
        server.oauth.approve(device["user_code"], "acme-corp")


def test_a_test_decides_once_and_about_what_there_is(
    server: SandboxServer, device: dict[str, Any]
) -> None:
    server.oauth.deny(device["user_code"])
    for user_code in (device["user_code"], "BCDF-GHJK", ""):
        with pytest.raises(LookupError):
            server.oauth.approve(user_code, "acme-corp")
        with pytest.raises(LookupError):
            server.oauth.deny(user_code)


def test_a_device_code_belongs_to_its_client_and_region(
    server: SandboxServer, http: httpx.Client, device: dict[str, Any]
) -> None:
    server.oauth.approve(device["user_code"], "acme-corp")
    other = register(http).json()["client_id"]
    assert error(poll(http, device, other)) == (400, "invalid_grant")
    assert error(poll(http, device, "nobody")) == (401, "invalid_client")
    assert error(poll(http, device, "made-up-client-eu", "eu")) == (400, "invalid_grant")
    assert error(poll(http, {"device_code": "nonsense"})) == (400, "invalid_grant")
    assert error(poll(http, {"device_code": ""})) == (400, "invalid_request")
    assert poll(http, device).status_code == 200


def test_a_device_gets_the_scope_it_asked_for(server: SandboxServer, http: httpx.Client) -> None:
    device = begin(http, scope="events").json()
    server.oauth.approve(device["user_code"], "guest")
    assert poll(http, device).json()["scope"] == "events"


def test_a_bad_beginning_has_the_code_for_it(http: httpx.Client) -> None:
    assert error(begin(http, client_id="nobody")) == (401, "invalid_client")
    assert error(begin(http, client_id="")) == (401, "invalid_client")
    assert error(begin(http, scope="everything")) == (400, "invalid_scope")
    assert http.get("/us/oauth/device-authorization/").status_code == 405


def test_no_interval_and_other_answers_on_demand(
    server: SandboxServer, http: httpx.Client, hand: Hand
) -> None:
    server.oauth.overrides.device.update(interval=None, verification_uri_complete=None)
    device = begin(http).json()
    assert set(device) == {"device_code", "user_code", "verification_uri", "expires_in"}
    server.oauth.devices.interval, server.oauth.devices.lifetime = 1, 30
    server.oauth.overrides.clear()
    quick = begin(http).json()
    assert (quick["interval"], quick["expires_in"]) == (1, 30)
    poll(http, quick)
    hand.forward(1)
    assert error(poll(http, quick))[1] == "authorization_pending"
