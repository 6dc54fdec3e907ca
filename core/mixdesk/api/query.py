"""Asking the query endpoints about events."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from mixdesk.api.client import Client
from mixdesk.exceptions import APIError, AuthenticationError

MOST_EVENTS = 5000
"""How many names the endpoint gives at the most."""

EARLIEST = "2000-01-01"
"""The earliest day that the endpoint takes."""

_LOOKBACK = re.compile(r"exceeds (\d{1,5}) days")


def fetch_event_names(
    client: Client,
    scope: Mapping[str, str],
    *,
    limit: int | None,
    from_date: str | None,
    to_date: str | None,
    now: float,
) -> list[str]:
    """Ask for the names of the events that happened in a period.

    A project may keep less history than the widest period asks for; then the answer says how much,
    and it is asked once more for that.

    Args:
        client: Who asks.
        scope: ``project_id`` and, when one is pinned, ``workspace_id``.
        limit: How many names at the most; None for all there can be.
        from_date: First day; None for as early as can be.
        to_date: Last day; None for today.
        now: The time, in seconds since the epoch.

    Raises:
        OAuthError: The credential is none.
        APIError: As :meth:`~mixdesk.api.transport.Transport.get`, or the answer is no list.
    """
    today = datetime.fromtimestamp(now, UTC).astimezone()
    params = {
        **scope,
        "type": "general",
        "limit": str(MOST_EVENTS if limit is None else limit),
        "from_date": from_date or EARLIEST,
        "to_date": to_date or f"{today:%Y-%m-%d}",
    }
    what = "the event names"
    try:
        names = client.get("query", "/events/names", what=what, params=params)
    except AuthenticationError as error:
        days = _LOOKBACK.search(error.summary) if error.status_code == 403 else None
        if days is None or from_date is not None:
            raise
        params["from_date"] = f"{today - timedelta(days=int(days[1])):%Y-%m-%d}"
        names = client.get("query", "/events/names", what=what, params=params)
    if not isinstance(names, list):
        raise _unexpected(what)
    return [name for name in names if isinstance(name, str)]


def fetch_segmentation(
    client: Client, scope: Mapping[str, str], params: Mapping[str, str]
) -> dict[str, dict[str, int]]:
    """Ask how often an event happened.

    Args:
        client: Who asks.
        scope: ``project_id`` and, when one is pinned, ``workspace_id``.
        params: ``event``, ``from_date``, ``to_date``, ``unit``, perhaps ``on`` and ``where``.

    Returns:
        Counts by date, by segment.

    Raises:
        OAuthError: The credential is none.
        APIError: As :meth:`~mixdesk.api.transport.Transport.get`, or the answer has no counts.
    """
    what = "the segmentation"
    all_params = {**scope, "type": "general", **params}
    answer = client.get("query", "/segmentation", what=what, params=all_params)
    data = answer.get("data") if isinstance(answer, dict) else None
    values = data.get("values") if isinstance(data, dict) else None
    if not isinstance(values, dict):
        raise _unexpected(what)
    return {segment: _counts(counts, what) for segment, counts in values.items()}


def _counts(counts: Any, what: str) -> dict[str, int]:
    if not isinstance(counts, dict) or not all(isinstance(n, int) for n in counts.values()):
        raise _unexpected(what)
    return counts


def _unexpected(what: str) -> APIError:
    return APIError(
        f"The answer to {what} has another shape than expected.", hint="Try again later."
    )
