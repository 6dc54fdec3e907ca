"""``POST /oauth/token/``: tokens for something that proves a login (RFC 6749, section 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mixdesk.sandbox.call import Call
from mixdesk.sandbox.oauth_errors import NO_STORE, OAuthRefusedError
from mixdesk.sandbox.oauth_grants import Issued
from mixdesk.sandbox.oauth_overrides import overridden
from mixdesk.sandbox.oauth_state import AuthorizationServer, TokenRequest
from mixdesk.sandbox.wire import Answer, Request, json_answer


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
        """The value of a field.

        Raises:
            OAuthRefusedError: There is none.
        """
        value = self.fields.get(name, "")
        if not value:
            raise OAuthRefusedError("invalid_request", f"Missing {name} parameter.")
        return value


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


def known_client(call: Call, fields: Mapping[str, str]) -> str:
    """The id of the client that asks.

    Raises:
        OAuthRefusedError: This region knows no such client (``invalid_client``).
    """
    client_id = fields.get("client_id", "")
    if call.world.oauth.clients.find(call.region, client_id) is None:
        raise OAuthRefusedError("invalid_client", "This client is not known.")
    return client_id


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


_GRANTS: dict[str, Callable[[_Asked], Issued]] = {
    "refresh_token": _refresh,
}
