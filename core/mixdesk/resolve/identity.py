"""The variables that say who a program is."""

from __future__ import annotations

from collections.abc import Mapping

IDENTITY = (
    "MP_USERNAME",
    "MP_SECRET",
    "MP_OAUTH_TOKEN",
    "MP_TOKEN_EXPIRES_AT",
    "MP_PROJECT_ID",
    "MP_WORKSPACE_ID",
    "MP_REGION",
    "MP_ACCOUNT",
    "MP_TARGET",
    "MP_AUTH_FILE",
)
"""All of them: a program that is handed some of these must find none of the others."""


def without_identity(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment as it is, but nobody's."""
    return {name: value for name, value in environ.items() if name not in IDENTITY}
