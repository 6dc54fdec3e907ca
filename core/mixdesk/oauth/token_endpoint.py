"""The token endpoint: what is sent, and what an answer means (RFC 6749, sections 4.1.3, 5 and 6).

A body that may hold tokens never appears in a message: of a refusal only the error code does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mixdesk.api.answers import Answer, json_object
from mixdesk.api.async_transport import AsyncTransport
from mixdesk.api.transport import Transport
from mixdesk.exceptions import APIError, OAuthError
from mixdesk.model.secret import Secret
from mixdesk.store.json_file import number

DEFAULT_LIFETIME = 3600.0
"""How long an access token is taken to live when the answer does not say, in seconds."""

LONGEST_LIFETIME = 3650.0 * 24 * 60 * 60

_WHAT = "the token endpoint"
_TOKEN = re.compile(r"[\x21-\x7e]{1,65536}")
_ERRORS = (
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_token_type",
    "invalid_scope",
    "access_denied",
    "authorization_pending",
    "slow_down",
    "expired_token",
    "temporarily_unavailable",
    "server_error",
)


@dataclass(frozen=True, slots=True)
class Granted:
    """What a token endpoint gave."""

    access_token: Secret
    lifetime: float
    """Seconds from the answer to the end of the access token."""
    refresh_token: Secret | None
    """None: the one that was sent, if any, goes on being good."""
    scope: str | None
    """None: as asked for."""
    id_token: Secret | None = None
    """Who has logged in, from servers that say so (OpenID Connect Core 1.0, section 2)."""
    says_lifetime: bool = True
    """Whether the server has said how long the access token lives."""


def code_form(code: Secret, verifier: Secret, redirect_uri: str, client_id: str) -> dict[str, str]:
    """The form that turns a code into tokens (RFC 6749, section 4.1.3; RFC 7636, section 4.5).

    Args:
        code: What the browser came back with.
        verifier: The secret behind the challenge that the login began with.
        redirect_uri: Where the browser was sent, exactly as in the login's address.
        client_id: The public client that the login began with.
    """
    return {
        "grant_type": "authorization_code",
        "code": code.get_secret_value(),
        "redirect_uri": redirect_uri,
        "client_id": client_id,
        "code_verifier": verifier.get_secret_value(),
    }


def refresh_form(refresh_token: Secret, client_id: str) -> dict[str, str]:
    """The form of a refresh request (RFC 6749, section 6) of a public client."""
    return {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token.get_secret_value(),
        "client_id": client_id,
    }


def request_tokens(
    transport: Transport, url: str, form: Mapping[str, str], *, code: str
) -> Granted:
    """Ask a token endpoint, once: a second try could spend a refresh token twice.

    Args:
        transport: Sends the request.
        url: The token endpoint.
        form: What is asked for.
        code: The error code for what goes wrong.

    Raises:
        OAuthError: ``code``, with ``details["error"]`` when the server refused, and
            ``details["is_temporary"]`` when trying again later may help.
    """
    try:
        answer = transport.exchange("POST", url, what=_WHAT, form=form)
    except APIError as error:
        raise _unanswered(error, code) from None
    return read_tokens(answer, code=code)


async def arequest_tokens(
    transport: AsyncTransport, url: str, form: Mapping[str, str], *, code: str
) -> Granted:
    """Ask a token endpoint on an event loop, once: a code is good for one request.

    Args:
        transport: Sends the request.
        url: The token endpoint.
        form: What is asked for.
        code: The error code for what goes wrong.

    Raises:
        OAuthError: As :func:`request_tokens`.
    """
    try:
        answer = await transport.exchange("POST", url, what=_WHAT, form=form)
    except APIError as error:
        raise _unanswered(error, code) from None
    return read_tokens(answer, code=code)


def read_tokens(answer: Answer, *, code: str) -> Granted:
    """Read the answer of a token endpoint.

    What can be used is used, because a rotated refresh token comes only once: a lifetime that
    makes no sense counts as an hour, and a refusal of the API will tell.

    Args:
        answer: The answer, of any status.
        code: The error code for what goes wrong.

    Raises:
        OAuthError: The server refused, or the answer holds no bearer token.
    """
    fields = json_object(answer)
    if not 200 <= answer.status < 300:
        raise _refused(answer.status, fields, code)
    if fields is None:
        raise _useless(answer, "is no JSON object", code)
    token_type = fields.get("token_type", "Bearer")
    if not isinstance(token_type, str) or token_type.lower() != "bearer":
        raise _useless(answer, "gives a token that is no bearer token", code)
    access_token = sendable(fields.get("access_token"))
    if access_token is None:
        raise _useless(answer, "gives no access token that could be sent", code)
    scope = fields.get("scope")
    return Granted(
        access_token=access_token,
        lifetime=span(fields.get("expires_in"), default=DEFAULT_LIFETIME, longest=LONGEST_LIFETIME),
        refresh_token=sendable(fields.get("refresh_token")),
        scope=scope if isinstance(scope, str) else None,
        id_token=sendable(fields.get("id_token")),
        says_lifetime=fields.get("expires_in") is not None,
    )


def _unanswered(error: APIError, code: str) -> OAuthError:
    return OAuthError(
        error.summary,
        code=code,
        hint="Check your network and try again.",
        details={"is_temporary": True},
    )


def sendable(value: object) -> Secret | None:
    """A token that can stand in a header or a form (RFC 6749, appendix A.12)."""
    return Secret(value) if isinstance(value, str) and _TOKEN.fullmatch(value) else None


def span(value: object, *, default: float, longest: float) -> float:
    """Read a number of seconds, which servers also write as text.

    Args:
        value: What the server says.
        default: What it is when that makes no sense.
        longest: The most it can be.
    """
    if isinstance(value, int) and value > longest:  # JSON has integers no float holds
        return longest
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:12])
    seconds = number(value)
    return min(seconds, longest) if seconds is not None and seconds > 0 else default


def error_of(fields: Mapping[str, Any] | None) -> str | None:
    """The error code of a refusal, if it is one that the standards know."""
    said = fields.get("error") if fields else None
    return said if isinstance(said, str) and said in _ERRORS else None


def _refused(status: int, fields: Mapping[str, Any] | None, code: str) -> OAuthError:
    error = error_of(fields)
    because = f"{error}, {status}" if error else str(status)
    is_temporary = status == 429 or status >= 500
    return OAuthError(
        f"The token endpoint refused ({because}).",
        code=code,
        hint="Try again later." if is_temporary else None,
        details={"error": error, "status_code": status, "is_temporary": is_temporary},
    )


def _useless(answer: Answer, what: str, code: str) -> OAuthError:
    return OAuthError(
        f"The answer of the token endpoint {what}.",
        code=code,
        hint="A proxy may be in the way: check MP_OAUTH_BASE_URL, MP_API_BASE_URL, your network.",
        details={"status_code": answer.status, "is_temporary": False},
    )
