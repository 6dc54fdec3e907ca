"""Logging in on another device: a code to type there, and asking until somebody has (RFC 8628)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mixdesk.api.answers import Answer, json_object
from mixdesk.api.async_transport import AsyncTransport
from mixdesk.api.errors import retry_after
from mixdesk.api.regions import unsafe_reason
from mixdesk.clock import AsyncClock
from mixdesk.exceptions import APIError, OAuthError
from mixdesk.model.secret import Secret
from mixdesk.model.text import clean
from mixdesk.oauth.authorize import safe_url
from mixdesk.oauth.endpoints import Endpoints
from mixdesk.oauth.token_endpoint import Granted, error_of, read_tokens, sendable, span

GRANT = "urn:ietf:params:oauth:grant-type:device_code"

INTERVAL = 5.0
"""Seconds between two questions when the server does not say (RFC 8628, section 3.2)."""

SLOWER = 5.0
"""Seconds that each ``slow_down`` adds, for good (section 3.5)."""

LIFETIME = 600.0
"""How long a code is taken to live when the server does not say, in seconds."""

LONGEST_LIFETIME = 3600.0

_SHORTEST_INTERVAL = 1.0
_LONGEST_INTERVAL = 60.0
_LONGEST_CODE = 64
_AGAIN = "Start again for a new code: mp login --device"


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """A code that waits for somebody."""

    device_code: Secret
    """What we ask with."""
    user_code: str
    """What somebody types; clean and short."""
    url: str
    """Where it is typed."""
    complete_url: str | None
    """The same with the code in it, for a QR code."""
    ends_at: float
    """When it ends, by the monotonic clock."""
    interval: float
    """Seconds to leave between two questions."""


async def request_device_code(
    transport: AsyncTransport,
    endpoints: Endpoints,
    client_id: str,
    clock: AsyncClock,
    **wishes: str,
) -> DeviceCode:
    """Ask for a code (RFC 8628, section 3.1).

    Args:
        transport: Sends the request.
        endpoints: The authorization server.
        client_id: Who asks.
        clock: When the code was given.
        wishes: What else is asked for, such as ``scope``; nothing is sent of what is empty.

    Raises:
        OAuthError: ``OAUTH_CONFIG_ERROR`` when the server has no such codes, ``OAUTH_TOKEN_ERROR``
            when it refuses, cannot be reached, or gives none that could be shown and sent.
    """
    if endpoints.device is None:
        raise OAuthError(
            f"{endpoints.issuer} offers no login with a code on another device.",
            code="OAUTH_CONFIG_ERROR",
            hint="Log in with a browser: mp login",
            details={"issuer": endpoints.issuer},
        )
    form = {"client_id": client_id, **{name: wish for name, wish in wishes.items() if wish}}
    try:
        answer = await transport.exchange("POST", endpoints.device, what="a code", form=form)
    except APIError as error:
        raise _unanswered(error) from None
    fields = json_object(answer)
    if not 200 <= answer.status < 300:
        raise _no_code(answer, fields)
    # Who has allowed plain http for the endpoint has allowed it for the page.
    environ = {"MP_ALLOW_HTTP": "1"} if unsafe_reason(endpoints.device, {}) else {}
    return _read_code(fields or {}, environ, answer.status, clock.monotonic())


async def poll(
    transport: AsyncTransport,
    endpoints: Endpoints,
    client_id: str,
    device: DeviceCode,
    clock: AsyncClock,
) -> Granted:
    """Ask for the tokens until somebody has decided (RFC 8628, sections 3.4 and 3.5).

    A server that fails, or cannot be reached, is asked less and less often until it answers.

    Args:
        transport: Sends the requests.
        endpoints: The authorization server.
        client_id: Who asks.
        device: The code.
        clock: Waits between two questions.

    Raises:
        OAuthError: ``OAUTH_AUTH_DENIED`` when somebody has said no, ``OAUTH_TIMEOUT`` when the
            code has ended, ``OAUTH_TOKEN_ERROR`` when there will be no tokens for another reason.
    """
    form = {
        "grant_type": GRANT,
        "device_code": device.device_code.get_secret_value(),
        "client_id": client_id,
    }
    pace = _Pace(device.interval)
    while (left := device.ends_at - clock.monotonic()) > pace.wait:
        await clock.sleep(pace.wait)
        try:
            answer = await transport.exchange("POST", endpoints.token, what="the code", form=form)
        except APIError:
            pace.failed(None)
            continue
        granted = _read_answer(answer, pace, clock.now())
        if granted is not None:
            return granted
    await clock.sleep(max(left, 0.0))
    raise _ended()


class _Pace:
    """How long to wait before the next question."""

    def __init__(self, interval: float) -> None:
        self.wait = interval
        self._interval = interval

    def pending(self) -> None:
        """Nobody has decided yet: as agreed."""
        self.wait = self._interval

    def slower(self) -> None:
        """That was too often: longer from now on."""
        self._interval += SLOWER
        self.wait = self._interval

    def failed(self, asked: float | None) -> None:
        """There was no answer: twice as long each time, or as the server asks."""
        longest = max(_LONGEST_INTERVAL, self._interval)
        self.wait = min(max(2 * self.wait, asked or 0.0), longest)


def _read_answer(answer: Answer, pace: _Pace, now: float) -> Granted | None:
    """The tokens; None when they are still to be asked for."""
    try:
        return read_tokens(answer, code="OAUTH_TOKEN_ERROR")
    except OAuthError as error:
        match error.details.get("error"):
            case "authorization_pending":
                pace.pending()
            case "slow_down":
                pace.slower()
            case "access_denied":
                raise _denied() from None
            case "expired_token":
                raise _ended() from None
            case _ if error.details["is_temporary"]:
                pace.failed(retry_after(answer.headers, now))
            case _:
                raise _told(error) from None
    return None


def _read_code(
    fields: Mapping[str, Any], environ: Mapping[str, str], status: int, now: float
) -> DeviceCode:
    """Read an answer (RFC 8628, section 3.2); nothing of it is shown before all of it is sound."""
    device_code = sendable(fields.get("device_code"))
    if device_code is None:
        raise _useless(status, "has no device code that could be sent")
    said = fields.get("user_code")
    user_code = clean(said, _LONGEST_CODE) if isinstance(said, str) else ""
    if not user_code:
        raise _useless(status, "has no code to type")
    url = fields.get("verification_uri")
    if not isinstance(url, str) or not safe_url(url, environ):
        raise _useless(status, "has no page, on https or this machine, to type the code on")
    complete = fields.get("verification_uri_complete")
    is_complete = isinstance(complete, str) and safe_url(complete, environ)
    lifetime = span(fields.get("expires_in"), default=LIFETIME, longest=LONGEST_LIFETIME)
    interval = span(fields.get("interval"), default=INTERVAL, longest=_LONGEST_INTERVAL)
    return DeviceCode(
        device_code=device_code,
        user_code=user_code,
        url=url,
        complete_url=complete if is_complete else None,
        ends_at=now + lifetime,
        interval=max(interval, _SHORTEST_INTERVAL),
    )


def _unanswered(error: APIError) -> OAuthError:
    return OAuthError(
        error.summary,
        code="OAUTH_TOKEN_ERROR",
        hint="Check your network and try again.",
        details={"is_temporary": True},
    )


def _no_code(answer: Answer, fields: Mapping[str, Any] | None) -> OAuthError:
    error = error_of(fields)
    because = f"{error}, {answer.status}" if error else str(answer.status)
    is_temporary = answer.status == 429 or answer.status >= 500
    return OAuthError(
        f"The server gives no code for another device ({because}).",
        code="OAUTH_TOKEN_ERROR",
        hint="Try again later." if is_temporary else "Log in with a browser: mp login",
        details={"error": error, "status_code": answer.status, "is_temporary": is_temporary},
    )


def _useless(status: int, what: str) -> OAuthError:
    return OAuthError(
        f"The server's answer {what}.",
        code="OAUTH_TOKEN_ERROR",
        hint="Log in with a browser: mp login",
        details={"status_code": status, "is_temporary": False},
    )


def _told(error: OAuthError) -> OAuthError:
    return OAuthError(error.summary, code=error.code, hint=_AGAIN, details=error.details)


def _denied() -> OAuthError:
    return OAuthError(
        "Access was declined on the other device.",
        code="OAUTH_AUTH_DENIED",
        hint="When you want to allow it: mp login --device",
        details={"error": "access_denied"},
    )


def _ended() -> OAuthError:
    return OAuthError(
        "The code has ended; nobody has allowed it in time.",
        code="OAUTH_TIMEOUT",
        hint=_AGAIN,
    )
