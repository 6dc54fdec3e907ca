"""The address a login begins at, and addresses that no browser is given."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from mixdesk.exceptions import OAuthError
from mixdesk.model.secret import Secret
from mixdesk.oauth.authorize import authorize_url, refuse_unsafe_link, safe_url
from mixdesk.oauth.endpoints import mixpanel_endpoints

ENDPOINTS = mixpanel_endpoints("https://eu.mixpanel.com/oauth")
REDIRECT = "http://localhost:19284/callback"


def test_the_request_has_what_the_server_needs_and_no_scope() -> None:
    url = authorize_url(ENDPOINTS, "client-1", REDIRECT, "challenge-1", Secret("state-1"))
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc, parts.path) == (
        "https",
        "eu.mixpanel.com",
        "/oauth/authorize/",
    )
    assert parse_qsl(parts.query) == [
        ("response_type", "code"),
        ("client_id", "client-1"),
        ("redirect_uri", REDIRECT),
        ("code_challenge", "challenge-1"),
        ("code_challenge_method", "S256"),
        ("state", "state-1"),
    ]


def test_a_server_may_want_more_than_others() -> None:
    more = {"scope": "openid", "federation-id": "a&state=evil"}
    url = authorize_url(ENDPOINTS, "c", REDIRECT, "x", Secret("s"), more)
    assert parse_qsl(urlsplit(url).query)[-3:] == [("state", "s"), *more.items()]


def test_a_query_that_the_server_s_address_has_is_kept() -> None:
    endpoints = ENDPOINTS._replace(authorization="https://login.example/a?tenant=1")
    url = authorize_url(endpoints, "c", REDIRECT, "x", Secret("s"))
    assert url.startswith("https://login.example/a?tenant=1&response_type=code&")


def test_a_client_id_that_means_harm_stays_one_parameter() -> None:
    client_id = "a b&state=evil#'\"`$(id);\u2028é\x1b"
    url = authorize_url(ENDPOINTS, client_id, REDIRECT, "x", Secret("s"))
    assert safe_url(url, {})
    fields = parse_qsl(urlsplit(url).query)
    assert ("client_id", client_id) in fields
    assert [value for name, value in fields if name == "state"] == ["s"]


@pytest.mark.parametrize(
    "url",
    [
        "https://mixpanel.com/device",
        "https://mixpanel.com/device?user_code=BDWP-HQPK&a=%20b#c",
        "https://login.example:8443/a~b/c_d,e+f=g@h",
        "http://localhost:8000/oauth/authorize/?a=b",
        "http://127.0.0.1:1/x",
        "http://[::1]:65535/x",
        "HTTPS://MIXPANEL.COM/device",
    ],
)
def test_a_plain_address_may_be_opened(url: str) -> None:
    assert safe_url(url, {})
    refuse_unsafe_link(url, {})


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mixpanel.com/device",
        "//mixpanel.com/device",
        "https:mixpanel.com",
        "https:///mixpanel.com",
        "https://",
        "https://:443/",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:" + "///etc/passwd",
        "ftp://mixpanel.com/",
        "ms-msdt:/id",
        "-https://mixpanel.com",
        "--new-window",
        "http://mixpanel.com/",
        "http://192.168.0.1/",
        "http://localhost.example/",
        "http://127.0.0.1.example/",
        "http://127.0.0.1%2eexample/",
        "https://mixpanel.com@evil.example/",
        "https://user:pass@mixpanel.com/",
        "https://@mixpanel.com/",
        "https://mixpanel%2ecom/",
        "https://mixpanel.com:99999/",
        "https://mixpanel.com:port/",
        "https://[::1/",
        "https://mixpanel.com\\@evil.example/",
        "https://mixpanel.com/ x",
        " https://mixpanel.com/",
        "https://mixpanel.com/\n",
        "https://mixpanel.com/\r\nHost: x",
        "https://mixpanel.com/\t",
        "https://mixpanel.com/\0",
        "https://mixpanel.com/\x1b]0;title\x07",
        "https://mixpanel.com/\x9b1m",
        "https://mixpanel.com/\u202e",
        "https://m\u0131xpanel.com/",
        "https://mixpanel.com/;id",
        "https://mixpanel.com/|id",
        "https://mixpanel.com/$(id)",
        "https://mixpanel.com/`id`",
        "https://mixpanel.com/'x",
        'https://mixpanel.com/"x',
        "https://mixpanel.com/<x>",
        "https://mixpanel.com/*",
        "https://mixpanel.com/!x",
        "https://mixpanel.com/{a,b}",
        "https://mixpanel.com/^x",
        "https://mixpanel.com/%s",
        "https://mixpanel.com/%PATH%",
        "https://mixpanel.com/" + "a" * 8000,
    ],
)
def test_any_other_address_is_refused_and_not_repeated(url: str) -> None:
    assert not safe_url(url, {})
    with pytest.raises(OAuthError) as caught:
        refuse_unsafe_link(url, {})
    assert caught.value.code == "OAUTH_BROWSER_ERROR"
    assert not url or url not in f"{caught.value.message}{caught.value.details}"


def test_plain_http_beyond_this_machine_can_be_allowed() -> None:
    assert safe_url("http://login.example/a?b=c", {"MP_ALLOW_HTTP": "1"})
    assert not safe_url("ftp://login.example/", {"MP_ALLOW_HTTP": "1"})
