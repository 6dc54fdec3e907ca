"""Dynamic client registration (RFC 7591): mixdesk introduces itself to an authorization server."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from mixdesk.api.answers import Answer, json_object
from mixdesk.api.async_transport import AsyncTransport
from mixdesk.api.errors import retry_after
from mixdesk.api.regions import base_url
from mixdesk.exceptions import APIError, OAuthError
from mixdesk.model.rules import REGIONS, Region
from mixdesk.oauth.device import GRANT
from mixdesk.oauth.endpoints import Endpoints
from mixdesk.store.clients import ClientEntry
from mixdesk.store.tokens import iso

SCOPE = (
    "projects analysis events insights segmentation retention data:read funnels flows "
    "data_definitions dashboard_reports bookmarks"
)
"""What a client may do for its user, as Mixpanel names it."""

CODE_GRANTS = ("authorization_code", "refresh_token")
DEVICE_GRANTS = (GRANT, "refresh_token")

_WHAT = "the client registration"
_CLIENT_ID = re.compile(r"[!-~](?:[ -~]{0,1022}[!-~])?")
_ERRORS = (
    "invalid_redirect_uri",
    "invalid_client_metadata",
    "invalid_software_statement",
    "unapproved_software_statement",
    "access_denied",
    "temporarily_unavailable",
)
_UNKNOWN_CLIENT = ("invalid_client", "unauthorized_client")


async def register(
    transport: AsyncTransport,
    endpoints: Endpoints,
    redirect_uris: Sequence[str],
    region: Region,
    now: float,
) -> ClientEntry:
    """Register a public client (RFC 7591, section 3).

    A server that refuses several redirect URIs is asked again with the first alone.

    Args:
        transport: Sends the request.
        endpoints: The authorization server.
        redirect_uris: Where logins of this client may end; the first is the one needed now.
        region: Where the data lives.
        now: The time, in seconds since the epoch.

    Returns:
        The client. It has no secret; ``extra["redirect_uris"]`` lists where its logins may end.

    Raises:
        OAuthError: ``OAUTH_REGISTRATION_ERROR``: the server takes no registrations, refused, gave
            no client, or cannot be reached; ``details["is_temporary"]`` when trying again later
            may help.
    """
    asked = list(redirect_uris)
    answer = await _send(transport, endpoints, _metadata(CODE_GRANTS, asked))
    if answer.status in (400, 422) and len(asked) > 1:
        asked = asked[:1]
        answer = await _send(transport, endpoints, _metadata(CODE_GRANTS, asked))
    client_id, fields = _client_id(answer, now)
    registered = _registered(asked, fields.get("redirect_uris"))
    if asked[0] not in registered:
        raise _useless(answer.status, f"leaves out {asked[0]}, where this login ends")
    return ClientEntry(
        client_id=client_id,
        region=region,
        redirect_uri=asked[0],
        scope=SCOPE,
        created_at=iso(now),
        issuer=endpoints.issuer,
        extra={"redirect_uris": registered},
    )


async def register_device(
    transport: AsyncTransport, endpoints: Endpoints, region: Region, now: float
) -> ClientEntry:
    """Register a public client for codes on another device (RFC 8628).

    A client of its own, because there are servers that give each client one way to log in, and
    tell a client that uses another only when somebody has said yes.

    Args:
        transport: Sends the request.
        endpoints: The authorization server.
        region: Where the data lives.
        now: The time, in seconds since the epoch.

    Returns:
        The client; no browser comes back to it, so its ``redirect_uri`` is empty.

    Raises:
        OAuthError: As :func:`register`.
    """
    answer = await _send(transport, endpoints, _metadata(DEVICE_GRANTS, []))
    client_id, _ = _client_id(answer, now)
    return ClientEntry(
        client_id=client_id,
        region=region,
        redirect_uri="",
        scope=SCOPE,
        created_at=iso(now),
        issuer=endpoints.issuer,
        extra={"grant_types": list(DEVICE_GRANTS)},
    )


def fits(client: ClientEntry, redirect_uri: str, issuer: str) -> bool:
    """Whether a login can use a client that was registered before.

    Args:
        client: The client.
        redirect_uri: Where the login is to end.
        issuer: The authorization server that is asked. A client that does not say who registered
            it is one of ``mixpanel_headless``, which knows no servers but Mixpanel's own.
    """
    others = client.extra.get("redirect_uris")
    ends_there = redirect_uri == client.redirect_uri or (
        isinstance(others, list) and redirect_uri in others
    )
    return ends_there and _is_of(client, issuer)


def fits_device(client: ClientEntry, issuer: str) -> bool:
    """Whether a client was registered for codes on another device.

    Args:
        client: The client.
        issuer: The authorization server that is asked.
    """
    grants = client.extra.get("grant_types")
    return isinstance(grants, list) and DEVICE_GRANTS[0] in grants and _is_of(client, issuer)


async def is_known(
    transport: AsyncTransport,
    endpoints: Endpoints,
    client_id: str,
    grant: str = CODE_GRANTS[0],
) -> bool:
    """Whether an authorization server still knows a client.

    A browser would show its user a page that says no, and the login would wait in vain. A token
    request that cannot succeed tells the one from the other (RFC 6749, section 5.2).

    Args:
        transport: Sends the request.
        endpoints: The authorization server.
        client_id: The client.
        grant: What it was registered for.

    Returns:
        False when the server says that there is no such client; whatever else it says, and when it
        says nothing, the login will tell.
    """
    spare = "code" if grant == CODE_GRANTS[0] else "device_code"
    form = {"grant_type": grant, spare: "none", "client_id": client_id}
    try:
        answer = await transport.exchange("POST", endpoints.token, what="the client", form=form)
    except APIError:
        return True
    return (json_object(answer) or {}).get("error") not in _UNKNOWN_CLIENT


async def _send(
    transport: AsyncTransport, endpoints: Endpoints, metadata: Mapping[str, Any]
) -> Answer:
    if endpoints.registration is None:
        raise _not_offered(endpoints.issuer)
    try:
        return await transport.exchange("POST", endpoints.registration, what=_WHAT, json=metadata)
    except APIError as error:
        raise OAuthError(
            error.summary,
            code="OAUTH_REGISTRATION_ERROR",
            hint="Check your network and log in again.",
            details={"is_temporary": True},
        ) from None


def _metadata(grants: Sequence[str], redirect_uris: list[str]) -> dict[str, Any]:
    """What is said of a client (RFC 7591, section 2)."""
    responses = ["code"] if redirect_uris else []
    return {
        "redirect_uris": redirect_uris,
        "grant_types": list(grants),
        "response_types": responses,
        "token_endpoint_auth_method": "none",
        "scope": SCOPE,
    }


def _client_id(answer: Answer, now: float) -> tuple[str, Mapping[str, Any]]:
    """The id of the new client, and all that the answer says."""
    fields = json_object(answer) or {}
    if not 200 <= answer.status < 300:
        raise _refused(answer, fields, now)
    client_id = fields.get("client_id")
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        raise _useless(answer.status, "gives no client that could be used")
    return client_id, fields


def _registered(asked: list[str], said: object) -> list[str]:
    """Where logins may end: what was asked for, less what the server has left out."""
    return [uri for uri in asked if uri in said] if isinstance(said, list) and said else asked


def _is_of(client: ClientEntry, issuer: str) -> bool:
    """Whether it was this authorization server that registered a client."""
    registered_by = client.issuer or _mixpanels_own(client.region)
    return registered_by is not None and registered_by.rstrip("/") == issuer


def _mixpanels_own(region: str) -> str | None:
    return next((base_url("oauth", each, {}) for each in REGIONS if each == region), None)


def _not_offered(issuer: str) -> OAuthError:
    return OAuthError(
        f"{issuer} takes no registrations, so mixdesk cannot introduce itself there.",
        code="OAUTH_REGISTRATION_ERROR",
        hint="Check MP_OAUTH_BASE_URL, or log in with a service account: "
        "mp login --service-account",
        details={"issuer": issuer, "is_temporary": False},
    )


def _refused(answer: Answer, fields: Mapping[str, Any], now: float) -> OAuthError:
    said = fields.get("error")
    error = said if said in _ERRORS else None
    because = f"{error}, {answer.status}" if error else str(answer.status)
    is_temporary = answer.status == 429 or answer.status >= 500
    wait = retry_after(answer.headers, now) if is_temporary else None
    later = f"Try again in {wait:.0f} seconds." if wait else "Try again later."
    return OAuthError(
        f"The server refused the client registration ({because}).",
        code="OAUTH_REGISTRATION_ERROR",
        hint=later
        if is_temporary
        else "Check MP_API_BASE_URL and MP_OAUTH_BASE_URL, or log in with a service account: "
        "mp login --service-account",
        details={"error": error, "status_code": answer.status, "is_temporary": is_temporary},
    )


def _useless(status: int, what: str) -> OAuthError:
    return OAuthError(
        f"The answer to the client registration {what}.",
        code="OAUTH_REGISTRATION_ERROR",
        hint="A proxy may be in the way: check MP_OAUTH_BASE_URL, MP_API_BASE_URL, your network.",
        details={"status_code": status, "is_temporary": False},
    )
