"""An authorization request is checked before anybody is asked, and answered only to its client."""

from __future__ import annotations

import httpx
import pytest

from mixdesk.model.rules import Region
from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox.browsing import Page, fields_of, log_in
from tests.core.sandbox.oauth_asking import (
    REDIRECT,
    STATE,
    authorize_url,
    redeem,
    register,
    who,
)


def refused(http: httpx.Client, url: str) -> str:
    """Why a person is told that the login cannot go on: the browser is sent nowhere."""
    answer = http.get(url)
    assert (answer.status_code, answer.headers.get("Location")) == (400, None)
    page = Page(answer.text)
    assert page.forms == []
    return page.texts["p"]


@pytest.mark.parametrize("region", ["us", "eu", "in"])
def test_a_login_from_start_to_finish(
    server: SandboxServer, http: httpx.Client, region: Region
) -> None:
    location = log_in(authorize_url(server, region))
    assert location.startswith(f"{REDIRECT}?")
    back = fields_of(location)
    assert set(back) == {"code", "state", "iss"}
    assert (back["state"], back["iss"]) == (STATE, f"{server.origin}/{region}/oauth")
    tokens = redeem(http, back["code"], region).json()
    assert who(http, tokens["access_token"], region) == "acme-corp"
    assert server.oauth.is_alive(tokens["refresh_token"])


@pytest.mark.parametrize(
    ("account", "projects"), [("acme-corp", 34), ("new-colleague", 8), ("guest", 0)]
)
def test_who_logs_in_sees_what_is_theirs(
    server: SandboxServer, http: httpx.Client, account: str, projects: int
) -> None:
    code = fields_of(log_in(authorize_url(server), account))["code"]
    token = redeem(http, code).json()["access_token"]
    me = http.get("/us/api/app/me", headers={"Authorization": f"Bearer {token}"}).json()
    assert me["results"]["sandbox"] == {"account": account, "region": "us"}
    assert len(me["results"]["projects"]) == projects


def test_who_says_no_is_not_logged_in(server: SandboxServer) -> None:
    back = fields_of(log_in(authorize_url(server), None))
    assert back.pop("error_description")
    assert back == {
        "error": "access_denied",
        "state": STATE,
        "iss": f"{server.origin}/us/oauth",
    }


@pytest.mark.parametrize(
    "instead",
    [
        {"client_id": None},
        {"client_id": "nobody"},
        {"client_id": "made-up-client-eu"},
        {"client_id": '"><script>alert(1)</script>'},
        {"redirect_uri": None},
        {"redirect_uri": ""},
        {"redirect_uri": "https://elsewhere.invalid/"},
        {"redirect_uri": "http://localhost:19285/callback"},
        {"redirect_uri": "http://127.0.0.1:19284/callback"},
        {"redirect_uri": f"{REDIRECT}/"},
        {"redirect_uri": f"{REDIRECT}?more=1"},
        {"redirect_uri": f"{REDIRECT}#fragment"},
        {"redirect_uri": "http://localhost:19284@elsewhere.invalid/callback"},
    ],
)
def test_a_strangers_request_goes_nowhere(
    server: SandboxServer, http: httpx.Client, instead: dict[str, str | None]
) -> None:
    assert refused(http, authorize_url(server, **instead))


def test_a_repeated_parameter_goes_nowhere(server: SandboxServer, http: httpx.Client) -> None:
    for name in ("client_id", "redirect_uri", "response_type", "scope", "state"):
        url = f"{authorize_url(server, scope='events')}&{name}=x"
        assert f"Duplicate {name}" in refused(http, url)


@pytest.mark.parametrize(
    ("registered", "asked", "fits"),
    [
        ("http://127.0.0.1/callback", "http://127.0.0.1:50123/callback", True),
        ("http://127.0.0.1:1/callback", "http://127.0.0.1:50123/callback", True),
        ("http://[::1]/callback", "http://[::1]:50123/callback", True),
        ("http://127.0.0.1/callback?a=1", "http://127.0.0.1:50123/callback?a=1", True),
        ("http://127.0.0.1/callback", "http://127.0.0.1:50123/other", False),
        ("http://127.0.0.1/callback", "http://127.0.0.1:50123/callback?a=1", False),
        ("http://127.0.0.1/callback", "http://127.0.0.1:50123/callback?", False),
        ("http://127.0.0.1/callback", "https://127.0.0.1:50123/callback", False),
        ("http://127.0.0.1/callback", "http://[::1]:50123/callback", False),
        ("http://127.0.0.1/callback", "http://x@127.0.0.1:50123/callback", False),
        ("http://127.0.0.1/callback", "http://127.0.0.1:99999/callback", False),
        ("http://localhost/callback", "http://localhost:50123/callback", False),
        ("https://127.0.0.1/callback", "https://127.0.0.1:50123/callback", False),
    ],
)
def test_only_a_loopback_address_may_have_another_port(
    server: SandboxServer, http: httpx.Client, registered: str, asked: str, fits: bool
) -> None:
    client_id = register(http, redirect_uris=[registered]).json()["client_id"]
    url = authorize_url(server, client_id=client_id, redirect_uri=asked)
    if not fits:
        assert refused(http, url)
        return
    back = log_in(url)
    assert back.startswith(asked)
    assert redeem(http, fields_of(back)["code"], client_id=client_id, redirect_uri=asked).is_success


@pytest.mark.parametrize(
    ("instead", "code"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "+" * 43}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"state": None}, "invalid_request"),
    ],
)
def test_a_known_client_is_told_what_is_wrong(
    server: SandboxServer, http: httpx.Client, instead: dict[str, str | None], code: str
) -> None:
    answer = http.get(authorize_url(server, **instead))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "no-store")
    back = fields_of(answer.headers["Location"])
    assert back["error"] == code
    assert back["iss"] == f"{server.origin}/us/oauth"
    assert back.get("state") == (None if "state" in instead else STATE)


def test_who_asks_for_less_gets_less(server: SandboxServer, http: httpx.Client) -> None:
    code = fields_of(log_in(authorize_url(server, scope="events funnels")))["code"]
    assert redeem(http, code).json()["scope"] == "events funnels"


def test_a_state_comes_back_as_it_was(server: SandboxServer, http: httpx.Client) -> None:
    state = "é &=#\r\nX: y\"'<>\x1b\u2028"
    assert fields_of(log_in(authorize_url(server, state=state)))["state"] == state


@pytest.mark.parametrize("account", ["acme-corp", None])
@pytest.mark.parametrize(
    ("name", "value"),
    [("iss", "https://elsewhere.invalid"), ("iss", None), ("state", "x"), ("state", None)],
)
def test_the_way_back_lies_when_it_is_told_to(
    server: SandboxServer, account: str | None, name: str, value: str | None
) -> None:
    server.oauth.overrides.redirect[name] = value
    assert fields_of(log_in(authorize_url(server), account)).get(name) == value


def test_authorize_takes_get_and_post_only(http: httpx.Client) -> None:
    for method in ("HEAD", "PUT", "OPTIONS"):
        answer = http.request(method, "/us/oauth/authorize/")
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST")
