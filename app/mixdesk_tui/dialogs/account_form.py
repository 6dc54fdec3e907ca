"""The form for an account: what it asks depends on how the account logs in."""

from __future__ import annotations

from functools import partial
from typing import cast

from mixdesk.model.records import AccountRow, Overview
from mixdesk.model.rules import REGIONS, AccountType, Region
from mixdesk_tui.dialogs.fields import (
    Check,
    Field,
    FormState,
    Values,
    either,
    name_rule,
    needed,
    project_rule,
    secret_or_none,
)
from mixdesk_tui.dialogs.form import Form
from mixdesk_tui.drafts import AccountDraft
from mixdesk_tui.phrases import KINDS
from mixdesk_tui.spans import safe

KIND_CHOICES: tuple[tuple[str, str], ...] = (
    ("service_account", "service"),
    ("oauth_token", "bearer"),
    ("oauth_browser", "browser"),
)
REGION_CHOICES: tuple[tuple[str, str], ...] = tuple((region, region) for region in REGIONS)


def account_form(
    overview: Overview, *, row: AccountRow | None = None, draft: AccountDraft | None = None
) -> Form[AccountDraft]:
    """Return the form.

    Args:
        overview: What names there are.
        row: The account to change; None for a new one.
        draft: What stands in it at first, instead of the account's own values.
    """
    taken = [each.name for each in overview.accounts]
    initial = _initial(row, draft)
    fields = _fields(taken, row)
    title = f"Account {safe(row.name)}" if row else "Add an account"
    return Form(title, FormState(fields, initial), partial(_draft, row))


def _initial(row: AccountRow | None, draft: AccountDraft | None) -> Values:
    if draft is not None:
        return _values(draft)
    if row is None:
        return _values(AccountDraft("", "service_account", "us"))
    return _values(
        AccountDraft(
            row.name,
            row.type or "service_account",
            row.region or "us",
            row.default_project,
            row.username,
            token_env=row.token_env,
        )
    )


def _values(draft: AccountDraft) -> Values:
    return Values(
        {
            "name": safe(draft.name),
            "type": draft.type,
            "region": draft.region,
            "username": safe(draft.username or ""),
            "secret": draft.secret.get_secret_value() if draft.secret else "",
            "variable": safe(draft.token_env or ""),
            "token": draft.token.get_secret_value() if draft.token else "",
            "project": safe(draft.default_project or ""),
        }
    )


def _fields(taken: list[str], row: AccountRow | None) -> tuple[Field, ...]:
    own = safe(row.name) if row else None
    kind = Field(
        "type",
        "kind",
        "What it logs in with: a secret, a token, or a browser",
        "choice",
        KIND_CHOICES,
    )
    return (
        Field(
            "name",
            "name",
            "What you call it: letters, digits, _ and -",
            check=name_rule("an account", taken, own),
        ),
        kind._replace(kind="fixed", shown=lambda _: False) if row else kind,
        Field("region", "region", "Where its data lives", "choice", REGION_CHOICES),
        *_service_fields(is_new=row is None),
        *_bearer_fields(is_stored=row is not None and row.token_env is None),
        Field(
            "project",
            "project",
            "Its home project: the id, digits only; may stay empty",
            check=project_rule(required=False),
        ),
    )


def _service_fields(*, is_new: bool) -> tuple[Field, Field]:
    def shown(values: Values) -> bool:
        return values["type"] == "service_account"

    keep = "Stays as it is when you leave this empty"
    return (
        Field(
            "username",
            "username",
            "As Mixpanel shows it, such as team.x.mp-service-account",
            check=needed("A service account has a username"),
            shown=shown,
        ),
        Field(
            "secret",
            "secret",
            "Kept in your config file, readable by you alone" if is_new else keep,
            "secret",
            check=needed("A service account has a secret") if is_new else _anything,
            shown=shown,
        ),
    )


def _bearer_fields(*, is_stored: bool) -> tuple[Field, Field]:
    def shown(values: Values) -> bool:
        return values["type"] == "oauth_token"

    missing = "It needs the name of a variable, or a token"
    variable = either("token", missing, variable=True)
    token = either("variable", missing)
    if is_stored:
        variable, token = (
            _unless_both_empty(variable, "token"),
            _unless_both_empty(token, "variable"),
        )
    return (
        Field(
            "variable",
            "variable",
            "The environment variable that holds the token, such as MP_CI_TOKEN",
            check=variable,
            shown=shown,
        ),
        Field(
            "token",
            "or token",
            "The saved token stays when you leave this empty"
            if is_stored
            else "The token itself, kept in your config file",
            "secret",
            check=token,
            shown=shown,
        ),
    )


def _unless_both_empty(rule: Check, other: str) -> Check:
    """A token that is saved already may stay."""
    return lambda value, values: rule(value, values) if value or values.get(other) else None


def _anything(_value: str, _values: Values) -> str | None:
    return None


def _draft(row: AccountRow | None, values: Values) -> AccountDraft:
    name = values["name"]
    if row is not None and name == safe(row.name):
        name = row.name
    kind = cast("AccountType", values["type"])
    is_service, is_bearer = kind == "service_account", kind == "oauth_token"
    return AccountDraft(
        name=name,
        type=kind if kind in KINDS else "service_account",
        region=cast("Region", values["region"]),
        default_project=values["project"] or None,
        username=values["username"] if is_service else None,
        secret=secret_or_none(values["secret"]) if is_service else None,
        token=secret_or_none(values["token"]) if is_bearer else None,
        token_env=(values["variable"] or None) if is_bearer else None,
    )
