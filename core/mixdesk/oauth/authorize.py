"""The address that a login begins at, and which addresses a browser may be given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from mixdesk.api.regions import unsafe_reason
from mixdesk.exceptions import OAuthError
from mixdesk.model.secret import Secret
from mixdesk.oauth.pkce import METHOD

if TYPE_CHECKING:  # whoever checks an address needs no HTTP for it
    from mixdesk.oauth.endpoints import Endpoints

_NOTHING: Mapping[str, str] = {}

# Nothing that a shell expands, quotes or ends a command with, bar the & that queries need.
_LINK = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@&+,=]|%[0-9A-Fa-f]{2}){1,8000}")


def authorize_url(
    endpoints: Endpoints,
    client_id: str,
    redirect_uri: str,
    challenge: str,
    state: Secret,
    more: Mapping[str, str] = _NOTHING,
) -> str:
    """Build the authorization request (RFC 6749, section 4.1.1; RFC 7636, section 4.3).

    Unless ``more`` does, no scope is asked for: the server gives what the client was registered
    for.

    Args:
        endpoints: The authorization server.
        client_id: Who asks.
        redirect_uri: Where the browser ends, exactly as registered.
        challenge: Of this attempt's verifier.
        state: Of this attempt.
        more: Further parameters that a server asks for.

    Returns:
        The address. It holds the state: it is shown and opened, not logged.
    """
    parameters = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "code_challenge": challenge,
        "code_challenge_method": METHOD,
        "state": state.get_secret_value(),
        **more,
    }
    address, _, query = endpoints.authorization.partition("?")
    added = urlencode(parameters, quote_via=quote, safe="")
    return f"{address}?{query}&{added}" if query else f"{address}?{added}"


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, as an issuer is written."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def safe_url(url: str, environ: Mapping[str, str]) -> bool:
    """Whether a browser may be given an address.

    Args:
        url: The address, of a server or our own.
        environ: ``MP_ALLOW_HTTP=1`` allows plain http beyond loopback.
    """
    return _why_not(url, environ) is None


def refuse_unsafe_link(url: str, environ: Mapping[str, str]) -> None:
    """Raise unless a browser may be given an address.

    It must be https, or http on loopback, have a host and no user, and be made of characters that
    neither a terminal nor a shell obeys.

    Args:
        url: The address, of a server or our own.
        environ: ``MP_ALLOW_HTTP=1`` allows plain http beyond loopback.

    Raises:
        OAuthError: ``OAUTH_BROWSER_ERROR``. The address is not repeated: it may hold a state.
    """
    reason = _why_not(url, environ)
    if reason is not None:
        raise OAuthError(
            f"The address to log in at {reason}, so no browser is given it.",
            code="OAUTH_BROWSER_ERROR",
            hint="Check MP_OAUTH_BASE_URL and MP_API_BASE_URL, or tell who runs that server.",
            details={"reason": reason},
        )


def _why_not(url: str, environ: Mapping[str, str]) -> str | None:
    """Why a browser may not be given an address: the rest of a sentence; None when it may."""
    if not _LINK.fullmatch(url):
        return "has characters that an address need not have, or is very long"
    try:
        parts = urlsplit(url)
    except ValueError:
        return "is no address"
    # A browser reads an escaped host; what is checked here would be another one.
    if "@" in parts.netloc or "%" in parts.netloc:
        return "hides its host"
    return unsafe_reason(parts._replace(query="", fragment="").geturl(), environ)
