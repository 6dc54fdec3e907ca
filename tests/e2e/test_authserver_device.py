"""Device codes (RFC 8628) at a real authorization server, approved in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.authserver.by_hand import DEVICE_GRANT, ByHand, says
from tests.e2e.authserver.process import PATIENCE, AuthServer
from tests.e2e.browser import Browser

pytestmark = [pytest.mark.authserver, pytest.mark.needs_chromium]

PENDING = (400, "authorization_pending")


@pytest.fixture
def client(auth_server: AuthServer) -> Iterator[ByHand]:
    with httpx.Client(trust_env=False, timeout=PATIENCE) as http:
        yield ByHand(http, auth_server.base_url)


@pytest.fixture
def client_id(client: ByHand) -> str:
    """A client that may have device codes; one with redirects gets no tokens for them."""
    return str(client.register(grant_types=[DEVICE_GRANT, "refresh_token"]).json()["client_id"])


@pytest.fixture
def asked(client: ByHand, client_id: str) -> dict[str, Any]:
    """What the device was told."""
    fields: dict[str, Any] = client.device(client_id).json()
    return fields


def test_what_the_device_is_told(auth_server: AuthServer, asked: dict[str, Any]) -> None:
    page = f"{auth_server.base_url}/oauth/device/"
    assert asked["verification_uri"] == page
    assert asked["verification_uri_complete"] == f"{page}?user_code={asked['user_code']}"
    assert (asked["expires_in"], asked["interval"]) == (1800, 5)


def test_a_code_typed_in_the_browser_gives_tokens_that_can_be_refreshed(
    auth_server: AuthServer,
    browser: Browser,
    client: ByHand,
    client_id: str,
    asked: dict[str, Any],
) -> None:
    assert says(client.poll(client_id, asked["device_code"])) == PENDING
    # The server never says slow_down.
    assert says(client.poll(client_id, asked["device_code"])) == PENDING
    browser.open(asked["verification_uri"])
    browser.sign_in("bob", auth_server.users["bob"])
    browser.enter_code(asked["user_code"])
    assert says(client.poll(client_id, asked["device_code"])) == PENDING
    browser.press("Accept")
    browser.wait_for("Device Authorized")
    tokens = client.poll(client_id, asked["device_code"]).json()
    assert tokens["token_type"] == "Bearer"
    assert client.me(tokens["access_token"]).json()["results"]["user_email"] == "bob@example.com"
    assert says(client.refresh(client_id, tokens["refresh_token"])) == (200, None)


def test_a_refusal_ends_it(
    auth_server: AuthServer,
    browser: Browser,
    client: ByHand,
    client_id: str,
    asked: dict[str, Any],
) -> None:
    browser.open(asked["verification_uri_complete"])
    browser.sign_in("bob", auth_server.users["bob"])
    browser.press("Verify")
    browser.press("Deny")
    browser.wait_for("Device Denied")
    assert says(client.poll(client_id, asked["device_code"])) == (400, "access_denied")


def test_an_expired_code_is_called_so_only_once_somebody_has_typed_it(
    auth_server: AuthServer,
    browser: Browser,
    client: ByHand,
    client_id: str,
    asked: dict[str, Any],
) -> None:
    auth_server.expire_device_code(asked["device_code"])
    # So a client goes by its own clock.
    assert says(client.poll(client_id, asked["device_code"])) == PENDING
    browser.open(asked["verification_uri"])
    browser.sign_in("bob", auth_server.users["bob"])
    browser.enter_code(asked["user_code"])
    browser.wait_for("Expired user code")
    assert says(client.poll(client_id, asked["device_code"])) == (400, "expired_token")


def test_a_client_with_redirects_learns_only_after_the_consent_that_it_gets_nothing(
    auth_server: AuthServer, browser: Browser, client: ByHand
) -> None:
    other = client.register("http://localhost:19284/callback").json()["client_id"]
    asked = client.device(other).json()
    browser.open(asked["verification_uri_complete"])
    browser.sign_in("alice", auth_server.users["alice"])
    browser.press("Verify")
    browser.press("Accept")
    browser.wait_for("Device Authorized")
    assert says(client.poll(other, asked["device_code"])) == (400, "unauthorized_client")


def test_who_is_unknown_gets_no_code_and_what_is_unknown_no_tokens(
    client: ByHand, client_id: str
) -> None:
    assert says(client.device("nobody")) == (400, "invalid_request")
    assert says(client.poll(client_id, "nonsense")) == (404, "device_not_found")
