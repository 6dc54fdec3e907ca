"""Where an authorization server says what it can do (RFC 8414).

The issuer of a region is ``{origin}/{region}/oauth``, without a slash at its end. Its metadata is
where RFC 8414 puts it, with the well-known part between the host and the issuer's path, and where
OpenID Connect does, below the issuer.
"""

from __future__ import annotations

from mixdesk.model.rules import REGIONS, Region
from mixdesk.sandbox.call import Call, RefusedError
from mixdesk.sandbox.oauth_clients import GRANT_TYPES, SCOPES
from mixdesk.sandbox.oauth_overrides import overridden
from mixdesk.sandbox.wire import Answer, json_answer


def issuer_of(call: Call, region: Region | None = None) -> str:
    """The issuer of a region; of the one that was asked, by default."""
    return f"{call.origin}/{region or call.region}/oauth"


def inserted_metadata(call: Call) -> Answer:
    """``GET /.well-known/oauth-authorization-server/{region}/oauth``."""
    for region in REGIONS:
        if region == call.params["region"]:
            return _metadata(call, region)
    raise RefusedError(404, "Not Found")


def appended_metadata(call: Call) -> Answer:
    """``GET /{region}/oauth/.well-known/openid-configuration``."""
    return _metadata(call, call.region)


def _metadata(call: Call, region: Region) -> Answer:
    issuer = issuer_of(call, region)
    true = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize/",
        "token_endpoint": f"{issuer}/token/",
        "registration_endpoint": f"{issuer}/mcp/register/",
        "revocation_endpoint": f"{issuer}/revoke_token/",
        "device_authorization_endpoint": f"{issuer}/device-authorization/",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(GRANT_TYPES),
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }
    return json_answer(overridden(true, call.world.oauth.overrides.metadata))
