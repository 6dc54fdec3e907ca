"""What a service account or a token is asked for, and the login that comes of it."""

from __future__ import annotations

from typing import cast

from mixdesk.login.request import LoginRequest
from mixdesk.model.records import AccountRow
from mixdesk.model.rules import REGIONS, Region
from mixdesk_tui.dialogs.fields import (
    Field,
    FormState,
    Values,
    either,
    needed,
    secret_or_none,
)
from mixdesk_tui.dialogs.login.state import KINDS, LoginState
from mixdesk_tui.spans import safe

AUTO = "auto"
"""Where the region is looked for."""

_REGION = Field(
    "region",
    "region",
    "Where its data lives; auto asks us, eu and in, in this order",
    "choice",
    ((AUTO, AUTO), *((region, region) for region in REGIONS)),
)
_SERVICE = (
    Field(
        "username",
        "username",
        "As Mixpanel shows it, such as team.x.mp-service-account",
        check=needed("A service account has a username"),
    ),
    Field(
        "secret",
        "secret",
        "Kept in your config file, readable by you alone",
        "secret",
        check=needed("A service account has a secret"),
    ),
)
_MISSING = "It needs the name of a variable, or a token"
_VARIABLE = Field(
    "variable",
    "variable",
    "The environment variable that holds the token, such as MP_CI_TOKEN",
    check=either("token", _MISSING, variable=True),
)
_TOKEN = Field(
    "token",
    "or token",
    "The token itself, kept in your config file, readable by you alone",
    "secret",
    check=either("variable", _MISSING),
)


def credential_form(state: LoginState) -> FormState:
    """Return the form for a credential. Of an account that logs in again the region is settled."""
    again = state.again
    is_service = state.way == "service_account"
    values = {
        "region": state.region or AUTO,
        "username": safe(again.username or "") if again is not None else "",
        "secret": "",
        "variable": "",
        "token": "",
    }
    return FormState(_fields(is_service, again), Values(values))


def credential_request(state: LoginState, values: Values) -> LoginRequest:
    """Return what to ask of the core with what was typed."""
    is_service = state.way == "service_account"
    again = state.again
    return LoginRequest(
        kind=KINDS[state.way],
        name=again.name if again is not None else None,
        region=again.region if again is not None else region_of(values),
        username=_username(values["username"], again) if is_service else None,
        secret=secret_or_none(values["secret"]) if is_service else None,
        token=None if is_service else secret_or_none(values["token"]),
        token_env=None if is_service else values["variable"] or None,
    )


def region_of(values: Values) -> Region | None:
    """Return the region that was chosen; None where it is to be looked for."""
    region = values["region"]
    return None if region == AUTO else cast("Region", region)


def _fields(is_service: bool, again: AccountRow | None) -> tuple[Field, ...]:
    if again is None:
        return (_REGION, *(_SERVICE if is_service else (_VARIABLE, _TOKEN)))
    return _SERVICE if is_service else (_TOKEN._replace(label="token", check=_needed_token),)


def _needed_token(value: str, _values: Values) -> str | None:
    return None if value else "A bearer account has a token"


def _username(typed: str, again: AccountRow | None) -> str:
    """The username; one that is only shown cleaned is meant as it is saved."""
    if again is not None and again.username and typed == safe(again.username):
        return again.username
    return typed
