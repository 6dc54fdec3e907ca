"""``POST /oauth/revoke_token/``: a client gives a token back (RFC 7009)."""

from __future__ import annotations

from mixdesk.sandbox.call import Call
from mixdesk.sandbox.oauth_errors import NO_STORE, OAuthRefusedError
from mixdesk.sandbox.oauth_request import known_client, needed, single_fields
from mixdesk.sandbox.wire import Answer


def revoke_token(call: Call) -> Answer:
    """``POST /oauth/revoke_token/``.

    A refresh token takes its access tokens along. A token that is not known here, or is another
    client's, is as gone as can be: that is 200 as well. ``token_type_hint`` is only a hint, and
    not needed.
    """
    try:
        fields = single_fields(call.request)
        client_id = known_client(call, fields)
        token = needed(fields, "token")
    except OAuthRefusedError as refusal:
        return refusal.answer()
    grants = call.world.oauth.grants
    by_refresh, by_access = grants.with_refresh(token), grants.with_access(token)
    grant = by_refresh or by_access
    if grant and (grant.client_id, grant.identity.region) == (client_id, call.region):
        if by_refresh:
            grants.revoke(by_refresh)
        else:
            grants.revoke_access(token)
    return Answer(200, headers=NO_STORE)
