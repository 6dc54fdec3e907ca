"""Where each region's API lives, and how the environment moves it."""

from __future__ import annotations

import pytest

from mixdesk.api.regions import base_url, probe_order
from mixdesk.exceptions import ConfigError


@pytest.mark.parametrize(
    ("family", "region", "url"),
    [
        ("app", "us", "https://mixpanel.com/api/app"),
        ("app", "eu", "https://eu.mixpanel.com/api/app"),
        ("query", "in", "https://in.mixpanel.com/api/query"),
        ("export", "us", "https://data.mixpanel.com/api/2.0"),
        ("export", "eu", "https://data-eu.mixpanel.com/api/2.0"),
    ],
)
def test_each_family_of_each_region_has_mixpanels_address(
    family: str, region: str, url: str
) -> None:
    assert base_url(family, region, {}) == url  # type: ignore[arg-type]


def test_one_alternate_host_serves_every_family() -> None:
    environ = {"MP_API_BASE_URL": "http://127.0.0.1:8080/"}
    assert base_url("app", "us", environ) == "http://127.0.0.1:8080/api/app"
    assert base_url("query", "eu", environ) == "http://127.0.0.1:8080/api/query"
    assert base_url("export", "in", environ) == "http://127.0.0.1:8080/api/2.0"


def test_the_region_is_put_into_an_alternate_address() -> None:
    environ = {"MP_API_BASE_URL": "https://proxy.example/{region}/mp"}
    assert base_url("query", "eu", environ) == "https://proxy.example/eu/mp/api/query"


def test_the_app_api_moves_alone() -> None:
    environ = {"MP_APP_BASE_URL": "https://app.example", "MP_API_BASE_URL": "https://all.example"}
    assert base_url("app", "us", environ) == "https://app.example/api/app"
    assert base_url("query", "us", environ) == "https://all.example/api/query"


@pytest.mark.parametrize(
    "url",
    [
        "http://mixpanel.example",
        "ftp://mixpanel.example",
        "mixpanel.example",
        "https://",
        "https://user:canary@mixpanel.example",
        "https://mixpanel.example/?x=1",
        "https://mixpanel.example/#x",
        "https://mixpanel.example\n.evil.test",
        "https://mixpanel.example:99999",
        "https://[::1",
    ],
)
def test_an_address_that_credentials_may_not_go_to_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="MP_API_BASE_URL") as caught:
        base_url("app", "us", {"MP_API_BASE_URL": url})
    assert "canary" not in str(caught.value.to_dict())


def test_plain_http_beyond_loopback_is_allowed_only_by_name() -> None:
    environ = {"MP_API_BASE_URL": "http://devbox.example:8080"}
    with pytest.raises(ConfigError, match="plain http"):
        base_url("app", "us", environ)
    allowed = {**environ, "MP_ALLOW_HTTP": "1"}
    assert base_url("app", "us", allowed) == "http://devbox.example:8080/api/app"


def test_regions_are_probed_in_order_and_one_alternate_host_once() -> None:
    assert probe_order({}) == ("us", "eu", "in")
    assert probe_order({"MP_API_BASE_URL": "https://x.example/{region}"}) == ("us", "eu", "in")
    assert probe_order({"MP_API_BASE_URL": "https://x.example"}) == ("us",)
    assert probe_order({"MP_API_BASE_URL": "https://x.example", "MP_REGION": "eu"}) == ("eu",)
    assert probe_order({"MP_APP_BASE_URL": "https://x.example"}) == ("us", "eu", "in")
