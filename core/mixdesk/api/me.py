"""Asking ``/me``: who an account is, and all it can see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from mixdesk.api.regions import base_url
from mixdesk.api.transport import Transport
from mixdesk.exceptions import APIError
from mixdesk.model.rules import Region


def fetch_me(
    transport: Transport,
    region: Region,
    environ: Mapping[str, str],
    *,
    auth: httpx.Auth,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Ask ``/me``.

    Args:
        transport: Sends the request.
        region: Where to ask.
        environ: May move the API elsewhere.
        auth: Adds the credentials.
        headers: Further headers.

    Returns:
        The answer's results, unchanged.

    Raises:
        APIError: As :meth:`~mixdesk.api.transport.Transport.get`, or the answer has no results.
        ConfigError: The environment names no usable address.
    """
    url = base_url("app", region, environ) + "/me"
    answer = transport.get(url, what="/me", auth=auth, headers=headers).json("/me")
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, dict):
        raise APIError("The answer to /me has no results.", hint="Try again later.")
    return results
