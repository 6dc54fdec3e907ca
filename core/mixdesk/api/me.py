"""Asking the App API: who an account is, and what it can see."""

from __future__ import annotations

from typing import Any

from mixdesk.api.client import Client
from mixdesk.exceptions import APIError


def fetch_me(client: Client) -> dict[str, Any]:
    """Ask ``/me``.

    Returns:
        The answer's results, unchanged.

    Raises:
        OAuthError: The credential is none.
        APIError: As :meth:`~mixdesk.api.transport.Transport.get`, or the answer has no results.
        ConfigError: The environment names no usable address.
    """
    answer = client.get("app", "/me", what="/me", params={})
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, dict):
        raise APIError("The answer to /me has no results.", hint="Try again later.")
    return results


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
