"""Giving a token back to the server that issued it (RFC 7009)."""

from __future__ import annotations

from mixdesk.api.answers import json_object
from mixdesk.api.transport import Transport
from mixdesk.exceptions import APIError, OAuthError
from mixdesk.model.secret import Secret
from mixdesk.oauth.token_endpoint import error_of

_ENDS_BY_ITSELF = "It may go on there until it ends by itself; Mixpanel's settings can end it too."


def revoke(transport: Transport, url: str, token: Secret, client_id: str, hint: str) -> None:
    """Tell a server that a token is not to be accepted any more, once.

    With a refresh token, its access tokens go as well (section 2.1). A token that the server does
    not know is as gone as can be (section 2.2).

    Args:
        transport: Sends the request.
        url: The revocation endpoint.
        token: The token.
        client_id: The public client that it was issued to.
        hint: What kind of token it is: ``access_token`` or ``refresh_token``.

    Raises:
        OAuthError: ``OAUTH_TOKEN_ERROR``: the server refused or cannot be reached, so the token may
            still be good; ``details["is_temporary"]`` when trying again later may help.
    """
    form = {
        "token": token.get_secret_value(),
        "token_type_hint": hint,
        "client_id": client_id,
    }
    try:
        answer = transport.exchange("POST", url, what="the revocation", form=form)
    except APIError as error:
        raise OAuthError(
            f"The server was not told that the login is over. {error.summary}",
            code="OAUTH_TOKEN_ERROR",
            hint=_ENDS_BY_ITSELF,
            details={"is_temporary": True},
        ) from None
    if 200 <= answer.status < 300:
        return
    error_code = error_of(json_object(answer))
    because = f"{error_code}, {answer.status}" if error_code else str(answer.status)
    raise OAuthError(
        f"The server did not take the token back ({because}).",
        code="OAUTH_TOKEN_ERROR",
        hint=_ENDS_BY_ITSELF,
        details={
            "error": error_code,
            "status_code": answer.status,
            "is_temporary": answer.status == 429 or answer.status >= 500,
        },
    )
