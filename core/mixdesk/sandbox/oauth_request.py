"""What every request of a client to the authorization server has in common."""

from __future__ import annotations

from collections.abc import Mapping

from mixdesk.sandbox.call import Call
from mixdesk.sandbox.oauth_clients import SCOPES
from mixdesk.sandbox.oauth_errors import OAuthRefusedError
from mixdesk.sandbox.wire import Request


def single_fields(request: Request) -> dict[str, str]:
    """The fields of a form, each of which may be there once (RFC 6749, section 3.2).

    Raises:
        OAuthRefusedError: One is repeated, or they are in the URL, where logs would keep them.
    """
    if request.query:
        raise OAuthRefusedError("invalid_request", "URL query parameters are not allowed.")
    for name, values in request.form.items():
        if len(values) > 1:
            raise OAuthRefusedError("invalid_request", f"Duplicate {name} parameter.")
    return {name: values[0] for name, values in request.form.items()}


def needed(fields: Mapping[str, str], name: str) -> str:
    """The value of a field.

    Raises:
        OAuthRefusedError: There is none (``invalid_request``).
    """
    value = fields.get(name, "")
    if not value:
        raise OAuthRefusedError("invalid_request", f"Missing {name} parameter.")
    return value


def known_client(call: Call, fields: Mapping[str, str]) -> str:
    """The id of the client that asks.

    Raises:
        OAuthRefusedError: This region knows no such client (``invalid_client``).
    """
    client_id = fields.get("client_id", "")
    if call.world.oauth.clients.find(call.region, client_id) is None:
        raise OAuthRefusedError("invalid_client", "This client is not known.")
    return client_id


def wanted_scope(asked: str) -> str:
    """The scope of a new login; all there is for who asks for nothing.

    Raises:
        OAuthRefusedError: There is no such scope (``invalid_scope``).
    """
    if not set(asked.split()) <= set(SCOPES):
        raise OAuthRefusedError("invalid_scope", "There is no such scope.")
    return " ".join(asked.split() or SCOPES)


def oauth_path(call: Call, rest: str = "") -> str:
    """The path of a page of the region that was asked."""
    return f"/{call.region}/oauth/{rest}"
