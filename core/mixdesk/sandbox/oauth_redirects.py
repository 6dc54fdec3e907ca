"""Where the browser may be sent back to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

_CLEAN = re.compile(r"[!-~]+")
_HOST = re.compile(r"[a-z0-9.-]+|::1")
_LOOPBACK_IPS = {"127.0.0.1", "::1"}
_LOOPBACK = {"localhost", *_LOOPBACK_IPS}


def may_be_registered(uri: str) -> bool:
    """Whether a client may have this redirect URI: https, or http on this machine."""
    parts = _split(uri)
    if parts is None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def is_one_of(uri: str, registered: Iterable[str]) -> bool:
    """Whether a redirect URI is one that the client has registered.

    It is to be the same, save for the port of a loopback address, which a client learns only when
    it listens (RFC 8252, section 7.3). As in Django OAuth Toolkit, ``localhost`` is no address.
    """
    return any(uri == each or _differ_by_loopback_port(uri, each) for each in registered)


def with_query(uri: str, fields: Mapping[str, Any]) -> str:
    """A redirect URI with an answer in its query."""
    glue = "&" if "?" in uri else "?"
    return f"{uri}{glue}{urlencode(fields)}"


def origin_source(uri: str) -> str:
    """How a content security policy names the origin of a redirect URI."""
    parts = urlsplit(uri)
    # A policy has no notation for an IPv6 address.
    return f"{parts.scheme}:" if "[" in parts.netloc else f"{parts.scheme}://{parts.netloc}"


def _split(uri: str) -> SplitResult | None:
    """The parts of a URI that is fit for a header and a policy."""
    if not _CLEAN.fullmatch(uri) or "#" in uri:
        return None
    try:
        parts = urlsplit(uri)
        named = parts.hostname and _HOST.fullmatch(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if named and "@" not in parts.netloc else None


def _differ_by_loopback_port(uri: str, registered: str) -> bool:
    one, other = _split(uri), _split(registered)
    if one is None or other is None or (one.scheme, other.scheme) != ("http", "http"):
        return False
    if other.hostname not in _LOOPBACK_IPS or one.hostname != other.hostname:
        return False
    return uri.split(one.netloc, 1)[1] == registered.split(other.netloc, 1)[1]
