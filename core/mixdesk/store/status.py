"""``accounts/NAME/status.json``: how the last test or login of an account ended."""

from __future__ import annotations

from mixdesk.exceptions import StoreError
from mixdesk.model.records import StatusEntry
from mixdesk.model.rules import ACCOUNT_STATUSES
from mixdesk.model.text import clean
from mixdesk.store.files import Place
from mixdesk.store.json_file import change_json, number, read_json
from mixdesk.store.locks import ACCOUNT_WAIT


def read_status(place: Place) -> StatusEntry:
    """Read how the last test ended; ``untested`` when that is not known."""
    try:
        fields = read_json(place) or {}
    except StoreError:
        return StatusEntry("untested")
    email = fields.get("user_email")
    status = next((known for known in ACCOUNT_STATUSES if known == fields.get("status")), None)
    if status is None:
        return StatusEntry("untested")
    return StatusEntry(
        status=status,
        at=number(fields.get("at")),
        user_email=clean(email) if isinstance(email, str) else None,
    )


def write_status(place: Place, entry: StatusEntry) -> None:
    """Store how a test ended.

    Raises:
        StoreError: The file cannot be locked or written.
    """
    fields = {"status": entry.status, "at": entry.at, "user_email": entry.user_email}
    change_json(place, lambda old: {**old, **fields}, wait=ACCOUNT_WAIT)
