"""Every error mixdesk raises, in one tree.

MixdeskError
├── ConfigError                    CONFIG_ERROR
│   ├── AccountNotFoundError       ACCOUNT_NOT_FOUND      (also ValueError)
│   ├── TargetNotFoundError        TARGET_NOT_FOUND       (also ValueError)
│   ├── AccountExistsError         ACCOUNT_EXISTS
│   ├── TargetExistsError          TARGET_EXISTS
│   ├── AccountInUseError          ACCOUNT_IN_USE         .referenced_by
│   ├── ProjectNotFoundError       PROJECT_NOT_FOUND
│   ├── InvalidArgumentError       INVALID_ARGUMENT       .violation .detected_auth_type
│   ├── AuthEnvironmentError       AUTH_ENVIRONMENT
│   ├── AuthenticatedUserError     AUTH_OTHER_USER        (also AssertionError)
│   └── StoreError                 STORE_LOCKED STORE_CORRUPT STORE_IO STORE_UNSAFE_PATH
├── OAuthError                     OAUTH_*
│   ├── FederationError            OAUTH_*                (also RuntimeError)
│   │   └── FederationTimeoutError OAUTH_TIMEOUT          (also TimeoutError)
│   ├── TokenUnavailableError      OAUTH_*                (also ConnectionError)
│   └── RegionProbeError           OAUTH_REGION_PROBE_FAILED   .attempts
│       └── RegionProbeNetworkError  OAUTH_NETWORK_UNREACHABLE
├── APIError                       API_ERROR              .status_code
│   ├── AuthenticationError        AUTH_FAILED
│   ├── RateLimitError             RATE_LIMITED           .retry_after
│   ├── QueryError                 QUERY_FAILED
│   └── ServerError                SERVER_ERROR           .retry_after
└── WorkspaceScopeError            NO_WORKSPACES

An error carries a stable ``code``, a ``summary`` (what happened, to what), an optional ``hint``
(the next step) and ``details`` (facts, never a secret). Front ends word errors by ``code``;
``message`` is the wording for everyone else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class MixdeskError(Exception):
    """Base of every error mixdesk raises.

    Args:
        summary: What happened, to which name or file: one sentence.
        hint: What to do next, often a command to run.
        code: Stable, machine-readable code.
        details: Facts for programs. Never a secret, a token or a whole response body.
    """

    default_code = "MIXDESK_ERROR"

    def __init__(
        self,
        summary: str,
        *,
        hint: str | None = None,
        code: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.summary = summary
        self.hint = hint
        self.code = code or self.default_code
        self.details: dict[str, Any] = dict(details or {})
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The summary, then the hint."""
        return f"{self.summary} {self.hint}" if self.hint else self.summary

    def __str__(self) -> str:
        return self.message

    def to_dict(self) -> dict[str, Any]:
        """Return ``code``, ``message`` and ``details``, ready for JSON."""
        return {"code": self.code, "message": self.message, "details": dict(self.details)}


class ConfigError(MixdeskError):
    """The configuration, or what was asked of it, does not hold together."""

    default_code = "CONFIG_ERROR"


class AccountNotFoundError(ConfigError, ValueError):
    """No account has this name.

    Args:
        name: The name that was asked for.
        known: The names there are.
    """

    default_code = "ACCOUNT_NOT_FOUND"

    def __init__(self, name: str, *, known: Sequence[str] = (), hint: str | None = None) -> None:
        self.name = name
        super().__init__(
            f"There is no account {name!r}.",
            hint=hint or _known_names(known, "mp account list"),
            details={"name": name, "known": list(known)},
        )


class TargetNotFoundError(ConfigError, ValueError):
    """No target has this name.

    Args:
        name: The name that was asked for.
        known: The names there are.
    """

    default_code = "TARGET_NOT_FOUND"

    def __init__(self, name: str, *, known: Sequence[str] = (), hint: str | None = None) -> None:
        self.name = name
        super().__init__(
            f"There is no target {name!r}.",
            hint=hint or _known_names(known, "mp target list"),
            details={"name": name, "known": list(known)},
        )


class AccountExistsError(ConfigError):
    """An account of this name exists already."""

    default_code = "ACCOUNT_EXISTS"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"There is an account {name!r} already.",
            hint=f"Choose another name, or change that one: mp account update {name}",
            details={"name": name},
        )


class TargetExistsError(ConfigError):
    """A target of this name exists already."""

    default_code = "TARGET_EXISTS"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"There is a target {name!r} already.",
            hint=f"Choose another name, or remove that one first: mp target remove {name}",
            details={"name": name},
        )


class AccountInUseError(ConfigError):
    """Targets refer to the account, so it is not removed without ``force``.

    Args:
        name: The account.
        referenced_by: Names of the targets that refer to it.
    """

    default_code = "ACCOUNT_IN_USE"

    def __init__(self, name: str, *, referenced_by: Sequence[str]) -> None:
        self.name = name
        self.referenced_by = list(referenced_by)
        count = len(self.referenced_by)
        shown = ", ".join(self.referenced_by[:5]) + (", …" if count > 5 else "")
        noun = "target refers" if count == 1 else "targets refer"
        super().__init__(
            f"{count} {noun} to account {name!r}: {shown}.",
            hint=f"Remove them first, or keep them broken: mp account remove {name} --force",
            details={"name": name, "referenced_by": self.referenced_by},
        )


class ProjectNotFoundError(ConfigError):
    """The account cannot see this project."""

    default_code = "PROJECT_NOT_FOUND"


