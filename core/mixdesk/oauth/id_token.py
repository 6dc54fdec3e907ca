"""Who has logged in, as an ID token says (OpenID Connect Core 1.0, section 2).

It came straight from the token endpoint, over TLS, which vouches for it (section 3.1.3.7, point
6): its signature is not looked at. It is read to tell users apart on one machine; no server lets
anybody in for it.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from mixdesk.model.secret import Secret
from mixdesk.model.text import clean

_NAMES = ("https://www.bitfount.com/username", "preferred_username")
"""Claims that may hold a user's name, the first that is there."""


def username_of(id_token: Secret | None) -> str | None:
    """The name of the user whom an ID token is about; None when it names nobody."""
    claims = _claims(id_token.get_secret_value()) if id_token else {}
    for name in _NAMES:
        said = claims.get(name)
        if isinstance(said, str) and said:
            return clean(said)
    return None


def _claims(id_token: str) -> dict[str, Any]:
    """The claims of a token (RFC 7519, section 3); none when it is no such token."""
    parts = id_token.split(".")
    if len(parts) != 3:
        return {}
    padded = parts[1] + "=" * (-len(parts[1]) % 4)
    try:
        claims = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
