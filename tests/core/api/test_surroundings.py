"""A proxy or certificates that cannot be used are told, whoever asks."""

from __future__ import annotations

import httpx
import pytest

import mixdesk as mp
from mixdesk.api.async_transport import AsyncTransport
from mixdesk.api.surroundings import CERTIFICATES_UNREADABLE, PROXY_UNUSABLE
from mixdesk.api.transport import Transport
from mixdesk.exceptions import APIError, ConfigError

UNUSABLE = [
    ("ALL_PROXY", "ftp://user:canary@proxy.example", PROXY_UNUSABLE),
    ("HTTPS_PROXY", "canary://x", PROXY_UNUSABLE),
    ("HTTPS_PROXY", "http://user:canary@[::1", PROXY_UNUSABLE),
    ("SSL_CERT_FILE", "canary/nowhere.pem", CERTIFICATES_UNREADABLE),
]


@pytest.mark.parametrize("kind", [Transport, AsyncTransport])
@pytest.mark.parametrize(("variable", "value", "code"), UNUSABLE)
def test_it_is_an_error_of_the_configuration_that_repeats_no_value(
    monkeypatch: pytest.MonkeyPatch, kind: type, variable: str, value: str, code: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError) as caught:
        kind()
    assert caught.value.code == code
    assert variable in caught.value.message
    assert "canary" not in caught.value.message
    assert caught.value.__suppress_context__


def test_certificates_that_are_none_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("tls") / "odd.pem"
    place.write_text("no certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(place))
    with pytest.raises(ConfigError):
        Transport()


def test_a_host_whose_name_cannot_be_one_is_not_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{'a' * 300}")
    with Transport(attempts=1) as transport, pytest.raises(APIError) as caught:
        transport.exchange("GET", "https://mixpanel.invalid/", what="/me")
    assert caught.value.code == "NETWORK_ERROR"


def test_a_test_of_an_account_never_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    mp.accounts.add("ci", type="oauth_token", region="us", token="made-up")
    monkeypatch.setenv("HTTPS_PROXY", "odd://x")
    assert mp.accounts.test("ci").error_code == PROXY_UNUSABLE


def test_a_transport_of_ones_own_looks_at_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "")
    Transport(transport=httpx.MockTransport(lambda request: httpx.Response(200))).close()
