"""Small JSON files: read with the care credentials need, written durably under their lock."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from mixdesk.exceptions import StoreError
from mixdesk.store.files import FILE_LIMIT, Place, read_file, write_file


def read_json(place: Place, limit: int = FILE_LIMIT) -> dict[str, Any] | None:
    """Read a JSON object.

    Args:
        place: The file.
        limit: Largest size accepted, in bytes.

    Returns:
        The object, or None when there is no file.

    Raises:
        StoreError: ``STORE_CORRUPT`` when it is no JSON object; otherwise as
            :func:`~mixdesk.store.files.read_file`.
    """
    content = read_file(place, limit)
    if content is None:
        return None
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise corrupt(place, "is not a JSON object")
    return value


def write_json(place: Place, value: Mapping[str, Any], limit: int = FILE_LIMIT) -> None:
    """Replace a JSON file durably; the caller holds its lock."""
    write_file(place, encode(value), limit=limit)


def change_json(
    place: Place, change: Callable[[dict[str, Any]], Mapping[str, Any]], *, wait: float
) -> None:
    """Read, change and write a JSON object under its lock; a corrupt one is begun anew.

    Args:
        place: The file.
        change: Given what is there, returns what is to be there.
        wait: Longest wait for the lock, in seconds.
    """
    from mixdesk.store.locks import locked  # threads: only for those who write

    with locked(place, wait=wait):
        try:
            old = read_json(place) or {}
        except StoreError as error:
            if error.code != "STORE_CORRUPT":
                raise
            old = {}
        write_json(place, change(old))


def encode(value: Mapping[str, Any]) -> bytes:
    """The bytes of a JSON file as both packages write it."""
    return (json.dumps(value, indent=2) + "\n").encode()


def number(value: object) -> float | None:
    """A number that can be reckoned with, or None (JSON has NaN and numbers of any length)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if isfinite(value) else None
    except OverflowError:
        return None


def corrupt(place: Place, what: str) -> StoreError:
    """Build the error for a file whose content makes no sense."""
    return StoreError(
        f"{place.path} {what}.",
        code="STORE_CORRUPT",
        path=place.path,
        hint="Move it away; what it held is made anew, by a login where it was tokens.",
    )