class InvalidArgumentError(ConfigError):
    """A value, or a combination of values, that makes no sense.

    Args:
        summary: What is wrong, with the value.
        violation: Short machine-readable name of the rule that was broken.
        detected_auth_type: The type of account the arguments pointed to, where that matters.
        hint: What to give instead.
        details: Further facts.
    """

    default_code = "INVALID_ARGUMENT"

    def __init__(
        self,
        summary: str,
        *,
        violation: str,
        detected_auth_type: str | None = None,
        hint: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.violation = violation
        self.detected_auth_type = detected_auth_type
        facts = {"violation": violation, "detected_auth_type": detected_auth_type}
        super().__init__(summary, hint=hint, details={**facts, **(details or {})})


class AuthEnvironmentError(ConfigError):
    """The environment holds credentials that cannot be used, such as half a pair."""

    default_code = "AUTH_ENVIRONMENT"


class AuthenticatedUserError(ConfigError, AssertionError):
    """A login, or the place where it is kept, is another user's than the session's."""

    default_code = "AUTH_OTHER_USER"


class StoreError(ConfigError):
    """A file could not be read or written safely; what was on disk is unchanged.

    Args:
        summary: What happened, to which file.
        code: ``STORE_LOCKED``, ``STORE_CORRUPT``, ``STORE_IO`` or ``STORE_UNSAFE_PATH``.
        path: The file.
        hint: What to do next.
        details: Further facts (``pid`` of a lock's holder, ``errno``, ``line``, ``column``).
    """

    default_code = "STORE_IO"

    def __init__(
        self,
        summary: str,
        *,
        code: str,
        path: str,
        hint: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.path = path
        super().__init__(summary, hint=hint, code=code, details={"path": path, **(details or {})})


class OAuthError(MixdeskError):
    """A step of getting, refreshing or revoking a token failed. ``code`` says which."""

    default_code = "OAUTH_TOKEN_ERROR"


class FederationError(OAuthError, RuntimeError):
    """A login for :class:`~mixdesk.clients.Bearer` failed. ``code`` says how."""


class FederationTimeoutError(FederationError, TimeoutError):
    """A login for :class:`~mixdesk.clients.Bearer` took longer than it was given."""

    default_code = "OAUTH_TIMEOUT"


class TokenUnavailableError(OAuthError, ConnectionError):
    """No token can be had. ``code`` says why, as of any :class:`OAuthError`."""


class RegionProbeError(OAuthError):
    """No region accepted the credential.

    Args:
        summary: What happened.
        attempts: ``(region, status, reason)`` in the order tried; status 0 means no answer.
        hint: What to do next.
        code: Another code than ``OAUTH_REGION_PROBE_FAILED``.
    """

    default_code = "OAUTH_REGION_PROBE_FAILED"

    def __init__(
        self,
        summary: str,
        *,
        attempts: Sequence[tuple[str, int, str]],
        hint: str | None = None,
        code: str | None = None,
    ) -> None:
        self.attempts = list(attempts)
        super().__init__(
            summary,
            hint=hint,
            code=code,
            details={"attempts": [list(attempt) for attempt in self.attempts]},
        )


class RegionProbeNetworkError(RegionProbeError):
    """No region could be reached at all, so the credential was never judged."""

    default_code = "OAUTH_NETWORK_UNREACHABLE"


class APIError(MixdeskError):
    """Mixpanel answered with an error, or with something that is no answer.

    Args:
        summary: What happened.
        status_code: HTTP status, 0 when there was no answer.
        hint: What to do next.
        code: Another code than the class's own.
        details: Further facts.
    """

    default_code = "API_ERROR"

    def __init__(
        self,
        summary: str,
        *,
        status_code: int = 0,
        hint: str | None = None,
        code: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.status_code = status_code
        facts = {"status_code": status_code, **(details or {})}
        super().__init__(summary, hint=hint, code=code, details=facts)


class AuthenticationError(APIError):
    """Mixpanel refused the credential (401, or 403 on ``/me``)."""

    default_code = "AUTH_FAILED"


class RateLimitError(APIError):
    """Mixpanel asked to slow down (429).

    Args:
        summary: What happened.
        retry_after: Seconds to wait, when the answer said so.
        hint: What to do next.
    """

    default_code = "RATE_LIMITED"

    def __init__(
        self, summary: str, *, retry_after: float | None = None, hint: str | None = None
    ) -> None:
        self.retry_after = retry_after
        super().__init__(summary, status_code=429, hint=hint, details={"retry_after": retry_after})


class QueryError(APIError):
    """Mixpanel refused the query (400, 404, 412 or 422)."""

    default_code = "QUERY_FAILED"


class ServerError(APIError):
    """Mixpanel failed to answer (5xx).

    Args:
        summary: What happened.
        status_code: HTTP status.
        retry_after: Seconds to wait, when the answer said so.
        hint: What to do next.
    """

    default_code = "SERVER_ERROR"

    def __init__(
        self,
        summary: str,
        *,
        status_code: int = 500,
        retry_after: float | None = None,
        hint: str | None = None,
    ) -> None:
        self.retry_after = retry_after
        details = {"retry_after": retry_after}
        super().__init__(summary, status_code=status_code, hint=hint, details=details)


class WorkspaceScopeError(MixdeskError):
    """The project has no workspace that the session could use."""

    default_code = "NO_WORKSPACES"


def _known_names(known: Sequence[str], command: str) -> str:
    """Say which names there are, without flooding the line."""
    if not known:
        return f"There are none yet: {command}"
    shown = ", ".join(known[:8]) + (", …" if len(known) > 8 else "")
    return f"There are: {shown}"


MixpanelHeadlessError = MixdeskError
"""The base error under the name that ``mixpanel_headless`` has for it."""
