"""Asking the App API: who an account is, and what it can see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mixdesk.api.async_transport import AsyncTransport
from mixdesk.api.client import Client
from mixdesk.api.regions import base_url
from mixdesk.exceptions import APIError
from mixdesk.model.rules import Region


def fetch_me(client: Client) -> dict[str, Any]:
    """Ask ``/me``.

    Returns:
        The answer's results, unchanged.

    Raises:
        OAuthError: The credential is none.
        APIError: As :meth:`~mixdesk.api.transport.Transport.get`, or the answer has no results.
        ConfigError: The environment names no usable address.
    """
    return _me(client.get("app", "/me", what="/me", params={}))


async def ask_me(
    transport: AsyncTransport,
    region: Region,
    environ: Mapping[str, str],
    authorization: str,
    headers: Mapping[str, str],
) -> dict[str, Any]:
    """Ask ``/me`` on an event loop, with a credential that no account has yet.

    Args:
        transport: Sends the request.
        region: Where to ask.
        environ: May move the API elsewhere.
        authorization: The value of the ``Authorization`` header.
        headers: Further headers.

    Returns:
        The answer's results, unchanged.

    Raises:
        APIError: As :meth:`~mixdesk.api.async_transport.AsyncTransport.get`, or the answer has no
            results.
        ConfigError: The environment names no usable address.
    """
    url = base_url("app", region, environ) + "/me"
    answer = await transport.get(url, what="/me", authorization=authorization, headers=headers)
    return _me(answer.json("/me"))


def fetch_workspaces(client: Client, project: str) -> list[dict[str, Any]]:
    """Ask which workspaces a project shows to everybody in it.

    Args:
        client: Who asks.
        project: The project's id.

    Returns:
        The answer's results, unchanged; what is no object is left out.

    Raises:
        OAuthError: The credential is none.
        APIError: As :meth:`~mixdesk.api.transport.Transport.get`, or the answer has no results.
        ConfigError: The environment names no usable address.
    """
    what = f"the workspaces of project {project}"
    path = f"/projects/{project}/workspaces/public"
    answer = client.get("app", path, what=what, params={})
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list):
        raise APIError(f"The answer to {what} has no results.", hint="Try again later.")
    return [each for each in results if isinstance(each, dict)]


def _me(answer: Any) -> dict[str, Any]:
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, dict):
        raise APIError("The answer to /me has no results.", hint="Try again later.")
    return results
