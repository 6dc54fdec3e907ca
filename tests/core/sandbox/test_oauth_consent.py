"""The page that asks a person: readable, safe from names, and answered by nobody else."""

from __future__ import annotations

import itertools
import re

import httpx
import pytest

from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.names import HOSTILE_NAMES
from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox.asking import Hand, plain_http
from tests.core.sandbox.browsing import Visitor
from tests.core.sandbox.oauth_asking import authorize_url, register

MARKUP = '</title><script>alert("x")</script><img src=x onerror=alert(1)>\' &amp; "'


def test_the_page_says_who_asks_for_what_and_offers_who_one_is(
    server: SandboxServer, visitor: Visitor
) -> None:
    page = visitor.open(authorize_url(server, "eu", scope="events funnels"))
    assert visitor.answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.texts["h1"].strip() == "Authorize mixdesk?"
    assert "(EU)" in page.texts["p"]
    assert page.texts["li"] == "eventsfunnels"
    assert "Ana Example <ana@acme.example>" in page.texts["label"]
    assert "Acme Inc., Acme Europe GmbH, Acme India Pvt. Ltd." in page.texts["small"]
    assert "no organization yet" in page.texts["small"]
    assert page.form.choices == {
        "account": ["acme-corp", "new-colleague", "guest"],
        "decision": ["allow", "deny"],
    }
    assert page.form.fields["account"] == "acme-corp"


def test_the_page_needs_no_script_and_is_nobodys_frame(
    server: SandboxServer, visitor: Visitor
) -> None:
    page = visitor.open(authorize_url(server))
    headers = visitor.answer.headers
    assert "script" not in page.elements
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = dict(
        directive.split(" ", 1) for directive in headers["Content-Security-Policy"].split("; ")
    )
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", policy.pop("style-src"))
    # A browser holds the redirect that follows the form to this policy, too.
    assert policy == {
        "default-src": "'none'",
        "form-action": "'self' http://localhost:19284",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_a_policy_has_no_word_for_an_ipv6_address(
    server: SandboxServer, http: httpx.Client, visitor: Visitor
) -> None:
    uri = "http://[::1]:8080/callback"
    client_id = register(http, redirect_uris=[uri]).json()["client_id"]
    visitor.open(authorize_url(server, client_id=client_id, redirect_uri=uri))
    policy = visitor.answer.headers["Content-Security-Policy"]
    assert "form-action 'self' http:; " in policy
    assert visitor.send(decision="allow").headers["Location"].startswith(uri)


@pytest.mark.parametrize("name", [MARKUP, "", *HOSTILE_NAMES], ids=itertools.count())
def test_the_name_of_a_client_is_text_and_nothing_else(
    server: SandboxServer, http: httpx.Client, visitor: Visitor, name: str
) -> None:
    client_id = register(http, client_name=name).json()["client_id"]
    page = visitor.open(authorize_url(server, client_id=client_id))
    shown = name.encode("utf-8", "replace").decode() or "A program without a name"
    assert _lines(page.texts["h1"]) == _lines(f"Authorize {shown}?")
    assert page.elements.count("form") == 1
    assert not {"script", "img", "iframe", "a", "svg"} & set(page.elements)
    assert page.texts["title"] == "Authorize"


def _lines(text: str) -> str:
    return re.sub(r"\r\n?", "\n", text)


def test_nothing_that_a_client_sends_becomes_markup(
    server: SandboxServer, visitor: Visitor
) -> None:
    visitor.open(authorize_url(server, state=MARKUP, nonce=MARKUP))
    assert "alert" not in visitor.answer.text
    visitor.open(authorize_url(server, client_id=MARKUP))
    assert "alert" not in visitor.answer.text


def test_only_the_browser_that_saw_the_form_can_send_it(
    server: SandboxServer, visitor: Visitor
) -> None:
    page = visitor.open(authorize_url(server))
    with Visitor() as other:
        other.open(authorize_url(server))  # it has a cookie of its own
        stolen = other.send(ticket=page.form.fields["ticket"], decision="allow")
        assert (stolen.status_code, stolen.headers.get("Location")) == (403, None)
        other.http.cookies.clear()
        assert other.http.post(other.url, data=page.form.fields).status_code == 403
    assert visitor.send(decision="allow").status_code == 302


@pytest.mark.parametrize("cookie", ["", "x", "sandbox_browser=", "sandbox_browser=x", "a=\x7f;;="])
def test_without_the_cookie_there_is_no_answer(
    server: SandboxServer, visitor: Visitor, cookie: str
) -> None:
    page = visitor.open(authorize_url(server))
    url = f"{server.origin}{page.form.action}"
    form = {**page.form.fields, "decision": "allow"}
    with plain_http() as bare:
        assert bare.post(url, data=form, headers={"Cookie": cookie}).status_code == 403


def test_the_cookie_is_for_these_pages_only(server: SandboxServer, visitor: Visitor) -> None:
    visitor.open(authorize_url(server, "eu"))
    name, *rest = visitor.answer.headers["Set-Cookie"].split("; ")
    assert re.fullmatch("sandbox_browser=[0-9a-f]{32}", name)
    assert rest == ["Path=/eu/oauth/", "HttpOnly", "SameSite=Lax"]


def test_a_cookie_that_is_not_ours_is_not_given_back(
    server: SandboxServer, http: httpx.Client
) -> None:
    smuggled = 'sandbox_browser="a\\015\\012X-Smuggled: 1"'
    answer = http.get(authorize_url(server), headers={"Cookie": smuggled})
    assert "x-smuggled" not in answer.headers
    assert re.match("sandbox_browser=[0-9a-f]{32};", answer.headers["Set-Cookie"])


def test_two_tabs_do_not_disturb_each_other(server: SandboxServer, visitor: Visitor) -> None:
    first = visitor.open(authorize_url(server, state="one")).form.fields
    visitor.open(authorize_url(server, state="two"))
    assert "state=two" in visitor.send(decision="allow").headers["Location"]
    assert "state=one" in visitor.http.post(visitor.url, data=first).headers["Location"]


def test_a_form_is_good_once_and_for_ten_minutes(
    server: SandboxServer, visitor: Visitor, hand: Hand
) -> None:
    url = authorize_url(server)
    form = visitor.open(url).form.fields
    assert visitor.send(decision="allow").status_code == 302
    again = visitor.http.post(visitor.url, data={**form, "decision": "allow"})
    assert (again.status_code, again.headers.get("Location")) == (403, None)
    visitor.open(url)
    hand.forward(600)
    assert visitor.send(decision="allow").status_code == 403


@pytest.mark.parametrize("account", ["", "nobody", "warehouse"])
def test_only_who_is_on_the_page_can_be_chosen(
    server: SandboxServer, visitor: Visitor, account: str
) -> None:
    visitor.open(authorize_url(server))
    answer = visitor.send(decision="allow", account=account)
    assert (answer.status_code, answer.headers.get("Location")) == (400, None)


@pytest.mark.parametrize("decision", ["", "deny", "Allow", "yes"])
def test_whatever_is_no_yes_is_a_no(server: SandboxServer, visitor: Visitor, decision: str) -> None:
    visitor.open(authorize_url(server))
    answer = visitor.send(decision=decision)
    assert "error=access_denied" in answer.headers["Location"]


def test_the_page_comes_late_or_not_at_all_on_demand(
    server: SandboxServer, visitor: Visitor
) -> None:
    server.faults.add("/oauth/authorize", Fault("html", status=503, times=1))
    visitor.http.get(authorize_url(server))
    assert visitor.http.get(authorize_url(server)).status_code == 200
