"""The pages work in a real browser, which holds them to their own policy."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox.asking import Hand
from tests.core.sandbox.browsing import fields_of
from tests.core.sandbox.oauth_asking import STATE, authorize_url, redeem, register, who
from tests.core.sandbox.test_oauth_device import begin, poll
from tests.e2e.browser import Browser

pytestmark = pytest.mark.needs_chromium


@pytest.fixture
def elsewhere(hand: Hand) -> Iterator[SandboxServer]:
    """What listens where the browser is sent back to: a port of its own, as a login has."""
    with SandboxServer(now=hand.now) as listener:
        yield listener


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_person_authorizes_and_the_browser_goes_back(
    server: SandboxServer,
    elsewhere: SandboxServer,
    http: httpx.Client,
    browser: Browser,
    host: str,
) -> None:
    uri = f"http://{host}:{elsewhere.port}/callback"
    client_id = register(http, redirect_uris=[uri], client_name="<b>My</b> tool").json()[
        "client_id"
    ]
    browser.open(authorize_url(server, "eu", client_id=client_id, redirect_uri=uri))
    assert "Invalid client_id" in browser.text
    browser.open(authorize_url(server, client_id=client_id, redirect_uri=uri))
    browser.wait_for("Authorize <b>My</b> tool?")
    assert "Ana Example <ana@acme.example>" in browser.text
    browser.choose("Noor Example")
    browser.press("Authorize")
    assert browser.url.startswith(f"{uri}?")
    back = fields_of(browser.url)
    assert (back["state"], back["iss"]) == (STATE, f"{server.origin}/us/oauth")
    (came,) = elsewhere.requests.to("/callback")
    assert "referer" not in came.headers
    tokens = redeem(http, back["code"], client_id=client_id, redirect_uri=uri).json()
    assert who(http, tokens["access_token"]) == "new-colleague"


def test_a_person_cancels_and_the_browser_goes_back(
    server: SandboxServer, elsewhere: SandboxServer, http: httpx.Client, browser: Browser
) -> None:
    uri = f"{elsewhere.origin}/callback"
    client_id = register(http, redirect_uris=[uri]).json()["client_id"]
    browser.open(authorize_url(server, client_id=client_id, redirect_uri=uri))
    browser.press("Cancel")
    assert fields_of(browser.url)["error"] == "access_denied"


def test_a_person_enters_the_code_of_a_device(http: httpx.Client, browser: Browser) -> None:
    device = begin(http).json()
    browser.open(device["verification_uri"])
    browser.enter_code("BCDF-GHJK", button="Continue")
    browser.wait_for("No device waits for this code")
    browser.enter_code(device["user_code"].lower(), button="Continue")
    browser.wait_for("Is this the code that your device shows?")
    assert device["user_code"] in browser.text
    browser.press("Authorize")
    browser.wait_for("Your device is logged in")
    assert who(http, poll(http, device).json()["access_token"]) == "acme-corp"
