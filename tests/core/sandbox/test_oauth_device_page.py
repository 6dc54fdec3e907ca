"""A person enters the code of a device in a browser, and decides about it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox.asking import Hand
from tests.core.sandbox.browsing import Visitor
from tests.core.sandbox.oauth_asking import error, register, who
from tests.core.sandbox.test_oauth_device import begin, poll


@pytest.fixture
def device(http: httpx.Client) -> dict[str, Any]:
    fields: dict[str, Any] = begin(http).json()
    return fields


def test_a_person_types_the_code_and_agrees(
    http: httpx.Client, visitor: Visitor, device: dict[str, Any]
) -> None:
    visitor.open(device["verification_uri"])
    typed = f" {device['user_code'].lower().replace('-', '')} "
    visitor.send(user_code=typed)
    assert device["user_code"] in visitor.page.texts["p"]
    assert visitor.page.texts["h1"] == "Log in mixdesk?"
    assert visitor.send(decision="allow", account="new-colleague").status_code == 200
    assert visitor.page.texts["h1"] == "Done"
    assert who(http, poll(http, device).json()["access_token"]) == "new-colleague"


def test_the_complete_address_asks_at_once_and_decides_nothing(
    http: httpx.Client, visitor: Visitor, device: dict[str, Any]
) -> None:
    page = visitor.open(device["verification_uri_complete"])
    assert device["user_code"] in page.texts["p"]
    assert error(poll(http, device))[1] == "authorization_pending"
    visitor.send(decision="deny")
    assert visitor.page.texts["h1"] == "Cancelled"
    assert error(poll(http, device))[1] == "access_denied"


@pytest.mark.parametrize("code", ["", "BCDF-GHJK", '"><script>alert(1)</script>', "é" * 9])
def test_a_wrong_code_is_asked_for_again(
    server: SandboxServer, visitor: Visitor, code: str
) -> None:
    visitor.open(server.url("/oauth/device/"))
    answer = visitor.send(user_code=code)
    assert answer.status_code == (400 if code else 200)
    assert visitor.page.form.method == "get"
    assert list(visitor.page.form.choices) == ["user_code"]
    assert "alert(" not in answer.text


def test_a_code_counts_in_its_region_only(visitor: Visitor, device: dict[str, Any]) -> None:
    url = device["verification_uri_complete"].replace("/us/", "/eu/")
    visitor.open(url)
    assert visitor.answer.status_code == 400


def test_it_can_be_too_late(
    server: SandboxServer, visitor: Visitor, device: dict[str, Any], hand: Hand
) -> None:
    url = device["verification_uri_complete"]
    visitor.open(url)
    server.oauth.deny(device["user_code"])
    assert visitor.send(decision="allow").status_code == 400
    assert visitor.page.texts["h1"] == "Too late"
    visitor.open(url)
    assert visitor.answer.status_code == 400


def test_only_the_browser_that_saw_the_form_can_send_it(
    server: SandboxServer, http: httpx.Client, visitor: Visitor, device: dict[str, Any]
) -> None:
    form = visitor.open(device["verification_uri_complete"]).form.fields
    with Visitor() as other:
        other.open(device["verification_uri_complete"])
        assert other.send(**form, decision="allow").status_code == 403
    assert http.post("/us/oauth/device/", data=form).status_code == 403
    assert visitor.send(decision="allow", account="nobody").status_code == 400
    assert error(poll(http, device))[1] == "authorization_pending"


def test_the_page_is_as_safe_as_the_other(http: httpx.Client, visitor: Visitor) -> None:
    name = "<script>alert(1)</script>"
    client_id = register(http, client_name=name).json()["client_id"]
    device = begin(http, client_id=client_id).json()
    page = visitor.open(device["verification_uri_complete"])
    assert page.texts["h1"] == f"Log in {name}?"
    assert "script" not in page.elements
    headers = visitor.answer.headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "form-action 'self'; " in headers["Content-Security-Policy"]


def test_a_forgotten_client_has_no_name(
    server: SandboxServer, visitor: Visitor, device: dict[str, Any]
) -> None:
    server.oauth.clients.forget("made-up-client-us")
    page = visitor.open(device["verification_uri_complete"])
    assert page.texts["h1"] == "Log in A program without a name?"
