"""``accounts/NAME/tokens.json``: the tokens of an account that logs in with a browser."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from mixdesk.model.sealed import Sealed
from mixdesk.model.secret import Secret
from mixdesk.store.files import Fingerprint, Place, file_time_ns, fingerprint
from mixdesk.store.json_file import change_json, corrupt, read_json, write_json
from mixdesk.store.locks import ACCOUNT_WAIT
from mixdesk.store.sweep import sweep

_KEYS = ("access_token", "refresh_token", "expires_at", "token_type", "scope", "client_id")


class TokenEntry(Sealed):
    """The tokens of one account."""

    access_token: Secret
    expires_at: float
    """When the access token ends, in seconds since the epoch."""
    refresh_token: Secret | None = None
    token_type: str = "Bearer"
    scope: str = ""
    client_id: str | None = None
    """The OAuth client they were issued to; None when ``mixpanel_headless`` wrote them."""
    id_token: Secret | None = None
    """Who has logged in; kept by sessions only, an account has ``/me`` for that."""
    extra: Mapping[str, Any] = MappingProxyType({})
    """Keys of the file that mean nothing here, kept for those to whom they do."""


_known: dict[str, tuple[Fingerprint, TokenEntry]] = {}


def read_tokens(place: Place) -> TokenEntry | None:
    """Read the tokens of an account, or reuse the last reading while the file is unchanged.

    Returns:
        The tokens, or None when there are none.

    Raises:
        StoreError: The file is not safe to use, cannot be read, or holds no tokens.
    """
    now = fingerprint(place)
    known = _known.get(place.path)
    if known is not None and known[0] == now:
        return known[1]
    sweep(place)
    read_ns = file_time_ns()
    fields = read_json(place)
    if fields is None:
        return None
    entry = token_entry(fields)
    if entry is None:
        raise corrupt(place, "holds no tokens")
    if now is not None and now.is_settled(read_ns) and fingerprint(place) == now:
        _known[place.path] = (now, entry)
    return entry


def token_entry(fields: Mapping[str, Any]) -> TokenEntry | None:
    """Make the record of stored tokens; None when a part is missing or of the wrong kind."""
    access, refresh = fields.get("access_token"), fields.get("refresh_token")
    expires_at = seconds(fields.get("expires_at"))
    if not isinstance(access, str) or not access or expires_at is None:
        return None
    if refresh is not None and not isinstance(refresh, str):
        return None
    client_id = fields.get("client_id")
    return TokenEntry(
        access_token=Secret(access),
        refresh_token=Secret(refresh) if refresh else None,
        expires_at=expires_at,
        token_type=str(fields.get("token_type") or "Bearer"),
        scope=str(fields.get("scope") or ""),
        client_id=client_id if isinstance(client_id, str) else None,
        extra={key: value for key, value in fields.items() if key not in _KEYS},
    )


def write_tokens(place: Place, entry: TokenEntry) -> None:
    """Store tokens, keeping the keys of the file that we do not know.

    Raises:
        StoreError: The file cannot be locked or written; the old one is kept.
    """
    change_json(place, lambda old: _merged(old, entry), wait=ACCOUNT_WAIT)


def replace_tokens(place: Place, entry: TokenEntry) -> None:
    """Store tokens as :func:`write_tokens`, for a caller that holds the lock already.

    Raises:
        StoreError: The file cannot be written; the old one is kept.
    """
    write_json(place, _merged(read_json(place) or {}, entry))


def _merged(old: Mapping[str, Any], entry: TokenEntry) -> dict[str, Any]:
    unknown = {key: value for key, value in old.items() if key not in _KEYS}
    return {**token_fields(entry), **unknown, **entry.extra}


def token_fields(entry: TokenEntry) -> dict[str, Any]:
    """The keys of a token file; those without a value are left out."""
    refresh = entry.refresh_token.get_secret_value() if entry.refresh_token else None
    fields = {
        "access_token": entry.access_token.get_secret_value(),
        "refresh_token": refresh,
        "expires_at": iso(entry.expires_at),
        "scope": entry.scope,
        "token_type": entry.token_type,
        "client_id": entry.client_id,
    }
    return {key: value for key, value in fields.items() if value is not None}


def iso(moment: float) -> str:
    """A time as ISO 8601 in UTC."""
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")


def seconds(text: object) -> float | None:
    """Read an ISO 8601 time; one without a zone is none."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC).timestamp() if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
