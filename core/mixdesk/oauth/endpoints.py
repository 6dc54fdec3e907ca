"""Where the authorization server of a region is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from mixdesk.api.answers import Answer, json_object
from mixdesk.api.async_transport import AsyncTransport
from mixdesk.api.regions import base_url, refuse_unsafe_url, unsafe_reason
from mixdesk.api.transport import Transport
from mixdesk.exceptions import APIError, OAuthError
from mixdesk.model.rules import Region

PATIENCE = 5.0
"""How long a login waits for metadata that it can do without, in seconds."""

_WHAT = "the authorization server's metadata"


class Endpoints(NamedTuple):
    """The addresses of one authorization server."""

    issuer: str
    """What tells one server from another (RFC 8414, section 2); no slash at its end."""
    authorization: str
    token: str
    registration: str | None = None
    revocation: str | None = None
    device: str | None = None
    """Where device codes are asked for (RFC 8628); None when there are none."""
    sends_issuer: bool = False
    """Whether the answer to an authorization request always carries ``iss`` (RFC 9207)."""


def mixpanel_endpoints(base: str) -> Endpoints:
    """The addresses below an OAuth base, such as ``https://mixpanel.com/oauth``."""
    return Endpoints(
        issuer=base,
        authorization=f"{base}/authorize/",
        token=f"{base}/token/",
        registration=f"{base}/mcp/register/",
        revocation=f"{base}/revoke_token/",
    )


def issuer_of(region: Region, environ: Mapping[str, str]) -> str:
    """The issuer that the environment names for a region, Mixpanel's own by default.

    Raises:
        ConfigError: ``MP_OAUTH_BASE_URL`` or ``MP_API_BASE_URL`` is no address to trust.
    """
    named = environ.get("MP_OAUTH_BASE_URL")
    if not named:
        return base_url("oauth", region, environ)
    issuer = named.replace("{region}", region).rstrip("/")
    refuse_unsafe_url("MP_OAUTH_BASE_URL", issuer, environ)
    return issuer


def find_endpoints(region: Region, environ: Mapping[str, str], transport: Transport) -> Endpoints:
    """The addresses for a region.

    Mixpanel's own are fixed. For ``MP_OAUTH_BASE_URL`` they come from the server's metadata
    (RFC 8414), and where it has none they are laid out like Mixpanel's.

    Args:
        region: Where the data lives.
        environ: May move the authorization server elsewhere.
        transport: Asks for the metadata.

    Raises:
        ConfigError: The environment names no address to trust.
        OAuthError: ``OAUTH_CONFIG_ERROR`` when the metadata cannot be trusted,
            ``OAUTH_NETWORK_UNREACHABLE`` when the server cannot be asked.
    """
    issuer = issuer_of(region, environ)
    if not environ.get("MP_OAUTH_BASE_URL"):
        return mixpanel_endpoints(issuer)
    return published_endpoints(issuer, environ, transport) or mixpanel_endpoints(issuer)


def published_endpoints(
    issuer: str, environ: Mapping[str, str], transport: Transport
) -> Endpoints | None:
    """The addresses that an issuer's metadata names; None when it publishes none.

    Args:
        issuer: Whom to ask, without a slash at its end.
        environ: ``MP_ALLOW_HTTP=1`` allows plain http beyond loopback.
        transport: Asks for the metadata.

    Raises:
        OAuthError: As :func:`find_endpoints`.
    """
    for url in metadata_urls(issuer):
        try:
            answer = transport.exchange("GET", url, what=_WHAT)
        except APIError as error:
            raise _unreachable(error) from None
        if _is_metadata(answer, url):
            return read_metadata(answer, issuer, environ)
    return None


async def discover(
    region: Region, environ: Mapping[str, str], transport: AsyncTransport
) -> Endpoints:
    """The addresses for a login in a region, with one for device codes where there is one.

    As :func:`find_endpoints`; besides, Mixpanel's own servers (or one of ``MP_API_BASE_URL``) are
    asked for metadata too. It may only add a device endpoint of the same origin, and without it
    the login goes on.

    Args:
        region: Where the data lives.
        environ: May move the authorization server elsewhere.
        transport: Asks for the metadata.

    Raises:
        ConfigError: The environment names no address to trust.
        OAuthError: As :func:`find_endpoints`, with ``MP_OAUTH_BASE_URL`` only.
    """
    issuer = issuer_of(region, environ)
    if not environ.get("MP_OAUTH_BASE_URL"):
        device = await _device_of(issuer, environ, transport)
        return mixpanel_endpoints(issuer)._replace(device=device)
    for url in metadata_urls(issuer):
        try:
            answer = await transport.exchange("GET", url, what=_WHAT)
        except APIError as error:
            raise _unreachable(error) from None
        if _is_metadata(answer, url):
            return read_metadata(answer, issuer, environ)
    return mixpanel_endpoints(issuer)


