"""The file in which a session keeps its tokens, with what they were asked for."""

from __future__ import annotations

from typing import Any, NamedTuple

from mixdesk.model.secret import Secret
from mixdesk.store.files import Place
from mixdesk.store.json_file import corrupt, number, read_json, write_json
from mixdesk.store.tokens import TokenEntry


class Registration(NamedTuple):
    """Who asks for tokens, where, and what for: those of another are not for it."""

    auth_domain: str
    client_id: str
    scopes: str
    audience: str


def read_session_tokens(place: Place, registration: Registration) -> TokenEntry | None:
    """Read the tokens of a session.

    Returns:
        The tokens, or None when there are none of this registration.

    Raises:
        StoreError: The file is not safe to use, cannot be read, or holds no tokens.
    """
    fields = read_json(place)
    if fields is None:
        return None
    entry = _entry(fields)
    if entry is None:
        raise corrupt(place, "holds no tokens")
    known = tuple(fields.get(name) for name in registration._fields)
    return entry if known == registration else None


def write_session_tokens(place: Place, registration: Registration, entry: TokenEntry) -> None:
    """Store tokens durably; the caller holds the lock of the file.

    Raises:
        StoreError: The file cannot be written; the old one is kept.
    """
    write_json(place, {**registration._asdict(), **_fields(entry)})


def _entry(fields: dict[str, Any]) -> TokenEntry | None:
    """Make the record of stored tokens; None when a part is missing or of the wrong kind."""
    access, expires_at = _secret(fields, "access_token"), number(fields.get(_EXPIRES_AT))
    if access is None or expires_at is None:
        return None
    return TokenEntry(
        access_token=access,
        expires_at=expires_at,
        refresh_token=_secret(fields, "refresh_token"),
        id_token=_secret(fields, "id_token"),
    )


_EXPIRES_AT = "access_token_expires_at"


def _secret(fields: dict[str, Any], name: str) -> Secret | None:
    value = fields.get(name)
    return Secret(value) if isinstance(value, str) and value else None


def _fields(entry: TokenEntry) -> dict[str, Any]:
    refresh, identity = entry.refresh_token, entry.id_token
    return {
        "access_token": entry.access_token.get_secret_value(),
        "refresh_token": refresh.get_secret_value() if refresh else None,
        "id_token": identity.get_secret_value() if identity else None,
        _EXPIRES_AT: entry.expires_at,
    }
