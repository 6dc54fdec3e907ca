"""What is asked of a login, checked before anything happens."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from mixdesk.exceptions import ConfigError, InvalidArgumentError
from mixdesk.model.records import AccountEntry
from mixdesk.model.rules import ACCOUNT_TYPES, REGIONS, AccountType, Region
from mixdesk.model.secret import Secret
from mixdesk.store.guards import refuse_bad_ids, refuse_bad_name, refuse_bad_variable
from mixdesk.store.schema import shown


@dataclass(frozen=True, slots=True)
class LoginRequest:
    """Who logs in, how and where."""

    kind: AccountType
    name: str | None = None
    """The account, new or known; None derives a name."""
    region: Region | None = None
    project: str | None = None
    open_browser: bool = True
    """Whether to start a browser; without, the address is shown only."""
    device: bool = False
    """Whether to ask for a code for another device at once."""
    take_first_project: bool = False
    """Whether to take the first project where there is a choice."""
    username: str | None = None
    secret: Secret | None = None
    token: Secret | None = None
    token_env: str | None = None
    """The variable that holds the token, when it is to be kept by name."""


def detect_kind(
    environ: Mapping[str, str],
    kind: AccountType | None,
    token_env: str | None,
    known: AccountEntry | None = None,
) -> AccountType:
    """Decide how to log in: as told, else as the environment suggests, else with a browser.

    Args:
        environ: ``MP_USERNAME`` and ``MP_SECRET``, or ``MP_OAUTH_TOKEN``.
        kind: What was told.
        token_env: The variable that holds a token, which says it too.
        known: The account, when it logs in again: as it did before, instead of with a browser.
    """
    if kind is not None:
        return kind
    if token_env is not None:
        return "oauth_token"
    if environ.get("MP_USERNAME") and environ.get("MP_SECRET"):
        return "service_account"
    if environ.get("MP_OAUTH_TOKEN"):
        return "oauth_token"
    return known.type if known else "oauth_browser"


def with_credentials(
    request: LoginRequest, environ: Mapping[str, str], known: AccountEntry | None
) -> LoginRequest:
    """Add the credentials that the environment has, where the request has none.

    Args:
        request: What is asked.
        environ: ``MP_USERNAME`` and ``MP_SECRET``, or ``MP_OAUTH_TOKEN``.
        known: The account, when it logs in again: a token kept by the name of its variable stays
            so.

    Raises:
        ConfigError: A variable that is needed is not set.
    """
    match request.kind:
        case "oauth_browser":
            return request
        case "service_account":
            username = request.username or environ.get("MP_USERNAME") or _known_user(known)
            secret = request.secret or _secret(environ.get("MP_SECRET"))
            if not username or secret is None:
                missing = "MP_SECRET" if username else "MP_USERNAME"
                raise _missing(missing, "a service account")
            return replace(request, username=username, secret=secret)
        case "oauth_token":
            named = request.token_env or (known.token_env if known else None)
            token = request.token or _secret(environ.get(named or "MP_OAUTH_TOKEN"))
            if token is None:
                raise _missing(named or "MP_OAUTH_TOKEN", "a bearer account")
            return replace(request, token=token, token_env=named)


def check_request(request: LoginRequest, known: AccountEntry | None) -> None:
    """Refuse what cannot be asked.

    Args:
        request: What is asked.
        known: The account of that name, if there is one.

    Raises:
        InvalidArgumentError: A value is none.
        ConfigError: The account has another type or region, which a login does not change.
    """
    if request.name is not None:
        refuse_bad_name(request.name, "an account")
    refuse_bad_ids(request.project, None)
    refuse_bad_variable(request.token_env)
    _refuse_unknown("type of account", request.kind, ACCOUNT_TYPES, "type")
    if request.region is not None:
        _refuse_unknown("region", request.region, REGIONS, "region")
    if request.token_env is not None and request.kind != "oauth_token":
        raise InvalidArgumentError(
            f"A variable with a token is for a bearer login; this is a {request.kind} login.",
            violation="mutually_exclusive",
            detected_auth_type=request.kind,
            hint="Give one way to log in.",
        )
    if request.kind != "oauth_browser" and (request.device or not request.open_browser):
        raise InvalidArgumentError(
            f"A browser or a device code is for a browser login; this is a {request.kind} login.",
            violation="no_browser_misuse",
            detected_auth_type=request.kind,
        )
    if known is None:
        return
    for what, has, wanted in (
        ("type", known.type, request.kind),
        ("region", known.region, request.region),
    ):
        if wanted is not None and has != wanted:
            raise ConfigError(
                f"Account {known.name!r} has the {what} {has}; a login does not make it {wanted}.",
                hint=f"Choose another name, or remove it first: mp account remove {known.name}",
                details={"account": known.name, what: has},
            )


def _refuse_unknown(what: str, value: str, known: Collection[str], violation: str) -> None:
    if value not in known:
        raise InvalidArgumentError(
            f"{shown(value)} is no {what}.", violation=violation, hint=f"Use {', '.join(known)}."
        )


def _known_user(known: AccountEntry | None) -> str | None:
    return known.username if known else None


def _secret(value: str | None) -> Secret | None:
    return Secret(value) if value else None


def _missing(variable: str, kind: str) -> ConfigError:
    return ConfigError(
        f"{variable} is not set, and logging in {kind} needs it.",
        hint=f"Set it in this shell: export {variable}=…",
        details={"variable": variable},
    )
