"""What the browser brings back: the answer to an authorization request, believed or not.

It comes through the listener or is pasted; the same is checked. Nothing that was received is
repeated in a message.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl

from mixdesk.exceptions import OAuthError
from mixdesk.model.secret import Secret

_MOST_FIELDS = 32
_LONGEST_PASTE = 16384
_CODE = re.compile(r"[\x20-\x7e]{1,4096}")  # RFC 6749, appendix A.11
_AGAIN = "Start again: mp login"

_ERRORS = (
    "access_denied",
    "invalid_request",
    "invalid_scope",
    "server_error",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_response_type",
)
"""RFC 6749, section 4.1.2.1."""


class Expected(NamedTuple):
    """What a true answer has."""

    state: Secret
    issuer: str
    """The authorization server that was asked; no slash at its end."""
    needs_issuer: bool
    """Whether that server always says who it is (RFC 9207)."""
    origin: str | None = None
    """Another name that it may give itself, where it has never said which one it has."""
    is_anywhere_below: bool = False
    """Whether its name may also be any that lies below that issuer."""


class StrayError(Exception):
    """This is no answer to our request: the login goes on. Its text repeats nothing received."""


def read_callback(query: str, expected: Expected) -> Secret:
    """Take the code out of the query that the browser came back with.

    Args:
        query: What follows the ``?``.
        expected: What was asked, and whom.

    Returns:
        The authorization code.

    Raises:
        StrayError: The state is not ours, or there is no code: wait for the true answer.
        OAuthError: The answer is ours and the login is over: ``OAUTH_AUTH_DENIED`` when the user
            declined, ``OAUTH_TOKEN_ERROR`` for other errors (RFC 6749, section 4.1.2.1),
            ``OAUTH_STATE_MISMATCH`` when another server answered (RFC 9207, section 2.4).
    """
    fields = _fields(query)
    _require_state(fields.get("state", ()), expected.state)
    issuers = fields.get("iss", ())
    if issuers and not (len(issuers) == 1 and _is_its_name(issuers[0], expected)):
        raise _mismatch("names another authorization server than the one that was asked", expected)
    if "error" in fields:
        raise _refused(fields["error"])
    if expected.needs_issuer and not issuers:
        raise _mismatch("does not say which authorization server it comes from", expected)
    codes = fields.get("code", ())
    if len(codes) != 1 or not _CODE.fullmatch(codes[0]):
        raise StrayError("there is no code")
    return Secret(codes[0])


def read_pasted(text: str, expected: Expected) -> Secret:
    """Take the code out of what the user pasted: the address the browser ended on, or its query.

    Args:
        text: As pasted; line breaks, quotes and angle brackets around it do no harm.
        expected: What was asked, and whom.

    Returns:
        The authorization code.

    Raises:
        OAuthError: ``OAUTH_PASTE_ERROR`` when it is no such address: ask again. Others as
            :func:`read_callback`.
    """
    if len(text) > _LONGEST_PASTE:
        raise _no_answer("too_long", "is too long to be the address")
    address = "".join(text.split()).strip("\"'<>`")
    before, mark, after = address.partition("#")[0].partition("?")
    query = after if mark else before
    try:
        return read_callback(query, expected)
    except StrayError:
        raise _what_it_is(query, expected) from None


def _fields(query: str) -> Mapping[str, list[str]]:
    """The parameters; one without a value counts as left out (RFC 6749, section 3.1)."""
    try:
        pairs = parse_qsl(query, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise StrayError("there are too many parameters") from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def _require_state(received: Sequence[str], state: Secret) -> None:
    if len(received) != 1 or not _is_same(received[0], state):
        raise StrayError("the state is not the one that was sent")


def _is_its_name(issuer: str, expected: Expected) -> bool:
    if expected.is_anywhere_below and issuer.startswith(expected.issuer + "/"):
        return True
    return issuer.rstrip("/") in (expected.issuer, expected.origin)


def _is_same(received: str, state: Secret) -> bool:
    """Compare in a time that does not tell how much is right."""
    ours = state.get_secret_value().encode()
    return hmac.compare_digest(received.encode("utf-8", "replace"), ours)


def _refused(said: Sequence[str]) -> OAuthError:
    error = said[0] if len(said) == 1 and said[0] in _ERRORS else None
    if error == "access_denied":
        return OAuthError(
            "Access was declined in the browser.",
            code="OAUTH_AUTH_DENIED",
            hint="When you want to allow it: mp login",
            details={"error": error},
        )
    is_temporary = error in ("server_error", "temporarily_unavailable")
    return OAuthError(
        f"The authorization server refused to log in{f' ({error})' if error else ''}.",
        code="OAUTH_TOKEN_ERROR",
        hint="Try again later: mp login" if is_temporary else _AGAIN,
        details={"error": error, "is_temporary": is_temporary},
    )


def _mismatch(what: str, expected: Expected) -> OAuthError:
    return OAuthError(
        f"The answer in the browser {what}, so it was not used.",
        code="OAUTH_STATE_MISMATCH",
        hint=_AGAIN,
        details={"issuer": expected.issuer},
    )


def _what_it_is(query: str, expected: Expected) -> OAuthError:
    """Say what was pasted, when it was no answer."""
    try:
        fields = _fields(query)
    except StrayError:
        fields = {}
    if "code_challenge" in fields:
        return _no_answer("not_yet", "is the address to begin at, not the one")
    if "state" not in fields:
        return _no_answer("no_address", "is not the whole address")
    try:
        _require_state(fields["state"], expected.state)
    except StrayError:
        return _no_answer("other_login", "belongs to another attempt to log in: it is not the one")
    return _no_answer("no_code", "holds no code, so it is not the address")


def _no_answer(problem: str, what: str) -> OAuthError:
    return OAuthError(
        f"What you pasted {what} that your browser ended on.",
        code="OAUTH_PASTE_ERROR",
        hint="Allow access in the browser, then copy all of its address bar: http://localhost:…",
        details={"problem": problem},
    )