def metadata_urls(issuer: str) -> tuple[str, str]:
    """Where an issuer's metadata may be (RFC 8414, section 3.1; OpenID Connect Discovery 1.0)."""
    scheme, _, rest = issuer.partition("://")
    host, slash, path = rest.partition("/")
    return (
        f"{scheme}://{host}/.well-known/oauth-authorization-server{slash}{path}",
        f"{issuer}/.well-known/openid-configuration",
    )


def read_metadata(answer: Answer, issuer: str, environ: Mapping[str, str]) -> Endpoints:
    """Read an issuer's metadata (RFC 8414, section 3.2).

    Args:
        answer: The successful answer of a metadata address.
        issuer: Who was asked; the metadata must say the same (section 3.3).
        environ: ``MP_ALLOW_HTTP=1`` allows plain http beyond loopback.

    Raises:
        OAuthError: ``OAUTH_CONFIG_ERROR``: it is not this issuer's, lacks an address, names one
            that credentials must not be sent to, or offers no PKCE with S256.
    """
    fields = json_object(answer)
    if fields is None:
        raise _untrusted(issuer, "is not a JSON object")
    if str(fields.get("issuer", "")).rstrip("/") != issuer:
        raise _untrusted(issuer, "names another issuer")
    methods = fields.get("code_challenge_methods_supported")
    if isinstance(methods, list) and "S256" not in methods:
        raise _untrusted(issuer, "offers no PKCE with S256")
    address = _Addresses(fields, issuer, environ)
    return Endpoints(
        issuer=issuer,
        authorization=address.needed("authorization_endpoint"),
        token=address.needed("token_endpoint"),
        registration=address.optional("registration_endpoint"),
        revocation=address.optional("revocation_endpoint"),
        device=address.optional("device_authorization_endpoint"),
        sends_issuer=fields.get("authorization_response_iss_parameter_supported") is True,
    )


class _Addresses:
    """Takes addresses out of metadata, each one checked."""

    def __init__(
        self, fields: Mapping[str, object], issuer: str, environ: Mapping[str, str]
    ) -> None:
        self._fields = fields
        self._issuer = issuer
        self._environ = environ

    def needed(self, name: str) -> str:
        url = self.optional(name)
        if url is None:
            raise _untrusted(self._issuer, f"has no {name}")
        return url

    def optional(self, name: str) -> str | None:
        url = self._fields.get(name)
        if url is None:
            return None
        if not isinstance(url, str) or unsafe_reason(url, self._environ):
            raise _untrusted(self._issuer, f"names a {name} that is neither https nor loopback")
        return url


async def _device_of(
    issuer: str, environ: Mapping[str, str], transport: AsyncTransport
) -> str | None:
    """Where an issuer gives device codes; None when it does not say so, or not soon."""
    with suppress(APIError, TimeoutError):
        async with asyncio.timeout(PATIENCE):
            for url in metadata_urls(issuer):
                answer = await transport.exchange("GET", url, what=_WHAT)
                with suppress(OAuthError):  # a page for every address, or another issuer's
                    if _is_metadata(answer, url):
                        device = read_metadata(answer, issuer, environ).device
                        return device if device and _origin(device) == _origin(issuer) else None
    return None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port of an address that was found safe (RFC 6454)."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}[parts.scheme]


def _is_metadata(answer: Answer, url: str) -> bool:
    """Whether an address has metadata; one that fails to say is not guessed around."""
    if answer.status in (404, 405, 410):
        return False
    if answer.status != 200:
        raise OAuthError(
            f"{url} answered {answer.status} instead of metadata.",
            code="OAUTH_CONFIG_ERROR",
            hint="Check MP_OAUTH_BASE_URL, or try again later.",
            details={"status_code": answer.status},
        )
    return True


def _unreachable(error: APIError) -> OAuthError:
    return OAuthError(
        error.summary, code="OAUTH_NETWORK_UNREACHABLE", hint="Check MP_OAUTH_BASE_URL."
    )


def _untrusted(issuer: str, what: str) -> OAuthError:
    return OAuthError(
        f"The metadata of {issuer} {what}, so it is not used.",
        code="OAUTH_CONFIG_ERROR",
        hint="Check MP_OAUTH_BASE_URL; unset, Mixpanel's own server is used.",
        details={"issuer": issuer},
    )
