"""Where a credential may go: to Mixpanel's API in its region, whatever an address looks like."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixdesk.api.addresses import address_of
from mixdesk.exceptions import ConfigError, InvalidArgumentError
from mixdesk.model.rules import Region

ME = "https://mixpanel.com/api/app/me"

PATHS: list[tuple[Region, str, str]] = [
    ("us", "/api/app/me", ME),
    ("eu", "/api/app/me", "https://eu.mixpanel.com/api/app/me"),
    ("in", "/api/app", "https://in.mixpanel.com/api/app"),
    ("us", "/api/query/segmentation?a=1", "https://mixpanel.com/api/query/segmentation?a=1"),
    ("us", "/api/2.0/export", "https://data.mixpanel.com/api/2.0/export"),
    ("eu", "/api/2.0/export", "https://data-eu.mixpanel.com/api/2.0/export"),
    ("us", ME, ME),
    ("us", "HTTPS://MIXPANEL.COM:443/api/app/me", ME),
    ("us", "https://mixpanel.com/api/2.0/jql", "https://mixpanel.com/api/2.0/jql"),
    ("us", "https://data.mixpanel.com/api/2.0/export", "https://data.mixpanel.com/api/2.0/export"),
    ("us", f"{ME}#https://evil.test/", ME),
    ("us", "/api/app/a b/ü?c=d e", "https://mixpanel.com/api/app/a%20b/%C3%BC?c=d%20e"),
    ("us", "/api/app/v1..2/...", "https://mixpanel.com/api/app/v1..2/..."),
]


@pytest.mark.parametrize(("region", "path", "url"), PATHS, ids=[row[1] for row in PATHS])
def test_a_path_leads_to_its_familys_address(region: Region, path: str, url: str) -> None:
    found = httpx.URL(address_of(path, region, {}))
    assert str(found.copy_with(fragment=None)) == url


FOREIGN = {
    "another host": "https://evil.test/api/app/me",
    "a host that ends alike": "https://evilmixpanel.com/api/app/me",
    "a host that begins alike": "https://mixpanel.com.evil.test/api/app/me",
    "a host below": "https://api.mixpanel.com/api/app/me",
    "a host with a dot after it": "https://mixpanel.com./api/app/me",
    "an encoded host": "https://mixpanel.com%2eevil.test/api/app/me",
    "a letter from elsewhere": "https://mixpan\u0435l.com/api/app/me",
    "a wide letter": "https://\uff4dixpanel.com/api/app/me",
    "another region": "https://eu.mixpanel.com/api/app/me",
    "another region's data": "https://data-in.mixpanel.com/api/2.0/export",
    "plain http": "http://mixpanel.com/api/app/me",
    "another scheme": "ftp://mixpanel.com/api/app/me",
    "another port": "https://mixpanel.com:444/api/app/me",
    "the port of http": "https://mixpanel.com:80/api/app/me",
    "a port that is none": "https://mixpanel.com:port/api/app/me",
    "a user": "https://canary@mixpanel.com/api/app/me",
    "a user and a password": "https://u:canary@mixpanel.com/api/app/me",
    "an empty user": "https://:@mixpanel.com/api/app/me",
    "a host for a user": "https://mixpanel.com@evil.test/api/app/me",
    "a host for a user, with a slash the other way": "https://evil.test\\@mixpanel.com/api/app/me",
    "a host behind a backslash": "https://mixpanel.com\\.evil.test/api/app/me",
    "no scheme": "//mixpanel.com/api/app/me",
    "no scheme, and another host": "//evil.test/x",
    "three slashes": "///evil.test/api/app/me",
    "a slash and a backslash": "/\\evil.test/api/app/me",
    "one slash": "https:/mixpanel.com/api/app/me",
    "no slash": "https:mixpanel.com/api/app/me",
    "a space before": " https://mixpanel.com/api/app/me",
    "a path that is none": "api/app/me",
    "nothing": "",
    "a slash": "/",
    "OAuth": "/oauth/token/",
    "OAuth at its address": "https://mixpanel.com/oauth/token/",
    "the root": "https://mixpanel.com",
    "beside the API": "https://mixpanel.com/login",
    "a family that is none": "/api/application/me",
    "an encoded slash": "https://mixpanel.com/api%2Fapp/me",
    "up and out": "/api/app/../../oauth/token/",
    "up": "/api/app/../query/segmentation",
    "up at its address": "https://mixpanel.com/api/../login",
    "up, encoded": "/api/app/%2e%2E/%2e./oauth/token/",
    "up with a slash encoded": "/api/app/x%2f..%2f..%2f..%2flogin",
    "up with a slash the other way": "/api/app/..\\..\\login",
    "up with that encoded": "/api/app/..%5c..%5clogin",
    "up behind a parameter": "/api/app;/../../login",
    "here": "/api/app/./me",
    "a line break": "/api/app/me\r\nHost: evil.test",
    "a tab": "/api/app/\tme",
    "a null": "/api/app/\x00",
    "very long": "/api/app/" + "x" * 70_000,
}


@pytest.mark.parametrize("path", FOREIGN.values(), ids=FOREIGN)
def test_what_leads_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        address_of(path, "us", {})
    assert caught.value.violation == "address"
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 300
    assert "canary" not in repr(caught.value.to_dict())


def test_a_refusal_does_not_show_the_query() -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        address_of("https://evil.test/x?token=canary", "us", {})
    assert "evil.test" in str(caught.value)
    assert "canary" not in repr(caught.value.to_dict())


HOSTS = "mixpanel.com eu.mixpanel.com evil.test"
SIGNS = r"https: http: / // \ @ : 443 .. . %2e %2f %5c ? # ; /api/app /api/query/ /api/2.0"
parts = st.sampled_from([*HOSTS.split(), *SIGNS.split()])


@settings(max_examples=1000, deadline=None)
@given(st.lists(parts | st.text(max_size=3), max_size=8).map("".join))
def test_whatever_is_given_it_leads_below_the_api_or_nowhere(path: str) -> None:
    try:
        url = httpx.URL(address_of(path, "us", {}))
    except InvalidArgumentError:
        return
    assert url.host in ("mixpanel.com", "data.mixpanel.com")
    assert (url.scheme, url.port, url.userinfo) == ("https", None, b"")
    assert url.path.startswith("/api/")
    assert not {"..", "."} & {*url.path.split("/")}


class TestAnAlternateHost:
    environ: Mapping[str, str] = {"MP_API_BASE_URL": "https://gateway.test/mixpanel/{region}"}

    @pytest.mark.parametrize(
        ("path", "url"),
        [
            ("/api/app/me", "https://gateway.test/mixpanel/eu/api/app/me"),
            ("/api/query/x", "https://gateway.test/mixpanel/eu/api/query/x"),
            ("/api/2.0/export", "https://gateway.test/mixpanel/eu/api/2.0/export"),
            (
                "https://gateway.test/mixpanel/eu/api/app/me",
                "https://gateway.test/mixpanel/eu/api/app/me",
            ),
        ],
    )
    def test_is_where_every_family_is(self, path: str, url: str) -> None:
        assert address_of(path, "eu", self.environ) == url

    @pytest.mark.parametrize(
        "path",
        [
            "https://gateway.test/mixpanel/us/api/app/me",
            "https://gateway.test/elsewhere/api/app/me",
            "https://gateway.test/mixpanel/eu/login",
            "https://gateway.test/mixpanel/europe/api/app/me",
            "/api/app/../../../elsewhere",
            "https://eu.mixpanel.com/api/app/me",
        ],
    )
    def test_is_shared_with_others_who_get_nothing(self, path: str) -> None:
        with pytest.raises(InvalidArgumentError):
            address_of(path, "eu", self.environ)

    def test_can_be_that_of_the_app_api_alone(self) -> None:
        environ = {"MP_APP_BASE_URL": "https://app.test"}
        assert address_of("/api/app/me", "us", environ) == "https://app.test/api/app/me"
        assert address_of("/api/query/x", "us", environ) == "https://mixpanel.com/api/query/x"
        with pytest.raises(InvalidArgumentError):
            address_of("https://app.test/login", "us", environ)

    def test_may_not_be_plain_http_elsewhere(self) -> None:
        with pytest.raises(ConfigError, match="MP_API_BASE_URL"):
            address_of("/api/app/me", "us", {"MP_API_BASE_URL": "http://gateway.test"})
