"""Where each region's API lives, and how the environment moves it. Read at every call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args
from urllib.parse import urlsplit

from mixdesk.exceptions import ConfigError
from mixdesk.model.rules import REGIONS, Region
from mixdesk.model.text import clean

Family = Literal["app", "query", "export", "oauth"]
"""A group of endpoints that share a base address."""

FAMILIES: tuple[Family, ...] = get_args(Family)

_HOSTS: Mapping[Region, str] = {
    "us": "mixpanel.com",
    "eu": "eu.mixpanel.com",
    "in": "in.mixpanel.com",
}
_DATA_HOSTS: Mapping[Region, str] = {
    "us": "data.mixpanel.com",
    "eu": "data-eu.mixpanel.com",
    "in": "data-in.mixpanel.com",
}
_PATHS: Mapping[Family, str] = {
    "app": "/api/app",
    "query": "/api/query",
    "export": "/api/2.0",
    "oauth": "/oauth",
}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def base_url(family: Family, region: Region, environ: Mapping[str, str]) -> str:
    """The address that the paths of a family are added to.

    Args:
        family: Which endpoints.
        region: Where the data lives.
        environ: ``MP_API_BASE_URL`` re-homes every family (``{region}`` in it is replaced),
            ``MP_APP_BASE_URL`` the App API alone.

    Returns:
        The address, without a slash at its end.

    Raises:
        ConfigError: A variable holds no address, or a plain http one that is not on loopback.
    """
    if family == "app" and environ.get("MP_APP_BASE_URL"):
        return _override("MP_APP_BASE_URL", region, environ) + _PATHS["app"]
    if environ.get("MP_API_BASE_URL"):
        return _override("MP_API_BASE_URL", region, environ) + _PATHS[family]
    host = _DATA_HOSTS[region] if family == "export" else _HOSTS[region]
    return f"https://{host}{_PATHS[family]}"


def web_address(region: Region) -> str:
    """Where people see the data of a region in a browser, without a slash at its end."""
    return f"https://{_HOSTS[region]}"


def probe_order(environ: Mapping[str, str]) -> tuple[Region, ...]:
    """The regions in which to look for a credential, in order.

    One alternate host without ``{region}`` is asked once: for ``MP_REGION``, else ``us``.
    """
    alternate = environ.get("MP_API_BASE_URL", "")
    if not alternate or "{region}" in alternate:
        return REGIONS
    return tuple(region for region in REGIONS if region == environ.get("MP_REGION", "us")) or (
        "us",
    )


def _override(variable: str, region: Region, environ: Mapping[str, str]) -> str:
    url = environ[variable].replace("{region}", region).rstrip("/")
    refuse_unsafe_url(variable, url, environ)
    return url


def refuse_unsafe_url(variable: str, url: str, environ: Mapping[str, str]) -> None:
    """Raise unless credentials may be sent to an address.

    Args:
        variable: Where it came from, for the message.
        url: The address.
        environ: ``MP_ALLOW_HTTP=1`` allows plain http beyond loopback.

    Raises:
        ConfigError: It is no http(s) address, has parts it must not have, or is plain http beyond
            loopback.
    """
    reason = unsafe_reason(url, environ)
    if reason is not None:
        raise _bad(variable, url, reason)


def unsafe_reason(url: str, environ: Mapping[str, str]) -> str | None:
    """Why credentials may not be sent to an address: the rest of a sentence; None when they may.

    Args:
        url: The address.
        environ: ``MP_ALLOW_HTTP=1`` allows plain http beyond loopback.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no address"
    if not url.isascii() or not url.isprintable() or " " in url or not host:
        return "is no address"
    if parts.scheme not in ("https", "http"):
        return "must begin with https://"
    if parts.username or parts.password or parts.query or parts.fragment:
        return "may hold only a host, a port and a path"
    is_plain = parts.scheme == "http" and host not in _LOOPBACK
    if is_plain and environ.get("MP_ALLOW_HTTP") != "1":
        return "is plain http beyond this machine; credentials need https"
    return None


def _bad(variable: str, url: str, what: str) -> ConfigError:
    shown = clean(urlsplit(url).path if "@" in url else url, 80)
    return ConfigError(
        f"{variable} {what}: {shown!r}.",
        hint=f"Correct it, or take it away: unset {variable}",
        details={"variable": variable},
    )
