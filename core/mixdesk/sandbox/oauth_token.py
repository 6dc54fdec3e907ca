"""``POST /oauth/token/``: tokens for something that proves a login (RFC 6749, section 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mixdesk.sandbox.call import Call
from mixdesk.sandbox.identities import Identity
from mixdesk.sandbox.oauth_clients import DEVICE_GRANT
from mixdesk.sandbox.oauth_errors import NO_STORE, OAuthRefusedError
from mixdesk.sandbox.oauth_grants import Grant, Issued
from mixdesk.sandbox.oauth_overrides import overridden
from mixdesk.sandbox.oauth_request import known_client, needed, single_fields
from mixdesk.sandbox.oauth_state import AuthorizationServer, TokenRequest
from mixdesk.sandbox.wire import Answer, json_answer


@dataclass(frozen=True, slots=True)
class _Asked:
    """A token request whose client is known."""

    call: Call
    fields: Mapping[str, str]
    client_id: str

    @property
    def oauth(self) -> AuthorizationServer:
        return self.call.world.oauth

    def needed(self, name: str) -> str:
        return needed(self.fields, name)


def token(call: Call) -> Answer:
    """``POST /oauth/token/``."""
    oauth = call.world.oauth
    outcome, account = "ok", None
    try:
        issued = _issued(call)
        account, answer = issued.account, _answer(oauth, issued)
    except OAuthRefusedError as refusal:
        outcome, answer = refusal.code, refusal.answer()
    request = call.request
    grant_type, client_id = request.field("grant_type"), request.field("client_id")
    oauth.note(TokenRequest(grant_type, outcome, client_id, account, oauth.now()))
    return answer


def _issued(call: Call) -> Issued:
    fields = single_fields(call.request)
    grant = _GRANTS.get(fields.get("grant_type", ""))
    if grant is None:
        raise OAuthRefusedError("unsupported_grant_type", "There is no such grant type here.")
    if call.world.oauth.refuses_client():
        raise OAuthRefusedError("invalid_client", "This client is not known.")
    return grant(_Asked(call, fields, known_client(call, fields)))


def _answer(oauth: AuthorizationServer, issued: Issued) -> Answer:
    fields = {
        "access_token": issued.access_token,
        "expires_in": int(issued.expires_in),
        "token_type": "Bearer",
        "scope": issued.scope,
    }
    if issued.refresh_token:
        fields["refresh_token"] = issued.refresh_token
    return json_answer(overridden(fields, oauth.overrides.token), 200, *NO_STORE)


def _refresh(asked: _Asked) -> Issued:
    oauth = asked.oauth
    return oauth.grants.refresh(
        asked.needed("refresh_token"),
        asked.client_id,
        asked.call.region,
        oauth.access_lifetime,
        scope=asked.fields.get("scope", ""),
        rotate=not oauth.overrides.keeps_refresh_token,
        end_previous=oauth.ends_previous_access,
    )


def _code(asked: _Asked) -> Issued:
    oauth = asked.oauth
    proof = (asked.needed("code"), asked.client_id, asked.call.region)
    verifier, redirect_uri = asked.needed("code_verifier"), asked.needed("redirect_uri")
    code = oauth.codes.spend(*proof, verifier, redirect_uri)
    code.grant, issued = _begin(asked, code.identity, code.request.scope)
    return issued


def _device(asked: _Asked) -> Issued:
    device_code = asked.needed("device_code")
    approved = asked.oauth.devices.poll(device_code, asked.client_id, asked.call.region)
    return _begin(asked, *approved)[1]


def _begin(asked: _Asked, identity: Identity, scope: str) -> tuple[Grant, Issued]:
    oauth = asked.oauth
    renews = not oauth.overrides.keeps_refresh_token
    lifetime = oauth.access_lifetime
    return oauth.grants.begin(identity, asked.client_id, scope, lifetime, renews=renews)


_GRANTS: dict[str, Callable[[_Asked], Issued]] = {
    "authorization_code": _code,
    "refresh_token": _refresh,
    DEVICE_GRANT: _device,
}
