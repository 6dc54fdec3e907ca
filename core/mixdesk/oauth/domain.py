"""Where the authorization server of a session is: the one of a domain."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from mixdesk.api.regions import unsafe_reason
from mixdesk.api.transport import Transport
from mixdesk.exceptions import InvalidArgumentError
from mixdesk.model.text import clean
from mixdesk.oauth.endpoints import Endpoints, published_endpoints

_FIXED = "bitfount.com"
"""The domain whose servers are laid out as :func:`usual_endpoints` says, and are not asked."""


def issuer_at(domain: str, environ: Mapping[str, str], argument: str = "auth_domain") -> str:
    """The issuer at a domain, such as ``https://auth.bitfount.com``.

    Args:
        domain: A host, with a port where it has one, or a whole address. A host is asked over
            https, and over http only if it is this machine.
        environ: ``MP_ALLOW_HTTP=1`` allows an address with plain http elsewhere.
        argument: The argument that names it.

    Raises:
        InvalidArgumentError: It is neither.
    """
    url = domain
    if "://" not in domain:
        is_here = unsafe_reason(f"http://{domain}", {}) is None
        url = f"http://{domain}" if is_here else f"https://{domain}"
    refuse_unsafe_argument(argument, url, environ)
    return url.rstrip("/")


def refuse_unsafe_argument(name: str, url: str, environ: Mapping[str, str]) -> None:
    """Raise unless credentials may be sent to an address that an argument names.

    Args:
        name: The argument.
        url: The address.
        environ: ``MP_ALLOW_HTTP=1`` allows plain http beyond loopback.

    Raises:
        InvalidArgumentError: They may not.
    """
    reason = unsafe_reason(url, environ)
    if reason is not None:
        shown = "" if "@" in url else f": {clean(url, 80)!r}"
        raise InvalidArgumentError(
            f"{name} {reason}{shown}.",
            violation=name,
            hint="Give an address such as https://auth.example.com",
        )


def domain_endpoints(issuer: str, environ: Mapping[str, str], transport: Transport) -> Endpoints:
    """The addresses of the server at a domain.

    They come from its metadata (RFC 8414), and where it has none they are the usual ones. Those of
    Bitfount's own servers are known.

    Args:
        issuer: What :func:`issuer_at` gave.
        environ: ``MP_ALLOW_HTTP=1`` allows plain http beyond loopback.
        transport: Asks for the metadata.

    Raises:
        OAuthError: ``OAUTH_CONFIG_ERROR`` when the metadata cannot be trusted,
            ``OAUTH_NETWORK_UNREACHABLE`` when the server cannot be asked.
    """
    host = urlsplit(issuer).hostname or ""
    if host == _FIXED or host.endswith(f".{_FIXED}"):
        return usual_endpoints(issuer)
    return published_endpoints(issuer, environ, transport) or usual_endpoints(issuer)


def usual_endpoints(issuer: str) -> Endpoints:
    """The addresses as Auth0 lays them out, whose device flow Bitfount uses."""
    return Endpoints(
        issuer=issuer,
        authorization=f"{issuer}/authorize",
        token=f"{issuer}/oauth/token",
        revocation=f"{issuer}/oauth/revoke",
        device=f"{issuer}/oauth/device/code",
    )
