"""How errors end the program: the exit code by class, and the words.

| exit | meaning |
|---|---|
| 0 | done |
| 1 | general or configuration error |
| 2 | authentication failed |
| 3 | bad arguments |
| 4 | not found (account, target, project) |
| 5 | rate limited |
| 125 | `mp exec` itself failed |
| 126 | the command of `mp exec` cannot be run |
| 127 | the command of `mp exec` is not found |
| 130 | interrupted |
"""

from __future__ import annotations

from mixdesk.exceptions import (
    AccountNotFoundError,
    AuthenticationError,
    InvalidArgumentError,
    MixdeskError,
    OAuthError,
    ProjectNotFoundError,
    RateLimitError,
    TargetNotFoundError,
)

DONE = 0
FAILED = 1
REFUSED = 2
USAGE = 3
NOT_FOUND = 4
RATE_LIMITED = 5
NOT_RUN = 125
CANNOT_RUN = 126
NO_SUCH_COMMAND = 127
INTERRUPTED = 130

# First hit wins, so a class stands above its base.
_EXITS: tuple[tuple[type[MixdeskError], int], ...] = (
    (AccountNotFoundError, NOT_FOUND),
    (TargetNotFoundError, NOT_FOUND),
    (ProjectNotFoundError, NOT_FOUND),
    (InvalidArgumentError, USAGE),
    (RateLimitError, RATE_LIMITED),
    (AuthenticationError, REFUSED),
    (OAuthError, REFUSED),
)

_NOBODY_JUDGED = frozenset(
    (
        "OAUTH_BROWSER_ERROR",
        "OAUTH_CONFIG_ERROR",
        "OAUTH_NETWORK_UNREACHABLE",
        "OAUTH_PORT_ERROR",
        "OAUTH_REGISTRATION_ERROR",
    )
)
"""Errors of a login that say nothing of who logs in: they are no refusal."""

_NOT_THERE = frozenset(("WORKSPACE_NOT_FOUND",))
"""What is not found and has no class of its own."""

# What to do next, for errors that do not say it themselves.
_HINTS = {
    "ACCOUNT_NOT_FOUND": "List what there is: mp account list",
    "TARGET_NOT_FOUND": "List what there is: mp target list",
    "STORE_LOCKED": "Wait for the other program to finish, then try again.",
}


def exit_code(error: MixdeskError) -> int:
    """The exit code for an error."""
    if error.code in _NOBODY_JUDGED:
        return FAILED
    if error.code in _NOT_THERE:
        return NOT_FOUND
    return next((code for kind, code in _EXITS if isinstance(error, kind)), FAILED)


def next_step(error: MixdeskError) -> str | None:
    """Where it is, when the error knows and its summary does not say; then what to do next."""
    hint = error.hint or _HINTS.get(error.code)
    path, line = error.details.get("path"), error.details.get("line")
    if not path or path in error.summary:
        return hint
    place = f"{path}:{line}" if line else str(path)
    return f"{place}\n{hint}" if hint else place
