"""``POST /oauth/mcp/register/``: a program introduces itself (RFC 7591)."""

from __future__ import annotations

import json
from typing import Any

from mixdesk.sandbox.call import Call
from mixdesk.sandbox.oauth_clients import GRANT_TYPES, SCOPES, Client, new_client_id
from mixdesk.sandbox.oauth_errors import NO_STORE, OAuthRefusedError
from mixdesk.sandbox.oauth_overrides import overridden
from mixdesk.sandbox.oauth_redirects import may_be_registered
from mixdesk.sandbox.wire import Answer, json_answer

_CHOICES = {"grant_types": set(GRANT_TYPES), "response_types": {"code"}}
_DEFAULTS: dict[str, Any] = {
    "client_name": "",
    "grant_types": ["authorization_code"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "none",
    "scope": " ".join(SCOPES),
}


def register(call: Call) -> Answer:
    """``POST /oauth/mcp/register/``. Anybody may; every client is a public one."""
    oauth = call.world.oauth
    try:
        metadata = {**_DEFAULTS, **_metadata(call.request.body)}
        _check(metadata)
    except OAuthRefusedError as refusal:
        return refusal.answer()
    now = oauth.now()
    uris, name = tuple(metadata["redirect_uris"]), metadata["client_name"]
    client = Client(new_client_id(), call.region, uris, name, now, metadata["scope"])
    oauth.clients.add(client)
    said = {"client_id": client.client_id, "client_id_issued_at": int(now), **metadata}
    return json_answer(overridden(said, oauth.overrides.registration), 201, *NO_STORE)


def _metadata(body: bytes) -> dict[str, Any]:
    """What a client says of itself, as far as it is understood here."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise _bad("The body is no JSON object.")
    known = {*_DEFAULTS, "redirect_uris"}
    return {key: value for key, value in said.items() if key in known}


def _check(metadata: dict[str, Any]) -> None:
    if not _is_list_of_text(metadata["grant_types"]):
        raise _bad("grant_types: not supported.")
    uris = metadata.get("redirect_uris")
    needs_one = "authorization_code" in metadata["grant_types"]
    if not isinstance(uris, list) or not _is_list_of_text(uris) or (needs_one and not uris):
        raise OAuthRefusedError("invalid_redirect_uri", "redirect_uris is needed.")
    if not all(may_be_registered(uri) for uri in uris):
        raise OAuthRefusedError("invalid_redirect_uri", "Use https, or http on loopback.")
    for name, there_are in _CHOICES.items():
        if not _is_list_of_text(metadata[name]) or not set(metadata[name]) <= there_are:
            raise _bad(f"{name}: not supported.")
    for name in ("client_name", "scope"):
        if not isinstance(metadata[name], str):
            raise _bad(f"{name} must be a string.")
    if metadata["token_endpoint_auth_method"] != "none":
        raise _bad("token_endpoint_auth_method: only public clients (none) are registered.")
    if not set(metadata["scope"].split()) <= set(SCOPES):
        raise _bad("scope: there is no such scope.")


def _is_list_of_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _bad(description: str) -> OAuthRefusedError:
    return OAuthRefusedError("invalid_client_metadata", description)
