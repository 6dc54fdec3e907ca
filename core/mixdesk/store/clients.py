"""``client.json``: the OAuth client that an account's tokens were issued to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mixdesk.store.files import Place
from mixdesk.store.json_file import change_json, corrupt, read_json
from mixdesk.store.locks import ACCOUNT_WAIT
from mixdesk.store.sweep import sweep

_KEYS = ("client_id", "region", "redirect_uri", "scope", "created_at", "issuer")


@dataclass(frozen=True, slots=True)
class ClientEntry:
    """A registered OAuth client (RFC 7591); it has no secret."""

    client_id: str
    region: str
    redirect_uri: str
    scope: str
    created_at: str
    """ISO 8601, UTC."""
    issuer: str | None = None
    """Who registered it; None when ``mixpanel_headless`` did."""
    extra: Mapping[str, Any] = field(default_factory=dict)


def read_client(place: Place) -> ClientEntry | None:
    """Read a client.

    Raises:
        StoreError: The file is not safe to use, cannot be read, or holds no client.
    """
    sweep(place)
    fields = read_json(place)
    if fields is None:
        return None
    needed = _KEYS[:5]
    if not all(isinstance(fields.get(key), str) for key in needed):
        raise corrupt(place, "holds no OAuth client")
    issuer = fields.get("issuer")
    return ClientEntry(
        **{key: fields[key] for key in needed},
        issuer=issuer if isinstance(issuer, str) else None,
        extra={key: value for key, value in fields.items() if key not in _KEYS},
    )


def write_client(place: Place, entry: ClientEntry) -> None:
    """Store a client, keeping the keys of the file that we do not know.

    Raises:
        StoreError: The file cannot be locked or written; the old one is kept.
    """

    def merged(old: Mapping[str, Any]) -> dict[str, Any]:
        unknown = {key: value for key, value in old.items() if key not in _KEYS}
        return {**unknown, **client_fields(entry)}

    change_json(place, merged, wait=ACCOUNT_WAIT)


def client_fields(entry: ClientEntry) -> dict[str, Any]:
    """The keys of a client file; those without a value are left out."""
    fields = {key: getattr(entry, key) for key in _KEYS if getattr(entry, key) is not None}
    return {**fields, **entry.extra}
